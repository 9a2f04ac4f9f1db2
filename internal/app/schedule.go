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
	tagsEvery = 15 * time.Minute
	refill    = 1000 // keys of a lane that are named again at once
)

// chore is what one process at a time does now and then. One that fails is tried
// again at the next tick.
type chore struct {
	doing string
	every time.Duration
	do    func(ctx context.Context, fence int64) error
	done  time.Time
}

func (a *App) chores() []*chore {
	return []*chore{
		{doing: "end mutes that are over", do: a.endMutes},
		{doing: "tidy up", every: time.Hour, do: a.tidy},
		{doing: "hold to with whom this server speaks", every: time.Hour, do: a.holdFederation},
		{doing: "look after relays", every: time.Minute, do: a.keepRelays},
		{doing: "count hashtags", every: tagsEvery, do: a.countTags},
	}
}

// schedule does what one process at a time must do, as long as this one holds the
// duty: it names what is due and was forgotten to the workers, and forgets what
// has run out.
func (a *App) schedule(ctx context.Context) {
	tick := time.NewTicker(dutyRenew)
	defer tick.Stop()
	chores := a.chores()
	for {
		fence := a.takeDuty(ctx)
		a.holdsDuty.Store(fence > 0)
		if fence > 0 {
			a.refill(ctx)
			for _, c := range chores {
				a.perform(ctx, c, fence)
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
		store.LaneRelay: a.DB.DueParties,
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

// perform does a chore when it is time.
func (a *App) perform(ctx context.Context, c *chore, fence int64) {
	now := a.o.Now()
	if now.Sub(c.done) < c.every {
		return
	}
	if err := c.do(ctx, fence); err == nil {
		c.done = now
	} else if ctx.Err() == nil {
		a.o.Log.Warn("could not "+c.doing+", will try again", "err", err)
	}
}

// onDuty gives a transaction that changes nothing when another process has the duty
// by now.
func (a *App) onDuty(fence int64) func(context.Context, func(*store.Tx) error) error {
	return func(ctx context.Context, do func(*store.Tx) error) error {
		return a.DB.InTx(ctx, func(tx *store.Tx) error {
			if ours, err := tx.HoldsDuty(ctx, duty, fence); err != nil || !ours {
				return err
			}
			return do(tx)
		})
	}
}

// tidy forgets what has run out.
func (a *App) tidy(ctx context.Context, fence int64) error {
	rules, err := a.Sweeper.Rules(ctx)
	if err != nil {
		return err
	}
	return a.onDuty(fence)(ctx, func(tx *store.Tx) error { return tx.Tidy(ctx, a.o.Now(), rules) })
}

// endMutes ends those that have lasted their time. It is asked first, since a write
// wakes a disk.
func (a *App) endMutes(ctx context.Context, fence int64) error {
	over, err := a.DB.MutesOver(ctx, a.o.Now())
	if err != nil || !over {
		return err
	}
	return a.onDuty(fence)(ctx, func(tx *store.Tx) error { return tx.EndMutes(ctx, a.o.Now()) })
}

// holdFederation brings what is stored into line with the setting of this start. It
// changes nothing that another process would not change as well.
func (a *App) holdFederation(ctx context.Context, _ int64) error {
	return a.Publisher.HoldFederation(ctx)
}

// keepRelays looks after relays.
func (a *App) keepRelays(ctx context.Context, fence int64) error {
	return a.Relays.Keep(ctx, func(ctx context.Context, tx *store.Tx) (bool, error) { return tx.HoldsDuty(ctx, duty, fence) })
}

// countTags counts what hashtags are used today, and after midnight once more those
// of the day that has ended.
func (a *App) countTags(ctx context.Context, fence int64) error {
	now := a.o.Now()
	err := a.DB.CountTags(ctx, now, a.onDuty(fence))
	if before := now.Add(-2 * tagsEvery); err == nil && before.UTC().Day() != now.UTC().Day() {
		err = a.DB.CountTags(ctx, before, a.onDuty(fence))
	}
	return err
}
