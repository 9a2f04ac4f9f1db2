package store_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"

	"skerry/internal/store"
)

// Those who come while a write runs share the next, and one that cannot be written
// is no fault of the others.
func TestGatheredWrites(t *testing.T) {
	t.Parallel()
	synctest.Test(t, gatheredWrites)
}

func gatheredWrites(t *testing.T) {
	var writes [][]int
	goOn := make(chan struct{})
	g := store.Gatherer[int]{Write: func(_ context.Context, all []int) error {
		if len(writes) == 0 {
			<-goOn
		}
		writes = append(writes, slices.Clone(all))
		if slices.Contains(all, 3) {
			return errors.New("no threes")
		}
		return nil
	}}
	var all sync.WaitGroup
	failed := make([]error, 5)
	do := func(i int) { all.Go(func() { failed[i] = g.Do(t.Context(), i) }) }
	do(0)
	synctest.Wait()
	for i := 1; i < 5; i++ {
		do(i)
	}
	synctest.Wait()
	close(goOn)
	all.Wait()
	for i, err := range failed {
		if (err != nil) != (i == 3) {
			t.Errorf("%d: %v", i, err)
		}
	}
	if len(writes) != 6 || len(writes[0]) != 1 || len(writes[1]) != 4 {
		t.Errorf("wrote %v; want one alone, four together, and each of them again", writes)
	}
}
