package testkit

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"skerry/internal/httpsig"
)

// Peer is a stranger's server: it serves what Serve gave it, says who its people
// are, and keeps what its inboxes got.
type Peer struct {
	Origin string // http://127.x.y.z:port, or https

	t         testing.TB
	mu        sync.Mutex
	documents map[string]any
	handlers  map[string]http.HandlerFunc
	statuses  map[string]int
	got       []map[string]any
	asked     map[string]int
}

// NewPeer starts a peer that ends with the test.
func NewPeer(t testing.TB) *Peer {
	t.Helper()
	return newPeer(t, nil)
}

// NewTLSPeer starts a peer that speaks https alone, with a certificate of the
// authority.
func NewTLSPeer(t testing.TB, ca *CA) *Peer {
	t.Helper()
	return newPeer(t, ca)
}

func newPeer(t testing.TB, ca *CA) *Peer {
	t.Helper()
	l := Listen(t)
	p := &Peer{
		Origin: "http://" + l.Addr().String(), t: t,
		documents: map[string]any{}, handlers: map[string]http.HandlerFunc{}, statuses: map[string]int{}, asked: map[string]int{},
	}
	s := &httptest.Server{Listener: l, Config: &http.Server{
		Handler: http.HandlerFunc(p.answer), ReadHeaderTimeout: 5 * time.Second,
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError), // of those who do not believe its certificate
	}}
	if ca == nil {
		s.Start()
	} else {
		cert, key := ca.Issue(l.Addr().(*net.TCPAddr).IP.String())
		pair, err := tls.X509KeyPair(cert, key)
		if err != nil {
			t.Fatal(err)
		}
		s.TLS = &tls.Config{Certificates: []tls.Certificate{pair}}
		s.StartTLS()
		p.Origin = "https://" + l.Addr().String()
	}
	t.Cleanup(s.Close)
	return p
}

func (p *Peer) answer(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	p.asked[r.URL.Path]++
	status, handler := p.statuses[r.URL.Path], p.handlers[r.URL.Path]
	doc, there := p.documents[r.URL.Path]
	p.mu.Unlock()
	switch {
	case status != 0:
		w.WriteHeader(status)
	case handler != nil:
		handler(w, r)
	case r.Method == http.MethodPost:
		w.WriteHeader(p.take(r))
	case !there:
		w.WriteHeader(http.StatusNotFound)
	default:
		WriteActivity(w, doc)
	}
}

// take keeps an activity that came and gives the status to answer.
func (p *Peer) take(r *http.Request) int {
	body, _ := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	var doc map[string]any
	if err := json.Unmarshal(body, &doc); err != nil {
		return http.StatusBadRequest
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.got = append(p.got, doc)
	return http.StatusAccepted
}

// WriteActivity answers with a document as servers of the fediverse do.
func WriteActivity(w http.ResponseWriter, doc any) {
	w.Header().Set("Content-Type", "application/activity+json")
	_ = json.NewEncoder(w).Encode(doc) // fails when the other side has left
}

// Handle makes a handler answer a path from now on.
func (p *Peer) Handle(path string, h http.HandlerFunc) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.handlers[path] = h
}

// Serve makes the peer answer a path with a document from now on.
func (p *Peer) Serve(path string, doc any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.documents[path] = doc
}

// Document gives a copy of what the peer answers at a path.
func (p *Peer) Document(path string) map[string]any {
	p.mu.Lock()
	defer p.mu.Unlock()
	doc, _ := p.documents[path].(map[string]any)
	return maps.Clone(doc)
}

// Fail makes the peer answer a path with a status alone; 0 ends it.
func (p *Peer) Fail(path string, status int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.statuses[path] = status
}

// Asked is how often a path was asked for.
func (p *Peer) Asked(path string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.asked[path]
}

// Got gives the activities of a type that the peer's inboxes took.
func (p *Peer) Got(kind string) []map[string]any {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []map[string]any
	for _, doc := range p.got {
		if doc["type"] == kind {
			out = append(out, doc)
		}
	}
	return out
}

// Order gives the types of the activities that the peer's inboxes took about one
// object, in the order in which they came.
func (p *Peer) Order(object string) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []string
	for _, doc := range p.got {
		if o, ok := doc["object"].(map[string]any); ok && o["id"] == object {
			kind, _ := doc["type"].(string)
			out = append(out, kind)
		}
	}
	return out
}

// Stranger is somebody on a peer.
type Stranger struct {
	IRI   string
	Inbox string
	Key   httpsig.Key

	peer *Peer
}

// Keys are made once: they take long, and who has which does not matter. Strangers and
// actors of ours never have the same.
var keys, serverKeys = newKeys(4), newKeys(8)

// newKeys gives n keys, each made when it is first wanted.
func newKeys(n int) []func() *rsa.PrivateKey {
	all := make([]func() *rsa.PrivateKey, n)
	for i := range all {
		all[i] = sync.OnceValue(newKey)
	}
	return all
}

var people atomic.Uint32

func newKey() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err) // the machine has no randomness
	}
	return key
}

// Person adds somebody with a key of their own.
func (p *Peer) Person(name string) *Stranger {
	p.t.Helper()
	key := keys[people.Add(1)%uint32(len(keys))]()
	iri := p.Origin + "/users/" + name
	s := &Stranger{IRI: iri, Inbox: iri + "/inbox", Key: httpsig.Key{ID: iri + "#main-key", Private: key}, peer: p}
	pem, err := httpsig.EncodePublicKeyPEM(key.Public())
	if err != nil {
		p.t.Fatal(err)
	}
	p.Serve("/users/"+name, map[string]any{
		"@context": "https://www.w3.org/ns/activitystreams", "id": iri, "type": "Person", "preferredUsername": name, "name": name,
		"inbox": s.Inbox, "outbox": iri + "/outbox", "followers": iri + "/followers",
		"publicKey": map[string]any{"id": s.Key.ID, "owner": iri, "publicKeyPem": pem},
	})
	return s
}

// Note makes a public note of the stranger's, served at its address.
func (s *Stranger) Note(id, text string) map[string]any {
	iri := s.IRI + "/notes/" + id
	note := map[string]any{
		"@context": "https://www.w3.org/ns/activitystreams", "id": iri, "type": "Note", "attributedTo": s.IRI, "content": "<p>" + text + "</p>",
		"to": "https://www.w3.org/ns/activitystreams#Public", "cc": s.IRI + "/followers", "published": time.Now().UTC().Format(time.RFC3339),
	}
	s.peer.Serve("/users/"+s.name()+"/notes/"+id, note)
	return note
}

func (s *Stranger) name() string { return s.IRI[len(s.peer.Origin+"/users/"):] }

// Activity makes an activity of the stranger's.
func (s *Stranger) Activity(kind, id string, object any) map[string]any {
	return map[string]any{
		"@context": "https://www.w3.org/ns/activitystreams", "id": s.IRI + "/activities/" + id, "type": kind, "actor": s.IRI, "object": object,
		"to": "https://www.w3.org/ns/activitystreams#Public",
	}
}

// Request makes a signed POST of an activity to an inbox.
func (s *Stranger) Request(inbox string, activity any) *http.Request {
	s.peer.t.Helper()
	return s.requestAt(time.Now(), inbox, activity)
}

func (s *Stranger) requestAt(now time.Time, inbox string, activity any) *http.Request {
	s.peer.t.Helper()
	body, err := json.Marshal(activity)
	if err != nil {
		s.peer.t.Fatal(err)
	}
	r, err := http.NewRequest(http.MethodPost, inbox, bytes.NewReader(body))
	if err != nil {
		s.peer.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/activity+json")
	if err := httpsig.Sign(r, body, s.Key, now); err != nil {
		s.peer.t.Fatal(err)
	}
	return r
}

// Send posts an activity to an inbox, signed, and gives the status and what was said.
func (s *Stranger) Send(inbox string, activity any) (int, string) {
	s.peer.t.Helper()
	return Do(s.peer.t, s.Request(inbox, activity))
}

// SendAt is Send at the time of a clock that was moved.
func (s *Stranger) SendAt(now time.Time, inbox string, activity any) (int, string) {
	s.peer.t.Helper()
	return Do(s.peer.t, s.requestAt(now, inbox, activity))
}

// Do sends a request and gives the status and the body.
func Do(t testing.TB, r *http.Request) (int, string) {
	t.Helper()
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(fmt.Errorf("%s %s: %w", r.Method, r.URL, err))
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(body)
}
