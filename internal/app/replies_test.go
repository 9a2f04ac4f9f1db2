package app_test

import (
	"fmt"
	"maps"
	"net/http"
	"testing"

	"skerry/internal/social"
	"skerry/internal/testkit"
)

// question makes a post of eve's whose replies collection is this.
func (st *stage) question(id string, replies any, more doc) social.Post {
	st.t.Helper()
	note := st.eve.Note(id, "what do you think?")
	note["replies"] = replies
	maps.Copy(note, more)
	p, err := st.s.Finder.FetchPost(st.ctx, note["id"].(string))
	st.must(err)
	return p
}

// answerTo makes a note that answers another.
func answerTo(iri any, by *testkit.Stranger, id string) doc {
	n := by.Note(id, "answer "+id)
	n["inReplyTo"] = iri
	return n
}

func TestRepliesAreFetchedFromWhereTheyLive(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		other := testkit.NewPeer(t)
		fred := other.Person("fred")
		question := st.eve.IRI + "/notes/q"
		self, far := answerTo(question, st.eve, "self"), answerTo(question, fred, "far")
		deep := answerTo(far["id"], st.bert, "deep")
		far["replies"] = doc{"id": far["id"].(string) + "/replies", "type": "Collection", "items": []any{deep["id"]}}
		closed := answerTo(question, fred, "closed")
		closed["to"] = fred.IRI + "/followers"
		stray := fred.Note("stray", "nothing to do with it")
		forged := doc{"id": fred.IRI + "/notes/forged", "type": "Note", "attributedTo": fred.IRI, "content": "x", "inReplyTo": question, "to": "https://www.w3.org/ns/activitystreams#Public"}
		at := question + "/replies"
		st.peer.Serve("/users/eve/notes/q/replies/2", doc{"type": "CollectionPage", "next": other.Origin + "/elsewhere", "items": []any{far["id"], closed["id"], stray["id"], forged}})
		p := st.question("q", doc{"id": at, "type": "Collection", "first": doc{"type": "CollectionPage", "next": at + "/2", "items": []any{self}}}, nil)
		found, err := st.s.Finder.Replies(st.ctx, p)
		if st.must(err); found != 3 {
			t.Errorf("%d replies were found, want 3", found)
		}
		for _, n := range []doc{self, far, deep} {
			st.wantPost(n["id"], true)
		}
		for _, n := range []doc{closed, stray, forged} {
			st.wantPost(n["id"], false)
		}
		if got, _ := st.post(deep["id"]); st.above(deep["id"]) != 2 || got.Parent == 0 {
			t.Errorf("the deep answer has %d posts above it, want 2", st.above(deep["id"]))
		}
		if n := other.Asked("/elsewhere"); n != 0 {
			t.Error("the next page of a collection was asked for on another host")
		}
		if n := st.peer.Asked("/users/eve/notes/self"); n != 0 {
			t.Error("what its author's server embedded was asked for")
		}
		st.quiet()
		if again, err := st.s.Finder.Replies(st.ctx, p); err != nil || again != 0 {
			t.Errorf("the second time %d replies were new, %v; want none", again, err)
		}
	})
}

func TestConversationIsReadWhereItIsOffered(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		question := st.eve.IRI + "/notes/q"
		first := answerTo(question, st.bert, "first")
		second := answerTo(first["id"], st.bert, "second")
		st.peer.Serve("/contexts/1", doc{"id": st.peer.Origin + "/contexts/1", "type": "OrderedCollection", "orderedItems": []any{question, second["id"], first["id"]}})
		p := st.question("q", nil, doc{"context": st.peer.Origin + "/contexts/1"})
		if found, err := st.s.Finder.Replies(st.ctx, p); found != 2 || err != nil {
			t.Errorf("%d were found, %v; want 2", found, err)
		}
		if n := st.above(second["id"]); n != 2 {
			t.Errorf("the last answer has %d posts above it, want 2", n)
		}
	})
}

func TestRepliesHaveBounds(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		question := st.eve.IRI + "/notes/q"
		pages := func(n int) string { return fmt.Sprint(question, "/replies/", n) }
		for n := range 20 {
			var items []any
			for i := range 5 {
				items = append(items, answerTo(question, st.bert, fmt.Sprint(n, "-", i))["id"])
			}
			st.peer.Serve(fmt.Sprint("/users/eve/notes/q/replies/", n), doc{"type": "CollectionPage", "next": pages(n + 1), "items": items})
		}
		found, err := st.s.Finder.Replies(st.ctx, st.question("q", pages(0), nil))
		if st.must(err); found == 0 || found > 40 {
			t.Errorf("%d replies were stored at once", found)
		}
		if n := st.peer.Asked("/users/eve/notes/q/replies/4"); n != 0 {
			t.Error("a fifth page was asked for")
		}
		ring := st.eve.IRI + "/notes/r/replies"
		st.peer.Serve("/users/eve/notes/r/replies", doc{"type": "CollectionPage", "next": ring, "items": []any{}})
		if _, err := st.s.Finder.Replies(st.ctx, st.question("r", ring, nil)); err != nil {
			t.Error(err)
		}
		if n := st.peer.Asked("/users/eve/notes/r/replies"); n != 1 {
			t.Errorf("a page that leads to itself was asked for %d times", n)
		}
	})
}

// A host that was not there is not waited for again and again in one look.
func TestHostThatIsAwayIsAskedOnce(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		other := testkit.NewPeer(t)
		other.Handle("/elsewhere", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) })
		var items []any
		for i := range 12 {
			path := fmt.Sprint("/notes/", i)
			other.Handle(path, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
			items = append(items, other.Origin+path)
		}
		p := st.question("q", doc{"type": "Collection", "items": items}, nil)
		if found, err := st.s.Finder.Replies(st.ctx, p); found != 0 || err != nil {
			t.Errorf("%d were found, %v", found, err)
		}
		asked := 0
		for i := range 12 {
			asked += other.Asked(fmt.Sprint("/notes/", i))
		}
		if asked > 2*4 { // those that were under way, each tried again on a new connection
			t.Errorf("the host was asked %d times", asked)
		}
	})
}

func TestThreadAboveEndsWhereTheOwnerMayNotSee(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		last := st.chain(5)
		hidden := st.peer.Document("/users/eve/notes/2")
		hidden["to"], hidden["cc"] = st.eve.IRI+"/followers", nil
		st.peer.Serve("/users/eve/notes/2", hidden)
		p, err := st.s.Finder.FetchPost(st.ctx, last["id"].(string))
		st.must(err)
		if found, err := st.s.Finder.Ancestors(st.ctx, p); found != 2 || err != nil {
			t.Errorf("%d were fetched, %v; want the next, and the one that is not for the owner", found, err)
		}
		st.wantPost(st.eve.IRI+"/notes/1", false)
	})
}
