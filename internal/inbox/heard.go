package inbox

import (
	"context"
	"time"

	"skerry/internal/outbox"
	"skerry/internal/store"
)

// heardTime is how long a host that spoke to us need not be looked at again.
const heardTime = time.Minute

// heard notes that a host lives: one that failed is tried again at once.
func (w *Worker) heard(ctx context.Context, host string) {
	now := w.db.Now()
	if at, ok := w.spoke.Get(host); ok && now.Sub(at) < heardTime {
		return
	}
	w.spoke.Add(host, now)
	err := w.db.Bookkeep(ctx, func(tx *store.Tx) error {
		revived, err := tx.ReviveHost(ctx, host, now)
		if revived {
			tx.Afterwards(func() { w.bus.Ready(outbox.Lane, now, host) })
		}
		return err
	})
	if err != nil {
		w.log.Warn("could not note that a host lives, it is probed anyway", "host", host, "err", err)
	}
}
