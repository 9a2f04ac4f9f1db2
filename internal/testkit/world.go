package testkit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"

	"skerry/internal/httpsig"
)

// World is many strangers' servers in one process, each at a loopback address of
// its own, for load and for faults. Person i lives on host i modulo the number of
// hosts; all share a few keys. Its inboxes check and count what comes, each in the
// mood that its host is in. It must Meet a server of ours before anything else.
type World struct {
	Hosts  []string     // host:port of each
	Relays map[int]bool // the people who are relays: set before anybody meets them

	server   *http.Server
	client   *http.Client
	ours     ours
	number   map[string]int // of a host
	closed   chan struct{}
	arrivals arrivals

	mu    sync.RWMutex
	moods map[int]Mood
}

// ours is what strangers know of our server.
type ours struct {
	actor, inbox string
	keys         map[string]any // public keys by their ids
}

const activityJSON = "application/activity+json"

// NewWorld starts the hosts.
func NewWorld(hosts int) (*World, error) {
	w := &World{
		number: map[string]int{}, closed: make(chan struct{}), moods: map[int]Mood{}, arrivals: newArrivals(),
		// What is idle is closed by us, before the server does it as something is sent.
		client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 256, IdleConnTimeout: 20 * time.Second, DisableCompression: true}, Timeout: time.Minute},
	}
	w.server = &http.Server{Handler: w, ReadHeaderTimeout: 10 * time.Second}
	street := rand.IntN(40) // other worlds of this machine live in another one
	for i := range hosts {
		l, err := net.Listen("tcp", fmt.Sprintf("127.%d.%d.%d:0", 80+street+i/62500, i/250%250, i%250+1))
		if err != nil {
			w.Close()
			return nil, fmt.Errorf("open host %d of a world: %w", i, err)
		}
		host := l.Addr().String()
		w.Hosts, w.number[host] = append(w.Hosts, host), i
		go w.server.Serve(l)
	}
	return w, nil
}

// Close ends the hosts, and whoever waits for them.
func (w *World) Close() {
	close(w.closed)
	w.server.Close()
	w.client.CloseIdleConnections()
}

// Through makes what the world sends go through dial.
func (w *World) Through(dial func(ctx context.Context, network, address string) (net.Conn, error)) {
	w.client.Transport.(*http.Transport).DialContext = dial
}

// Meet learns who our server's actors are, and their keys. The first is the owner.
func (w *World) Meet(ctx context.Context, actors ...string) error {
	keys := map[string]any{}
	for i, iri := range actors {
		var a struct {
			ID, Inbox string
			PublicKey struct{ ID, PublicKeyPem string }
		}
		if err := w.get(ctx, iri, &a); err != nil {
			return fmt.Errorf("meet %s: %w", iri, err)
		}
		key, err := httpsig.ParsePublicKeyPEM(a.PublicKey.PublicKeyPem)
		if err != nil {
			return fmt.Errorf("meet %s: %w", iri, err)
		}
		keys[a.PublicKey.ID] = key
		if i == 0 {
			w.ours.actor, w.ours.inbox = a.ID, a.Inbox
		}
	}
	w.ours.keys = keys
	return nil
}

func (w *World) get(ctx context.Context, iri string, into any) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, iri, nil)
	if err != nil {
		return err
	}
	r.Header.Set("Accept", activityJSON)
	res, err := w.client.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return errors.New(res.Status)
	}
	return json.NewDecoder(res.Body).Decode(into)
}

// IRI is the id of a person.
func (w *World) IRI(person int) string {
	return "http://" + w.Hosts[person%len(w.Hosts)] + "/users/p" + strconv.Itoa(person)
}

func (w *World) key(person int) httpsig.Key {
	return httpsig.Key{ID: w.IRI(person) + "#main-key", Private: keys[person%len(keys)]()}
}

// ServeHTTP answers for all hosts.
func (w *World) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	host, there := w.number[r.Host]
	person, found := w.person(r)
	switch {
	case !there:
		http.Error(rw, "no such host", http.StatusMisdirectedRequest)
	case r.Method == http.MethodPost && found && strings.HasSuffix(r.URL.Path, "/inbox"):
		w.receive(rw, r, host, person)
	case r.URL.Path == "/.well-known/webfinger":
		w.finger(rw, r)
	case found && strings.Contains(r.URL.Path, "/notes/"):
		if w.wait(r, w.mood(host)) {
			WriteActivity(rw, w.note(person, path.Base(r.URL.Path)))
		}
	case found && strings.Count(r.URL.Path, "/") == 2:
		WriteActivity(rw, w.document(person))
	default:
		http.NotFound(rw, r)
	}
}

// person gives the number in /users/p7/inbox.
func (w *World) person(r *http.Request) (int, bool) {
	name, ok := strings.CutPrefix(r.URL.Path, "/users/p")
	name, _, _ = strings.Cut(name, "/")
	n, err := strconv.Atoi(name)
	return n, ok && err == nil && n >= 0 && w.Hosts[n%len(w.Hosts)] == r.Host
}

func (w *World) document(person int) map[string]any {
	iri, key, kind := w.IRI(person), w.key(person), "Person"
	if w.Relays[person] {
		kind = "Application"
	}
	pem, err := httpsig.EncodePublicKeyPEM(key.Private.Public())
	if err != nil {
		panic(err) // our own key
	}
	return map[string]any{
		"@context": "https://www.w3.org/ns/activitystreams", "id": iri, "type": kind, "preferredUsername": "p" + strconv.Itoa(person),
		"name": fmt.Sprintf("Person %d", person), "inbox": iri + "/inbox", "outbox": iri + "/outbox",
		"followers": iri + "/followers", "following": iri + "/following",
		"publicKey": map[string]any{"id": key.ID, "owner": iri, "publicKeyPem": pem},
	}
}

func (w *World) finger(rw http.ResponseWriter, r *http.Request) {
	handle, _ := strings.CutPrefix(r.FormValue("resource"), "acct:")
	name, _, _ := strings.Cut(handle, "@")
	rw.Header().Set("Content-Type", "application/jrd+json")
	_ = json.NewEncoder(rw).Encode(map[string]any{ // fails when the other side has left
		"subject": "acct:" + name + "@" + r.Host,
		"links":   []any{map[string]any{"rel": "self", "type": activityJSON, "href": "http://" + r.Host + "/users/" + name}},
	})
}

func readAll(r io.Reader) ([]byte, error) { return io.ReadAll(io.LimitReader(r, 1<<20)) }
