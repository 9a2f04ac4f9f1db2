package store_test

import (
	"context"
	"slices"
	"testing"

	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/testkit"
)

// noted makes n posts of a, of which each answers the one before it.
func noted(db *store.DB, a social.Actor, n int) (all []social.Post) {
	above := ""
	for range n {
		id := db.IDs().New()
		p := social.Post{ID: id, IRI: a.IRI + "/posts/" + id.String(), Author: a.ID, AuthorIRI: a.IRI, Kind: social.Note, InReplyTo: above}
		all, above = append(all, p), p.IRI
	}
	return all
}

func addAll(ctx context.Context, tx *store.Tx, all []social.Post) error {
	for _, p := range all {
		if err := tx.AddPost(ctx, p, nil); err != nil {
			return err
		}
	}
	return nil
}

func TestRepliesOfOneTransactionFindTheirParents(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		all := noted(db, addActor(t, db, "anna", false), 150)
		backwards := slices.Clone(all)
		slices.Reverse(backwards)
		in(t, db, func(tx *store.Tx) error { return addAll(t.Context(), tx, backwards) })
		for i, p := range all[1:] {
			if got, err := db.Post(t.Context(), p.ID); err != nil || got.Parent != all[i].ID {
				t.Errorf("post %d has the parent %d, %v; want %d", i+1, got.Parent, err, all[i].ID)
			}
		}
	})
}

// Boosts of what is here and posts that are new share transactions.
func TestTimelineMayTellOfAPostThatComesAfterAnother(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		a := addActor(t, db, "anna", false)
		here := addPost(t, db, a)
		come := noted(db, a, 1)
		in(t, db, func(tx *store.Tx) error {
			if err := tx.AddHome(t.Context(), store.HomeEntry{ID: here.ID, Post: here.ID, By: a.ID}); err != nil {
				return err
			}
			if err := addAll(t.Context(), tx, come); err != nil {
				return err
			}
			return tx.AddHome(t.Context(), store.HomeEntry{ID: come[0].ID, Post: come[0].ID, By: a.ID})
		})
	})
}

func TestTransactionReadsWhatItWillWrite(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		all := noted(db, addActor(t, db, "anna", false), 1)
		in(t, db, func(tx *store.Tx) error {
			if err := addAll(t.Context(), tx, all); err != nil {
				return err
			}
			_, err := tx.PostByIRI(t.Context(), all[0].IRI)
			return err
		})
	})
}

// Who asks for the next thing is told that the transaction is void, and nobody can
// go on as if it were not.
func TestTransactionThatCouldNotWriteIsVoid(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		prepare func(ctx context.Context, tx *store.Tx, p social.Post) error
		kind    social.Kind
	}{
		"a post that is here": {func(ctx context.Context, tx *store.Tx, p social.Post) error {
			p.ID++
			return tx.AddPost(ctx, p, nil)
		}, social.Conflict},
		"a post that was deleted": {func(ctx context.Context, tx *store.Tx, p social.Post) error {
			return tx.Bury(ctx, store.Tombstone{IRI: p.IRI, FormerType: "Note", Actor: p.AuthorIRI, At: noon})
		}, social.Gone},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testkit.Engines(t, func(t *testing.T, dsn string) {
				db := open(t, dsn)
				all := noted(db, addActor(t, db, "anna", false), 2)
				in(t, db, func(tx *store.Tx) error { return c.prepare(t.Context(), tx, all[0]) })
				err := db.InTx(t.Context(), func(tx *store.Tx) error {
					if err := addAll(t.Context(), tx, all); err != nil {
						return err
					}
					for range 2 {
						if _, err := tx.Owner(t.Context()); !social.Is(err, c.kind) {
							t.Errorf("the next question got %v, want the fault of what was to be written", err)
						}
					}
					return nil
				})
				if !social.Is(err, c.kind) {
					t.Errorf("the transaction ended with %v, want kind %v", err, c.kind)
				}
				if _, err := db.PostByIRI(t.Context(), all[1].IRI); !social.Is(err, social.NotFound) {
					t.Errorf("the other post: %v, want nothing written", err)
				}
			})
		})
	}
}
