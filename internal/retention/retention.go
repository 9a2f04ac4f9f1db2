// Package retention forgets: what came from elsewhere, is old, and was not touched by
// the owner. Rules of package social come in; rows of package store and bytes of
// package media go.
//
// What is touched, and the thread above it, is never taken: package store marks it in
// the transaction of the touch. All is done in small amounts, each a transaction of
// its own, with a pause after it as long as it took: whoever writes meanwhile waits
// for one of them at most. Several sweepers may be at work at once, and one may be
// stopped anywhere.
package retention

import (
	"context"
	"log/slog"
	"time"

	"skerry/internal/media"
	"skerry/internal/social"
	"skerry/internal/store"
)

// Options is what the sweeper needs.
type Options struct {
	DB      *store.DB
	Library *media.Library
	Rules   social.Retention // until the owner chooses others
	Log     *slog.Logger
}

// Sweeper forgets what has had its time.
type Sweeper struct{ Options }

// New makes a sweeper.
func New(o Options) *Sweeper { return &Sweeper{o} }

// Swept is what was forgotten.
type Swept struct{ Posts, Media int }

// Sweep is one round: it decides what is kept, and removes what is too old.
func (s *Sweeper) Sweep(ctx context.Context) (done Swept, err error) {
	if err := s.Settle(ctx); err != nil {
		return done, err
	}
	if done.Posts, err = s.forgetPosts(ctx, s.Rules); err != nil {
		return done, err
	}
	suspended, err := s.forgetSuspended(ctx)
	if done.Posts += suspended; err != nil {
		return done, err
	}
	done.Media, err = s.Library.Forget(ctx, s.DB.Now().Add(-s.Rules.Media))
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
