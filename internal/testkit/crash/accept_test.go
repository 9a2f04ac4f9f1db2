package crash

import (
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"skerry/internal/testkit"
)

// friends is how many people the owner follows, who write.
const friends = 20

// TestKilledServerActsOnceOnEverythingItAccepted kills processes while signed
// notes come in, which are sent until each is answered 202.
func TestKilledServerActsOnceOnEverythingItAccepted(t *testing.T) {
	t.Parallel()
	onShapes(t, func(t *testing.T, s shape) {
		n, kills := size(600, 10000), size(5, 50)
		st := s.open(t, friends)
		st.must(st.Befriend(st.ctx, st.world, friends))
		letters := st.notes(n, "n")
		var accepted atomic.Int64
		sent := make(chan struct{})
		go func() {
			defer close(sent)
			st.world.Insist(st.ctx, letters, 16, func() { accepted.Add(1) })
		}()
		var slowest time.Duration
		for k := range kills {
			moment := int64(n * (k + 1) / (kills + 1))
			st.until("notes were accepted", func() bool { return accepted.Load() >= moment })
			i := st.kill()
			before := accepted.Load()
			st.start(i)
			began := time.Now()
			st.until("notes were accepted again", func() bool { return accepted.Load() > before || accepted.Load() == int64(n) })
			slowest = max(slowest, time.Since(began))
		}
		<-sent
		ended := time.Now()
		st.must(st.Drained(st.ctx))
		effect := time.Since(ended)
		st.wantToldOnce(letters)
		st.measured("%d kills while %d notes came: each was accepted and took effect once; accepting resumed within %.1f s, the last effect came %.1f s after the last 202",
			kills, n, slowest.Seconds(), effect.Seconds())
		st.wantSoon(slowest)
	})
}

// notes makes notes of friends that name the owner.
func (st *site) notes(n int, id string) []*testkit.Letter {
	st.Helper()
	letters, err := st.world.Notes(n, func(i int) int { return i % friends }, id, true)
	st.must(err)
	return letters
}

// wantToldOnce wants that the owner was told of each note, once.
func (st *site) wantToldOnce(letters []*testkit.Letter) {
	st.Helper()
	told := st.told()
	for _, l := range letters {
		if told[l.Object] != 1 {
			st.Errorf("the owner was told %d times of %s, want once", told[l.Object], l.Object)
		}
	}
}

// told counts the mentions that the owner was told of, by note.
func (st *site) told() map[string]int {
	st.Helper()
	told := map[string]int{}
	for before := ""; ; {
		var page []struct {
			ID     string
			Status struct{ URI string }
		}
		st.must(st.API(st.ctx, http.MethodGet, "/api/v1/notifications?limit=80&types[]=mention&max_id="+before, nil, "", &page))
		if len(page) == 0 {
			return told
		}
		for _, one := range page {
			told[one.Status.URI]++
			before = one.ID
		}
	}
}
