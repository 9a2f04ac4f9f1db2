package retention_test

import (
	"testing"

	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/testkit"
)

// All that came from somewhere goes, however young, with its pictures; what was touched
// stays, and what came from elsewhere.
func TestPurgeTakesWhatCameFromSomewhereAlone(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		for name, of := range map[string]func(w *world) store.Purge{
			"host":  func(*world) store.Purge { return store.Purge{Host: "bert.example"} },
			"actor": func(w *world) store.Purge { return store.Purge{Actor: w.strangers[0].ID} },
			"relay": func(*world) store.Purge { return store.Purge{Relay: 1} },
		} {
			t.Run(name, func(t *testing.T) {
				if dsn != "" { // one server in a schema
					dsn = testkit.Postgres(t)
				}
				w := newWorld(t, dsn)
				bert, cleo := w.strangers[0], w.strangers[1]
				top, gone, other := w.add(1, bert, picture, relayed), w.add(2, bert, picture, relayed), w.add(3, cleo, picture)
				liked := w.add(4, bert, answering(top.IRI), picture, relayed)
				w.in(func(tx *store.Tx) error {
					_, err := tx.AddLike(t.Context(), social.Like{ID: w.s.DB.IDs().New(), Post: liked.ID, By: w.s.Owner.ID, At: w.s.DB.Now()})
					return err
				})
				all, kept, err := w.s.DB.CountPurge(t.Context(), of(w))
				if err != nil || all.N != 3 || kept.N != 2 || kept.Bytes >= all.Bytes {
					t.Errorf("counted are %+v, %+v kept, %v; want three and two", all, kept, err)
				}
				done, err := w.s.Sweeper.Purge(t.Context(), of(w))
				if err != nil || done.Posts.N != 1 || done.Media != (social.Amount{N: 1, Bytes: 10}) {
					t.Errorf("gone are %+v, %v; want one post and its picture", done, err)
				}
				if state, err := w.s.DB.Storage(t.Context()); err != nil || state.Pruned != done || state.PrunedAt.IsZero() {
					t.Errorf("the state is %+v, %v; want what was removed now", state, err)
				}
				for _, p := range []social.Post{top, gone, other, liked} {
					if want := p.ID != gone.ID; w.there(p.IRI) != want || w.medium(p.IRI+".png") != want {
						t.Errorf("%s: there %v, its picture %v, want %v", p.IRI, w.there(p.IRI), w.medium(p.IRI+".png"), want)
					}
				}
			})
		}
	})
}
