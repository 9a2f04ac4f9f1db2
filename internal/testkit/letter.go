package testkit

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strconv"
	"sync"
	"time"

	"skerry/internal/httpsig"
)

// Letter is a signed activity that waits to be sent to our server.
type Letter struct {
	Person int
	Object string // the id of what it is about

	to     string
	body   []byte
	header http.Header
}

// Answer is what came of a letter.
type Answer struct {
	*Letter
	Status int // 0: none
	Err    error
	Took   time.Duration
}

// Accepted reports whether our server has it for good.
func (a Answer) Accepted() bool { return a.Status == http.StatusAccepted }

// letter makes and signs a letter.
func (w *World) letter(person int, object string, activity map[string]any) (*Letter, error) {
	l := &Letter{Person: person, Object: object, to: w.ours.inbox}
	var err error
	if l.body, err = json.Marshal(activity); err != nil {
		return nil, err
	}
	r, err := http.NewRequest(http.MethodPost, l.to, bytes.NewReader(l.body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", activityJSON)
	if err := httpsig.Sign(r, l.body, w.key(person), time.Now()); err != nil {
		return nil, err
	}
	l.header = r.Header
	return l, nil
}

func (w *World) activity(kind string, person int, id string, object any) map[string]any {
	return map[string]any{
		"@context": "https://www.w3.org/ns/activitystreams", "id": w.IRI(person) + "/activities/" + id, "type": kind, "actor": w.IRI(person),
		"to": "https://www.w3.org/ns/activitystreams#Public", "object": object,
	}
}

// Note makes the Create of a public note. It names our owner when that is asked for.
func (w *World) Note(person int, id string, named bool) (*Letter, error) {
	iri, note := w.IRI(person), w.note(person, id)
	if named {
		note["cc"] = []any{iri + "/followers", w.ours.actor}
		note["tag"] = []any{map[string]any{"type": "Mention", "href": w.ours.actor, "name": "@owner"}}
	}
	return w.letter(person, iri+"/notes/"+id, w.activity("Create", person, "create-"+id, note))
}

func (w *World) note(person int, id string) map[string]any {
	iri := w.IRI(person)
	return map[string]any{
		"id": iri + "/notes/" + id, "type": "Note", "attributedTo": iri, "published": time.Now().UTC().Format(time.RFC3339),
		"to": []any{everybody}, "cc": []any{iri + "/followers"},
		"content": "<p>Note " + id + " of person " + strconv.Itoa(person) + ": the tide comes in and goes out again, and the rock stays where it is.</p>",
	}
}

// Announcements makes what a relay says of notes that these people's hosts serve: one
// for each number below n, of the person that of gives.
func (w *World) Announcements(relay, n int, of func(i int) int) ([]*Letter, error) {
	return many(n, func(i int) (*Letter, error) {
		id := strconv.Itoa(i)
		iri := w.IRI(of(i)) + "/notes/" + id
		return w.letter(relay, iri, w.activity("Announce", relay, id, iri))
	})
}

// Notes makes Creates beforehand, on all cores: one after the other of these people.
func (w *World) Notes(n int, people func(i int) int, id string, named bool) ([]*Letter, error) {
	return many(n, func(i int) (*Letter, error) { return w.Note(people(i), id+strconv.Itoa(i), named) })
}

// many makes letters on all cores.
func many(n int, one func(i int) (*Letter, error)) ([]*Letter, error) {
	all, errs := make([]*Letter, n), make([]error, n)
	each(n, runtime.GOMAXPROCS(0), func(i int) { all[i], errs[i] = one(i) })
	return all, errors.Join(errs...)
}

// each calls do for 0 to n-1, several at once.
func each(n, atOnce int, do func(i int)) {
	next := make(chan int)
	var all sync.WaitGroup
	for range atOnce {
		all.Go(func() {
			for i := range next {
				do(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	all.Wait()
}

// Send sends letters, several at once, and gives what came of each.
func (w *World) Send(ctx context.Context, letters []*Letter, atOnce int) []Answer {
	out := make([]Answer, len(letters))
	each(len(letters), atOnce, func(i int) { out[i] = w.send(ctx, letters[i]) })
	return out
}

// SendAt sends letters one after another at this pace, whether they are answered or not.
func (w *World) SendAt(ctx context.Context, letters []*Letter, every time.Duration) []Answer {
	out := make([]Answer, len(letters))
	tick := time.NewTicker(every)
	defer tick.Stop()
	var all sync.WaitGroup
	defer all.Wait()
	for i, l := range letters {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return out
		}
		all.Go(func() { out[i] = w.send(ctx, l) })
	}
	return out
}

// Insist sends letters, several at once, each again until our server takes it, and
// says so each time it took one. No answer at all may mean that it did.
func (w *World) Insist(ctx context.Context, letters []*Letter, atOnce int, took func()) {
	each(len(letters), atOnce, func(i int) {
		for !w.send(ctx, letters[i]).Accepted() {
			select {
			case <-time.After(100 * time.Millisecond):
			case <-ctx.Done():
				return
			}
		}
		took()
	})
}

func (w *World) send(ctx context.Context, l *Letter) Answer {
	began := time.Now()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, l.to, bytes.NewReader(l.body))
	if err != nil {
		return Answer{Letter: l, Err: err}
	}
	r.Header = l.header.Clone()
	res, err := w.client.Do(r)
	if err != nil {
		return Answer{Letter: l, Err: err, Took: time.Since(began)}
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, res.Body) // so that the connection is used again
	return Answer{Letter: l, Status: res.StatusCode, Took: time.Since(began)}
}

// Follow lets people follow our owner, and waits until each has an Accept.
func (w *World) Follow(ctx context.Context, people int) error {
	letters := make([]*Letter, people)
	for i := range letters {
		var err error
		if letters[i], err = w.letter(i, w.ours.actor, w.activity("Follow", i, "follow", w.ours.actor)); err != nil {
			return err
		}
	}
	for _, a := range w.Send(ctx, letters, 16) {
		if !a.Accepted() {
			return fmt.Errorf("the Follow of %s: status %d, %v", w.IRI(a.Person), a.Status, a.Err)
		}
	}
	return w.Until(ctx, func() bool { return w.Count("Accept") >= people })
}

// accept answers a Follow of our owner's. It tries until our server takes it.
func (w *World) accept(person int, follow json.RawMessage) {
	for {
		l, err := w.letter(person, w.ours.actor, w.activity("Accept", person, "accept", follow))
		if err == nil && w.send(context.Background(), l).Accepted() {
			return
		}
		select {
		case <-time.After(time.Second):
		case <-w.closed:
			return
		}
	}
}
