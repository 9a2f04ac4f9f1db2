package store_test

import (
	"fmt"
	"testing"
	"time"

	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/testkit"
)

func lease(by string, at time.Time) store.Lease {
	return store.Lease{By: by, Now: at, Until: at.Add(time.Minute)}
}

func addInbound(t *testing.T, db *store.DB, signer, fingerprint string) store.Inbound {
	t.Helper()
	i := store.Inbound{
		ID: db.IDs().New(), Fingerprint: fingerprint, Signer: signer, Kind: "Like",
		Activity: "https://x.example/" + fingerprint, Body: []byte(`{"a":1}`), ReceivedAt: noon,
	}
	in(t, db, func(tx *store.Tx) error {
		_, err := tx.AddInbound(t.Context(), i)
		return err
	})
	return i
}

func claim(t *testing.T, db *store.DB, l store.Lease) (all []store.Inbound) {
	t.Helper()
	in(t, db, func(tx *store.Tx) (err error) {
		all, err = tx.ClaimInbound(t.Context(), l, nil, 10)
		return err
	})
	return all
}

func TestReplayedRequestIsOneRow(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		for range 3 {
			addInbound(t, db, "https://a.example/a", "same")
		}
		if n, err := db.CountInbound(t.Context(), store.Waiting); n != 1 || err != nil {
			t.Errorf("%d rows, %v; want 1", n, err)
		}
	})
}

func TestLeasedActivityIsNobodyElsesUntilTheLeaseEnds(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		want := addInbound(t, db, "https://a.example/a", "one")
		if got := claim(t, db, lease("first", noon)); len(got) != 1 || string(got[0].Body) != string(want.Body) {
			t.Fatalf("first claim: %+v", got)
		}
		// What the signer sends meanwhile waits for its turn; another's does not.
		addInbound(t, db, "https://a.example/a", "two")
		addInbound(t, db, "https://b.example/b", "three")
		got := claim(t, db, lease("second", noon.Add(time.Second)))
		if len(got) != 1 || got[0].Fingerprint != "three" {
			t.Errorf("second claim: %+v; want only the other signer's", got)
		}
		later := claim(t, db, lease("third", noon.Add(2*time.Minute)))
		if len(later) != 3 || later[0].Attempts != 1 {
			t.Errorf("after the leases ended: %d rows, %+v; want 3, the first tried once", len(later), later)
		}
	})
}

func TestFinishedActivityIsNotClaimedAndParkedOneKeepsItsReason(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		i := addInbound(t, db, "https://a.example/a", "one")
		claim(t, db, lease("me", noon))
		in(t, db, func(tx *store.Tx) error {
			return tx.FinishInbound(t.Context(), i.ID, store.Ending{State: store.Parked, Outcome: "why", At: noon})
		})
		if got := claim(t, db, lease("me", noon.Add(time.Hour))); len(got) != 0 {
			t.Errorf("claimed again: %+v", got)
		}
		if got, err := db.Inbound(t.Context(), i.ID); err != nil || got.State != store.Parked || got.Outcome != "why" {
			t.Errorf("got %+v, %v", got, err)
		}
	})
}

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

func claimHosts(t *testing.T, db *store.DB, l store.Lease) (all []store.HostLease) {
	t.Helper()
	in(t, db, func(tx *store.Tx) (err error) {
		all, err = tx.ClaimHosts(t.Context(), l, nil, 100)
		return err
	})
	return all
}

func target(host string) store.Target {
	return store.Target{Inbox: "https://" + host + "/inbox", Host: host}
}

func TestDeliveriesAboutOneThingKeepTheirOrder(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		us := addActor(t, db, "us", true)
		create := say(t, db, us, "post", target("a.example"))
		update := say(t, db, us, "post", target("a.example"))
		other := say(t, db, us, "other", target("a.example"))
		h := claimHosts(t, db, lease("me", noon))
		if len(h) != 1 {
			t.Fatalf("hosts %+v; want one", h)
		}
		due, err := db.DueDeliveries(t.Context(), "a.example", noon, 10)
		if err != nil || len(due) != 2 || due[0].Activity != create || due[1].Activity != other {
			t.Fatalf("due %+v, %v; want the Create and the other", due, err)
		}
		in(t, db, func(tx *store.Tx) error {
			_, err := tx.RecordDeliveries(t.Context(), h[0], []store.Delivered{{ID: due[0].ID, Status: 202, Ending: store.Ending{State: store.Done, At: noon}}})
			return err
		})
		due, err = db.DueDeliveries(t.Context(), "a.example", noon, 10)
		if err != nil || len(due) != 2 || due[0].Activity != update {
			t.Errorf("then due %+v, %v; want the Update first", due, err)
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
		h := claimHosts(t, db, lease("me", noon))
		due, _ := db.DueDeliveries(t.Context(), "a.example", noon, 10)
		off := store.Ending{State: store.Waiting, Outcome: "answered 503", Next: noon.Add(time.Hour), At: noon}
		in(t, db, func(tx *store.Tx) error {
			if _, err := tx.RecordDeliveries(t.Context(), h[0], []store.Delivered{{ID: due[0].ID, Ending: off}}); err != nil {
				return err
			}
			_, err := tx.ReleaseHost(t.Context(), h[0])
			return err
		})
		if at, err := db.DueHost(t.Context()); err != nil || !at.Equal(noon.Add(time.Hour)) {
			t.Errorf("due at %v, %v; want in an hour", at, err)
		}
	})
}

func TestHostLeaseIsFenced(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		us := addActor(t, db, "us", true)
		say(t, db, us, "post", target("a.example"))
		slow := claimHosts(t, db, lease("slow", noon))[0]
		if again := claimHosts(t, db, lease("other", noon)); len(again) != 0 {
			t.Fatalf("a leased host was given to another: %+v", again)
		}
		next := claimHosts(t, db, lease("next", noon.Add(2*time.Minute)))
		if len(next) != 1 || next[0].Fence <= slow.Fence {
			t.Fatalf("after the lease: %+v; want a higher fence than %d", next, slow.Fence)
		}
		due, _ := db.DueDeliveries(t.Context(), "a.example", noon, 10)
		in(t, db, func(tx *store.Tx) error {
			ours, err := tx.RecordDeliveries(t.Context(), slow, []store.Delivered{{ID: due[0].ID, Ending: store.Ending{State: store.Parked, At: noon}}})
			if ours {
				t.Error("who lost the lease could still write")
			}
			return err
		})
		if n, _ := db.CountDeliveries(t.Context(), store.Waiting); n != 1 {
			t.Errorf("%d deliveries wait; want 1", n)
		}
	})
}

func TestReleasedHostIsDueWhenItsNextDeliveryIs(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		us := addActor(t, db, "us", true)
		say(t, db, us, "post", target("a.example"), target("b.example"))
		hosts := claimHosts(t, db, lease("me", noon))
		if len(hosts) != 2 {
			t.Fatalf("hosts %+v; want two", hosts)
		}
		for _, h := range hosts {
			due, _ := db.DueDeliveries(t.Context(), h.Host, noon, 10)
			end := store.Ending{State: store.Done, At: noon}
			if h.Host == "b.example" {
				end = store.Ending{State: store.Waiting, Outcome: "answered 503", Next: noon.Add(time.Hour), At: noon}
			}
			in(t, db, func(tx *store.Tx) error {
				if _, err := tx.RecordDeliveries(t.Context(), h, []store.Delivered{{ID: due[0].ID, Ending: end}}); err != nil {
					return err
				}
				_, err := tx.ReleaseHost(t.Context(), h)
				return err
			})
		}
		if at, err := db.DueHost(t.Context()); err != nil || !at.Equal(noon.Add(time.Hour)) {
			t.Errorf("next host due at %v, %v; want in an hour", at, err)
		}
		if got := claimHosts(t, db, lease("me", noon.Add(time.Minute))); len(got) != 0 {
			t.Errorf("claimed too early: %+v", got)
		}
		if got := claimHosts(t, db, lease("me", noon.Add(2*time.Hour))); len(got) != 1 || got[0].Host != "b.example" {
			t.Errorf("claimed %+v; want b.example", got)
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

func TestSameJobWaitsOnce(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		add := func() (added bool) {
			in(t, db, func(tx *store.Tx) (err error) {
				added, err = tx.AddJob(t.Context(), store.Job{Lane: "fetch", Kind: "actor", Once: "x", Due: noon}, noon)
				return err
			})
			return added
		}
		if !add() || add() {
			t.Fatal("want the first added and the second not")
		}
		var jobs []store.Job
		in(t, db, func(tx *store.Tx) (err error) {
			jobs, err = tx.ClaimJobs(t.Context(), "fetch", lease("me", noon), nil, 5)
			return err
		})
		if len(jobs) != 1 {
			t.Fatalf("claimed %+v; want one", jobs)
		}
		in(t, db, func(tx *store.Tx) error {
			return tx.FinishJob(t.Context(), jobs[0].ID, store.Ending{State: store.Done, At: noon})
		})
		if !add() {
			t.Error("after it was done the same job cannot be added again")
		}
	})
}
