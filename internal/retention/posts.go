package retention

import (
	"context"
	"time"

	"skerry/internal/social"
	"skerry/internal/store"
)

// forgetPosts removes the posts that have had their time.
func (s *Sweeper) forgetPosts(ctx context.Context, rules social.Retention) (n int, err error) {
	now := s.DB.Now()
	err = s.eachLoose(ctx, now.Add(-rules.Posts), func(all []store.Loose) error {
		var ids []social.ID
		for _, p := range all {
			if !rules.Leaves(p.Fetched, p.Home, p.Followed).After(now) {
				ids = append(ids, p.ID)
			}
		}
		gone, err := s.drop(ctx, ids)
		n += gone
		return err
	})
	return n, err
}

// eachLoose goes over the posts that nothing keeps and that were fetched until then,
// the first fetched first.
func (s *Sweeper) eachLoose(ctx context.Context, until time.Time, do func([]store.Loose) error) error {
	for last := (store.Loose{}); ; {
		all, err := s.DB.LoosePosts(ctx, last, looked)
		if err != nil || len(all) == 0 {
			return err
		}
		last = all[len(all)-1]
		for i, p := range all {
			if p.Fetched.After(until) {
				return do(all[:i])
			}
		}
		if err := do(all); err != nil {
			return err
		}
	}
}

// drop removes posts, a few at a time. Nothing that strangers are shown changes with
// them for long: replies to the owner are kept.
func (s *Sweeper) drop(ctx context.Context, ids []social.ID) (n int, err error) {
	for len(ids) > 0 {
		few := min(some, len(ids))
		began, gone := time.Now(), 0
		err := s.DB.Bookkeep(ctx, func(tx *store.Tx) (err error) {
			gone, err = tx.ForgetPosts(ctx, ids[:few])
			return err
		})
		n += gone
		if err == nil {
			err = breathe(ctx, began)
		}
		if err != nil {
			return n, err
		}
		ids = ids[few:]
	}
	return n, nil
}
