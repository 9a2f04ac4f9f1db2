package testkit

import (
	"bytes"
	"cmp"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"maps"
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

// answerInbox answers the address of the inbox.
func (r *Relay) answerInbox(w http.ResponseWriter, req *http.Request) {
	switch {
	case req.Method == http.MethodPost:
		w.WriteHeader(r.receive(req))
	case r.profile.ActorPath == r.profile.InboxPath:
		WriteActivity(w, r.Document(r.profile.ActorPath))
	case r.profile.GetInbox != 0:
		w.WriteHeader(r.profile.GetInbox)
	default:
		w.WriteHeader(http.StatusMethodNotAllowed)
	}
}

// receive takes an activity as relays do: from whom it can look up, and who is as
// relays want their members.
func (r *Relay) receive(req *http.Request) int {
	body, err := io.ReadAll(io.LimitReader(req.Body, 1<<20))
	if err != nil {
		return http.StatusBadRequest
	}
	from, err := r.member(req, body)
	if err != nil {
		r.t.Errorf("the relay refuses us: %v", err)
		return http.StatusUnauthorized
	}
	req.Body = io.NopCloser(bytes.NewReader(body))
	status := r.take(req)
	var doc map[string]any
	if json.Unmarshal(body, &doc) != nil {
		return status
	}
	object, _ := doc["object"].(map[string]any)
	switch doc["type"] {
	case "Follow":
		r.join(from, doc)
	case "Accept":
		if object["actor"] == r.Actor {
			r.set(from.actor, func(m *member) { m.back = true })
		}
	case "Undo":
		r.part(from, doc, object)
	}
	return status
}

// member looks up who sends, and checks that it is fit to be a member.
func (r *Relay) member(req *http.Request, body []byte) (*member, error) {
	policy := httpsig.Policy{Origins: []string{r.Origin}, Now: r.Now}
	s, err := policy.Read(httpsig.FromRequest(req, body))
	if err != nil {
		return nil, err
	}
	address, _, _ := strings.Cut(s.KeyID, "#")
	res, err := http.Get(address)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil {
		return nil, err
	}
	var doc struct {
		ID, Type, Inbox string
		Endpoints       struct{ SharedInbox string }
		PublicKey       struct{ ID, PublicKeyPem string }
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		return nil, fmt.Errorf("the key %s does not lead to an actor: %w", s.KeyID, err)
	}
	switch {
	case len(text) > 20_000:
		err = fmt.Errorf("the actor has %d bytes", len(text))
	case doc.Type != "Application" || doc.Endpoints.SharedInbox == "" || doc.PublicKey.ID != s.KeyID:
		err = fmt.Errorf("the actor is no server: %+v", doc)
	case !strings.HasPrefix(doc.PublicKey.PublicKeyPem, "-----BEGIN PUBLIC KEY-----"):
		err = fmt.Errorf("the key is %.40q", doc.PublicKey.PublicKeyPem)
	}
	if err != nil {
		return nil, err
	}
	key, err := httpsig.ParsePublicKeyPEM(doc.PublicKey.PublicKeyPem)
	if err != nil {
		return nil, err
	}
	return &member{actor: doc.ID, inbox: doc.Inbox, shared: doc.Endpoints.SharedInbox}, s.Verify(key)
}

func (r *Relay) set(actor string, change func(*member)) {
	r.state.Lock()
	defer r.state.Unlock()
	if m := r.members[actor]; m != nil {
		change(m)
	}
}

// join takes a Follow, and answers it when its time is now.
func (r *Relay) join(from *member, follow map[string]any) {
	want := everybody
	if r.profile.Gated {
		want = r.Actor
	}
	if follow["object"] != want || strings.Contains(fmt.Sprint(follow["to"]), everybody) {
		r.t.Errorf("the Follow is of %v and to %v, want %s", follow["object"], follow["to"], want)
		return
	}
	r.state.Lock()
	from.follow = follow
	r.members[from.actor] = from
	r.state.Unlock()
	if r.profile.FollowBack == FollowsBefore {
		r.followBack(from)
	}
	if r.profile.Answer == AnswersWithin {
		r.answer("Accept")
	}
}

// part lets a member go whose Undo has the whole Follow, the last one.
func (r *Relay) part(from *member, undo, follow map[string]any) {
	r.state.Lock()
	m := r.members[from.actor]
	if m != nil && m.follow["id"] == follow["id"] && follow["type"] == "Follow" && follow["object"] == m.follow["object"] {
		delete(r.members, from.actor)
	}
	r.state.Unlock()
	said := map[string]any{"@context": "https://www.w3.org/ns/activitystreams", "type": "Undo", "actor": r.Actor, "to": []string{from.actor}}
	switch r.profile.UndoSays {
	case UndoSaysItself:
		said["id"], said["object"] = r.Actor, map[string]any{"type": "Follow", "actor": r.Actor, "object": from.actor, "id": r.id()}
	case UndoSaysOurs:
		said["id"], said["object"] = r.id(), undo
	default:
		return
	}
	r.send(from.shared, said)
}

// Members gives the actors to whom the relay sends.
func (r *Relay) Members() (out []string) {
	for _, m := range r.sendingTo() {
		out = append(out, m.actor)
	}
	return out
}

func (r *Relay) sendingTo() (out []*member) {
	r.state.Lock()
	defer r.state.Unlock()
	for _, m := range r.members {
		if m.accepted && (m.back || !r.profile.Gated) {
			copied := *m
			out = append(out, &copied)
		}
	}
	return out
}

// Accept lets in all who have asked.
func (r *Relay) Accept() { r.answer("Accept") }

// Reject puts all out.
func (r *Relay) Reject() { r.answer("Reject") }

// Admit lets in all who have asked, and its answer is lost.
func (r *Relay) Admit() {
	r.state.Lock()
	defer r.state.Unlock()
	for _, m := range r.members {
		m.accepted = true
	}
}

func (r *Relay) answer(kind string) {
	r.state.Lock()
	var all []*member
	for _, m := range r.members {
		m.accepted = kind == "Accept"
		all = append(all, m)
	}
	r.state.Unlock()
	for _, m := range all {
		to := m.shared
		if r.profile.ToActor {
			to = m.inbox
		}
		if status := r.send(to, r.Answering(kind, m.follow)); status != http.StatusAccepted {
			r.t.Errorf("the %s of the relay: got %d, want 202", kind, status)
		}
		if kind == "Accept" && r.profile.FollowBack == FollowsAfter {
			r.followBack(m)
		}
	}
}

// Answering makes an answer to a Follow.
func (r *Relay) Answering(kind string, follow map[string]any) map[string]any {
	id := r.id()
	if r.profile.SameID {
		id = r.Actor + "#" + strings.ToLower(kind) + "s"
	}
	answer := map[string]any{"@context": []any{"https://www.w3.org/ns/activitystreams"}, "id": id, "type": kind, "actor": r.Actor, "to": []any{follow["actor"]}}
	embedded := maps.Clone(follow)
	switch r.profile.Embeds {
	case EmbedsID:
		answer["object"] = follow["id"]
		return answer
	case EmbedsItself:
		embedded["object"] = r.Actor
	case EmbedsFollower:
		embedded["actor"] = map[string]any{"id": follow["actor"], "type": "Application"}
		answer["to"] = follow["actor"]
	}
	answer["object"] = embedded
	return answer
}

func (r *Relay) followBack(m *member) {
	r.send(m.inbox, map[string]any{
		"@context": "https://www.w3.org/ns/activitystreams", "id": r.id(), "type": "Follow", "actor": r.Actor, "object": m.actor, "to": []any{m.actor},
	})
}

// id makes the id of an activity of the relay's. Nothing is served there.
func (r *Relay) id() string {
	r.state.Lock()
	defer r.state.Unlock()
	r.sent++
	return fmt.Sprintf("%s/activities/%d", r.Actor, r.sent)
}

// Pass passes an activity on to all members, in the relay's way, once: relays do not
// try again. It gives what the last one answered.
func (r *Relay) Pass(activity map[string]any) (status int) {
	r.t.Helper()
	if r.profile.Announces {
		object := activity["object"]
		if embedded, ok := object.(map[string]any); ok {
			object = embedded["id"]
		}
		return r.Announce(object)
	}
	for _, m := range r.sendingTo() {
		status = r.send(m.shared, activity)
	}
	return status
}

// Announce names a thing to all members.
func (r *Relay) Announce(iri any) (status int) {
	r.t.Helper()
	for _, m := range r.sendingTo() {
		status = r.send(m.shared, r.Announcement(iri))
	}
	return status
}

// Announcement makes what Announce sends.
func (r *Relay) Announcement(iri any) map[string]any {
	doc := map[string]any{
		"@context": []any{"https://www.w3.org/ns/activitystreams"}, "id": r.id(), "type": "Announce", "actor": r.Actor, "object": iri,
		"to": []any{r.Actor + "/followers"}, "published": r.Now().UTC().Format(time.RFC3339),
	}
	if r.profile.Loudly {
		doc["to"] = everybody
	}
	if r.profile.Undated {
		delete(doc, "published")
	}
	return doc
}

// Send posts something to an inbox, signed by the relay, whether it is a member's or
// not.
func (r *Relay) Send(inbox string, activity any) (status int) { return r.send(inbox, activity) }

func (r *Relay) send(inbox string, activity any) (status int) {
	schemes := []func(*http.Request, []byte, httpsig.Key, time.Time) error{httpsig.Sign}
	if r.profile.RFC9421 {
		schemes = append([]func(*http.Request, []byte, httpsig.Key, time.Time) error{httpsig.SignRFC9421}, schemes...)
	}
	body, err := json.Marshal(activity)
	if err != nil {
		r.t.Error(err)
	}
	for _, sign := range schemes {
		req, err := http.NewRequest(http.MethodPost, inbox, bytes.NewReader(body))
		if err == nil {
			req.Header.Set("Content-Type", activityJSON)
			err = sign(req, body, r.Key, r.Now())
		}
		if err != nil {
			r.t.Error(err)
			return 0
		}
		if r.profile.Label != "" {
			req.Header.Set("Signature", strings.Replace(req.Header.Get("Signature"), "rsa-sha256", r.profile.Label, 1))
		}
		res, err := (&http.Client{Timeout: 5 * time.Second}).Do(req)
		if err != nil {
			r.t.Errorf("the relay could not send: %v", err)
			return 0
		}
		res.Body.Close()
		if status = res.StatusCode; status != http.StatusUnauthorized {
			break
		}
	}
	return status
}
