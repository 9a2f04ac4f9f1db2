package store_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/testkit"
)

func TestBookmarksComeInTheOrderInWhichTheyWereMade(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		anna, bert := addActor(t, db, "anna", true), addActor(t, db, "bert", true)
		older, newer := addPost(t, db, bert), addPost(t, db, bert)
		keep := func(by social.Actor, p social.Post) (added bool) {
			in(t, db, func(tx *store.Tx) (err error) {
				added, err = tx.AddBookmark(t.Context(), social.Bookmark{ID: db.IDs().New(), Post: p.ID, By: by.ID, At: noon})
				return err
			})
			return added
		}
		kept := func() (out []social.ID) {
			t.Helper()
			all, err := db.Bookmarks(t.Context(), anna.ID, store.PageOf{Limit: 9})
			if err != nil {
				t.Fatal(err)
			}
			for _, b := range all {
				out = append(out, b.Post)
			}
			return out
		}
		first, second, again := keep(anna, newer), keep(anna, older), keep(anna, newer)
		if !first || !second || again || !keep(bert, newer) {
			t.Errorf("new: got %v, %v, %v; want the first two", first, second, again)
		}
		if diff := cmp.Diff([]social.ID{older.ID, newer.ID}, kept()); diff != "" {
			t.Errorf("bookmarks (-want +got):\n%s", diff)
		}
		m, err := db.Marks(t.Context(), anna.ID, []social.ID{older.ID, newer.ID, 1})
		if err != nil || !cmp.Equal(m.Bookmarked, map[social.ID]bool{older.ID: true, newer.ID: true}) {
			t.Errorf("marks: got %v, %v; want both", m.Bookmarked, err)
		}
		in(t, db, func(tx *store.Tx) error {
			if had, err := tx.DropBookmark(t.Context(), older.ID, anna.ID); err != nil || !had {
				t.Errorf("drop: got %v, %v; want true", had, err)
			}
			if had, err := tx.DropBookmark(t.Context(), older.ID, anna.ID); err != nil || had {
				t.Errorf("drop again: got %v, %v; want false", had, err)
			}
			return tx.DropPost(t.Context(), newer.ID)
		})
		if got := kept(); got != nil {
			t.Errorf("after a drop and the post's end: got %v, want none", got)
		}
	})
}
