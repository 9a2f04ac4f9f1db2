package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"syscall"
	"time"

	"skerry/internal/testkit"
)

// million is the past of a server that followed busy relays, and what is measured
// while it forgets most of it.
var million = scale{starts: 1, rate: 5 * time.Second, friends: 20, window: 300, pruned: 15 * time.Second, past: testkit.Past{
	Posts: 1_000_000, Old: 910_000, Authors: 20_000, Followed: 200, Media: 200_000, BookmarkOne: 1000,
}}

// prune is what `skerry prune --json` tells.
type prune struct {
	Posts, Media struct{ N int }
}

// retention measures a server with a long past before, while and after it forgets.
func (st *site) retention() error {
	w, err := st.friendly(st.friends)
	if err != nil {
		return err
	}
	defer w.Close()
	began := time.Now()
	if err := st.FillPast(st.ctx, st.past); err != nil {
		return err
	}
	st.put(fmt.Sprintf("fill with %d posts of %d authors", st.past.Posts, st.past.Authors), inSeconds(time.Since(began)), "")
	before, err := st.Room(st.ctx)
	if err != nil {
		return err
	}
	st.put("database bytes of a post, with indexes and its part of all else", fmt.Sprint(before.Database/int64(st.past.Posts)), "")
	if err := st.timelines("before"); err != nil {
		return err
	}
	would, err := st.pruning("--dry-run")
	if err != nil {
		return err
	}
	if err := st.forget(w); err != nil {
		return err
	}
	left, err := st.pruning("--dry-run")
	if err != nil {
		return err
	}
	st.put("posts and pictures that had their time", fmt.Sprintf("%d and %d", would.Posts.N, would.Media.N), "")
	st.put("of these left afterwards", fmt.Sprintf("%d and %d", left.Posts.N, left.Media.N), "")
	after, err := st.Room(st.ctx)
	if err != nil {
		return err
	}
	st.put("live bytes of the database, before and after", fmt.Sprintf("%d MiB, %d MiB", before.Database>>20, after.Database>>20), ratio(float64(after.Database), float64(before.Database)))
	st.put("room in it that is used again, before and after", fmt.Sprintf("%d MiB, %d MiB", before.Spare>>20, after.Spare>>20), "")
	st.put("remote media, before and after", fmt.Sprintf("%d MiB, %d MiB", before.Remote>>20, after.Remote>>20), "")
	return st.timelines("after")
}

// timelines measures how long one reader waits for 40 posts, when the database has tidied
// up after what was done to it.
func (st *site) timelines(when string) error {
	if err := st.Tidy(st.ctx); err != nil {
		return err
	}
	header := http.Header{"Authorization": {"Bearer " + st.Token}}
	for _, of := range [][2]string{{"home", "home"}, {"hashtag", "tag/" + testkit.Tag}} {
		r, err := rateOf(st.ctx, st.Origin+"/api/v1/timelines/"+of[1]+"?limit=40", header, st.rate, 1)
		if err != nil {
			return err
		}
		st.put(of[0]+" timeline of 40, "+when+": p50, p99", inMillis(r.p50)+", "+inMillis(r.p99), "")
	}
	return nil
}

// pruning runs the command.
func (st *site) pruning(args ...string) (done prune, err error) {
	said, err := st.Run(st.ctx, append([]string{"prune", "--json"}, args...)...)
	if err != nil {
		return done, err
	}
	return done, json.Unmarshal([]byte(said), &done)
}

// cost is what notes of friends cost in windows of one sort.
type cost struct {
	notes  int
	used   time.Duration // processor time of the server
	took   []time.Duration
	effect time.Duration // until all of a window took effect
}

// forget prunes in turns: a window of notes while nothing else happens, and some while
// the command is at work, which is then stopped until the next turn.
func (st *site) forget(w *testkit.World) error {
	var quiet, busy cost
	var pruned time.Duration
	n := 0
	for ended := false; !ended; {
		if err := st.notesCost(w, &n, &quiet); err != nil {
			return err
		}
		p, err := st.Launch("prune")
		if err != nil {
			return err
		}
		for began := time.Now(); !ended; {
			if err := st.notesCost(w, &n, &busy); err != nil {
				p.Kill()
				return err
			}
			select {
			case <-p.Ended():
				ended = true
			default:
			}
			if spent := time.Since(began); ended || spent > st.pruned {
				pruned += spent
				break
			}
		}
		switch {
		case !ended:
			_ = p.Stop(syscall.SIGTERM) // it says that it was stopped
		case p.Code() != 0:
			return errors.New("skerry prune: " + p.Said())
		}
	}
	st.put("forgetting took", inSeconds(pruned), "")
	st.put("a note meanwhile: our processor time; without", inMillis(busy.each())+"; "+inMillis(quiet.each()), ratio(float64(busy.each()), float64(quiet.each())))
	for _, part := range []float64{0.5, 0.99} {
		with, without := quantile(busy.took, part), quantile(quiet.took, part)
		st.put(fmt.Sprintf("a note meanwhile: p%.0f of the 202; without", 100*part), inMillis(with)+"; "+inMillis(without), ratio(float64(with), float64(without)))
	}
	with, without := busy.effect/time.Duration(busy.notes), quiet.effect/time.Duration(quiet.notes)
	st.put("a note meanwhile: until it took effect, each; without", inMillis(with)+"; "+inMillis(without), ratio(float64(with), float64(without)))
	return nil
}

func (c cost) each() time.Duration { return c.used / time.Duration(c.notes) }

// notesCost sends a window of notes, a few at once, and adds what they cost.
func (st *site) notesCost(w *testkit.World, n *int, c *cost) error {
	*n++
	letters, err := w.Notes(st.window, func(i int) int { return i % st.friends }, fmt.Sprint("w", *n, "-"), false)
	if err != nil {
		return err
	}
	var before time.Duration
	var began time.Time
	err = st.DrainedAfter(st.ctx, func() error {
		before, began = st.process.ProcessorTime(), time.Now()
		for _, a := range w.Send(st.ctx, letters, 4) {
			if !a.Accepted() {
				return fmt.Errorf("a note was answered %d, %v", a.Status, a.Err)
			}
			c.took = append(c.took, a.Took)
		}
		return nil
	})
	c.notes += st.window
	c.used += st.process.ProcessorTime() - before
	c.effect += time.Since(began)
	return err
}
