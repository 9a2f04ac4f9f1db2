package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/testkit"
)

// emoji stores an upload and offers it.
func emoji(t *testing.T, db *store.DB, code string) (social.OwnEmoji, error) {
	t.Helper()
	e := social.OwnEmoji{ID: db.IDs().New(), Shortcode: code, Key: "own/" + db.IDs().New().String(), MediaType: "image/png", Created: noon}
	return e, db.InTx(t.Context(), func(tx *store.Tx) error {
		if err := tx.AddMedium(t.Context(), social.Medium{ID: e.ID, Key: e.Key, Size: 1}); err != nil {
			return err
		}
		return tx.AddEmoji(t.Context(), e)
	})
}

func TestRetiredEmojiIsKnownAndItsShortcodeFree(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		add := func(code string) social.OwnEmoji {
			t.Helper()
			e, err := emoji(t, db, code)
			if err != nil {
				t.Fatal(err)
			}
			return e
		}
		wantOffered := func(want ...social.OwnEmoji) {
			t.Helper()
			got, err := db.EmojisOffered(t.Context())
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Errorf("offered: %v (-want +got):\n%s", err, diff)
			}
		}
		retire := func(e social.OwnEmoji) error {
			return db.InTx(t.Context(), func(tx *store.Tx) error { return tx.RetireEmoji(t.Context(), e.ID, noon.Add(time.Hour)) })
		}
		dog, cat, other := add("dog"), add("cat"), add("Cat")
		wantOffered(cat, other, dog)
		if _, err := emoji(t, db, "cat"); !social.Is(err, social.Conflict) {
			t.Errorf("a second cat: got %v, want a Conflict", err)
		}
		if err := retire(cat); err != nil {
			t.Fatal(err)
		}
		if err := retire(cat); !social.Is(err, social.NotFound) {
			t.Errorf("retired twice: got %v, want NotFound", err)
		}
		again := add("cat")
		wantOffered(other, again, dog)
		got, err := db.Emoji(t.Context(), cat.ID)
		cat.Retired = noon.Add(time.Hour)
		if diff := cmp.Diff(cat, got); err != nil || diff != "" {
			t.Errorf("the retired cat: %v (-want +got):\n%s", err, diff)
		}
		if _, err := db.Emoji(t.Context(), 7); !social.Is(err, social.NotFound) {
			t.Errorf("an emoji that never was: got %v, want NotFound", err)
		}
	})
}
