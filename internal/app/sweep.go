package app

import (
	"cmp"
	"context"
	"time"

	"skerry/internal/retention"
	"skerry/internal/social"
)

// sweepEvery is how often is looked at what has had its time.
const sweepEvery = time.Hour

// retention is how long things are kept, by the settings.
func (a *App) retention() social.Retention {
	rules := social.DefaultRetention
	rules.Posts, rules.Media = cmp.Or(a.cfg.RetentionPosts, rules.Posts), cmp.Or(a.cfg.RetentionMedia, rules.Media)
	rules.Followed = max(rules.Followed, rules.Posts)
	return rules
}

// sweep forgets what has had its time, as long as this process has the scheduler's
// duty. What is left when the database or the media store is away goes another time.
func (a *App) sweep(ctx context.Context) {
	tick := time.NewTicker(dutyRenew)
	defer tick.Stop()
	var swept time.Time
	for {
		if now := a.o.Now(); a.holdsDuty.Load() && now.Sub(swept) >= sweepEvery {
			swept = now
			a.sweepOnce(ctx)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (a *App) sweepOnce(ctx context.Context) {
	done, err := a.Sweeper.Sweep(ctx)
	if err == nil {
		err = a.Library.Sweep(ctx)
	}
	if err != nil && ctx.Err() == nil {
		a.o.Log.Warn("could not remove all that has had its time, will try again", "err", err)
	}
	if done != (retention.Swept{}) {
		a.o.Log.Info("forgot what came from other servers long ago and was not touched", "posts", done.Posts, "media", done.Media)
	}
}
