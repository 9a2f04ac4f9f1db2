package store_test

import (
	"fmt"
	"strings"
	"testing"

	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/testkit"
)

// What is measured rises with what is kept and falls with what goes; media that
// several addresses share count once.
func TestSizesFollowWhatIsKept(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		s := testkit.Start(t, dsn, "anna")
		in := func(fn func(*store.Tx) error) {
			t.Helper()
			if err := s.DB.InTx(t.Context(), fn); err != nil {
				t.Fatal(err)
			}
		}
		room := func() store.Room {
			t.Helper()
			r, err := s.DB.Room(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		author := social.Actor{IRI: "https://b.example/b", Kind: social.Person, Username: "b", Domain: "b.example", FetchedAt: s.DB.Now()}
		in(func(tx *store.Tx) (err error) {
			author.ID, err = tx.PutActor(t.Context(), author, author.Domain)
			return err
		})
		before := room()
		const n, each = 1000, 2000
		var ids []social.ID
		in(func(tx *store.Tx) error {
			for i := range n {
				p := social.Post{ID: s.DB.IDs().New(), IRI: fmt.Sprint("https://b.example/", i), Author: author.ID, AuthorIRI: author.IRI, Kind: social.Note,
					Content: strings.Repeat(fmt.Sprint(i, " and more "), each/14), Published: s.DB.Now(), FetchedAt: s.DB.Now()}
				ids = append(ids, p.ID)
				if err := tx.AddPost(t.Context(), p, nil); err != nil {
					return err
				}
			}
			for i, key := range []string{"remote/a", "remote/a", "remote/b"} {
				m := social.RemoteMedium{URL: fmt.Sprint("https://b.example/", i, ".png"), Key: key, MediaType: "image/png", Size: 1000, FetchedAt: s.DB.Now(), UsedAt: s.DB.Now()}
				if err := tx.PutRemoteMedium(t.Context(), m); err != nil {
					return err
				}
			}
			return tx.AddMedium(t.Context(), social.Medium{ID: s.DB.IDs().New(), Key: "own/a.png", Size: 300, LooseSince: s.DB.Now()})
		})
		full := room()
		if grown := full.Database - before.Database; grown < n*each*8/10 || grown > n*each*2 {
			t.Errorf("the database grew by %d bytes with %d posts of %d", grown, n, each)
		}
		if full.Own != 300 || full.Remote != 2000 || full.Used() != full.Database+2300 {
			t.Errorf("media take %d and %d of %d", full.Own, full.Remote, full.Used())
		}
		sizes, err := s.DB.Sizes(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if got := sizes.Total() - full.Used(); got < -full.Used()/20 || got > full.Used()/20 {
			t.Errorf("the kinds %v make %d, all together is %d", sizes, sizes.Total(), full.Used())
		}
		for _, stuff := range social.Stuffs {
			if sizes[stuff] <= 0 || stuff.Words() == "" {
				t.Errorf("%s takes %d bytes and is called %q", stuff, sizes[stuff], stuff.Words())
			}
		}
		for len(ids) > 0 {
			in(func(tx *store.Tx) error { _, err := tx.ForgetPosts(t.Context(), ids[:100]); return err })
			ids = ids[100:]
		}
		empty := room()
		if left := empty.Database - before.Database; left > n*each/5 {
			t.Errorf("of %d bytes %d are left when all posts are gone", full.Database-before.Database, left)
		}
		if empty.Spare-full.Spare < n*each/2 {
			t.Errorf("spare room rose from %d to %d", full.Spare, empty.Spare)
		}
	})
}
