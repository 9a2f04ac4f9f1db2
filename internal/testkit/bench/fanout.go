package main

import (
	"fmt"
	"time"

	"skerry/internal/testkit"
)

// fanout measures how long a post takes to followers who all are on hosts of
// their own.
func (st *site) fanout() error {
	w, err := st.world(st.hosts)
	if err != nil {
		return err
	}
	defer w.Close()
	if err := w.Follow(st.ctx, st.hosts); err != nil {
		return err
	}
	if err := st.process.ForgetPeak(); err != nil {
		return err
	}
	hanging := make([]int, st.hanging)
	for i := range hanging {
		hanging[i] = i * (st.hosts / st.hanging)
	}
	for _, kind := range []struct {
		name  string
		mood  testkit.Mood
		hosts []int
		reach int
	}{
		{"peers answer at once", testkit.Mood{}, []int{testkit.Everybody}, st.hosts},
		{"peers answer after 100 ms", testkit.Mood{Latency: 100 * time.Millisecond}, []int{testkit.Everybody}, st.hosts},
		{fmt.Sprintf("%d never answer, the others at once", st.hanging), testkit.Mood{Hang: true}, hanging, st.hosts - st.hanging},
	} {
		w.SetMood(testkit.Mood{}, testkit.Everybody)
		w.SetMood(kind.mood, kind.hosts...)
		if err := st.publish(w, fmt.Sprintf("fan-out to %d hosts, %s", st.hosts, kind.name), kind.reach); err != nil {
			return err
		}
	}
	st.put("fan-out: peak memory", mebi(st.process.Peak()), "")
	return nil
}

// publish publishes a few posts, one after the other, and measures when each came
// to the hosts that it can reach; the median of the posts counts.
func (st *site) publish(w *testkit.World, measure string, reach int) error {
	var half, last []time.Duration
	alone := st.limits.signing(st.rate / 2)
	before := st.used()
	for i := range st.fanouts {
		text := fmt.Sprintf("%s, %d", measure, i)
		began := time.Now()
		post, err := st.Post(st.ctx, text, text)
		if err != nil {
			return err
		}
		if err := w.Until(st.ctx, func() bool { return w.Count(post) >= reach }); err != nil {
			return err
		}
		var took []time.Duration
		for _, a := range w.Arrivals("Create") {
			if a.Object == post {
				took = append(took, a.At.Sub(began))
			}
		}
		half, last = append(half, median(took)), append(last, quantile(took, 1))
	}
	used := before.each(st, st.fanouts*reach)
	perSecond := float64(reach) / median(last).Seconds()
	st.put(measure+": half, last", inSeconds(median(half))+", "+inSeconds(median(last)), "")
	st.put(measure+": deliveries/s (signatures just before); CPU each", fmt.Sprintf("%.0f (%.0f); %s", perSecond, alone, used), ratio(perSecond, alone))
	return nil
}
