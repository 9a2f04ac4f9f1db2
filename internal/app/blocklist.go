package app

import (
	"context"
	"time"
)

// readBlocklists reads the lists that are due, as long as this process has the
// scheduler's duty. Strangers' servers may be slow: nothing else waits for it.
func (a *App) readBlocklists(ctx context.Context) {
	tick := time.NewTicker(time.Minute)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		if !a.holdsDuty.Load() {
			continue
		}
		if err := a.Publisher.RefreshDue(ctx); err != nil && ctx.Err() == nil {
			a.o.Log.Warn("could not look for blocklists, will try again", "err", err)
		}
	}
}
