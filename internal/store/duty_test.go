package store_test

import (
	"testing"
	"time"

	"skerry/internal/store"
	"skerry/internal/testkit"
)

func TestDutyHasOneHolderAndAFenceThatRises(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		take := func(who string, at time.Time) (fence int64) {
			in(t, db, func(tx *store.Tx) (err error) {
				fence, err = tx.TakeDuty(t.Context(), "scheduler", store.Lease{By: who, Now: at, Until: at.Add(30 * time.Second)})
				return err
			})
			return fence
		}
		holds := func(fence int64) (ok bool) {
			in(t, db, func(tx *store.Tx) (err error) {
				ok, err = tx.HoldsDuty(t.Context(), "scheduler", fence)
				return err
			})
			return ok
		}
		first := take("a", noon)
		if first == 0 || take("b", noon.Add(29*time.Second)) != 0 {
			t.Fatal("want a to hold it, and b not")
		}
		if again := take("a", noon.Add(20*time.Second)); again != first || !holds(first) {
			t.Errorf("a keeps it under %d, holds it: %t; want fence %d", again, holds(first), first)
		}
		second := take("b", noon.Add(51*time.Second))
		if second <= first || holds(first) || !holds(second) {
			t.Errorf("b took it under %d; a holds it still: %t", second, holds(first))
		}
		in(t, db, func(tx *store.Tx) error { return tx.DropDuty(t.Context(), "scheduler", "b", noon.Add(52*time.Second)) })
		if take("c", noon.Add(52*time.Second)) <= second {
			t.Error("what was given back cannot be taken")
		}
	})
}
