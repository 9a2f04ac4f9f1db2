package app_test

import (
	"bytes"
	"encoding/base64"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"skerry/internal/httpsig"
	"skerry/internal/store"
	"skerry/internal/testkit"
)

// received counts what the inboxes of a server have kept.
func received(t *testing.T, s *testkit.Server) int {
	t.Helper()
	n := 0
	for _, state := range []store.State{store.Waiting, store.Done, store.Parked, store.Cancelled} {
		count, err := s.DB.CountInbound(t.Context(), state)
		if err != nil {
			t.Fatal(err)
		}
		n += count
	}
	return n
}

// body replaces what a request carries, after it was signed.
func body(r *http.Request, text string) {
	r.Body, r.ContentLength = io.NopCloser(strings.NewReader(text)), int64(len(text))
	r.GetBody = nil
}

// resign signs a request again after a change, at a time.
func resign(t *testing.T, r *http.Request, key httpsig.Key, at time.Time) {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	body(r, string(b))
	if err := httpsig.Sign(r, b, key, at); err != nil {
		t.Fatal(err)
	}
}

// TestWhatTheDoorRefusesIsNotKept sends what must not come in.
func TestWhatTheDoorRefusesIsNotKept(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		s := testkit.Start(t, dsn, "anna")
		peer := testkit.NewPeer(t)
		bert, eve := peer.Person("bert"), peer.Person("eve")
		inbox := s.Owner.Inbox
		like := func(id string) any { return bert.Activity("Like", id, s.Owner.IRI) }
		now := time.Now()
		for _, c := range []struct {
			name   string
			status int
			change func(*http.Request)
		}{
			{"tampered body", 401, func(r *http.Request) {
				body(r, `{"@context":"https://www.w3.org/ns/activitystreams","id":"`+bert.IRI+`/x","type":"Like","actor":"`+bert.IRI+`","object":"`+s.Owner.IRI+`"}`)
			}},
			{"stale date", 401, func(r *http.Request) { resign(t, r, bert.Key, now.Add(-13*time.Hour)) }},
			{"date to come", 401, func(r *http.Request) { resign(t, r, bert.Key, now.Add(2*time.Hour)) }},
			{"wrong host", 401, func(r *http.Request) {
				r.Host = "elsewhere.example"
				resign(t, r, bert.Key, now)
			}},
			{"digest not covered", 401, func(r *http.Request) { uncover(r, " digest") }},
			{"date not covered", 401, func(r *http.Request) { uncover(r, " date") }},
			{"host not covered", 401, func(r *http.Request) { uncover(r, " host") }},
			{"no signature", 401, func(r *http.Request) { r.Header.Del("Signature") }},
			{"garbled signature", 401, func(r *http.Request) { r.Header.Set("Signature", `keyId="x`) }},
			{"signature of other bytes", 401, func(r *http.Request) {
				r.Header.Set("Signature", strings.Replace(r.Header.Get("Signature"), `signature="`, `signature="`+base64.StdEncoding.EncodeToString([]byte("x"))[:4], 1))
			}},
			{"another actor's key", 401, func(r *http.Request) { resign(t, r, eve.Key, now) }},
			{"another actor's key under his name", 401, func(r *http.Request) {
				resign(t, r, httpsig.Key{ID: bert.Key.ID, Private: eve.Key.Private}, now)
			}},
			{"key that is nowhere", 401, func(r *http.Request) {
				resign(t, r, httpsig.Key{ID: bert.IRI + "#other-key", Private: bert.Key.Private}, now)
			}},
			{"other path", 401, func(r *http.Request) { r.URL.Path = "/inbox" }},
			{"not ActivityStreams", 415, func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") }},
			{"no type", 415, func(r *http.Request) { r.Header.Del("Content-Type") }},
			{"no JSON", 400, func(r *http.Request) {
				body(r, "hello")
				resign(t, r, bert.Key, now)
			}},
			{"too large", 413, func(r *http.Request) {
				body(r, `{"a":"`+strings.Repeat("x", 1<<20)+`"}`)
				resign(t, r, bert.Key, now)
			}},
		} {
			t.Run(c.name, func(t *testing.T) {
				before := received(t, s)
				r := bert.Request(inbox, like(strings.ReplaceAll(c.name, " ", "-")))
				c.change(r)
				status, said := testkit.Do(t, r)
				if status != c.status || strings.TrimSpace(said) == "" {
					t.Errorf("got %d %q, want %d with a sentence", status, said, c.status)
				}
				if after := received(t, s); after != before {
					t.Errorf("%d rows were kept", after-before)
				}
			})
		}
	})
}

// uncover takes a header out of the list of those that are signed.
func uncover(r *http.Request, name string) {
	r.Header.Set("Signature", strings.Replace(r.Header.Get("Signature"), name, "", 1))
}

func TestWhoIsBlockedIsRefusedAtTheDoor(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		s, bert := testkit.Start(t, dsn, "anna"), testkit.NewPeer(t).Person("bert")
		if status, said := bert.Send(s.Owner.Inbox, bert.Activity("Follow", "1", s.Owner.IRI)); status != 202 {
			t.Fatalf("got %d %s", status, said)
		}
		testkit.Settle(t, s)
		a, err := s.DB.ActorByIRI(t.Context(), bert.IRI)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Publisher.Block(t.Context(), a.ID); err != nil {
			t.Fatal(err)
		}
		before := received(t, s)
		if status, _ := bert.Send(s.Owner.Inbox, bert.Activity("Follow", "2", s.Owner.IRI)); status != 403 {
			t.Errorf("got %d, want 403", status)
		}
		if received(t, s) != before {
			t.Error("a blocked actor's activity was kept")
		}
	})
}

// A request whose very bytes come again is answered as the first was, and has no
// effect.
func TestReplayedRequestIsKeptOnce(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		s, bert := testkit.Start(t, dsn, "anna"), testkit.NewPeer(t).Person("bert")
		r := bert.Request(s.Origin+"/inbox", bert.Activity("Follow", "1", s.Owner.IRI))
		sent, err := io.ReadAll(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			r.Body = io.NopCloser(bytes.NewReader(sent))
			if status, said := testkit.Do(t, r); status != 202 {
				t.Errorf("got %d %s, want 202", status, said)
			}
		}
		if n := received(t, s); n != 1 {
			t.Errorf("%d rows, want 1", n)
		}
	})
}

// Every server hears of every deleted account: those we never met are dropped
// before anything is fetched.
func TestDeleteOfAnUnknownAccountCostsNothing(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		s, peer := testkit.Start(t, dsn, "anna"), testkit.NewPeer(t)
		gone := peer.Person("gone")
		peer.Fail("/users/gone", http.StatusGone)
		if status, said := gone.Send(s.Origin+"/inbox", gone.Activity("Delete", "1", gone.IRI)); status != 202 {
			t.Errorf("got %d %s, want 202", status, said)
		}
		if n := peer.Asked("/users/gone"); n != 0 || received(t, s) != 0 {
			t.Errorf("asked %d times, %d rows; want neither", n, received(t, s))
		}
	})
}

// A key that cannot be had right now may be had later: the sender is told to try again.
func TestKeyThatIsAwayIsNoRefusal(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		s, peer := testkit.Start(t, dsn, "anna"), testkit.NewPeer(t)
		bert := peer.Person("bert")
		peer.Fail("/users/bert", http.StatusInternalServerError)
		status, said := bert.Send(s.Owner.Inbox, bert.Activity("Follow", "1", s.Owner.IRI))
		if status != 503 || received(t, s) != 0 {
			t.Errorf("got %d %s and %d rows, want 503 and none", status, said, received(t, s))
		}
	})
}
