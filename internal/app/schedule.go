package app

import (
	"context"
	"time"

	"skerry/internal/inbox"
	"skerry/internal/outbox"
	"skerry/internal/store"
)

const (
	duty      = "scheduler"
	dutyLease = 25 * time.Second // another process takes over within half a minute
	dutyRenew = 5 * time.Second
	tidyEvery = time.Hour
	keepEvery = time.Minute
	refill    = 1000 // keys of a lane that are named again at once
)

// schedule does what one process at a time must do, as long as this one holds the
// duty: it names what is due and was forgotten to the workers, and forgets what
// has run out.
func (a *App) schedule(ctx context.Context) {
	tick := time.NewTicker(dutyRenew)
	defer tick.Stop()
	var tidied, kept time.Time
	for {
		if fence := a.takeDuty(ctx); fence > 0 {
			a.refill(ctx)
			a.endMutes(ctx)
			if now := a.o.Now(); now.Sub(tidied) >= tidyEvery && a.tidy(ctx, fence) {
				a.tidyMedia(ctx)
				tidied = now
			}
			if now := a.o.Now(); now.Sub(kept) >= keepEvery && a.keepRelays(ctx, fence) {
				kept = now
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// takeDuty gives the fence under which this process acts, 0 when another one does.
func (a *App) takeDuty(ctx context.Context) (fence int64) {
	now := a.o.Now()
	err := a.DB.Bookkeep(ctx, func(tx *store.Tx) (err error) {
		fence, err = tx.TakeDuty(ctx, duty, store.Lease{By: a.by, Now: now, Until: now.Add(dutyLease)})
		return err
	})
	if err != nil && ctx.Err() == nil {
		a.o.Log.Warn("could not take or keep the scheduler's duty, will try again", "err", err)
	}
	return fence
}

// refill names keys whose work is due and that nobody works on: whoever lost a
// hint, as a flushed Redis does, loses seconds and no work.
func (a *App) refill(ctx context.Context) {
	if a.cfg.RedisURL == "" {
		return // the lanes of this process look by themselves
	}
	now := a.o.Now()
	for lane, due := range map[string]func(context.Context, time.Time, int) ([]string, error){
		inbox.Lane:      a.DB.DueSigners,
		outbox.Lane:     a.DB.DueHosts,
		outbox.SlowLane: a.DB.DueSlowHosts,
		store.LaneFetch: func(ctx context.Context, now time.Time, n int) ([]string, error) {
			return a.DB.DueJobs(ctx, store.LaneFetch, now, n)
		},
	} {
		keys, err := due(ctx, now, refill)
		if err != nil {
			if ctx.Err() == nil {
				a.o.Log.Warn("could not look for forgotten work, will look again", "lane", lane, "err", err)
			}
			continue
		}
		a.Bus.Ready(lane, now, keys...)
	}
}

// endMutes ends those that have lasted their time. It is asked first, since a write
// wakes a disk.
func (a *App) endMutes(ctx context.Context) {
	over, err := a.DB.MutesOver(ctx, a.o.Now())
	if err == nil && over {
		err = a.DB.InTx(ctx, func(tx *store.Tx) error { return tx.EndMutes(ctx, a.o.Now()) })
	}
	if err != nil && ctx.Err() == nil {
		a.o.Log.Warn("could not end mutes that are over, will try again", "err", err)
	}
}

// tidy forgets what has run out, unless another process has the duty by now.
func (a *App) tidy(ctx context.Context, fence int64) bool {
	err := a.DB.InTx(ctx, func(tx *store.Tx) error {
		if ours, err := tx.HoldsDuty(ctx, duty, fence); err != nil || !ours {
			return err
		}
		return tx.Tidy(ctx, a.o.Now())
	})
	if err != nil && ctx.Err() == nil {
		a.o.Log.Warn("could not tidy up, will try again", "err", err)
	}
	return err == nil
}

// keepRelays looks after relays, unless another process has the duty by now.
func (a *App) keepRelays(ctx context.Context, fence int64) bool {
	err := a.Relays.Keep(ctx, func(ctx context.Context, tx *store.Tx) (bool, error) { return tx.HoldsDuty(ctx, duty, fence) })
	if err != nil && ctx.Err() == nil {
		a.o.Log.Warn("could not look after relays, will try again", "err", err)
	}
	return err == nil
}
