package app_test

import (
	"fmt"
	"testing"

	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/testkit"
)

// chain makes posts by eve, each answering the one before.
func (st *stage) chain(n int) (last map[string]any) {
	st.t.Helper()
	for i := range n {
		note := st.eve.Note(fmt.Sprint(i), fmt.Sprint("number ", i))
		if last != nil {
			note["inReplyTo"] = last["id"]
		}
		last = note
	}
	return last
}

// above counts the stored posts above one.
func (st *stage) above(iri any) (n int) {
	st.t.Helper()
	p, ok := st.post(iri)
	if !ok {
		st.t.Fatalf("%v is not kept", iri)
	}
	for ; p.Parent != 0; n++ {
		parent, err := st.s.DB.Post(st.ctx, p.Parent)
		st.must(err)
		p = parent
	}
	return n
}

func TestThreadAboveAPostIsFetched(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		last := st.chain(8)
		note := st.bert.Note("answer", "I agree")
		note["inReplyTo"] = last["id"]
		st.tell(st.bert, st.bert.Activity("Create", "c1", note))
		if n := st.above(note["id"]); n != 8 {
			t.Errorf("%d posts are above the answer of whom the owner follows, want 8", n)
		}
	})
}

func TestThreadAboveAPostThatIsLookedUpIsFetched(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		last := st.chain(5)
		if _, _, err := st.s.Finder.Resolve(st.ctx, last["id"].(string)); err != nil {
			t.Fatal(err)
		}
		if n := st.above(last["id"]); n != 4 {
			t.Errorf("%d posts are above it, want 4", n)
		}
	})
}

// A thread without end, or in a ring, ends with the budget of what led to it.
func TestThreadWithoutEndIsCut(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		last := st.chain(60)
		first := st.peer.Document("/users/eve/notes/0")
		first["inReplyTo"] = last["id"]
		st.peer.Serve("/users/eve/notes/0", first)
		if _, _, err := st.s.Finder.Resolve(st.ctx, last["id"].(string)); err != nil {
			t.Fatal(err)
		}
		fetched := 0
		for i := range 60 {
			fetched += st.peer.Asked(fmt.Sprint("/users/eve/notes/", i))
		}
		if fetched > 20 {
			t.Errorf("one search led to %d fetches", fetched)
		}
	})
}

// Who is known by the address of a page is not fetched for it.
func TestKnownPageIsNotFetchedAgain(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		doc := st.peer.Document("/users/eve")
		doc["url"] = st.peer.Origin + "/@eve"
		st.peer.Serve("/users/eve", doc)
		st.peer.Serve("/@eve", doc)
		for range 3 {
			_, a, err := st.s.Finder.Resolve(st.ctx, st.peer.Origin+"/@eve")
			if err != nil || a == nil || a.IRI != st.eve.IRI {
				t.Fatalf("got %v, %v", a, err)
			}
		}
		if n := st.peer.Asked("/@eve"); n != 1 {
			t.Errorf("the page was asked for %d times, want once", n)
		}
	})
}

// A boost is told of as long as it holds.
func TestBoostOfADeletedPostIsNotTold(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		note := st.bert.Note("1", "hello")
		st.tell(st.bert, st.bert.Activity("Create", "c1", note))
		p, _ := st.post(note["id"])
		b, err := st.s.Publisher.Boost(st.ctx, p.ID, social.Public)
		st.must(err)
		testkit.Settle(t, st.s)
		if got := look(t, asking(t, "GET", b.IRI, server)); got.status != 200 {
			t.Errorf("got %d, want 200", got.status)
		}
		st.tell(st.bert, st.bert.Activity("Delete", "d1", note["id"]))
		if got := look(t, asking(t, "GET", b.IRI, server)); got.status != 404 {
			t.Errorf("after the deletion: got %d, want 404", got.status)
		}
	})
}

// What was fetched as part of a thread, or because the owner looked, and comes by
// itself afterwards, still reaches the owner.
func TestPostThatWasFetchedBeforeItCameIsInHomeAndTold(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		note := st.bert.Note("1", "hello")
		note["tag"] = []any{map[string]any{"type": "Mention", "href": st.s.Owner.IRI, "name": "@anna"}}
		if _, err := st.s.Finder.Post(st.ctx, note["id"].(string)); err != nil {
			t.Fatal(err)
		}
		p, _ := st.post(note["id"])
		for range 2 {
			st.tell(st.bert, st.bert.Activity("Create", "c1", note))
			home, err := st.s.DB.InHome(st.ctx, p.ID, 0)
			st.must(err)
			told, err := st.s.DB.Notifications(st.ctx, []social.NotificationKind{social.NotifyMention}, store.PageOf{Limit: 9})
			st.must(err)
			if !home || len(told) != 1 {
				t.Errorf("in home: %v, told %d times; want it there and told once", home, len(told))
			}
		}
	})
}
