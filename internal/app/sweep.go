package app

import (
	"cmp"
	"context"
	"fmt"
	"syscall"
	"time"

	"skerry/internal/config"
	"skerry/internal/social"
)

const (
	sweepEvery = time.Hour        // how often is looked at what has had its time
	weighEvery = time.Minute      // how often is measured whether there is room
	stuckEvery = 10 * time.Minute // the same, when there is none and nothing can go
)

// retention is how long things are kept, by the settings.
func (a *App) retention() social.Retention {
	rules := social.DefaultRetention
	rules.Budget = cmp.Or(a.cfg.StorageBudget, rules.Budget)
	rules.Posts, rules.Media = cmp.Or(a.cfg.RetentionPosts, rules.Posts), cmp.Or(a.cfg.RetentionMedia, rules.Media)
	return rules.Fit()
}

// diskOf measures the disk of the data folder; nil when neither database nor media grow there.
func diskOf(cfg config.Config) func() (free, size int64, err error) {
	if cfg.DatabaseURL != "" && cfg.S3.Used() {
		return nil
	}
	return func() (free, size int64, err error) {
		var fs syscall.Statfs_t
		if err := syscall.Statfs(cfg.DataDir, &fs); err != nil {
			return 0, 0, fmt.Errorf("measure the disk of %s: %w", cfg.DataDir, err)
		}
		return int64(fs.Bavail) * int64(fs.Bsize), int64(fs.Blocks) * int64(fs.Bsize), nil
	}
}

// oldestRelayed is how old a post may be that a relay names: an older one would go at once.
func (a *App) oldestRelayed(ctx context.Context) (time.Duration, error) {
	rules, err := a.Sweeper.Rules(ctx)
	return rules.Relayed, err
}

// sweep forgets what has had its time, as long as this process has the scheduler's
// duty. What is left when the database or the media store is away goes another time.
func (a *App) sweep(ctx context.Context) {
	tick := time.NewTicker(dutyRenew)
	defer tick.Stop()
	var prune, sweep, weigh time.Time // when to do it next
	for {
		now := a.o.Now()
		if a.holdsDuty.Load() && !now.Before(prune) && !a.pruneAsked(ctx) {
			prune = now.Add(weighEvery)
		}
		switch {
		case !a.holdsDuty.Load():
		case !now.Before(sweep):
			sweep, weigh = now.Add(sweepEvery), now.Add(weighEvery)
			a.sweepOnce(ctx)
		case !now.Before(weigh):
			weigh = now.Add(weighEvery)
			if a.tight(ctx) && !a.makeRoom(ctx) {
				weigh = now.Add(stuckEvery)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// tight measures whether the budget nears its end.
func (a *App) tight(ctx context.Context) bool {
	s, err := a.Sweeper.Weigh(ctx)
	if err != nil && ctx.Err() == nil {
		a.o.Log.Warn("could not measure what is stored, will try again", "err", err)
	}
	return err == nil && s.Pressure != social.Fits
}

// sweepOnce removes what has had its time and measures what each kind takes.
func (a *App) sweepOnce(ctx context.Context) {
	a.makeRoom(ctx)
	for _, do := range []func(context.Context) error{a.Library.Sweep, a.Sweeper.Record} {
		if err := do(ctx); err != nil && ctx.Err() == nil {
			a.o.Log.Warn("could not remove or measure all, will try again", "err", err)
		}
	}
}

// makeRoom removes what has had its time or has no room, and reports whether anything was.
func (a *App) makeRoom(ctx context.Context) (any bool) { return a.forget(ctx, a.Sweeper.Sweep) }

// pruneAsked removes what the owner asked for, and reports whether nothing of it is left.
func (a *App) pruneAsked(ctx context.Context) (all bool) {
	asked, err := a.DB.AskedPrunes(ctx)
	if err == nil && len(asked) > 0 {
		a.forget(ctx, a.Sweeper.DoAsked)
		asked, err = a.DB.AskedPrunes(ctx)
	}
	return err == nil && len(asked) == 0
}

// forget removes, gives room back to the disk, and reports whether anything was removed.
func (a *App) forget(ctx context.Context, remove func(context.Context) (social.Cleared, error)) (any bool) {
	done, err := remove(ctx)
	if err == nil {
		err = a.DB.Shrink(ctx)
	}
	if err != nil && ctx.Err() == nil {
		a.o.Log.Warn("could not remove all that is to go, will try again", "err", err)
	}
	if done != (social.Cleared{}) {
		a.o.Log.Info("forgot what came from other servers and was not touched",
			"posts", done.Posts.N, "media", done.Media.N, "profiles", done.Profiles.N, "bytes", done.Bytes())
	}
	return done != (social.Cleared{})
}
