package store_test

import (
	"fmt"
	"testing"
	"time"

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
		return tx.AddInbound(t.Context(), i)
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

func TestSameJobWaitsOnce(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		add := func() (added bool) {
			in(t, db, func(tx *store.Tx) error {
				id, err := tx.AddJob(t.Context(), store.Job{Lane: "fetch", Kind: "actor", Once: "x", Due: noon}, noon)
				added = id != 0
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

func TestJobsThatStrangersCauseAreBounded(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		for i := range 4 {
			in(t, db, func(tx *store.Tx) error {
				id, err := tx.AddJob(t.Context(), store.Job{Lane: "fetch", Kind: "quote", Once: fmt.Sprint(i), Due: noon, Most: 3}, noon)
				if added := id != 0; added != (i < 3) {
					t.Errorf("job %d was added: %v", i, added)
				}
				return err
			})
		}
		if due, err := db.DueJobs(t.Context(), "fetch", noon, 10); err != nil || len(due) != 3 {
			t.Errorf("due are %v, %v; want 3", due, err)
		}
	})
}

// The innocent who wait behind it must not use up their attempts with it.
func TestActivityThatMayHaveEndedItsProcessIsLeasedAlone(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		for i := range 3 {
			addInbound(t, db, "https://a.example/a", fmt.Sprint(i))
		}
		at := noon
		for i, want := range []int{3, 3, 1, 1} { // nobody comes back
			if got := claim(t, db, lease("crashed", at)); len(got) != want || got[0].Fingerprint != "0" {
				t.Errorf("claim %d: got %d, want %d, the oldest first", i+1, len(got), want)
			}
			at = at.Add(2 * time.Minute)
		}
		in(t, db, func(tx *store.Tx) error {
			return tx.Exec(t.Context(), `UPDATE inbound SET state = 2 WHERE fingerprint = '0'`)
		})
		if got := claim(t, db, lease("me", at)); len(got) != 1 || got[0].Attempts != 2 {
			t.Errorf("then %+v; want the second with the attempts before it was suspected", got)
		}
	})
}
