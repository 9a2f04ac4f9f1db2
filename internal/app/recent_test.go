package app_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/testkit"
)

func TestRecentPostsAreReadInEveryServersForm(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		notes := st.noted(3)
		one, two, three := notes[0], notes[1], notes[2]
		at := st.eve.IRI + "/outbox"
		for name, served := range map[string]map[string]any{
			"mastodon": {
				"":       doc{"id": at, "type": "OrderedCollection", "totalItems": 3, "first": at + "/page"},
				"/page":  doc{"id": at + "/page", "type": "OrderedCollectionPage", "partOf": at, "next": at + "/never", "orderedItems": []any{create(three), doc{"id": at + "/b", "type": "Announce", "actor": st.eve.IRI, "object": st.bert.Note("9", "not mine")["id"]}, create(two), create(one)}},
				"/never": doc{"type": "OrderedCollectionPage"},
			},
			"gotosocial": {
				"":      doc{"id": at, "type": "OrderedCollection", "first": at + "/page"},
				"/page": doc{"id": at + "/page", "type": "OrderedCollectionPage", "orderedItems": []any{doc{"id": at + "/c3", "type": "Create", "actor": st.eve.IRI, "object": three["id"]}, doc{"type": "Create", "actor": st.eve.IRI, "object": two["id"]}, doc{"type": "Create", "object": doc{"id": one["id"]}}}},
			},
			"bare ids in the collection itself": {
				"": doc{"id": at, "type": "OrderedCollection", "orderedItems": []any{three["id"], two["id"], one["id"]}},
			},
			"bare notes in a page inside": {
				"": doc{"id": at, "type": "OrderedCollection", "first": doc{"type": "OrderedCollectionPage", "orderedItems": []any{three, two, one}}},
			},
		} {
			for path, d := range served {
				st.peer.Serve("/users/eve/outbox"+path, d)
			}
			a := st.known(nil)
			found, err := st.s.Finder.Recent(st.ctx, a)
			if diff := cmp.Diff([]string{"number 3", "number 2", "number 1"}, st.texts(a.ID)); err != nil || found != 3 || diff != "" {
				t.Errorf("%s: %d found, %v (-want +got):\n%s", name, found, err, diff)
			}
			st.wantPost(st.bert.IRI+"/notes/9", false)
			st.quiet()
			st.forget(a.ID)
		}
		if n := st.peer.Asked("/users/eve/outbox/never"); n != 0 {
			t.Errorf("a second page was asked for")
		}
	})
}

// forget drops all that is stored of somebody.
func (st *stage) forget(by social.ID) {
	st.t.Helper()
	all, err := st.s.DB.PostsBy(st.ctx, by, social.Direct, store.PageOf{Limit: 100})
	st.must(err)
	st.must(st.s.DB.InTx(st.ctx, func(tx *store.Tx) error {
		for _, p := range all {
			if err := tx.DropPost(st.ctx, p.ID); err != nil {
				return err
			}
		}
		return nil
	}))
}

// What a collection carries is believed only of its owner and from its own origin.
func TestOutboxIsNotBelievedAboutOthers(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		other := testkit.NewPeer(t)
		victim := other.Person("victim")
		lie := func(id string, by any) doc {
			return doc{"id": id, "type": "Note", "attributedTo": by, "content": "a lie", "to": "https://www.w3.org/ns/activitystreams#Public"}
		}
		truth := st.eve.Note("1", "the truth")
		closed := st.eve.Note("2", "for few")
		closed["to"] = st.eve.IRI + "/followers"
		neighbour := st.bert.IRI + "/notes/3"
		st.bert.Note("3", "bert's own")
		at := st.eve.IRI + "/outbox"
		st.peer.Serve("/users/eve/outbox", doc{"id": at, "type": "OrderedCollection", "orderedItems": []any{
			create(lie(victim.IRI+"/notes/1", victim.IRI)),                     // another host
			create(lie(victim.IRI+"/notes/2", st.eve.IRI)),                     // the same, by eve
			create(lie(neighbour, st.bert.IRI)),                                // a neighbour's
			create(lie(st.eve.IRI+"/notes/1", []any{st.bert.IRI, st.eve.IRI})), // hers and a neighbour's
			create(closed),
			create(lie(st.eve.IRI+"/notes/4", st.eve.IRI)), // her server may say what it likes of her
		}})
		a := st.known(nil)
		_, err := st.s.Finder.Recent(st.ctx, a)
		st.must(err)
		if diff := cmp.Diff([]string{"a lie", "the truth"}, st.texts(a.ID)); diff != "" {
			t.Errorf("of eve (-want +got):\n%s", diff)
		}
		st.wantPost(truth["id"], true)
		for _, iri := range []string{victim.IRI + "/notes/1", victim.IRI + "/notes/2", neighbour, closed["id"].(string)} {
			st.wantPost(iri, false)
		}
		if n := other.Asked("/users/victim/notes/1") + other.Asked("/users/victim/notes/2"); n != 0 {
			t.Errorf("an outbox made us ask another host %d times", n)
		}

		st.forget(a.ID)
		a = st.known(doc{"outbox": other.Origin + "/outbox"})
		other.Serve("/outbox", doc{"type": "OrderedCollection", "orderedItems": []any{create(lie(st.eve.IRI+"/notes/5", st.eve.IRI))}})
		if _, err = st.s.Finder.Recent(st.ctx, a); err != nil || len(st.texts(a.ID)) != 0 {
			t.Errorf("of an outbox on another host %v was kept, %v", st.texts(a.ID), err)
		}
		a = st.known(doc{"outbox": st.eve.IRI + "/moved"})
		st.peer.Handle("/users/eve/moved", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, other.Origin+"/outbox", http.StatusFound)
		})
		if _, err = st.s.Finder.Recent(st.ctx, a); err == nil || len(st.texts(a.ID)) != 0 {
			t.Errorf("of an outbox that leads to another host %v was kept, %v", st.texts(a.ID), err)
		}
	})
}

func TestLongOutboxIsReadWithinBounds(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		var all, ids []any
		for _, n := range st.noted(60) {
			all, ids = append(all, create(n)), append(ids, n["id"])
		}
		st.peer.Serve("/users/eve/outbox", doc{"type": "OrderedCollection", "orderedItems": all})
		a := st.known(nil)
		found, err := st.s.Finder.Recent(st.ctx, a)
		if found != 20 || err != nil {
			t.Errorf("%d of 60 embedded posts were kept, %v; want 20", found, err)
		}
		st.forget(a.ID)
		st.peer.Serve("/users/eve/outbox", doc{"type": "OrderedCollection", "orderedItems": ids})
		if found, err = st.s.Finder.Recent(st.ctx, a); found == 0 || found > 20 || err == nil {
			t.Errorf("%d of 60 posts were kept, %v; want that the budget ends it", found, err)
		}
		asked := 0
		for i := range 60 {
			asked += st.peer.Asked(fmt.Sprint("/users/eve/notes/", i+1))
		}
		if asked > 20 {
			t.Errorf("one look led to %d fetches", asked)
		}
	})
}

func TestPinsAreThoseOfTheFeaturedCollection(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		notes := st.noted(3)
		a := st.known(doc{"featured": st.eve.IRI + "/featured"})
		for _, want := range [][]int{{2, 0}, {1, 2}, {}} {
			items, iris := []any{}, []string{}
			for _, i := range want {
				items, iris = append(items, notes[i]), append(iris, notes[i]["id"].(string))
			}
			st.peer.Serve("/users/eve/featured", doc{"id": st.eve.IRI + "/featured", "type": "OrderedCollection", "orderedItems": items})
			_, _ = st.s.Finder.Recent(st.ctx, a) // there is no outbox
			pins, err := st.s.DB.Pins(st.ctx, a.ID)
			st.must(err)
			got := []string{}
			for _, p := range pins {
				got = append(got, p.IRI)
			}
			if diff := cmp.Diff(iris, got); diff != "" {
				t.Errorf("pinned (-want +got):\n%s", diff)
			}
		}
	})
}
