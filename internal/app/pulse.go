package app

import (
	"context"
	"errors"
	"time"

	"skerry/internal/inbox"
	"skerry/internal/outbox"
	"skerry/internal/queue"
	"skerry/internal/store"
)

// A process that dies lets go of nothing. On one database with others, or when it
// is started again, it is known to be dead by its silence: long before the leases
// of what it had begun run out.
const (
	beatEvery = 2 * time.Second
	silence   = 7 * time.Second // longer than three beats: so long only the dead keep silent
)

// pulse is what was heard of all processes.
type pulse struct{ heard map[string]sign }

// sign is the last beat of a process, and when it was heard.
type sign struct {
	beat int64
	at   time.Time
}

// dead gives the processes that were silent for too long, of all at a moment. The
// clocks of two machines are not compared: a beat counts from when it was seen.
func (p *pulse) dead(now time.Time, all []store.Process) (dead []store.Process) {
	heard := make(map[string]sign, len(all))
	for _, one := range all {
		last, known := p.heard[one.Name]
		if !known || last.beat != one.Beats {
			last = sign{one.Beats, now}
		}
		heard[one.Name] = last
		if now.Sub(last.at) >= silence {
			dead = append(dead, one)
		}
	}
	p.heard = heard
	return dead
}

// deaf forgets what was heard. Who could not listen for a while does not know who
// was silent: when the database was away, everybody was.
func (p *pulse) deaf() { p.heard = nil }

// live shows that this process lives and frees what dead ones held, until ctx
// ends.
func (a *App) live(ctx context.Context) {
	tick := time.NewTicker(beatEvery)
	defer tick.Stop()
	var p pulse
	var last time.Time
	var mine int64
	for {
		now := time.Now() // how long others are silent is no matter of a.o.Now, which tests move
		if now.Sub(last) > 2*beatEvery {
			p.deaf()
		}
		if all, ok := a.beat(ctx); ok {
			last = now
			for _, one := range p.dead(now, all) {
				a.inherit(ctx, one)
			}
			was := mine
			if mine = beats(all, a.by); mine < was {
				a.o.Log.Warn("others took this process for dead, what it had begun is done again: is this machine overloaded, or was it asleep?")
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// beat shows that this process lives, and gives all that do.
func (a *App) beat(ctx context.Context) (all []store.Process, ok bool) {
	ctx, cancel := context.WithTimeout(ctx, silence) // a connection that hangs must not silence us for ever
	defer cancel()
	err := a.DB.Bookkeep(ctx, func(tx *store.Tx) (err error) {
		all, err = tx.Beat(ctx, a.by)
		return err
	})
	if err != nil && !errors.Is(ctx.Err(), context.Canceled) {
		a.o.Log.Warn("could not show that this process lives, will try again", "err", err)
	}
	return all, err == nil
}

// beats is how often a process has beaten.
func beats(all []store.Process, name string) int64 {
	for _, p := range all {
		if p.Name == name {
			return p.Beats
		}
	}
	return 0
}

// inherit frees what a dead process held and lets everybody look for it.
func (a *App) inherit(ctx context.Context, p store.Process) {
	dropped := false
	err := a.DB.Bookkeep(ctx, func(tx *store.Tx) (err error) {
		dropped, err = tx.DropDead(ctx, p)
		return err
	})
	switch {
	case err != nil && ctx.Err() == nil:
		a.o.Log.Warn("could not free what a dead process held, will try again", "err", err)
	case dropped:
		a.o.Log.Info("a process ended without a word, what it had begun is done by others", "process", p.Name)
		for _, lane := range []string{inbox.Lane, outbox.Lane, outbox.SlowLane, store.LaneRelay} {
			a.Bus.Ring(queue.Look(lane))
		}
	}
}
