package mastodon_test

import (
	"crypto/rand"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestSameKeyMakesOneStatus(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		key := header("Idempotency-Key", "one")
		first := st.want(200, "POST", "/v1/statuses", form("status", "hello"), key).object(t)
		again := st.want(200, "POST", "/v1/statuses", form("status", "another text"), key).object(t)
		if text(first, "id") != text(again, "id") || again["content"] != "<p>hello</p>" {
			t.Errorf("got %v, want the first status %v", again, first)
		}
		for name, changes := range map[string][]change{
			"another key":   {header("Idempotency-Key", "two")},
			"another token": {key, token(st.scoped("write read"))},
			"no key":        nil,
		} {
			got := st.want(200, "POST", "/v1/statuses", append(changes, form("status", name))...).object(t)
			if text(got, "id") == text(first, "id") {
				t.Errorf("%s: got the first status, want a new one", name)
			}
		}
	})
}

func TestSameKeyAtOnceMakesOneStatus(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		var all sync.WaitGroup
		got := make([]answer, 8)
		for i := range got {
			all.Go(func() {
				got[i] = st.ask("POST", "/v1/statuses", form("status", "hello"), header("Idempotency-Key", "one"))
			})
		}
		all.Wait()
		for _, a := range got {
			if a.status != 200 || text(a.object(t), "id") != text(got[0].object(t), "id") {
				t.Errorf("got %d %s, want the one status", a.status, a.body)
			}
		}
		if home := st.list("/v1/timelines/home"); len(home) != 1 {
			t.Errorf("home has %d statuses, want 1", len(home))
		}
	})
}

func TestKeyIsForgottenAfterAnHour(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		key := header("Idempotency-Key", "one")
		post := func() string {
			return text(st.want(200, "POST", "/v1/statuses", form("status", "hello"), key).object(t), "id")
		}
		first := post()
		st.clock.Advance(59 * time.Minute)
		if again := post(); again != first {
			t.Errorf("after 59 minutes: got %s, want %s", again, first)
		}
		st.clock.Advance(2 * time.Minute)
		if again := post(); again == first {
			t.Error("after 61 minutes: got the first status, want a new one")
		}
	})
}

// A status that was refused was not made: the key is free for a better try.
func TestKeyOfARefusedStatusIsFree(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		key := header("Idempotency-Key", "one")
		st.refused(422, "POST", "/v1/statuses", form("status", ""), key)
		if got := st.want(200, "POST", "/v1/statuses", form("status", "hello"), key).object(t); got["content"] != "<p>hello</p>" {
			t.Errorf("got %v, want the status", got)
		}
	})
}

// Postgres can index no key of some thousands of bytes, and store none that is
// not UTF-8.
func TestKeyThatCannotBeKeptIsRefused(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		long := "" // and not compressible
		for range 400 {
			long += rand.Text()
		}
		for name, key := range map[string]string{"long": long, "no UTF-8": "\xff\xfe"} {
			if said := st.refused(400, "POST", "/v1/statuses", form("status", name), header("Idempotency-Key", key)); !strings.Contains(said, "Idempotency-Key") {
				t.Errorf("%s: told %q, want the header named", name, said)
			}
		}
		st.want(200, "POST", "/v1/statuses", form("status", "hello"), header("Idempotency-Key", strings.Repeat("k", 255)))
		if home := st.list("/v1/timelines/home"); len(home) != 1 {
			t.Errorf("home has %d statuses, want 1", len(home))
		}
	})
}

func TestKeyOfADeletedStatusGivesNothingBack(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		key := header("Idempotency-Key", "one")
		first := st.want(200, "POST", "/v1/statuses", form("status", "hello"), key).object(t)
		st.want(200, "DELETE", "/v1/statuses/"+text(first, "id"))
		st.refused(404, "POST", "/v1/statuses", form("status", "hello"), key)
	})
}
