package queue

import (
	"context"
	"time"

	"skerry/internal/bus"
	"skerry/internal/social"
	"skerry/internal/store"
)

// Foreman is what the owner may do with queued work, from a page or the command
// line: have it done again, give it up, hold a host. What becomes due is named to
// those who do it when it is on disk.
type Foreman struct {
	db  *store.DB
	bus bus.Bus
}

// NewForeman makes a foreman.
func NewForeman(db *store.DB, b bus.Bus) *Foreman { return &Foreman{db: db, bus: b} }

// abandoned is the outcome of what the owner gave up.
const abandoned = "abandoned by the owner"

// change makes a change at a time, and when it is on disk names the key whose work
// may be due then.
func (f *Foreman) change(ctx context.Context, lane string, do func(tx *store.Tx, now time.Time) (key string, err error)) error {
	return f.db.InTx(ctx, func(tx *store.Tx) error {
		now := f.db.Now()
		key, err := do(tx, now)
		if err == nil && key != "" {
			tx.Afterwards(func() { f.bus.Ready(lane, now, key) })
		}
		return err
	})
}

// Retry makes a piece of work due that waits or was given up, whichever lane it
// is of. What was given up about the same thing at the same inbox goes along.
func (f *Foreman) Retry(ctx context.Context, id social.ID) error {
	item, err := f.db.Item(ctx, id)
	if err != nil {
		return err
	}
	return f.change(ctx, item.Lane, func(tx *store.Tx, now time.Time) (string, error) {
		switch item.Lane {
		case store.LaneDeliver:
			return item.Party, tx.RetryDelivery(ctx, id, item.Party, now)
		case store.LaneIngest:
			return item.Party, tx.RetryInbound(ctx, id, now)
		}
		return id.String(), tx.RetryJob(ctx, id, now)
	})
}

// RetryHost makes all due that waits for a host or was given up there. It gives
// how many that are.
func (f *Foreman) RetryHost(ctx context.Context, host string) (n int64, err error) {
	err = f.change(ctx, store.LaneDeliver, func(tx *store.Tx, now time.Time) (string, error) {
		n, err = tx.RetryHost(ctx, host, now)
		return host, err
	})
	return n, err
}

// RetryLane makes all due that was given up in a lane, but for deliveries: these
// are retried by host. It gives how many that are.
func (f *Foreman) RetryLane(ctx context.Context, lane string) (n int64, err error) {
	err = f.db.InTx(ctx, func(tx *store.Tx) error {
		switch now := f.db.Now(); lane {
		case store.LaneDeliver, store.LaneSlow:
			return social.Faultf(social.Invalid, "deliveries are retried one by one or by host")
		case store.LaneIngest:
			n, err = tx.RetryParkedInbound(ctx, now)
		default:
			n, err = tx.RetryParkedJobs(ctx, lane, now)
		}
		tx.Afterwards(func() { f.bus.Ring(Look(lane)) })
		return err
	})
	return n, err
}

// Abandon gives up a piece of work that waits, and takes it from what was given up.
func (f *Foreman) Abandon(ctx context.Context, id social.ID) error {
	item, err := f.db.Item(ctx, id)
	if err != nil {
		return err
	}
	return f.change(ctx, item.Lane, func(tx *store.Tx, now time.Time) (string, error) {
		switch item.Lane {
		case store.LaneDeliver:
			return item.Party, tx.AbandonDelivery(ctx, id, item.Party, abandoned, now)
		case store.LaneIngest:
			return item.Party, tx.AbandonInbound(ctx, id, abandoned, now)
		}
		return "", tx.AbandonJob(ctx, id, abandoned, now)
	})
}

// AbandonHost gives up all that waits for a host, and takes away what was given up
// there. It gives how many that are.
func (f *Foreman) AbandonHost(ctx context.Context, host string) (n int64, err error) {
	err = f.change(ctx, store.LaneDeliver, func(tx *store.Tx, now time.Time) (string, error) {
		n, err = tx.AbandonHost(ctx, host, abandoned, now)
		return "", err
	})
	return n, err
}

// PauseHost stops deliveries to a host until ResumeHost.
func (f *Foreman) PauseHost(ctx context.Context, host string) error {
	return f.db.InTx(ctx, func(tx *store.Tx) error { return tx.PauseHost(ctx, host) })
}

// ResumeHost lets deliveries to a host go on.
func (f *Foreman) ResumeHost(ctx context.Context, host string) error {
	return f.change(ctx, store.LaneDeliver, func(tx *store.Tx, _ time.Time) (string, error) {
		return host, tx.ResumeHost(ctx, host)
	})
}
