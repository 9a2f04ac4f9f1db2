package retention

import (
	"context"
	"math"
	"time"

	"skerry/internal/social"
	"skerry/internal/store"
)

// Purge removes all posts that are meant, however young they are, with their media, but
// not what was touched, nor the threads above that. Profiles stay until they are old.
func (s *Sweeper) Purge(ctx context.Context, u store.Purge) (done social.Cleared, err error) {
	rules, err := s.Rules(ctx)
	if err != nil {
		return done, err
	}
	done, err = s.purge(ctx, u)
	if _, noted := s.note(ctx, rules.Budget, done); err == nil {
		err = noted
	}
	return done, err
}

func (s *Sweeper) purge(ctx context.Context, u store.Purge) (done social.Cleared, err error) {
	if err := s.Settle(ctx); err != nil {
		return done, err
	}
	done.Posts, err = s.dropAll(ctx, func(ctx context.Context) ([]store.Loose, error) {
		all, err := s.DB.PurgePosts(ctx, u, looked)
		if err == nil {
			err = s.outdate(ctx, all)
		}
		return all, err
	})
	if err != nil {
		return done, err
	}
	done.Media, err = s.forgetMedia(ctx, time.UnixMilli(0), math.MaxInt64)
	return done, err
}

// outdate makes what these posts show the next media to go.
func (s *Sweeper) outdate(ctx context.Context, all []store.Loose) error {
	var ids []social.ID
	for _, p := range all {
		ids = append(ids, p.ID)
	}
	urls, err := s.DB.PurgeMedia(ctx, ids)
	if err != nil || len(urls) == 0 {
		return err
	}
	return s.DB.Bookkeep(ctx, func(tx *store.Tx) error { return tx.OutdateMedia(ctx, urls) })
}
