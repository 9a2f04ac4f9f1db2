package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/testkit"
)

func addRelay(t *testing.T, db *store.DB, host string) social.Relay {
	t.Helper()
	l := social.Relay{
		ID: db.IDs().New(), URL: "https://" + host, Actor: "https://" + host + "/actor", Inbox: "https://" + host + "/inbox", Name: host,
		Software: "activity-relay 2.0", Style: social.RelayMastodon, Follow: "https://us.example/actor/activities/" + host, AddedAt: noon, AskedAt: noon, Asks: 1,
	}
	in(t, db, func(tx *store.Tx) error { return tx.AddRelay(t.Context(), l) })
	return l
}

func TestRelayComesBackAsItWasPut(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		want := addRelay(t, db, "a.example")
		if all, err := db.Relays(t.Context()); err != nil || len(all) != 1 {
			t.Fatalf("relays: %v, %v", all, err)
		}
		in(t, db, func(tx *store.Tx) error {
			l, err := tx.TakeRelay(t.Context(), want.ID)
			if err != nil {
				return err
			}
			l.Accepted(l.Actor, noon.Add(time.Minute))
			l.Spoke(noon.Add(time.Hour))
			want = l
			return tx.PutRelay(t.Context(), l)
		})
		for name, read := range map[string]func() (social.Relay, error){
			"id":    func() (social.Relay, error) { return db.Relay(t.Context(), want.ID) },
			"inbox": func() (social.Relay, error) { return db.RelayByInbox(t.Context(), want.Inbox) },
			"actor": func() (social.Relay, error) { return db.RelayOf(t.Context(), want.Actor) },
			"list": func() (social.Relay, error) {
				all, err := db.Relays(t.Context())
				return append(all, social.Relay{})[0], err
			},
		} {
			if got, err := read(); err != nil || !cmp.Equal(got, want) {
				t.Errorf("by %s: %v\n%s", name, err, cmp.Diff(want, got))
			}
		}
		again := want
		again.ID, again.Actor = db.IDs().New(), ""
		err := db.InTx(t.Context(), func(tx *store.Tx) error { return tx.AddRelay(t.Context(), again) })
		if !social.Is(err, social.Conflict) {
			t.Errorf("a second relay with the inbox: %v, want a conflict", err)
		}
		if _, err := db.RelayOf(t.Context(), ""); !social.Is(err, social.NotFound) {
			t.Errorf("the relay that is nobody: %v", err)
		}
	})
}

func TestRelayIsCountedByTheHour(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		l := addRelay(t, db, "a.example")
		for i, at := range []time.Time{noon.Add(-time.Minute), noon, noon.Add(59 * time.Minute)} {
			in(t, db, func(tx *store.Tx) error {
				if err := tx.CountRelay(t.Context(), l.ID, at, social.RelayStored, i+1); err != nil {
					return err
				}
				return tx.CountRelay(t.Context(), l.ID, at, social.Filtered("age"), 1)
			})
		}
		for since, want := range map[time.Time]int{noon: 5, noon.Add(-time.Hour): 6, noon.Add(time.Hour): 0} {
			got, err := db.RelayCounts(t.Context(), since)
			if err != nil || got[l.ID][social.RelayStored] != want {
				t.Errorf("since %s: %v, %v; want %d stored", since, got, err, want)
			}
		}
		in(t, db, func(tx *store.Tx) error {
			return tx.Tidy(t.Context(), noon.Add(401*24*time.Hour), social.DefaultRetention)
		})
		if got, err := db.RelayCounts(t.Context(), time.Time{}); err != nil || len(got) != 0 {
			t.Errorf("after more than a year: %v, %v", got, err)
		}
	})
}

func TestSeenHintsAreForgottenAfterADay(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		seen := func(iri string) time.Time {
			t.Helper()
			held, err := db.Held(t.Context(), iri)
			if err != nil || held.Post || held.Actor || held.Buried {
				t.Fatalf("held: %+v, %v", held, err)
			}
			return held.Seen
		}
		in(t, db, func(tx *store.Tx) error {
			if err := tx.SeeHint(t.Context(), "https://b.example/1", noon.Add(-time.Hour), 0); err != nil {
				return err
			}
			if err := tx.SeeHint(t.Context(), "https://b.example/1", noon, 0); err != nil {
				return err
			}
			return tx.SeeHint(t.Context(), "https://b.example/2", noon.Add(2*time.Hour), 0)
		})
		if at := seen("https://b.example/1"); !at.Equal(noon) {
			t.Errorf("seen at %s, want noon", at)
		}
		in(t, db, func(tx *store.Tx) error { return tx.TidyRelays(t.Context(), noon.Add(25*time.Hour)) })
		if at := seen("https://b.example/1"); !at.IsZero() {
			t.Errorf("after a day: seen at %s", at)
		}
		if at := seen("https://b.example/2"); at.IsZero() {
			t.Error("what is not a day old was forgotten")
		}
	})
}

func TestHintsOfOnePartyAreLookedAtOneAfterTheOther(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		l := addRelay(t, db, "a.example")
		add := func(party string, i int, due time.Time) {
			in(t, db, func(tx *store.Tx) error {
				h := store.Hint{ID: db.IDs().New(), Relay: l.ID, IRI: fmt.Sprintf("https://%s.example/%d", party, i), Party: party, Due: due}
				return tx.AddHint(t.Context(), h, noon)
			})
		}
		claim := func(at time.Time, parties ...string) (all []store.Hint) {
			in(t, db, func(tx *store.Tx) (err error) {
				all, err = tx.ClaimHints(t.Context(), lease("me", at), parties, 10)
				return err
			})
			return all
		}
		add("b", 1, noon)
		add("b", 1, noon) // the same waits already
		add("b", 2, noon.Add(time.Second))
		add("c", 1, noon)
		first := claim(noon)
		if len(first) != 2 || first[0].Relay != l.ID {
			t.Fatalf("first claim: %+v; want one of each party", first)
		}
		if got := claim(noon.Add(2*time.Second), "b"); len(got) != 0 {
			t.Errorf("while one of b's is looked at: %+v", got)
		}
		in(t, db, func(tx *store.Tx) error {
			if err := tx.FinishHint(t.Context(), first[0].ID, store.Ending{State: store.Done, At: noon}); err != nil {
				return err
			}
			return tx.FinishHint(t.Context(), first[1].ID, store.Ending{State: store.Waiting, Next: noon.Add(time.Minute), At: noon})
		})
		if got := claim(noon.Add(2 * time.Minute)); len(got) != 2 {
			t.Errorf("afterwards: %+v; want the other of b's, and the one that is tried again", got)
		}
		if got, err := db.DueHintOf(t.Context(), "d"); err != nil || !got.IsZero() {
			t.Errorf("due of nobody: %s, %v", got, err)
		}
	})
}

func TestNewestHintsStayWhenTooManyWait(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		l := addRelay(t, db, "a.example")
		in(t, db, func(tx *store.Tx) error {
			for i := range 5 {
				h := store.Hint{ID: db.IDs().New(), Relay: l.ID, IRI: fmt.Sprint("https://b.example/", i), Party: "b", Due: noon}
				if err := tx.AddHint(t.Context(), h, noon); err != nil {
					return err
				}
			}
			dropped, err := tx.CrowdedHints(t.Context(), 3, noon)
			if len(dropped) != 2 || dropped[0].Relay != l.ID {
				t.Errorf("dropped: %+v, want two", dropped)
			}
			return err
		})
		var left []store.Hint
		in(t, db, func(tx *store.Tx) (err error) {
			left, err = tx.ClaimHints(t.Context(), lease("me", noon), nil, 10)
			return err
		})
		if len(left) != 3 || left[0].IRI != "https://b.example/2" {
			t.Errorf("left: %+v, want the three newest", left)
		}
	})
}

func TestWhatIsHeldOfAThingThatARelayNames(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		l, bert := addRelay(t, db, "a.example"), addActor(t, db, "bert", false)
		through := addPost(t, db, bert, func(p *social.Post) { p.Via, p.FetchedAt = l.ID, noon })
		itself := addPost(t, db, bert, func(p *social.Post) { p.FetchedAt = noon.Add(time.Hour) })
		in(t, db, func(tx *store.Tx) error {
			return tx.Bury(t.Context(), store.Tombstone{IRI: "https://bert.example/gone", At: noon})
		})
		for iri, want := range map[string]store.Held{
			through.IRI:                   {Post: true, Via: l.ID, FetchedAt: noon},
			itself.IRI:                    {Post: true, FetchedAt: noon.Add(time.Hour)},
			bert.IRI:                      {Actor: true},
			"https://bert.example/gone":   {Buried: true},
			"https://bert.example/nobody": {},
		} {
			if got, err := db.Held(t.Context(), iri); err != nil || !cmp.Equal(got, want) {
				t.Errorf("%s: %v\n%s", iri, err, cmp.Diff(want, got))
			}
		}
		if p, err := db.Post(t.Context(), through.ID); err != nil || p.Via != l.ID {
			t.Errorf("the post comes back through %d, %v; want %d", p.Via, err, l.ID)
		}
	})
}

func TestRelayRulesComeBackAsTheyWereSet(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		if book, err := db.RelayRules(t.Context()); err != nil || len(book) != 0 {
			t.Fatalf("before any: %v, %v", book, err)
		}
		want := social.RelayBook{0: {NoBots: true}, 7: {Languages: []string{"en"}, Never: []string{"a.example"}, PerHour: 3}}
		for relay, rules := range want {
			for _, rules := range []social.RelayRules{{NoReplies: true}, rules} {
				in(t, db, func(tx *store.Tx) error { return tx.SetRelayRules(t.Context(), relay, rules) })
			}
		}
		if got, err := db.RelayRules(t.Context()); err != nil || !cmp.Equal(got, want) {
			t.Errorf("%v\n%s", err, cmp.Diff(want, got))
		}
	})
}

func TestNewestHintHasTheTurn(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		l, other := addRelay(t, db, "a.example"), addRelay(t, db, "b.example")
		add := func(relay social.ID, iri string, at, now time.Time) (due time.Time, dropped int) {
			t.Helper()
			in(t, db, func(tx *store.Tx) error {
				d, old, err := tx.AddTurn(t.Context(), store.Hint{ID: db.IDs().New(), Relay: relay, IRI: iri, Party: iri, Due: at}, now)
				due, dropped = d, len(old)
				return err
			})
			return due, dropped
		}
		claim := func(now time.Time) (all []store.Hint) {
			t.Helper()
			in(t, db, func(tx *store.Tx) (err error) {
				all, err = tx.ClaimHints(t.Context(), store.Lease{By: "me", Now: now, Until: now.Add(time.Minute)}, nil, 9)
				return err
			})
			return all
		}
		take := func(now time.Time) (ours bool) {
			t.Helper()
			in(t, db, func(tx *store.Tx) (err error) {
				ours, err = tx.TakeTurn(t.Context(), l.ID, now, now.Add(time.Hour))
				return err
			})
			return ours
		}
		add(l.ID, "1", noon.Add(3*time.Second), noon)
		add(other.ID, "x", noon.Add(time.Hour), noon)
		if due, n := add(l.ID, "2", noon.Add(9*time.Second), noon); n != 1 || !due.Equal(noon.Add(3*time.Second)) {
			t.Errorf("the second: due at %s, %d dropped; want when the first was, which is dropped", due, n)
		}
		all := claim(noon.Add(4 * time.Second))
		if len(all) != 1 || all[0].IRI != "2" || !all[0].Turn || all[0].Relay != l.ID {
			t.Fatalf("claimed %+v, want the newest", all)
		}
		if due, n := add(l.ID, "3", noon.Add(5*time.Second), noon.Add(5*time.Second)); n != 0 || !due.Equal(noon.Add(5*time.Second)) {
			t.Errorf("while one is looked at: due at %s, %d dropped; want none", due, n)
		}
		if !take(noon.Add(6*time.Second)) || take(noon.Add(7*time.Second)) {
			t.Error("a turn was not taken just once")
		}
		var late bool
		yield := func(h store.Hint) {
			t.Helper()
			in(t, db, func(tx *store.Tx) (err error) {
				late, err = tx.YieldTurn(t.Context(), h, noon.Add(time.Hour))
				return err
			})
		}
		if yield(all[0]); !late {
			t.Error("an older hint waits for a turn that a newer one waits for")
		}
		if all = claim(noon.Add(8 * time.Second)); len(all) != 1 || all[0].IRI != "3" {
			t.Fatalf("claimed %+v, want the third", all)
		}
		if yield(all[0]); late {
			t.Error("the newest was dropped")
		}
		if all = claim(noon.Add(59 * time.Minute)); len(all) != 0 {
			t.Errorf("before the turn: claimed %+v", all)
		}
		if due, n := add(l.ID, "4", noon.Add(59*time.Minute), noon.Add(59*time.Minute)); n != 1 || due.Before(noon.Add(time.Hour)) {
			t.Errorf("the fourth: due at %s, %d dropped; want the turn of the third", due, n)
		}
	})
}

func TestSamplesAreFewAndOfADay(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		l, other := addRelay(t, db, "a.example"), addRelay(t, db, "b.example")
		facts := &social.RelayFacts{Language: "en", Tags: []string{"sea"}, Text: "hello", Media: true, Author: &social.RelayAuthor{Handle: "a@b.example", Since: noon}}
		add := func(relay social.ID, at time.Time, f *social.RelayFacts, n int) {
			t.Helper()
			in(t, db, func(tx *store.Tx) error {
				for i := range n {
					s := social.RelaySample{Relay: relay, IRI: fmt.Sprint("https://b.example/", i), At: at, Outcome: social.RelayStored, Facts: f}
					if err := tx.AddSample(t.Context(), s); err != nil {
						return err
					}
				}
				return nil
			})
		}
		samples := func(relay social.ID, since time.Time) []social.RelaySample {
			t.Helper()
			all, err := db.Samples(t.Context(), relay, since)
			if err != nil {
				t.Fatal(err)
			}
			return all
		}
		add(l.ID, noon, facts, 40)
		add(l.ID, noon, nil, 40)
		add(l.ID, noon.Add(10*time.Minute), &social.RelayFacts{}, 1)
		add(other.ID, noon, nil, 3)
		if of, all := samples(l.ID, noon), samples(0, noon); len(of) != 41 || len(all) != 44 {
			t.Errorf("%d of the relay, %d of all; want 30 and 10 of ten minutes, one later, and 3 of another", len(of), len(all))
		}
		late := samples(l.ID, noon.Add(time.Minute))
		if len(late) != 1 || late[0].Facts == nil {
			t.Fatalf("later: %+v, want one with facts", late)
		}
		known := 0
		for _, s := range samples(l.ID, noon) {
			if s.Facts != nil && s.At.Equal(noon) {
				known++
				if diff := cmp.Diff(facts, s.Facts); diff != "" {
					t.Fatalf("facts: %s", diff)
				}
			}
		}
		if known != 30 {
			t.Errorf("%d with facts, want 30", known)
		}
		in(t, db, func(tx *store.Tx) error { return tx.TidyRelays(t.Context(), noon.Add(24*time.Hour+time.Minute)) })
		if all := samples(0, noon); len(all) != 1 {
			t.Errorf("after a day: %d, want the one that is later", len(all))
		}
	})
}
