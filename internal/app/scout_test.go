package app_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"skerry/internal/remote"
	"skerry/internal/social"
	"skerry/internal/store"
)

type doc = map[string]any

// known gives how eve is stored when her document says this too.
func (st *stage) known(change doc) social.Actor {
	st.t.Helper()
	d := st.peer.Document("/users/eve")
	maps.Copy(d, change)
	st.peer.Serve("/users/eve", d)
	a, err := st.s.Finder.FetchActor(st.ctx, st.eve.IRI)
	st.must(err)
	return a
}

// noted makes notes of eve's, numbered from 1, that only she knows of.
func (st *stage) noted(n int) (notes []doc) {
	for i := range n {
		note := st.eve.Note(fmt.Sprint(i+1), fmt.Sprint("number ", i+1))
		note["published"] = time.Now().UTC().Add(time.Duration(i-n) * time.Minute).Format(time.RFC3339)
		notes = append(notes, note)
	}
	return notes
}

// texts gives what is stored of somebody, newest first.
func (st *stage) texts(by social.ID) (out []string) {
	st.t.Helper()
	all, err := st.s.DB.PostsBy(st.ctx, by, social.Direct, store.PageOf{Limit: 100})
	st.must(err)
	for _, p := range all {
		out = append(out, strings.TrimSuffix(strings.TrimPrefix(p.Content, "<p>"), "</p>"))
	}
	return out
}

// quiet wants that nobody was told of anything.
func (st *stage) quiet() {
	st.t.Helper()
	if n, told := len(st.home()), st.told(); n > 0 || len(told) > 0 {
		st.t.Errorf("home has %d lines and the owner was told %v, want nothing", n, told)
	}
}

// sent sends the scout out and waits until it is back.
func (st *stage) sent(topic string, look func() bool) (found string) {
	st.t.Helper()
	events, stop := st.s.Bus.Hear(topic)
	defer stop()
	if !look() {
		return ""
	}
	select {
	case e := <-events:
		return string(e)
	case <-time.After(30 * time.Second):
		st.t.Fatal("the scout does not come back")
	}
	return ""
}

func create(n doc) doc {
	return doc{"id": n["id"].(string) + "/activity", "type": "Create", "actor": n["attributedTo"], "to": n["to"], "object": n}
}

// Who looks at a person first must not make the owner miss what that person sends.
func TestPostThatWasLookedAtFirstIsStillTold(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		note := st.bert.Note("1", "hello anna")
		note["tag"] = []any{doc{"type": "Mention", "href": st.s.Owner.IRI, "name": "@anna"}}
		st.peer.Serve("/users/bert/outbox", doc{"type": "OrderedCollection", "orderedItems": []any{create(note)}})
		found, err := st.s.Finder.Recent(st.ctx, st.who(st.bert))
		if st.must(err); found != 1 {
			t.Fatalf("%d posts were found, want 1", found)
		}
		st.quiet()
		for i := range 2 { // the second is no news
			st.tell(st.bert, st.bert.Activity("Create", fmt.Sprint("c", i), note))
			if n, told := len(st.home()), st.told(); n != 1 || len(told) != 1 || told[0] != social.NotifyMention {
				t.Errorf("home has %d lines and the owner was told %v, want the post in both", n, told)
			}
		}
	})
}

// Whoever looks is told at once whether to wait for more, and then what came.
func TestScoutGoesOnceAndTellsWhatItFound(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		st.peer.Serve("/users/eve/outbox", doc{"type": "OrderedCollection", "orderedItems": []any{create(st.eve.Note("hello", "hello"))}})
		a := st.known(nil)
		look := func() bool { return st.s.Scout.LookAt(a) }
		if got := st.sent(remote.NewPosts(a.ID), look); got != "1" {
			t.Errorf("got %q, want that one post came", got)
		}
		if look() {
			t.Error("it goes again at once")
		}
		st.clock.Advance(7 * time.Hour)
		if got := st.sent(remote.NewPosts(a.ID), look); got != "0" {
			t.Errorf("hours later: got %q, want that nothing came", got)
		}
		last := st.chain(3)
		answer := answerTo(last["id"], st.bert, "answer")
		last["replies"] = doc{"type": "Collection", "items": []any{answer["id"]}}
		p, err := st.s.Finder.FetchPost(st.ctx, last["id"].(string))
		st.must(err)
		around := func() bool { return st.s.Scout.LookAround(p) }
		if got := st.sent(remote.NewInThread(p.ID), around); got != "3" {
			t.Errorf("got %q, want two above and one below", got)
		}
		if around() {
			t.Error("it goes around the thread again at once")
		}
		if own := st.say(social.Public, "mine"); st.s.Scout.LookAt(st.s.Owner) || st.sent(remote.NewInThread(own.ID), func() bool { return st.s.Scout.LookAround(own) }) != "0" {
			t.Error("it goes out for what is here")
		}
	})
}
