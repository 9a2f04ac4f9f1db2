package testkit

import (
	"cmp"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"skerry/internal/httpsig"
)

// everybody is what a relay is followed by in Mastodon's way.
const everybody = "https://www.w3.org/ns/activitystreams#Public"

// RelayProfile is how a relay behaves. The zero one is as Activity-Relay 2.0: actor
// and inbox apart, an Accept within the request, what comes is passed on as it came.
type RelayProfile struct {
	ActorPath, InboxPath string // "" for /actor and /inbox; the same: one address for both
	GetInbox             int    // what a GET of the inbox answers; 0: 405
	Kind                 string // of its actor; "" for Service
	Software             string // its name by NodeInfo; "": it has none
	Nameless             bool   // it knows no acct:relay@host
	SPKI                 bool   // its key is in a PUBLIC KEY, not in an RSA PUBLIC KEY
	KeyID                string // of its key, behind the actor's address; "" for #main-key
	Keyless              bool   // its signatures name the actor, not the key
	Label                string // the algorithm that its signatures name, when another
	RFC9421              bool   // it signs so first, and as before after a 401

	Answer     RelayAnswer // when it answers a Follow
	ToActor    bool        // it answers to the actor's inbox, not to the shared one
	Embeds     RelayEmbeds // what its answer has of the Follow
	SameID     bool        // all of its answers have one id
	FollowBack RelayFollowBack
	Gated      bool // it sends nothing before its own Follow is accepted

	Announces bool // it names what came, and does not pass it on
	Loudly    bool // to everybody, not to its followers
	Undated   bool // without published
	UndoSays  RelayUndo
}

// RelayAnswer is when a relay answers a Follow.
type RelayAnswer int

const (
	AnswersWithin RelayAnswer = iota // before the request that asks is answered
	AnswersByHand                    // when Accept or Reject is called
)

// RelayEmbeds is what the answer of a relay has of the Follow.
type RelayEmbeds int

const (
	EmbedsFollow   RelayEmbeds = iota // all of it
	EmbedsID                          // its id alone
	EmbedsItself                      // all, with the relay in the place of its object
	EmbedsFollower                    // all, with the whole follower, and a bare address in to
)

// RelayFollowBack is when a relay follows back.
type RelayFollowBack int

const (
	FollowsNobody RelayFollowBack = iota
	FollowsAfter                  // when it has accepted
	FollowsBefore
)

// RelayUndo is what a relay says to an Undo.
type RelayUndo int

const (
	UndoSaysNothing RelayUndo = iota
	UndoSaysItself            // an Undo whose id is the relay's own
	UndoSaysOurs              // an Undo of our Undo
)

// Relay is a stranger's relay. It passes on by Forward and Announce what a test has
// made, and does not let go of what follows it unless it is left as it wants to be.
type Relay struct {
	*Peer
	Actor, Inbox string
	Key          httpsig.Key
	Now          func() time.Time // for what it signs

	t       testing.TB
	client  http.Client
	profile RelayProfile
	state   sync.Mutex
	members map[string]*member // by actor
	sent    int
}

// member is who asked a relay to send.
type member struct {
	actor, inbox, shared string
	follow               map[string]any // the last one
	accepted, back       bool           // the relay accepted, and is accepted
}

// NewRelay starts a relay that ends with the test.
func NewRelay(t testing.TB, p RelayProfile) *Relay {
	t.Helper()
	return NewRelayOn(t, NewPeer(t), p)
}

// NewRelayOn starts a relay on a peer that is there.
func NewRelayOn(t testing.TB, on *Peer, p RelayProfile) *Relay {
	t.Helper()
	if p.ActorPath == "" {
		p.ActorPath, p.InboxPath = "/actor", "/inbox"
	}
	r := &Relay{Peer: on, t: t, profile: p, Now: time.Now, members: map[string]*member{}}
	r.client = http.Client{Transport: new(http.Transport), Timeout: 5 * time.Second}
	t.Cleanup(r.client.CloseIdleConnections)
	r.Actor, r.Inbox = r.Origin+p.ActorPath, r.Origin+p.InboxPath
	r.Key = httpsig.Key{ID: r.Actor + cmp.Or(p.KeyID, "#main-key"), Private: keys[people.Add(1)%uint32(len(keys))]()}
	r.describe()
	if p.Keyless {
		r.Key.ID = r.Actor
	}
	r.Handle(p.InboxPath, r.answerInbox)
	r.discover()
	return r
}

// describe serves the actor.
func (r *Relay) describe() {
	kind := r.profile.Kind
	if kind == "" {
		kind = "Service"
	}
	block := &pem.Block{Type: "RSA PUBLIC KEY", Bytes: x509.MarshalPKCS1PublicKey(r.Key.Private.Public().(*rsa.PublicKey))}
	key := string(pem.EncodeToMemory(block))
	if r.profile.SPKI {
		var err error
		if key, err = httpsig.EncodePublicKeyPEM(r.Key.Private.Public()); err != nil {
			r.t.Fatal(err)
		}
	}
	r.Serve(r.profile.ActorPath, map[string]any{
		"@context": []any{"https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"}, "id": r.Actor, "type": kind,
		"preferredUsername": "relay", "name": "A relay", "inbox": r.Inbox, "followers": r.Actor + "/followers",
		"endpoints": map[string]any{"sharedInbox": r.Inbox}, "publicKey": map[string]any{"id": r.Key.ID, "owner": r.Actor, "publicKeyPem": key},
	})
}

// discover serves NodeInfo and WebFinger.
func (r *Relay) discover() {
	if r.profile.Software != "" {
		r.serveJSON("/.well-known/nodeinfo", map[string]any{"links": []any{
			map[string]any{"rel": "http://nodeinfo.diaspora.software/ns/schema/2.0", "href": r.Origin + "/nodeinfo/2.0"},
		}})
		r.serveJSON("/nodeinfo/2.0", map[string]any{"version": "2.0", "software": map[string]any{"name": r.profile.Software, "version": "2.0.11"}})
	}
	if r.profile.Nameless {
		return
	}
	host := strings.TrimPrefix(r.Origin, "http://")
	r.serveJSON("/.well-known/webfinger", map[string]any{
		"subject": "acct:relay@" + host, "links": []any{map[string]any{"rel": "self", "type": activityJSON, "href": r.Actor}},
	})
}

func (r *Relay) serveJSON(path string, doc any) {
	r.Handle(path, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(doc) // fails when the other side has left
	})
}
