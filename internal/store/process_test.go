package store_test

import (
	"testing"
	"time"

	"skerry/internal/store"
	"skerry/internal/testkit"
)

// beat shows that a process lives and gives how all of them stand.
func beat(t *testing.T, db *store.DB, name string) map[string]int64 {
	t.Helper()
	beats := map[string]int64{}
	in(t, db, func(tx *store.Tx) error {
		all, err := tx.Beat(t.Context(), name)
		for _, p := range all {
			beats[p.Name] = p.Beats
		}
		return err
	})
	return beats
}

func dropDead(t *testing.T, db *store.DB, p store.Process) (dropped bool) {
	t.Helper()
	in(t, db, func(tx *store.Tx) (err error) {
		dropped, err = tx.DropDead(t.Context(), p)
		return err
	})
	return dropped
}

func TestBeatsRiseWhileAProcessLives(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		beat(t, db, "a")
		beat(t, db, "b")
		if got := beat(t, db, "a"); got["a"] != 2 || got["b"] != 1 {
			t.Errorf("got %v, want two beats of a and one of b", got)
		}
		in(t, db, func(tx *store.Tx) error { return tx.Leave(t.Context(), "a") })
		if got := beat(t, db, "b"); len(got) != 1 {
			t.Errorf("got %v, want b alone when a has left", got)
		}
	})
}

// What a dead process held is anybody's at once; what others hold stays theirs.
func TestDeadProcessHoldsNothing(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		for _, name := range []string{"dead", "alive"} {
			beat(t, db, name)
			addInbound(t, db, "https://"+name+".example/a", name)
			if got := claim(t, db, lease(name, noon)); len(got) != 1 {
				t.Fatalf("%s claimed %d, want 1", name, len(got))
			}
			in(t, db, func(tx *store.Tx) error {
				_, err := tx.TakeDuty(t.Context(), "duty of "+name, lease(name, noon))
				return err
			})
		}
		if !dropDead(t, db, store.Process{Name: "dead", Beats: 1}) {
			t.Fatal("it was not taken for dead")
		}
		if got := claim(t, db, lease("next", noon.Add(time.Second))); len(got) != 1 || got[0].Fingerprint != "dead" {
			t.Errorf("claimed %+v, want what the dead one held", got)
		}
		for name, free := range map[string]bool{"dead": true, "alive": false} {
			var fence int64
			in(t, db, func(tx *store.Tx) (err error) {
				fence, err = tx.TakeDuty(t.Context(), "duty of "+name, lease("next", noon.Add(time.Second)))
				return err
			})
			if (fence != 0) != free {
				t.Errorf("the duty of %s is free: %t, want %t", name, fence != 0, free)
			}
		}
	})
}

func TestProcessThatHasBeatenSinceIsNotDead(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		beat(t, db, "a")
		beat(t, db, "a")
		addInbound(t, db, "https://a.example/a", "one")
		claim(t, db, lease("a", noon))
		if dropDead(t, db, store.Process{Name: "a", Beats: 1}) {
			t.Error("a was taken for dead by a beat that is not its last")
		}
		if got := claim(t, db, lease("b", noon.Add(time.Second))); len(got) != 0 {
			t.Errorf("b claimed %+v, want a to hold it", got)
		}
	})
}
