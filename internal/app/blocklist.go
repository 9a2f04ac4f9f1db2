package app

import (
	"context"
	"time"
)

// lookAtLists is how often is looked whether a blocklist is due.
const lookAtLists = time.Minute

// readBlocklists reads the lists that are due, as long as this process has the
// scheduler's duty. Strangers' servers may be slow: nothing else waits for it.
func (a *App) readBlocklists(ctx context.Context) {
	tick := time.NewTicker(lookAtLists)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		if a.holdsDuty.Load() {
			a.ReadDueBlocklists(ctx)
		}
	}
}

// ReadDueBlocklists reads the lists whose time it is.
func (a *App) ReadDueBlocklists(ctx context.Context) {
	all, err := a.DB.Blocklists(ctx)
	for _, l := range all {
		if !l.Due(a.o.Now()) {
			continue
		}
		if err := a.Publisher.Refresh(ctx, l); err != nil && ctx.Err() == nil {
			a.o.Log.Warn("could not read a blocklist, will try again", "iri", l.URL, "err", err)
		}
	}
	if err != nil && ctx.Err() == nil {
		a.o.Log.Warn("could not look for blocklists, will try again", "err", err)
	}
}
