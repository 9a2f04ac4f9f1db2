package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/testkit"
)

// say stores an activity with deliveries.
func say(t *testing.T, db *store.DB, by social.Actor, object string, targets ...store.Target) social.ID {
	t.Helper()
	id := db.IDs().New()
	in(t, db, func(tx *store.Tx) error {
		a := store.Activity{ID: id, IRI: fmt.Sprint("https://us.example/activities/", id), Kind: "Create", Actor: by.ID, Object: object, Document: "{}", At: noon}
		if err := tx.AddActivity(t.Context(), a); err != nil {
			return err
		}
		return tx.AddDeliveries(t.Context(), id, object, targets, noon)
	})
	return id
}

func claimHosts(t *testing.T, db *store.DB, l store.Lease) (all []store.HostWork) {
	t.Helper()
	in(t, db, func(tx *store.Tx) (err error) {
		all, err = tx.ClaimHosts(t.Context(), l, false, nil, 100)
		return err
	})
	return all
}

func target(host string) store.Target {
	return store.Target{Inbox: "https://" + host + "/inbox", Host: host}
}

// ended makes a result in which everything that was due ended so.
func ended(h store.HostWork, e store.Ending) store.HostResult {
	r := store.HostResult{Host: h.Host, Fence: h.Fence}
	for _, d := range h.Due {
		r.Ended = append(r.Ended, store.Delivered{ID: d.ID, Counted: true, Ending: e})
	}
	return r
}

var (
	taken  = store.Ending{State: store.Done, Outcome: "answered 202", At: noon}
	putOff = store.Ending{State: store.Waiting, Outcome: "answered 503", Next: noon.Add(time.Hour), At: noon}
)

func record(t *testing.T, db *store.DB, results ...store.HostResult) (next map[string]time.Time) {
	t.Helper()
	in(t, db, func(tx *store.Tx) (err error) {
		next, err = tx.RecordHosts(t.Context(), results, noon)
		return err
	})
	return next
}

func dueHost(t *testing.T, db *store.DB) time.Time {
	t.Helper()
	at, err := db.DueHost(t.Context(), false, noon)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestDeliveriesAboutOneThingKeepTheirOrder(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		us := addActor(t, db, "us", true)
		create := say(t, db, us, "post", target("a.example"))
		update := say(t, db, us, "post", target("a.example"))
		other := say(t, db, us, "other", target("a.example"))
		last := say(t, db, us, "last", target("a.example"))
		for i, want := range [][]social.ID{{create, other}, {update, last}} {
			h := claimHosts(t, db, lease("me", noon))
			if len(h) != 1 {
				t.Fatalf("hosts %+v; want one", h)
			}
			var got []social.ID
			for _, d := range h[0].Due {
				got = append(got, d.Activity)
			}
			if !slices.Equal(got, want) {
				t.Errorf("claim %d: got %v, want %v", i+1, got, want)
			}
			if next := record(t, db, ended(h[0], taken)); (i == 0) != next["a.example"].Equal(noon) {
				t.Errorf("claim %d: next %v", i+1, next)
			}
		}
	})
}

// A host whose Create was put off is not due for the Update behind it: whoever
// looks would find nothing to do, again and again.
func TestDeliveryBehindAnotherMakesNoHostDue(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		us := addActor(t, db, "us", true)
		say(t, db, us, "post", target("a.example"))
		say(t, db, us, "post", target("a.example"))
		next := record(t, db, ended(claimHosts(t, db, lease("me", noon))[0], putOff))
		if at := dueHost(t, db); !at.Equal(putOff.Next) || !next["a.example"].Equal(putOff.Next) {
			t.Errorf("due at %v and %v; want in an hour", at, next)
		}
	})
}

func TestHostLeaseIsFenced(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		us := addActor(t, db, "us", true)
		say(t, db, us, "post", target("a.example"), target("b.example"))
		both := claimHosts(t, db, lease("slow", noon))
		if again := claimHosts(t, db, lease("other", noon)); len(again) != 0 {
			t.Fatalf("a leased host was given to another: %+v", again)
		}
		next := claimHosts(t, db, lease("next", noon.Add(2*time.Minute)))
		if len(next) != 2 || next[0].Fence <= both[0].Fence {
			t.Fatalf("after the lease: %+v; want higher fences", next)
		}
		for _, h := range next {
			if h.Name == "a.example" {
				record(t, db, ended(h, putOff)) // the other is still held
			}
		}
		var late []store.HostResult
		for _, h := range both {
			late = append(late, ended(h, store.Ending{State: store.Parked, Outcome: "late", At: noon}))
		}
		if due := record(t, db, late...); len(due) != 0 {
			t.Errorf("who lost the lease was told %v", due)
		}
		if n, _ := db.CountDeliveries(t.Context(), store.Waiting); n != 2 {
			t.Errorf("%d deliveries wait; want both: who lost the lease could still write", n)
		}
	})
}

func TestReleasedHostIsDueWhenItsNextDeliveryIs(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		us := addActor(t, db, "us", true)
		say(t, db, us, "post", target("a.example"), target("b.example"))
		var results []store.HostResult
		for _, h := range claimHosts(t, db, lease("me", noon)) {
			results = append(results, ended(h, map[string]store.Ending{"a.example": taken, "b.example": putOff}[h.Name]))
		}
		if next := record(t, db, results...); len(next) != 1 || !next["b.example"].Equal(putOff.Next) {
			t.Errorf("next %v; want b.example in an hour", next)
		}
		if at := dueHost(t, db); !at.Equal(putOff.Next) {
			t.Errorf("next host due at %v; want in an hour", at)
		}
		if got := claimHosts(t, db, lease("me", noon.Add(time.Minute))); len(got) != 0 {
			t.Errorf("claimed too early: %+v", got)
		}
		if got := claimHosts(t, db, lease("me", noon.Add(2*time.Hour))); len(got) != 1 || got[0].Name != "b.example" || got[0].Due[0].Attempts != 1 {
			t.Errorf("claimed %+v; want b.example after one attempt", got)
		}
	})
}

// What is queued while a host is given back is not forgotten: both transactions
// change the host's row, and the second sees what the first did.
func TestDeliveryThatIsQueuedDuringTheReleaseMakesItsHostDue(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		us := addActor(t, db, "us", true)
		for i := range 50 {
			say(t, db, us, fmt.Sprint("first", i), target("a.example"))
			h := claimHosts(t, db, lease("me", noon))[0]
			queued, released := make(chan error, 1), make(chan error, 1)
			go func() {
				released <- db.InTx(t.Context(), func(tx *store.Tx) error {
					_, err := tx.RecordHosts(t.Context(), []store.HostResult{ended(h, taken)}, noon)
					return err
				})
			}()
			go func() {
				queued <- db.InTx(t.Context(), func(tx *store.Tx) error {
					id := db.IDs().New()
					a := store.Activity{ID: id, IRI: fmt.Sprint("https://us.example/a/", id), Kind: "Create", Actor: us.ID, Object: "x", Document: "{}", At: noon}
					if err := tx.AddActivity(t.Context(), a); err != nil {
						return err
					}
					return tx.AddDeliveries(t.Context(), id, fmt.Sprint("second", i), []store.Target{target("a.example")}, noon)
				})
			}()
			if err := <-queued; err != nil {
				t.Fatal(err)
			}
			if err := <-released; err != nil {
				t.Fatal(err)
			}
			h = claimHosts(t, db, lease("me", noon))[0] // panics when the delivery waits and no host is due
			if len(h.Due) != 1 {
				t.Fatalf("round %d: due %+v, want the second", i, h.Due)
			}
			record(t, db, ended(h, taken))
		}
	})
}

func TestOpenBreakerLetsOneProbeThrough(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		us := addActor(t, db, "us", true)
		for i := range 3 {
			say(t, db, us, fmt.Sprint("post", i), target("a.example"))
		}
		h := claimHosts(t, db, lease("me", noon))[0]
		broken := ended(h, putOff)
		broken.Host.FailingSince, broken.Host.Failures, broken.Host.LastError = noon, 5, "answered 503"
		broken.Host.OpenUntil = noon.Add(time.Minute)
		if next := record(t, db, broken); !next["a.example"].Equal(noon.Add(time.Minute)) {
			t.Errorf("next %v; want when the breaker lets a probe through", next)
		}
		say(t, db, us, "another", target("a.example")) // makes the host due no earlier
		if got := claimHosts(t, db, lease("me", noon.Add(30*time.Second))); len(got) != 0 {
			t.Fatalf("claimed %+v behind an open breaker", got)
		}
		got := claimHosts(t, db, lease("me", noon.Add(61*time.Second)))
		if len(got) != 1 || !got[0].Probe || len(got[0].Due) != 1 || got[0].Due[0].ID != h.Due[0].ID || got[0].Failures != 5 || got[0].LastError != "answered 503" {
			t.Fatalf("claimed %+v; want the first delivery as a probe", got)
		}
		well := ended(got[0], taken)
		well.Revived = well.Host.Answered(noon, true)
		if next := record(t, db, well); !next["a.example"].Equal(noon) {
			t.Errorf("next %v; want now: all that waits may go", next)
		}
		if got := claimHosts(t, db, lease("me", noon)); len(got) != 1 || got[0].Probe || len(got[0].Due) != 2 {
			t.Errorf("claimed %+v; want two deliveries at once again", got)
		}
	})
}

func TestFailedProbeIsNoTurnOfItsDelivery(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		us := addActor(t, db, "us", true)
		say(t, db, us, "post", target("a.example"))
		h := claimHosts(t, db, lease("me", noon))[0]
		r := ended(h, putOff)
		r.Host.OpenUntil = noon.Add(time.Minute)
		record(t, db, r)
		probe := claimHosts(t, db, lease("me", noon.Add(2*time.Minute)))[0]
		failed := ended(probe, store.Ending{State: store.Waiting, Outcome: "answered 503", Next: probe.Due[0].Next, At: noon})
		failed.Ended[0].Counted = false
		record(t, db, failed)
		again := claimHosts(t, db, lease("me", noon.Add(4*time.Minute)))[0]
		if d := again.Due[0]; d.Attempts != 1 || !d.Next.Equal(putOff.Next) {
			t.Errorf("after a failed probe: %d attempts, next %v; want 1 and the time it had", d.Attempts, d.Next)
		}
	})
}

// Whoever speaks lives, though their inbox may not: one delivery finds out, and is
// not counted.
func TestHostThatSpeaksToUsIsProbed(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		us := addActor(t, db, "us", true)
		say(t, db, us, "post", target("a.example"), target("healthy.example"))
		say(t, db, us, "other", target("a.example"))
		for _, h := range claimHosts(t, db, lease("me", noon)) {
			r := ended(h, putOff)
			if h.Name == "a.example" {
				r.Host.FailingSince, r.Host.OpenUntil = noon.Add(-8*24*time.Hour), noon.Add(24*time.Hour)
			}
			record(t, db, r)
		}
		for host, want := range map[string]bool{"a.example": true, "healthy.example": false, "never.example": false} {
			in(t, db, func(tx *store.Tx) error {
				revived, err := tx.ReviveHost(t.Context(), host, noon)
				if revived != want {
					t.Errorf("%s is revived: %v, want %v", host, revived, want)
				}
				return err
			})
		}
		if got := claimHosts(t, db, lease("me", noon)); len(got) != 1 || !got[0].Probe || len(got[0].Due) != 1 {
			t.Errorf("claimed %+v; want one delivery as a probe", got)
		}
	})
}

func TestSlowHostsAreServedApart(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		us := addActor(t, db, "us", true)
		say(t, db, us, "post", target("slow.example"))
		r := ended(claimHosts(t, db, lease("me", noon))[0], taken)
		r.Host.SlowUntil = noon.Add(time.Hour)
		record(t, db, r)
		say(t, db, us, "other", target("slow.example"), target("fast.example"))
		if got := claimHosts(t, db, lease("me", noon)); len(got) != 1 || got[0].Name != "fast.example" {
			t.Errorf("claimed %+v; want fast.example alone", got)
		}
		waiting, err := db.WaitingHosts(t.Context(), true, []string{"slow.example", "fast.example"}, noon)
		if err != nil || !slices.Equal(waiting, []string{"slow.example"}) {
			t.Errorf("slow and waiting: %v, %v", waiting, err)
		}
		var slow []store.HostWork
		in(t, db, func(tx *store.Tx) (err error) {
			slow, err = tx.ClaimHosts(t.Context(), lease("me", noon), true, []string{"slow.example", "fast.example"}, 10)
			return err
		})
		if len(slow) != 1 || slow[0].Name != "slow.example" {
			t.Errorf("claimed for the slow lane %+v", slow)
		}
	})
}

func TestManyHostsAreRecordedAtOnce(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		us := addActor(t, db, "us", true)
		var targets []store.Target
		for i := range 250 {
			targets = append(targets, target(fmt.Sprintf("h%d.example", i)))
		}
		say(t, db, us, "post", targets...)
		var all []store.HostResult
		for range 3 {
			for _, h := range claimHosts(t, db, lease("me", noon)) {
				all = append(all, ended(h, taken))
			}
		}
		if next := record(t, db, all...); len(all) != len(targets) || len(next) != 0 {
			t.Errorf("%d hosts, next %v; want %d and nothing", len(all), next, len(targets))
		}
		if n, _ := db.CountDeliveries(t.Context(), store.Done); n != len(targets) {
			t.Errorf("%d are done, want %d", n, len(targets))
		}
	})
}

func TestOneInboxGetsOneDeliveryOfAnActivity(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		us := addActor(t, db, "us", true)
		id := say(t, db, us, "post", target("a.example"))
		in(t, db, func(tx *store.Tx) error {
			return tx.AddDeliveries(t.Context(), id, "post", []store.Target{target("a.example")}, noon)
		})
		if n, _ := db.CountDeliveries(t.Context(), store.Waiting); n != 1 {
			t.Errorf("%d deliveries; want 1", n)
		}
	})
}

func TestFanOutToManyHostsIsStoredWhole(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		us := addActor(t, db, "us", true)
		var targets []store.Target
		for i := range 1203 {
			targets = append(targets, target(fmt.Sprintf("h%d.example", i)))
		}
		say(t, db, us, "post", targets...)
		if n, err := db.CountDeliveries(t.Context(), store.Waiting); n != len(targets) || err != nil {
			t.Errorf("%d deliveries, %v; want %d", n, err, len(targets))
		}
	})
}
