package queue

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime/debug"
	"time"

	"skerry/internal/social"
	"skerry/internal/store"
)

// Rows is the work of lanes whose items are rows that are tried, tried again and
// parked in the end.
type Rows[T any] struct {
	Lane  string
	Lease time.Duration
	DB    *store.DB
	Log   *slog.Logger

	// Do works on one item and says in a few words what came of it. recorded is true
	// when it has recorded that already, in the transaction of its changes.
	Do func(ctx context.Context, item T) (outcome string, recorded bool, err error)
	// Finish records the ending.
	Finish func(ctx context.Context, tx *store.Tx, item T, e store.Ending) error
	// Next says when more of an item's key is due; zero when nothing waits.
	Next func(ctx context.Context, item T) (time.Time, error)
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

// Work is the Work of a Lane. The order of the items is kept: when one is put
// off, those behind it go on. What is not begun within half the lease is left to
// whoever claims it next, for somebody else may by then.
func (w Rows[T]) Work(ctx context.Context, items []T) (next time.Time, err error) {
	began := time.Now()
	for i, item := range items {
		if i > 0 && time.Since(began) > w.Lease/2 {
			break
		}
		outcome, recorded, err := w.try(ctx, item)
		if recorded {
			continue
		}
		if ctx.Err() != nil {
			return next, ctx.Err() // stopping: not recorded, so done again
		}
		e := w.ending(item, outcome, err)
		if err := w.DB.Bookkeep(ctx, func(tx *store.Tx) error { return w.Finish(ctx, tx, item, e) }); err != nil {
			return next, err
		}
	}
	return w.Next(ctx, items[0])
}

// errFatal is what is known of attempts that never ended.
var errFatal = errors.New("the process ended each time it was worked on")

// try does an item unless every attempt was made: then none of them came back to
// record how it ended, and nor would this one.
func (w Rows[T]) try(ctx context.Context, item T) (outcome string, recorded bool, err error) {
	if w.Attempt(item) > len(w.Retries) {
		return "", false, errFatal
	}
	return w.do(ctx, item)
}

// do calls Do and turns a panic into an error that counts as a failed attempt.
func (w Rows[T]) do(ctx context.Context, item T) (outcome string, recorded bool, err error) {
	defer func() {
		if p := recover(); p != nil {
			w.Log.Error("work panicked", "lane", w.Lane, "err", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return w.Do(ctx, item)
}

// ending decides what an error means: a fault of the item itself ends it, a
// fault of the moment is tried again.
func (w Rows[T]) ending(item T, outcome string, err error) store.Ending {
	now := w.DB.Now()
	if err == nil {
		return store.Ending{State: store.Done, Outcome: outcome, At: now}
	}
	if Final(err) {
		return store.Ending{State: store.Done, Outcome: "refused: " + err.Error(), At: now}
	}
	attempt := w.Attempt(item)
	pause, left := w.Retries.After(attempt)
	if !left {
		w.Log.Warn("work was given up", "lane", w.Lane, "attempt", attempt+1, "err", err)
		return store.Ending{State: store.Parked, Outcome: err.Error(), At: now}
	}
	var f *social.Fault
	if errors.As(err, &f) {
		pause = max(pause, f.After)
	}
	w.Log.Info("work failed, will try again", "lane", w.Lane, "attempt", attempt+1, "in", pause.Round(time.Second), "err", err)
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
