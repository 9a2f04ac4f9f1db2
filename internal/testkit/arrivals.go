package testkit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"skerry/internal/httpsig"
)

// Arrival is an activity that came to an inbox for the first time.
type Arrival struct {
	Activity string // its id
	Kind     string
	Object   string // the id of its object
	Person   int    // whose inbox
	At       time.Time
}

// arrivals are counted: what came, and how often it came again.
type arrivals struct {
	bell chan struct{}

	mu     sync.Mutex
	first  []Arrival
	count  map[string]int // of each kind, and about each object
	seen   map[parcel]bool
	again  int
	faults []string
}

// parcel is an activity at an inbox.
type parcel struct {
	activity string
	person   int
}

func newArrivals() arrivals {
	return arrivals{bell: make(chan struct{}, 1), seen: map[parcel]bool{}, count: map[string]int{}}
}

// take checks what came, keeps it, and gives the status to answer.
func (w *World) take(r *http.Request, body []byte, person int) int {
	var doc struct {
		ID, Type string
		Object   json.RawMessage
	}
	err := json.Unmarshal(body, &doc)
	if err == nil {
		err = w.signed(r, body)
	}
	if err == nil && doc.ID == "" {
		err = errors.New("an activity without an id")
	}
	a := Arrival{Activity: doc.ID, Kind: doc.Type, Object: objectID(doc.Object), Person: person, At: time.Now()}
	if !w.arrivals.note(a, err) {
		return http.StatusUnauthorized
	}
	if doc.Type == "Follow" {
		go w.accept(person, json.RawMessage(body))
	}
	return http.StatusAccepted
}

// note keeps what came, or what is wrong with it.
func (a *arrivals) note(one Arrival, err error) (taken bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	select {
	case a.bell <- struct{}{}:
	default: // it rings already
	}
	if err != nil {
		a.faults = append(a.faults, err.Error())
		return false
	}
	p := parcel{one.Activity, one.Person}
	if a.seen[p] {
		a.again++
		return true
	}
	a.seen[p] = true
	a.first = append(a.first, one)
	a.count[one.Kind]++
	a.count[one.Object]++
	return true
}

// signed checks signature, digest and date as a strict server does.
func (w *World) signed(r *http.Request, body []byte) error {
	policy := httpsig.Policy{Origins: []string{"http://" + r.Host}, Now: time.Now}
	s, err := policy.Read(httpsig.FromRequest(r, body))
	if err != nil {
		return err
	}
	key, known := w.ours.keys[s.KeyID]
	if !known {
		return fmt.Errorf("signed with the key %s, which is not of our server", s.KeyID)
	}
	return s.Verify(key)
}

// objectID gives the id of an object, which may be embedded.
func objectID(raw json.RawMessage) (id string) {
	if json.Unmarshal(raw, &id) == nil {
		return id
	}
	var o struct{ ID string }
	_ = json.Unmarshal(raw, &o) // what has no id has none
	return o.ID
}

// Count is how many activities of a kind, or about an object, came to an inbox for
// the first time.
func (w *World) Count(what string) int {
	w.arrivals.mu.Lock()
	defer w.arrivals.mu.Unlock()
	return w.arrivals.count[what]
}

// Arrivals gives what came of a kind, in the order in which it came.
func (w *World) Arrivals(kind string) []Arrival {
	w.arrivals.mu.Lock()
	defer w.arrivals.mu.Unlock()
	var out []Arrival
	for _, a := range w.arrivals.first {
		if a.Kind == kind {
			out = append(out, a)
		}
	}
	return out
}

// Again is how often something came to an inbox that had it.
func (w *World) Again() int {
	w.arrivals.mu.Lock()
	defer w.arrivals.mu.Unlock()
	return w.arrivals.again
}

// Faults are what was wrong with requests that came.
func (w *World) Faults() []string {
	w.arrivals.mu.Lock()
	defer w.arrivals.mu.Unlock()
	return slices.Clone(w.arrivals.faults)
}

// Until waits for something that comes to be so by what arrives.
func (w *World) Until(ctx context.Context, ok func() bool) error {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-w.arrivals.bell:
		case <-tick.C: // another may have taken the bell
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}
