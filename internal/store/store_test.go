package store_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/testkit"
)

var (
	secret = []byte(strings.Repeat("k", 40))
	noon   = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
)

// open opens a database of its own with a clock that stands at noon.
func open(t *testing.T, dsn string) *store.DB {
	t.Helper()
	path := ""
	if dsn == "" {
		path = testkit.SQLite(t, t.TempDir())
	}
	return openAt(t, dsn, path, secret)
}

func openAt(t *testing.T, dsn, path string, key []byte) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), options(dsn, path, key))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	return db
}

func options(dsn, path string, key []byte) store.Options {
	return store.Options{URL: dsn, Path: path, Secret: key, Now: func() time.Time { return noon }, Log: slog.New(slog.DiscardHandler)}
}

func in(t *testing.T, db *store.DB, fn func(*store.Tx) error) {
	t.Helper()
	if err := db.InTx(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

func addActor(t *testing.T, db *store.DB, name string, local bool) social.Actor {
	t.Helper()
	iri := "https://" + name + ".example/users/" + name
	a := social.Actor{
		IRI: iri, Kind: social.Person, Local: local, Username: name, Domain: name + ".example", Name: "Name of " + name,
		Inbox: iri + "/inbox", SharedInbox: "https://" + name + ".example/inbox", Followers: iri + "/followers",
		Fields: []social.Field{{Name: "a", Value: "b"}}, Published: noon, FetchedAt: noon,
	}
	in(t, db, func(tx *store.Tx) (err error) {
		a.ID, err = tx.PutActor(t.Context(), a, name+".example")
		return err
	})
	return a
}

func addPost(t *testing.T, db *store.DB, by social.Actor, change ...func(*social.Post)) social.Post {
	t.Helper()
	id := db.IDs().New()
	p := social.Post{
		ID: id, IRI: by.IRI + "/posts/" + id.String(), Author: by.ID, AuthorIRI: by.IRI, Local: by.Local,
		Kind: social.Note, Content: "<p>text</p>", Published: noon, To: []string{"x"},
	}
	for _, c := range change {
		c(&p)
	}
	in(t, db, func(tx *store.Tx) error { return tx.AddPost(t.Context(), p, []string{"tag"}) })
	return p
}

func TestActorComesBackAsItWasPut(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		a := addActor(t, db, "anna", false)
		got, err := db.ActorByHandle(t.Context(), "ANNA", "anna.example")
		if err != nil || fmt.Sprint(got) != fmt.Sprint(a) {
			t.Errorf("got %+v, %v; want %+v", got, err, a)
		}
		a.Name = "New"
		in(t, db, func(tx *store.Tx) error {
			id, err := tx.PutActor(t.Context(), a, "anna.example")
			if id != a.ID {
				t.Errorf("put again: id %d; want %d", id, a.ID)
			}
			return err
		})
		if _, err := db.Actor(t.Context(), 1); !social.Is(err, social.NotFound) {
			t.Errorf("unknown actor: %v; want NotFound", err)
		}
	})
}

func TestPostComesBackWithMentionsAndCounts(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		a, b := addActor(t, db, "anna", true), addActor(t, db, "bert", false)
		p := addPost(t, db, a, func(p *social.Post) {
			p.Mentions = []social.Mention{{Actor: b.ID, IRI: b.IRI, Handle: b.Handle()}}
			p.Poll = &social.Poll{Options: []social.PollOption{{Name: "yes", Votes: 2}}}
			p.Visibility = social.Direct
		})
		addPost(t, db, b, func(q *social.Post) { q.Parent, q.InReplyTo = p.ID, p.IRI })
		in(t, db, func(tx *store.Tx) error {
			_, err := tx.AddLike(t.Context(), social.Like{ID: db.IDs().New(), Post: p.ID, By: b.ID, At: noon})
			return err
		})
		p.Counts = social.Counts{Replies: 1, Likes: 1}
		got, err := db.PostByIRI(t.Context(), p.IRI)
		if err != nil || got.Poll == nil || got.Poll.Options[0].Votes != 2 || !got.Names(b.ID) || got.Counts != p.Counts || got.Visibility != social.Direct {
			t.Errorf("got %+v, %v; want %+v", got, err, p)
		}
	})
}

func TestSecondPostOfAnIRIIsAConflictAndChangesNothing(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		a := addActor(t, db, "anna", false)
		p := addPost(t, db, a)
		err := db.InTx(t.Context(), func(tx *store.Tx) error {
			if err := tx.SetSetting(t.Context(), "with", "it"); err != nil {
				return err
			}
			q := p
			q.ID = db.IDs().New()
			return tx.AddPost(t.Context(), q, nil)
		})
		if !social.Is(err, social.Conflict) {
			t.Errorf("got %v; want Conflict", err)
		}
		if _, err := db.Setting(t.Context(), "with"); !social.Is(err, social.NotFound) {
			t.Errorf("the rest of the transaction stayed: %v", err)
		}
	})
}

func TestReplyThatCameFirstFindsItsParent(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		a := addActor(t, db, "anna", false)
		reply := addPost(t, db, a, func(p *social.Post) { p.InReplyTo = "https://late.example/1" })
		parent := addPost(t, db, a, func(p *social.Post) { p.IRI = "https://late.example/1" })
		if got, err := db.Post(t.Context(), reply.ID); err != nil || got.Parent != parent.ID {
			t.Errorf("parent %d, %v; want %d", got.Parent, err, parent.ID)
		}
		in(t, db, func(tx *store.Tx) error { return tx.DropPost(t.Context(), parent.ID) })
		if got, err := db.Post(t.Context(), reply.ID); err != nil || got.Parent != 0 {
			t.Errorf("after the parent went: parent %d, %v; want 0", got.Parent, err)
		}
	})
}

// TestConcurrentTransactionsEachKeepTheirOwn runs many at once, every third of
// which fails: on SQLite they share commits, and a failure must take only itself.
func TestConcurrentTransactionsEachKeepTheirOwn(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		sorry := errors.New("sorry")
		var wg sync.WaitGroup
		for i := range 90 {
			wg.Go(func() {
				err := db.InTx(t.Context(), func(tx *store.Tx) error {
					if err := tx.SetSetting(t.Context(), fmt.Sprint("n", i), "v"); err != nil {
						return err
					}
					switch i % 3 {
					case 1:
						return sorry
					case 2:
						if i == 2 {
							panic("a bug in one of them")
						}
					}
					return nil
				})
				if (err != nil) != (i%3 == 1 || i == 2) {
					t.Errorf("transaction %d: %v", i, err)
				}
			})
		}
		wg.Wait()
		for i := range 90 {
			_, err := db.Setting(t.Context(), fmt.Sprint("n", i))
			if kept, want := err == nil, i%3 != 1 && i != 2; kept != want {
				t.Errorf("transaction %d kept: %v; want %v", i, kept, want)
			}
		}
	})
}

func TestTransactionOfACallerWhoLeftIsNotRun(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		err := db.InTx(ctx, func(tx *store.Tx) error { return tx.SetSetting(ctx, "a", "b") })
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %v; want canceled", err)
		}
		if _, err := db.Setting(t.Context(), "a"); !social.Is(err, social.NotFound) {
			t.Errorf("it was run all the same: %v", err)
		}
	})
}

func TestPagesGoBothWays(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		a := addActor(t, db, "anna", true)
		var ids []social.ID
		for range 5 {
			ids = append(ids, addPost(t, db, a).ID)
		}
		for _, c := range []struct {
			page store.PageOf
			want []int
		}{
			{store.PageOf{Limit: 2}, []int{4, 3}},
			{store.PageOf{Limit: 2, Before: ids[3]}, []int{2, 1}},
			{store.PageOf{Limit: 2, After: ids[1]}, []int{4, 3}},
			{store.PageOf{Limit: 2, After: ids[1], Oldest: true}, []int{3, 2}},
			{store.PageOf{Limit: 9, After: ids[0], Before: ids[4]}, []int{3, 2, 1}},
		} {
			got, err := db.PostsBy(t.Context(), a.ID, social.Public, c.page)
			if err != nil || len(got) != len(c.want) {
				t.Fatalf("%+v: %d posts, %v; want %d", c.page, len(got), err, len(c.want))
			}
			for i, n := range c.want {
				if got[i].ID != ids[n] {
					t.Errorf("%+v: place %d is %d; want %d", c.page, i, got[i].ID, ids[n])
				}
			}
		}
	})
}

func TestNotificationIsToldOnceAndNumberedInOrder(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		a := addActor(t, db, "anna", false)
		tell := func(kind social.NotificationKind) {
			in(t, db, func(tx *store.Tx) error {
				_, err := tx.Notify(t.Context(), social.Notification{Kind: kind, From: a.ID, At: noon})
				return err
			})
		}
		tell(social.NotifyFollow)
		tell(social.NotifyFollow)
		tell(social.NotifyFollowRequest)
		got, err := db.Notifications(t.Context(), nil, store.PageOf{Limit: 9})
		if err != nil || len(got) != 2 || got[0].ID != 2 || got[1].ID != 1 {
			t.Errorf("got %+v, %v; want numbers 2 and 1", got, err)
		}
		if got, _ := db.Notifications(t.Context(), []social.NotificationKind{social.NotifyFollow}, store.PageOf{Limit: 9}); len(got) != 1 {
			t.Errorf("%d follows; want 1", len(got))
		}
	})
}

func TestDatabaseOfAnotherSecretKeyIsRefused(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		path := filepath.Join(t.TempDir(), "skerry.db")
		db := openAt(t, dsn, path, secret)
		a := addActor(t, db, "anna", true)
		in(t, db, func(tx *store.Tx) error {
			return tx.AddOwnKey(t.Context(), store.OwnKey{IRI: a.IRI + "#main-key", Actor: a.ID, Algorithm: "rsa", Private: []byte("private")}, noon)
		})
		other := []byte(strings.Repeat("o", 40))
		if _, err := store.Open(t.Context(), options(dsn, path, other)); err == nil || !strings.Contains(err.Error(), "config rekey") {
			t.Fatalf("another key: %v; want a refusal that names the command", err)
		}
		if err := db.Rekey(t.Context(), other); err != nil {
			t.Fatal(err)
		}
		again := openAt(t, dsn, path, other)
		keys, err := again.OwnKeys(t.Context(), a.ID)
		if err != nil || len(keys) != 1 || string(keys[0].Private) != "private" {
			t.Errorf("after rekey: %+v, %v", keys, err)
		}
		if _, err := store.Open(t.Context(), options(dsn, path, secret)); err == nil {
			t.Error("the old key still opens it")
		}
	})
}

func TestProcessesGetDifferentNumbers(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		path := filepath.Join(t.TempDir(), "skerry.db")
		seen := map[social.ID]bool{}
		for range 4 {
			db := openAt(t, dsn, path, secret)
			for range 50 {
				id := db.IDs().New()
				if seen[id] {
					t.Fatalf("id %d was made twice", id)
				}
				seen[id] = true
			}
		}
	})
}
