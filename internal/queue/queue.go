// Package queue runs durable jobs: it claims rows under a lease, hands each to a
// worker, and records how it ended: done, to be tried again later, or parked.
//
// Work comes in as rows that other rooms have committed; what goes out is their
// ending. The database is the truth: a bell only says that looking is worth
// while, and a crash is a lease that runs out. Nothing here knows what the work is.
package queue

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime/debug"
	"sync"
	"time"

	"skerry/internal/bus"
	"skerry/internal/social"
	"skerry/internal/store"
)

// Lane is one kind of work and those who do it.
type Lane[T any] struct {
	Name    string
	Workers int           // how many items are worked on at once
	Lease   time.Duration // longer than Do takes, or Do extends it

	// Claim leases up to n due items. Items that it gives together and that have
	// the same Key are done one after another, in their order.
	Claim func(ctx context.Context, tx *store.Tx, l store.Lease, n int) ([]T, error)
	// Due says when the next item is due; zero when none waits.
	Due func(ctx context.Context) (time.Time, error)
	// Key says which items must not be worked on at once; nil: none.
	Key func(T) string
	// Do works on one item. It is called again for the same item after a crash.
	Do func(ctx context.Context, item T) (outcome string, err error)
	// Finish records the ending.
	Finish func(ctx context.Context, tx *store.Tx, item T, e store.Ending) error
	// Attempt says how many attempts were made before this one.
	Attempt func(T) int
	// Retries are the pauses after failed attempts; after the last one the item is parked.
	Retries Schedule
}

// Schedule is a list of pauses between attempts.
type Schedule []time.Duration

// After gives the pause after the nth failed attempt (from 0), with up to a
// quarter more or less so that what failed together does not return together;
// ok is false when no attempt is left.
func (s Schedule) After(n int) (pause time.Duration, ok bool) {
	if n >= len(s) {
		return 0, false
	}
	return time.Duration(float64(s[n]) * (0.75 + rand.Float64()/2)), true
}

// Runner does the work of one lane until its context ends.
type Runner[T any] struct {
	lane Lane[T]
	db   *store.DB
	bus  bus.Bus
	by   string
	log  *slog.Logger

	free  chan struct{} // a value for each idle worker
	ended chan struct{} // a worker has finished: what waited for its item may be free now
	done  sync.WaitGroup
}

// sweep is how long a lane sleeps at most: a lost bell costs no more.
const sweep = 30 * time.Second

// New makes a runner. by names this process in leases.
func New[T any](lane Lane[T], db *store.DB, b bus.Bus, by string, log *slog.Logger) *Runner[T] {
	r := &Runner[T]{lane: lane, db: db, bus: b, by: by, log: log, free: make(chan struct{}, lane.Workers), ended: make(chan struct{}, 1)}
	for range lane.Workers {
		r.free <- struct{}{}
	}
	return r
}

// Finished is the bell that rings whenever an item of a lane has ended.
func Finished(lane string) string { return lane + " finished" }

// Run works until ctx ends, then waits for the workers. Their context ends with
// ctx; what they have not finished is released by the caller or runs out.
func (r *Runner[T]) Run(ctx context.Context) error {
	rings, stop := r.bus.Listen(r.lane.Name)
	defer stop()
	defer r.done.Wait()
	for {
		n, err := r.idle(ctx)
		if err != nil {
			return nil // ctx has ended
		}
		items, pause, err := r.claim(ctx, n)
		if err != nil && ctx.Err() == nil {
			r.log.Error("could not claim work, will look again", "lane", r.lane.Name, "err", err)
		}
		used := r.start(ctx, items)
		for range n - used {
			r.free <- struct{}{}
		}
		if len(items) == 0 && !r.wait(ctx, rings, pause) {
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
	for n = 1; n < 100; n++ {
		select {
		case <-r.free:
		default:
			return n, nil
		}
	}
	return n, nil
}

// claim leases up to n items, or says how long to sleep. Whether anything is due
// is read first: looking costs nothing, and a claim is a change of the database.
func (r *Runner[T]) claim(ctx context.Context, n int) (items []T, pause time.Duration, err error) {
	due, err := r.lane.Due(ctx)
	if err != nil {
		return nil, time.Second, err
	}
	now := r.db.Now()
	if due.IsZero() || due.After(now) {
		return nil, untilDue(due, now), nil
	}
	err = r.db.InTx(ctx, func(tx *store.Tx) error {
		items, err = r.lane.Claim(ctx, tx, store.Lease{By: r.by, Now: now, Until: now.Add(r.lane.Lease)}, n)
		return err
	})
	if err != nil {
		return nil, time.Second, err
	}
	return items, blocked, nil
}

// blocked is how soon to look again for what is due and could not be claimed:
// somebody else holds it, or what must come before it.
const blocked = 50 * time.Millisecond

func untilDue(due, now time.Time) time.Duration {
	if due.IsZero() {
		return sweep
	}
	return min(due.Sub(now), sweep)
}

// start hands out the items: one worker for each key. It says how many workers
// it used.
func (r *Runner[T]) start(ctx context.Context, items []T) (used int) {
	var order []string
	byKey := map[string][]T{}
	for i, item := range items {
		key := fmt.Sprint("item ", i)
		if r.lane.Key != nil {
			key = r.lane.Key(item)
		}
		if byKey[key] == nil {
			order = append(order, key)
		}
		byKey[key] = append(byKey[key], item)
	}
	for _, key := range order {
		r.done.Go(func() {
			defer r.release()
			for _, item := range byKey[key] {
				if ctx.Err() != nil {
					return
				}
				r.work(ctx, item)
			}
		})
	}
	return len(order)
}

// release gives a worker back.
func (r *Runner[T]) release() {
	r.free <- struct{}{}
	select {
	case r.ended <- struct{}{}:
	default: // it is known already
	}
}

// wait sleeps until a bell, the end of an item, or the pause is over.
func (r *Runner[T]) wait(ctx context.Context, rings <-chan struct{}, pause time.Duration) bool {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-rings:
	case <-r.ended:
	case <-timer.C:
	}
	return true
}

// work does one item and records its ending.
func (r *Runner[T]) work(ctx context.Context, item T) {
	outcome, err := r.do(ctx, item)
	if ctx.Err() != nil {
		return // stopping: the lease is released and the item done again
	}
	ending := r.ending(item, outcome, err)
	err = r.db.InTx(ctx, func(tx *store.Tx) error { return r.lane.Finish(ctx, tx, item, ending) })
	if err != nil {
		r.log.Error("could not record how work ended, it will be done again", "lane", r.lane.Name, "err", err)
		return
	}
	r.bus.Ring(Finished(r.lane.Name))
}

// do calls the lane and turns a panic into an error: one bad item must not stop the rest.
func (r *Runner[T]) do(ctx context.Context, item T) (outcome string, err error) {
	defer func() {
		if p := recover(); p != nil {
			r.log.Error("work panicked", "lane", r.lane.Name, "err", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return r.lane.Do(ctx, item)
}

// ending decides what an error means: a fault of the item itself ends it, a
// fault of the moment is tried again.
func (r *Runner[T]) ending(item T, outcome string, err error) store.Ending {
	now := r.db.Now()
	if err == nil {
		return store.Ending{State: store.Done, Outcome: outcome, At: now}
	}
	if Final(err) {
		return store.Ending{State: store.Done, Outcome: "refused: " + err.Error(), At: now}
	}
	pause, left := r.lane.Retries.After(r.lane.Attempt(item))
	if !left {
		r.log.Warn("work was given up", "lane", r.lane.Name, "attempt", r.lane.Attempt(item)+1, "err", err)
		return store.Ending{State: store.Parked, Outcome: err.Error(), At: now}
	}
	var f *social.Fault
	if errors.As(err, &f) {
		pause = max(pause, f.After)
	}
	r.log.Info("work failed, will try again", "lane", r.lane.Name, "attempt", r.lane.Attempt(item)+1, "in", pause.Round(time.Second), "err", err)
	return store.Ending{State: store.Waiting, Outcome: err.Error(), Next: now.Add(pause), At: now}
}

// Final reports whether trying again cannot help.
func Final(err error) bool {
	switch social.KindOf(err) {
	case social.NotFound, social.Invalid, social.Unauthorized, social.Forbidden, social.Gone, social.TooLarge, social.Unsupported, social.Unprocessable:
		return true
	}
	return false
}
