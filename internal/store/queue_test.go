package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/testkit"
)

func lanes(t *testing.T, db *store.DB, at time.Time) map[string]store.LaneReport {
	t.Helper()
	all, err := db.Lanes(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]store.LaneReport{}
	for _, l := range all {
		out[l.Lane] = l
	}
	return out
}

func addJob(t *testing.T, db *store.DB, once string) social.ID {
	t.Helper()
	id := db.IDs().New()
	in(t, db, func(tx *store.Tx) error {
		_, err := tx.AddJob(t.Context(), store.Job{ID: id, Lane: "fetch", Kind: "page", Once: once, Due: noon}, noon)
		return err
	})
	return id
}

// giveUp parks all that is due at all hosts.
func giveUp(t *testing.T, db *store.DB, at time.Time) {
	t.Helper()
	for _, h := range claimHosts(t, db, lease("me", noon)) {
		record(t, db, ended(h, store.Ending{State: store.Parked, Outcome: "answered 404", At: at}))
	}
}

// broken makes the breaker of a host open from noon until a time.
func broken(t *testing.T, db *store.DB, host string, until time.Time) {
	t.Helper()
	in(t, db, func(tx *store.Tx) error {
		return tx.Exec(t.Context(), `UPDATE hosts SET failing_since = $2, open_until = $3, next_at = $3 WHERE host = $1`,
			host, noon.UnixMilli(), until.UnixMilli())
	})
}

func pause(t *testing.T, db *store.DB, host string) {
	t.Helper()
	in(t, db, func(tx *store.Tx) error { return tx.PauseHost(t.Context(), host) })
}

func TestLanesTellWhatWaitsAndWhatEnded(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		us := addActor(t, db, "us", true)
		for i, e := range []store.Ending{
			{State: store.Done, At: noon.Add(-time.Minute)},
			{State: store.Done, At: noon.Add(-30 * time.Minute)},
			{State: store.Done, At: noon.Add(-2 * time.Hour)},
			{State: store.Parked, At: noon.Add(-time.Minute)},
		} {
			row := addInbound(t, db, "https://a.example/a", fmt.Sprint(i))
			in(t, db, func(tx *store.Tx) error { return tx.FinishInbound(t.Context(), row.ID, e) })
		}
		waits := addInbound(t, db, "https://a.example/a", "waits")
		say(t, db, us, "parked", target("a.example"))
		giveUp(t, db, noon)
		say(t, db, us, "post", target("a.example"), target("slow.example"))
		in(t, db, func(tx *store.Tx) error {
			return tx.Exec(t.Context(), `UPDATE hosts SET slow_until = $1 WHERE host = 'slow.example'`, noon.Add(time.Hour).UnixMilli())
		})
		addJob(t, db, "one")
		at := waits.ID.Time()
		want := map[string]store.LaneReport{
			"ingest": {
				Lane: "ingest", Waiting: 1, Due: 1, Oldest: at, Parked: 1,
				Lately: store.Flow{Accepted: 5, Done: 1, Failed: 1, Span: 5 * time.Minute},
				Hour:   store.Flow{Accepted: 5, Done: 2, Failed: 1, Span: time.Hour},
			},
			"deliver": {
				Lane: "deliver", Waiting: 1, Due: 1, Oldest: at, Parked: 1,
				Lately: store.Flow{Accepted: 2, Failed: 1, Span: 5 * time.Minute}, Hour: store.Flow{Accepted: 2, Failed: 1, Span: time.Hour},
			},
			"deliver slow": {
				Lane: "deliver slow", Waiting: 1, Due: 1, Oldest: at,
				Lately: store.Flow{Accepted: 1, Span: 5 * time.Minute}, Hour: store.Flow{Accepted: 1, Span: time.Hour},
			},
			"fetch": {
				Lane: "fetch", Waiting: 1, Due: 1, Oldest: at,
				Lately: store.Flow{Accepted: 1, Span: 5 * time.Minute}, Hour: store.Flow{Accepted: 1, Span: time.Hour},
			},
		}
		if diff := cmp.Diff(want, lanes(t, db, noon)); diff != "" {
			t.Errorf("lanes (-want +got):\n%s", diff)
		}
		if later := lanes(t, db, noon.Add(2*time.Hour))["ingest"]; later.Hour.Accepted != 0 || later.Hour.Done != 0 || later.Waiting != 1 {
			t.Errorf("two hours later: %+v; want the one that waits and no flow", later)
		}
	})
}

func TestLanesThatNeverHadWorkAreListed(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		var names []string
		all, err := open(t, dsn).Lanes(t.Context(), noon)
		for _, l := range all {
			names = append(names, l.Lane)
		}
		if want := []string{"ingest", "deliver", "deliver slow"}; err != nil || !slices.Equal(names, want) {
			t.Errorf("got %v, %v; want %v", names, err, want)
		}
	})
}

// What waits for a host that gets nothing now is not due, however long it waits.
func TestWorkForAHeldHostIsNotDue(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		us := addActor(t, db, "us", true)
		say(t, db, us, "post", target("paused.example"), target("broken.example"), target("a.example"))
		pause(t, db, "paused.example")
		broken(t, db, "broken.example", noon.Add(time.Hour))
		if got := lanes(t, db, noon)["deliver"]; got.Waiting != 3 || got.Due != 1 {
			t.Errorf("%d wait and %d are due, want 3 and 1", got.Waiting, got.Due)
		}
	})
}

func TestRatesArePerMinute(t *testing.T) {
	t.Parallel()
	if got := (store.Flow{Span: 5 * time.Minute}).PerMinute(12); got != 2.4 {
		t.Errorf("12 in five minutes are %v a minute, want 2.4", got)
	}
}

func hosts(t *testing.T, db *store.DB, of store.HostsOf) (names []string) {
	t.Helper()
	all, err := db.Hosts(t.Context(), of, noon)
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range all {
		names = append(names, h.Name)
	}
	return names
}

// The states by which hosts are chosen are those that social.Host tells.
func TestHostsAreChosenByTheStateTheyTell(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		us := addActor(t, db, "us", true)
		var targets []store.Target
		for paused := range 2 {
			for since := range 3 { // not failing, failing, dormant
				for slow := range 3 { // not, not any more, now
					name := fmt.Sprintf("h%d%d%d.example", paused, since, slow)
					targets = append(targets, target(name))
				}
			}
		}
		say(t, db, us, "post", targets...)
		in(t, db, func(tx *store.Tx) error {
			for _, to := range targets {
				since := []int64{0, noon.Add(-social.DormantAge + time.Millisecond).UnixMilli(), noon.Add(-social.DormantAge).UnixMilli()}[to.Host[2]-'0']
				slow := []int64{0, noon.UnixMilli(), noon.Add(time.Hour).UnixMilli()}[to.Host[3]-'0']
				err := tx.Exec(t.Context(), `UPDATE hosts SET paused = $2, failing_since = $3, slow_until = $4 WHERE host = $1`, to.Host, to.Host[1] == '1', since, slow)
				if err != nil {
					return err
				}
			}
			return nil
		})
		all, err := db.Hosts(t.Context(), store.HostsOf{Limit: 100}, noon)
		if err != nil || len(all) != len(targets) {
			t.Fatalf("%d hosts, %v; want %d", len(all), err, len(targets))
		}
		want := map[social.HostState][]string{}
		for _, h := range all {
			state := h.State(noon)
			want[state] = append(want[state], h.Name)
			if state != social.HostHealthy {
				want[store.Ill] = append(want[store.Ill], h.Name)
			}
		}
		if len(want) != 6 {
			t.Fatalf("the hosts are in %d states, want five and ill", len(want))
		}
		for state, names := range want {
			if got := hosts(t, db, store.HostsOf{State: state, Limit: 100}); !slices.Equal(got, names) {
				t.Errorf("%s: got %v, want %v", state, got, names)
			}
		}
	})
}

func TestHostsArePagedByName(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		say(t, db, addActor(t, db, "us", true), "post", target("c.example"), target("a.example"), target("b.example"))
		if got := hosts(t, db, store.HostsOf{Limit: 2}); !slices.Equal(got, []string{"a.example", "b.example"}) {
			t.Errorf("first page %v", got)
		}
		if got := hosts(t, db, store.HostsOf{After: "b.example", Limit: 2}); !slices.Equal(got, []string{"c.example"}) {
			t.Errorf("second page %v", got)
		}
	})
}

func TestHostTellsWhatWaitsAndWhatWasGivenUp(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		us := addActor(t, db, "us", true)
		say(t, db, us, "one", target("a.example"))
		giveUp(t, db, noon)
		say(t, db, us, "two", target("a.example"))
		say(t, db, us, "three", target("a.example"), target("b.example"))
		h, err := db.Host(t.Context(), "a.example")
		if err != nil || h.Waiting != 2 || h.Parked != 1 || !h.Next.Equal(noon) {
			t.Errorf("got %+v, %v; want two that wait, one given up, due now", h, err)
		}
		if _, err := db.Host(t.Context(), "never.example"); !social.Is(err, social.NotFound) {
			t.Errorf("unknown host: %v; want NotFound", err)
		}
	})
}

func TestPausedHostGetsNothingUntilItIsResumed(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		say(t, db, addActor(t, db, "us", true), "post", target("a.example"))
		pause(t, db, "a.example")
		if got := claimHosts(t, db, lease("me", noon)); len(got) != 0 {
			t.Errorf("claimed %+v", got)
		}
		in(t, db, func(tx *store.Tx) error { return tx.ResumeHost(t.Context(), "a.example") })
		if got := claimHosts(t, db, lease("me", noon)); len(got) != 1 {
			t.Errorf("claimed %+v; want the host", got)
		}
		err := db.InTx(t.Context(), func(tx *store.Tx) error { return tx.PauseHost(t.Context(), "never.example") })
		if !social.Is(err, social.NotFound) {
			t.Errorf("unknown host: %v; want NotFound", err)
		}
	})
}

func TestParkedWorkOfAllLanesIsListedNewestFirst(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		parked := store.Ending{State: store.Parked, Outcome: "answered 404", At: noon}
		row := addInbound(t, db, "https://a.example/a", "one")
		in(t, db, func(tx *store.Tx) error { return tx.FinishInbound(t.Context(), row.ID, parked) })
		say(t, db, addActor(t, db, "us", true), "post", target("b.example"))
		giveUp(t, db, noon)
		job := addJob(t, db, "https://c.example/")
		in(t, db, func(tx *store.Tx) error { return tx.FinishJob(t.Context(), job, parked) })
		addJob(t, db, "waits")
		all, err := db.ParkedItems(t.Context(), store.PageOf{Limit: 10})
		if err != nil || len(all) != 3 {
			t.Fatalf("got %+v, %v; want three", all, err)
		}
		want := []store.Item{
			{ID: job, Lane: "fetch", Kind: "page", About: "https://c.example/"},
			{ID: all[1].ID, Lane: "deliver", Kind: "Create", About: "post", Party: "b.example", Attempts: 1},
			{ID: row.ID, Lane: "ingest", Kind: "Like", Party: "https://a.example/a"},
		}
		for i := range want {
			want[i].State, want[i].Outcome, want[i].Came, want[i].Ended = store.Parked, "answered 404", noon, noon
		}
		if diff := cmp.Diff(want, all); diff != "" {
			t.Errorf("parked (-want +got):\n%s", diff)
		}
		next, err := db.ParkedItems(t.Context(), store.PageOf{Limit: 1, Before: all[0].ID})
		if err != nil || len(next) != 1 || next[0] != all[1] {
			t.Errorf("second page: %+v, %v", next, err)
		}
		for _, item := range all {
			if got, err := db.Item(t.Context(), item.ID); err != nil || got != item {
				t.Errorf("item %d: %+v, %v; want %+v", item.ID, got, err, item)
			}
		}
		if _, err := db.Item(t.Context(), 7); !social.Is(err, social.NotFound) {
			t.Errorf("unknown: %v; want NotFound", err)
		}
	})
}

func TestWorkForAHostIsListedWithWhatWasGivenUp(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		us := addActor(t, db, "us", true)
		say(t, db, us, "done", target("a.example"))
		record(t, db, ended(claimHosts(t, db, lease("me", noon))[0], taken))
		say(t, db, us, "parked", target("a.example"))
		giveUp(t, db, noon)
		say(t, db, us, "waits", target("a.example"), target("b.example"))
		all, err := db.HostItems(t.Context(), "a.example", store.PageOf{Limit: 10})
		if err != nil || len(all) != 2 || all[0].About != "waits" || all[1].About != "parked" {
			t.Errorf("got %+v, %v; want what waits, then what was given up", all, err)
		}
		if !all[0].Next.Equal(noon) || !all[1].Next.IsZero() {
			t.Errorf("next tries %v and %v; want noon and none", all[0].Next, all[1].Next)
		}
	})
}
