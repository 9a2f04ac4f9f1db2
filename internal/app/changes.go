package app

import (
	"context"
	"time"
)

const (
	// changed is the bell of whoever changed something that others may remember.
	changed = "changed"
	// tellChanges is how often a process rings it at most.
	tellChanges = 50 * time.Millisecond
)

// hearChanges forgets what is remembered when another process has changed
// something. It listens before it returns.
func (a *App) hearChanges(ctx context.Context) (hear func()) {
	rings, stop := a.Bus.Listen(changed)
	return func() {
		defer stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-rings:
				a.DB.Stale()
			}
		}
	}
}

// tellOthers rings when this process has changed something. On SQLite there is
// no other one, but commands, which ring by Wake.
func (a *App) tellOthers(ctx context.Context) {
	pause := time.NewTicker(tellChanges)
	defer pause.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-a.DB.Changed():
			a.Bus.Ring(changed)
		}
		select {
		case <-ctx.Done():
			return
		case <-pause.C:
		}
	}
}
