package app

import (
	"context"
	"time"
)

const (
	// changed and changedOwner are the bells of whoever changed something that others
	// may remember.
	changed      = "changed"
	changedOwner = "changed owner"
	// tellChanges is how often a process rings them at most.
	tellChanges = 50 * time.Millisecond
)

// hearChanges forgets what is remembered when another process has changed
// something. It listens before it returns.
func (a *App) hearChanges(ctx context.Context) (hear func()) {
	rings, stop := a.Bus.Listen(changed)
	owner, stopOwner := a.Bus.Listen(changedOwner)
	return func() {
		defer stop()
		defer stopOwner()
		for {
			select {
			case <-ctx.Done():
				return
			case <-rings:
				a.DB.Stale()
			case <-owner:
				a.DB.StaleOwner()
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
			if a.DB.ChangedOwner() {
				a.Bus.Ring(changedOwner)
			}
			a.Bus.Ring(changed)
		}
		select {
		case <-ctx.Done():
			return
		case <-pause.C:
		}
	}
}
