package main

import (
	"fmt"
	"time"

	"skerry/internal/testkit"
)

// world makes strangers who know the server.
func (st *site) world(hosts int) (*testkit.World, error) {
	w, err := testkit.NewWorld(hosts)
	if err != nil {
		return nil, err
	}
	if err := st.Settle(st.ctx, w); err != nil {
		w.Close()
		return nil, err
	}
	return w, nil
}

// friendly makes strangers who know the server, of whom the owner follows the first.
func (st *site) friendly(hosts int) (*testkit.World, error) {
	w, err := st.world(hosts)
	if err != nil {
		return nil, err
	}
	if err := st.Befriend(st.ctx, w, st.friends); err != nil {
		w.Close()
		return nil, err
	}
	return w, nil
}

// ingestKnown measures notes of people whom the owner follows.
func (st *site) ingestKnown() error {
	w, err := st.friendly(st.friends)
	if err != nil {
		return err
	}
	defer w.Close()
	return st.ingest(w, "known actors", st.notes, st.friends, false)
}

// ingestUnknown measures notes that name the owner, each of somebody on another
// host whom the server never met.
func (st *site) ingestUnknown() error {
	w, err := st.world(st.unknown)
	if err != nil {
		return err
	}
	defer w.Close()
	return st.ingest(w, "unknown actors", st.unknown, st.unknown, true)
}

func (st *site) ingest(w *testkit.World, who string, notes, people int, named bool) error {
	letters, err := w.Notes(notes, func(i int) int { return i % people }, "n", named)
	if err != nil {
		return err
	}
	if err := st.process.ForgetPeak(); err != nil {
		return err
	}
	var before used
	var began time.Time
	var answers []testkit.Answer
	var accepted time.Duration
	err = st.DrainedAfter(st.ctx, func() error {
		before, began = st.used(), time.Now()
		answers = w.Send(st.ctx, letters, atOnce)
		accepted = time.Since(began)
		return nil
	})
	if err != nil {
		return err
	}
	drained, used := time.Since(began), before.each(st, notes)
	took := make([]time.Duration, notes)
	for i, a := range answers {
		if took[i] = a.Took; !a.Accepted() {
			return fmt.Errorf("a note was answered %d, %v", a.Status, a.Err)
		}
	}
	perSecond := func(d time.Duration) float64 { return float64(notes) / d.Seconds() }
	st.put("ingest of "+who+": accepted/s (verifications)", fmt.Sprintf("%.0f", perSecond(accepted)), ratio(perSecond(accepted), st.limits.verify))
	st.put("ingest of "+who+": taking effect/s", fmt.Sprintf("%.0f", perSecond(drained)), ratio(perSecond(drained), st.limits.verify))
	st.put("ingest of "+who+": p50, p99 of the 202; CPU each", inMillis(median(took))+", "+inMillis(quantile(took, 0.99))+"; "+used, "")
	st.put("ingest of "+who+": peak memory", mebi(st.process.Peak()), "")
	return nil
}
