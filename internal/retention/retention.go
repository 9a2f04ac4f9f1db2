// Package retention forgets: what came from elsewhere, is old, and was not touched by
// the owner; and of that the oldest when the budget nears its end. Rules of package
// social come in; rows of package store and bytes of package media go.
//
// What is touched, and the thread above it, is never taken: package store marks it in
// the transaction of the touch. All is done in small amounts, each a transaction of
// its own, with a pause after it as long as it took: whoever writes meanwhile waits
// for one of them at most. Several sweepers may be at work at once, and one may be
// stopped anywhere.
package retention

import (
	"context"
	"math"
	"time"

	"skerry/internal/media"
	"skerry/internal/social"
	"skerry/internal/store"
)

// Options is what the sweeper needs.
type Options struct {
	DB      *store.DB
	Library *media.Library
	Start   social.Retention // until the owner chooses others

	Disk func() (free, size int64, err error) // bytes of the disk that it all is on; nil: it is not on one of ours
}

// Sweeper forgets what has had its time.
type Sweeper struct{ Options }

// New makes a sweeper.
func New(o Options) *Sweeper { return &Sweeper{o} }

// Sweep is one round: it decides what is kept, removes what is too old, and then what
// the budget has no room for.
func (s *Sweeper) Sweep(ctx context.Context) (done social.Cleared, err error) {
	rules, err := s.Rules(ctx)
	if err != nil {
		return done, err
	}
	// A round may take an hour: who takes things in is told of the pressure before it.
	if _, err := s.note(ctx, rules.Budget, social.Cleared{}); err != nil {
		return done, err
	}
	if err := s.Settle(ctx); err != nil {
		return done, err
	}
	if done.Posts, err = s.forgetPosts(ctx, rules); err == nil {
		done.Media, err = s.forgetMedia(ctx, s.DB.Now().Add(-rules.Media), math.MaxInt64)
	}
	if err == nil {
		var more social.Amount
		more, err = s.forgetSuspended(ctx)
		done.Posts.Add(more)
	}
	if err == nil && rules.Profiles > 0 {
		done.Profiles, err = s.forgetStrangers(ctx, s.DB.Now().Add(-rules.Profiles), math.MaxInt64)
	}
	if err == nil {
		var more social.Cleared
		more, err = s.fit(ctx, rules.Budget)
		done.Add(more)
	}
	if _, noted := s.note(ctx, rules.Budget, done); err == nil {
		err = noted
	}
	return done, err
}

// some is how much is changed in one transaction: it takes hundredths of a second.
const some = 100

// breathe is the pause after a change that took so long.
func breathe(ctx context.Context, began time.Time) error {
	timer := time.NewTimer(time.Since(began))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
