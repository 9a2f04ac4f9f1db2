package demo

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"skerry/internal/activitypub"
	"skerry/internal/httpsig"
	"skerry/internal/markup"
	"skerry/internal/social"
	"skerry/internal/transport"
)

// Relay is a relay as Mastodon's servers follow it, and a host with some voices of
// its own, which it names to its members. What members publish to it, it names to the
// others. It knows who speaks by signatures and remembers nothing when it ends. It is
// safe to use at once.
type Relay struct {
	origin string
	now    func() time.Time
	client *transport.Client
	key    httpsig.Key
	pem    string

	mu      sync.Mutex
	members map[string]string // shared inboxes, by actor
	things  map[string]activitypub.Object
	sent    int
}

// NewRelay makes a relay that is reached at an origin on this machine.
func NewRelay(origin string, now func() time.Time) (*Relay, error) {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, fmt.Errorf("make the relay's key: %w", err)
	}
	r := &Relay{origin: origin, now: now, members: map[string]string{}, things: map[string]activitypub.Object{}}
	r.key = httpsig.Key{ID: r.actor() + "#main-key", Private: private}
	if r.pem, err = httpsig.EncodePublicKeyPEM(private.Public()); err != nil {
		return nil, err
	}
	r.client, err = transport.New(transport.Options{
		UserAgent: "SkerryDemo (+" + origin + "/)", AllowPrivate: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, Now: now,
	})
	r.add("/actor", social.Service, "relay", "The relay of the sound")
	return r, err
}

func (r *Relay) actor() string { return r.origin + "/actor" }

// Inbox is what its followers paste.
func (r *Relay) Inbox() string { return r.origin + "/inbox" }

// add serves an actor at a path. All of them have one key, which is the host's.
func (r *Relay) add(path string, kind social.ActorKind, username, name string) {
	iri := r.origin + path
	r.keep(path, activitypub.Object{
		"@context": []any{"https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"}, "id": iri, "type": string(kind),
		"preferredUsername": username, "name": name, "inbox": r.Inbox(), "followers": iri + "/followers",
		"publicKey": activitypub.Object{"id": iri + "#main-key", "owner": iri, "publicKeyPem": r.pem},
	})
}

func (r *Relay) keep(path string, o activitypub.Object) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.things[path] = o
}

// ServeHTTP gives what stands at an address, to people as words.
func (r *Relay) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if req.Method == http.MethodPost && req.URL.Path == "/inbox" {
		w.WriteHeader(r.take(req))
		return
	}
	r.mu.Lock()
	o, ok := r.things[req.URL.Path]
	r.mu.Unlock()
	switch {
	case !ok:
		http.NotFound(w, req)
	case strings.Contains(req.Header.Get("Accept"), "text/html"):
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		fmt.Fprintln(w, o.Str("name")+markup.Text(o.Str("content")))
	default:
		w.Header().Set("Content-Type", "application/activity+json")
		_ = json.NewEncoder(w).Encode(o) // fails when the other side has left
	}
}

// take acts on what a server sends, and gives the status that it is answered with. A
// Follow is answered before it returns.
func (r *Relay) take(req *http.Request) int {
	body, err := io.ReadAll(io.LimitReader(req.Body, activitypub.MaxDocument))
	if err != nil {
		return http.StatusBadRequest
	}
	doc, err := activitypub.Decode(body)
	if err != nil {
		return http.StatusBadRequest
	}
	a, err := activitypub.ParseActivity(doc)
	if err != nil {
		return http.StatusBadRequest
	}
	from, err := r.sender(req, body)
	if err != nil || from.IRI != a.Actor {
		return http.StatusUnauthorized
	}
	switch a.Type {
	case "Follow":
		err = r.admit(req.Context(), from, doc)
	case "Undo":
		r.mu.Lock()
		delete(r.members, from.IRI)
		r.mu.Unlock()
	case "Create":
		err = r.name(req.Context(), a.ObjectIRI, from.IRI)
	}
	if err != nil {
		return http.StatusBadGateway
	}
	return http.StatusAccepted
}

// sender gives who signed a request.
func (r *Relay) sender(req *http.Request, body []byte) (social.Actor, error) {
	signed, err := httpsig.Policy{Origins: []string{r.origin}, Now: r.now}.Read(httpsig.FromRequest(req, body))
	if err != nil {
		return social.Actor{}, err
	}
	iri, _, _ := strings.Cut(signed.KeyID, "#")
	res, err := r.client.Get(req.Context(), iri, transport.Get{Accept: "application/activity+json", Unsigned: true})
	if err != nil {
		return social.Actor{}, err
	}
	doc, err := activitypub.Decode(res.Body)
	if err != nil {
		return social.Actor{}, err
	}
	actor, keys, err := activitypub.ParseActor(doc)
	if err != nil {
		return social.Actor{}, err
	}
	at := slices.IndexFunc(keys, func(k social.Key) bool { return k.IRI == signed.KeyID })
	if at < 0 || actor.IRI != iri {
		return social.Actor{}, fmt.Errorf("%s has no key %s", iri, signed.KeyID)
	}
	public, err := httpsig.ParsePublicKeyPEM(keys[at].PEM)
	if err != nil {
		return social.Actor{}, err
	}
	return actor, signed.Verify(public)
}

// admit makes a server a member, and tells it so.
func (r *Relay) admit(ctx context.Context, from social.Actor, follow activitypub.Object) error {
	r.mu.Lock()
	r.members[from.IRI] = from.DeliveryInbox()
	r.mu.Unlock()
	return r.send(ctx, from.DeliveryInbox(), activitypub.Builder{}.Accept(r.id(), r.actor(), follow))
}

// name tells all members but one of a thing.
func (r *Relay) name(ctx context.Context, iri, but string) error {
	r.mu.Lock()
	members := maps.Clone(r.members)
	r.mu.Unlock()
	delete(members, but)
	for _, actor := range slices.Sorted(maps.Keys(members)) {
		said := activitypub.Builder{}.Announce(r.id(), r.actor(), iri, []string{r.actor() + "/followers"}, nil, r.now())
		if err := r.send(ctx, members[actor], said); err != nil {
			return err
		}
	}
	return nil
}

func (r *Relay) id() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sent++
	return fmt.Sprintf("%s/activities/%d", r.actor(), r.sent)
}

func (r *Relay) send(ctx context.Context, inbox string, activity activitypub.Object) error {
	var body bytes.Buffer
	if err := json.NewEncoder(&body).Encode(activity); err != nil {
		return err
	}
	res, err := r.client.Post(ctx, inbox, body.Bytes(), r.key, httpsig.Cavage)
	if err != nil {
		return fmt.Errorf("the relay could not send to %s: %w", inbox, err)
	}
	if res.Status != http.StatusAccepted {
		return fmt.Errorf("the relay was answered %d by %s: %s", res.Status, inbox, res.Body)
	}
	return nil
}

// says publishes a note of a voice, in a language, with hashtags.
func (r *Relay) says(ctx context.Context, v voice, language, text string, tags ...string) error {
	by := "/people/" + v.username
	r.add(by, social.Service, v.username, v.name)
	r.mu.Lock()
	path := fmt.Sprintf("/posts/%d", len(r.things))
	r.mu.Unlock()
	html := "<p>" + text + "</p>"
	var tagged []any
	for _, tag := range tags {
		href := r.origin + "/tags/" + tag
		html += fmt.Sprintf(` <a href=%q class="mention hashtag" rel="tag">#%s</a>`, href, tag)
		tagged = append(tagged, activitypub.Object{"type": "Hashtag", "name": "#" + tag, "href": href})
	}
	r.keep(path, activitypub.Object{
		"@context": "https://www.w3.org/ns/activitystreams", "id": r.origin + path, "url": r.origin + path, "type": "Note", "attributedTo": r.origin + by,
		"content": html, "contentMap": activitypub.Object{language: html}, "tag": tagged, "published": r.now().UTC().Format(time.RFC3339),
		"to": activitypub.Public, "cc": r.origin + by + "/followers",
	})
	return r.name(ctx, r.origin+path, "")
}
