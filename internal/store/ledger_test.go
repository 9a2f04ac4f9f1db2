package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/testkit"
)

func TestOldHoursOfARelayBecomeDays(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		relay, other := addRelay(t, db, "a.example"), addRelay(t, db, "b.example")
		midnight := noon.Truncate(24 * time.Hour)
		at := func(days, hours int) time.Time {
			return midnight.AddDate(0, 0, days).Add(time.Duration(hours) * time.Hour)
		}
		count := func(of social.Relay, when time.Time, n int) {
			in(t, db, func(tx *store.Tx) error { return tx.CountRelay(t.Context(), of.ID, when, social.RelayStored, n) })
		}
		for _, c := range []struct{ days, hours, n int }{{-9, 0, 1}, {-9, 3, 2}, {-9, 23, 4}, {-8, 5, 8}, {-7, 5, 16}, {0, 1, 32}} {
			count(relay, at(c.days, c.hours), c.n)
		}
		count(other, at(-9, 3), 64)
		for range 2 { // a second time changes nothing
			in(t, db, func(tx *store.Tx) error { return tx.TidyRelays(t.Context(), noon) })
		}
		got, err := db.RelayLedger(t.Context(), relay.ID, at(-30, 0))
		if err != nil {
			t.Fatal(err)
		}
		one := func(when time.Time, n int) social.RelayPeriod {
			return social.RelayPeriod{At: when, Counts: map[social.RelayCount]int{social.RelayStored: n}}
		}
		want := []social.RelayPeriod{one(at(-9, 0), 7), one(at(-8, 0), 8), one(at(-7, 5), 16), one(at(0, 1), 32)}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("the ledger (-want +got):\n%s", diff)
		}
		if got, err := db.RelayLedger(t.Context(), relay.ID, at(-7, 6)); err != nil || len(got) != 1 {
			t.Errorf("since then: %v, %v; want one hour", got, err)
		}
	})
}

func TestRelaysStockTellsWhatIsHereOfIt(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		relay := addRelay(t, db, "a.example")
		eve := addActor(t, db, "eve", false)
		var ids []social.ID
		for _, p := range []social.Post{
			{Language: "de", Hashtags: []string{"Bees"}, Via: relay.ID, Attachments: []social.Attachment{{URL: "https://x.example/1.png"}}},
			{Language: "de", Hashtags: []string{"bees", "honey"}, Via: relay.ID, Attachments: []social.Attachment{{URL: "https://x.example/1.png"}}},
			{Via: relay.ID}, {Language: "fr", Hashtags: []string{"bees"}},
		} {
			ids = append(ids, addPost(t, db, eve, func(to *social.Post) {
				to.Language, to.Hashtags, to.Via, to.Attachments = p.Language, p.Hashtags, p.Via, p.Attachments
			}).ID)
		}
		in(t, db, func(tx *store.Tx) error {
			for _, id := range ids[:2] {
				if err := tx.AddHome(t.Context(), store.HomeEntry{ID: id, Post: id, By: eve.ID}); err != nil {
					return err
				}
			}
			if err := tx.Saw(t.Context(), social.HomeTimeline, ids[0], noon); err != nil {
				return err
			}
			return tx.PutRemoteMedium(t.Context(), social.RemoteMedium{URL: "https://x.example/1.png", Key: "remote/1", MediaType: "image/png", Size: 1000, FetchedAt: noon, UsedAt: noon})
		})
		got, err := db.RelayStock(t.Context(), relay.ID)
		if err != nil {
			t.Fatal(err)
		}
		if got.Database < 3*600 || got.Database > 3*1000 {
			t.Errorf("three posts take %d bytes, want some 700 each", got.Database)
		}
		got.Database = 0
		want := social.RelayStock{
			Posts: 3, Looked: 3, Home: 2, Read: 1, Media: 1000,
			Languages: []social.Used{{Name: "de", N: 2}, {Name: "", N: 1}}, Tags: []social.Used{{Name: "bees", N: 2}, {Name: "honey", N: 1}},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("the stock (-want +got):\n%s", diff)
		}
	})
}
