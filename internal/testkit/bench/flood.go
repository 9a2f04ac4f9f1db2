package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"skerry/internal/testkit"
)

// spate is a relay that names far more than anybody can look at.
var spate = scale{starts: 1, rate: 2 * time.Second, friends: 20, origins: 300, named: 10_000, lasts: time.Minute}

// flooded is a list of relays, as the command tells it.
type flooded []struct {
	State string
	Day   map[string]int
}

// flood measures what others feel while a relay names things of many origins, of whom
// one does not answer.
func (st *site) flood() error {
	w, err := st.world(1 + st.origins)
	if err != nil {
		return err
	}
	defer w.Close()
	relay, friend := st.origins, func(i int) int { return i % st.friends }
	w.Relays = map[int]bool{relay: true}
	if err := st.Befriend(st.ctx, w, st.friends); err != nil {
		return err
	}
	if err := st.followRelay(w, relay); err != nil {
		return err
	}
	w.SetMood(testkit.Mood{Hang: true}, st.origins-1)
	named, err := w.Announcements(relay, st.named, func(i int) int { return i % st.origins })
	if err != nil {
		return err
	}
	notes, err := w.Notes(int(st.lasts/noteEvery), friend, "n", false)
	if err != nil {
		return err
	}
	calm, err := w.Notes(int(st.lasts/noteEvery)/4, friend, "calm", false)
	if err != nil {
		return err
	}
	without, err := accepted(w.SendAt(st.ctx, calm, noteEvery))
	if err != nil {
		return err
	}
	before, err := st.Room(st.ctx)
	if err != nil {
		return err
	}
	if err := st.process.ForgetPeak(); err != nil {
		return err
	}
	sent := make(chan []testkit.Answer, 1)
	go func() { sent <- w.SendAt(st.ctx, named, st.lasts/time.Duration(st.named)) }()
	deepest := make(chan int, 1)
	over := make(chan struct{})
	go func() { deepest <- st.deepest(over) }()
	with, err := accepted(w.SendAt(st.ctx, notes, noteEvery))
	answers, err2 := accepted(<-sent)
	close(over)
	if err := errors.Join(err, err2); err != nil {
		return err
	}
	st.put(fmt.Sprintf("a relay names %d things of %d origins within", st.named, st.origins), inSeconds(st.lasts), "")
	st.put("its announcements: p50, p99 of the 202", inMillis(median(answers))+", "+inMillis(quantile(answers, 0.99)), "")
	st.put("notes of friends meanwhile: p50, p99 of the 202", inMillis(median(with))+", "+inMillis(quantile(with, 0.99)), "")
	st.put("the same before: p50, p99", inMillis(median(without))+", "+inMillis(quantile(without, 0.99)), "")
	st.put("hints that waited at most", fmt.Sprint(<-deepest), "")
	st.put("peak memory meanwhile", mebi(st.process.Peak()), "")
	return st.told(before.Used())
}

// noteEvery is how often a friend writes during a flood.
const noteEvery = 100 * time.Millisecond

// accepted gives how long the answers took, when all are 202.
func accepted(all []testkit.Answer) (took []time.Duration, err error) {
	for _, a := range all {
		if !a.Accepted() {
			return nil, fmt.Errorf("%s was answered %d, %v", a.Object, a.Status, a.Err)
		}
		took = append(took, a.Took)
	}
	return took, nil
}

// followRelay follows a relay of a world and waits for the answer.
func (st *site) followRelay(w *testkit.World, relay int) error {
	if _, err := st.Run(st.ctx, "relay", "add", w.IRI(relay)); err != nil {
		return err
	}
	return w.Until(st.ctx, func() bool {
		all, err := st.relays()
		return err == nil && len(all) == 1 && all[0].State == "accepted"
	})
}

func (st *site) relays() (all flooded, err error) {
	said, err := st.Run(st.ctx, "relay", "list", "--json")
	if err != nil {
		return nil, err
	}
	return all, json.Unmarshal([]byte(said), &all)
}

// deepest is how many hints waited at once until something is over.
func (st *site) deepest(over <-chan struct{}) (most int) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		n, err := st.Waiting(st.ctx, "relay")
		if err != nil {
			return -1
		}
		most = max(most, n)
		select {
		case <-tick.C:
		case <-over:
			return most
		}
	}
}

// told puts what came of the flood once it is looked at.
func (st *site) told(before int64) error {
	for {
		n, err := st.Waiting(st.ctx, "relay")
		if err != nil {
			return err
		}
		if n <= st.named/st.origins { // what is left is of the origin that does not answer
			break
		}
		select {
		case <-time.After(time.Second):
		case <-st.ctx.Done():
			return st.ctx.Err()
		}
	}
	all, err := st.relays()
	if err != nil {
		return err
	}
	text := ""
	for _, what := range slices.Sorted(maps.Keys(all[0].Day)) {
		text += fmt.Sprintf(" %s %d", what, all[0].Day[what])
	}
	st.put("what came of it", text[1:], "")
	after, err := st.Room(st.ctx)
	if err != nil {
		return err
	}
	st.put("bytes that it added", fmt.Sprintf("%.1f MiB", float64(after.Used()-before)/(1<<20)), "")
	return nil
}
