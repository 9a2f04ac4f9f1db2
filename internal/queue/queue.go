// Package queue runs durable work: it claims rows under a lease, hands them to
// workers, and looks again when more is due.
//
// Work comes in as rows that other rooms have committed; what goes out is their
// ending. The database is the truth: the bus only says which keys are worth
// claiming, and a crash is a lease that runs out. Nothing here knows what the
// work is.
package queue

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"skerry/internal/bus"
	"skerry/internal/social"
	"skerry/internal/store"
)

// Lane is one kind of work and those who do it. The unit of work is a key: a
// host, a sender, a job. What has the same key is never worked on twice at once.
type Lane[T any] struct {
	Name    string
	Workers int           // how many keys are worked on at once
	Lease   time.Duration // longer than Work takes, or Work extends it

	// Claim leases due items: of these keys, or of up to n others when keys is nil.
	Claim func(ctx context.Context, tx *store.Tx, l store.Lease, keys []string, n int) ([]T, error)
	// Key says what an item is of.
	Key func(T) string
	// Waiting says which of these keys have something due, whoever holds them.
	Waiting func(ctx context.Context, keys []string) ([]string, error)
	// Due says when the next item of any key is due; zero when none waits.
	Due func(ctx context.Context) (time.Time, error)
	// Work does the claimed items of one key in their order and records how they
	// ended. It says when more of that key is due; zero when nothing waits. It is
	// called again for the same items after a crash.
	Work func(ctx context.Context, items []T) (next time.Time, err error)
	// GiveBack ends the leases that a process has of items, whose work may have been
	// done or not.
	GiveBack func(ctx context.Context, tx *store.Tx, by string, items []T) error
}

// Runner does the work of one lane until its context ends.
type Runner[T any] struct {
	lane Lane[T]
	db   *store.DB
	bus  bus.Bus
	by   string
	log  *slog.Logger

	free chan struct{} // a value for each idle worker
	done sync.WaitGroup
	scan time.Time // when to look into the database for what no hint named
}

const (
	// sweep is how long a lane trusts hints alone: a lost one costs no more.
	sweep = 30 * time.Second
	// unaided is the same while the bus is away.
	unaided = time.Second
	// heldBy is how soon to try a key again that somebody else holds.
	heldBy = 100 * time.Millisecond
	// most is how many workers claim together.
	most = 100
)

// New makes a runner. by names this process in leases.
func New[T any](lane Lane[T], db *store.DB, b bus.Bus, by string, log *slog.Logger) *Runner[T] {
	r := &Runner[T]{lane: lane, db: db, bus: b, by: by, log: log, free: make(chan struct{}, lane.Workers)}
	for range lane.Workers {
		r.free <- struct{}{}
	}
	return r
}

// Finished is the bell that rings whenever work on a key of a lane has ended.
func Finished(lane string) string { return lane + " finished" }

// Look is the bell that makes a lane look into the database at once.
func Look(lane string) string { return lane + " look" }

// grace is how long work that runs may go on after a stop, so that what the other
// side has taken is not done twice.
const grace = time.Second

// Run works until ctx ends, then waits for the workers. Their context ends a
// little later; what they have not finished is released by the caller or runs out.
func (r *Runner[T]) Run(ctx context.Context) error {
	work, cut := context.WithCancel(context.WithoutCancel(ctx))
	defer cut()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(grace, cut) })()
	rings, stop := r.bus.Listen(r.lane.Name)
	defer stop()
	looks, stopLooks := r.bus.Listen(Look(r.lane.Name))
	defer stopLooks()
	defer r.done.Wait()
	for {
		n, err := r.idle(ctx)
		if err != nil {
			return nil // ctx has ended
		}
		items, next, err := r.find(ctx, n)
		if err != nil && ctx.Err() == nil {
			r.log.Error("could not claim work, will look again", "lane", r.lane.Name, "err", err)
			next = r.db.Now().Add(unaided)
		}
		used := r.start(work, items)
		for range n - used {
			r.free <- struct{}{}
		}
		if !next.IsZero() && !r.sleep(ctx, rings, looks, next) {
			return nil
		}
	}
}

// idle waits for a free worker, then takes all that are free, up to a batch.
func (r *Runner[T]) idle(ctx context.Context) (n int, err error) {
	select {
	case <-r.free:
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	for n = 1; n < most; n++ {
		select {
		case <-r.free:
		default:
			return n, nil
		}
	}
	return n, nil
}

// find claims what hints name, else what the database has due when it is time to
// look there. Without anything it says until when to sleep.
func (r *Runner[T]) find(ctx context.Context, n int) (items []T, next time.Time, err error) {
	keys, hinted := r.bus.Take(ctx, r.lane.Name, n)
	now := r.db.Now()
	switch {
	case len(keys) > 0:
		items, err = r.claim(ctx, now, keys, n)
		return items, time.Time{}, err
	case now.Before(r.scan):
	default:
		if items, err = r.look(ctx, now, n); err != nil || len(items) > 0 {
			return items, time.Time{}, err
		}
	}
	next = r.scan
	if !hinted.IsZero() && hinted.Before(next) {
		next = hinted
	}
	return nil, next, nil
}

// look claims what is due of any key, and notes when to look again: at once when
// there may be more.
func (r *Runner[T]) look(ctx context.Context, now time.Time, n int) (items []T, err error) {
	due, err := r.lane.Due(ctx) // reading costs little, and a claim is a change
	if err != nil {
		return nil, err
	}
	if !due.IsZero() && !due.After(now) {
		if items, err = r.claim(ctx, now, nil, n); err != nil || len(items) > 0 {
			return items, err
		}
		due = now.Add(heldBy) // somebody holds it, or what must come before it
	}
	pause := sweep
	if r.bus.Away() != nil {
		pause = unaided
	}
	r.scan = now.Add(pause)
	if !due.IsZero() && due.Before(r.scan) {
		r.scan = due
	}
	return nil, nil
}

// claim leases items of these keys. Keys that somebody else holds are tried again
// a little later.
func (r *Runner[T]) claim(ctx context.Context, now time.Time, keys []string, n int) (items []T, err error) {
	err = r.db.Bookkeep(ctx, func(tx *store.Tx) error {
		items, err = r.lane.Claim(ctx, tx, store.Lease{By: r.by, Now: now, Until: now.Add(r.lane.Lease)}, keys, n)
		return err
	})
	if err != nil {
		r.bus.Ready(r.lane.Name, now.Add(unaided), keys...)
		return nil, err
	}
	missed := without(keys, items, r.lane.Key)
	if len(missed) == 0 {
		return items, nil
	}
	if missed, err = r.lane.Waiting(ctx, missed); err == nil && len(missed) > 0 {
		r.bus.Ready(r.lane.Name, now.Add(heldBy), missed...)
	}
	return items, nil // what was claimed is worked on, whatever became of the rest
}

// without gives the keys of which there is no item.
func without[T any](keys []string, items []T, key func(T) string) (missed []string) {
	have := make(map[string]bool, len(items))
	for _, item := range items {
		have[key(item)] = true
	}
	for _, k := range keys {
		if !have[k] {
			missed = append(missed, k)
		}
	}
	return missed
}

// start hands out the items: one worker for each key. It says how many workers
// it used.
func (r *Runner[T]) start(ctx context.Context, items []T) (used int) {
	var order []string
	byKey := map[string][]T{}
	for _, item := range items {
		key := r.lane.Key(item)
		if byKey[key] == nil {
			order = append(order, key)
		}
		byKey[key] = append(byKey[key], item)
	}
	for _, key := range order {
		r.done.Go(func() {
			r.work(ctx, key, byKey[key])
			r.free <- struct{}{}
		})
	}
	return len(order)
}

// work does the items of one key and says when more of it is due.
func (r *Runner[T]) work(ctx context.Context, key string, items []T) {
	next, err := r.call(ctx, items)
	switch {
	case ctx.Err() != nil:
		return // stopping: the lease is released and the items done again
	case err != nil:
		r.log.Error("could not record how work ended, it will be done again", "lane", r.lane.Name, "key", key, "err", err)
		if social.Is(err, social.Unavailable) {
			r.giveBack(ctx, key, items)
		}
	case !next.IsZero():
		r.bus.Ready(r.lane.Name, next, key)
	}
	r.bus.Ring(Finished(r.lane.Name))
}

// giveBack ends the leases of items when the database is there again, so that they
// need not run out. Until then the worker rests.
func (r *Runner[T]) giveBack(ctx context.Context, key string, items []T) {
	tick := time.NewTicker(unaided)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if r.db.Bookkeep(ctx, func(tx *store.Tx) error { return r.lane.GiveBack(ctx, tx, r.by, items) }) == nil {
			r.bus.Ready(r.lane.Name, r.db.Now(), key)
			return
		}
	}
}

// call turns a panic into an error: one bad item must not stop the rest.
func (r *Runner[T]) call(ctx context.Context, items []T) (next time.Time, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return r.lane.Work(ctx, items)
}

// sleep waits for a bell or a time.
func (r *Runner[T]) sleep(ctx context.Context, rings, looks <-chan struct{}, until time.Time) bool {
	timer := time.NewTimer(max(until.Sub(r.db.Now()), 0))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-rings:
	case <-looks:
		r.scan = time.Time{}
	case <-timer.C:
	}
	return true
}
