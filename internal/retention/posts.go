package retention

import (
	"context"
	"math"
	"time"

	"skerry/internal/social"
	"skerry/internal/store"
)

// forgetPosts removes the posts that have had their time.
func (s *Sweeper) forgetPosts(ctx context.Context, rules social.Retention) (social.Amount, error) {
	now := s.DB.Now()
	least := min(rules.Posts, rules.Relayed)
	return s.dropLoose(ctx, now.Add(-least), math.MaxInt64, func(p store.Loose) bool { return !rules.Leaves(p.Stay).After(now) })
}

// dropLoose removes posts that nothing keeps, that were fetched until then and that
// are meant, the first fetched first, until as many bytes are free as are wanted.
func (s *Sweeper) dropLoose(ctx context.Context, until time.Time, wanted int64, meant func(store.Loose) bool) (gone social.Amount, err error) {
	err = s.eachLoose(ctx, until, func(all []store.Loose) (more bool, err error) {
		var chosen []store.Loose
		for _, p := range all {
			if sum := gone.Bytes + sizeOf(chosen); sum < wanted && meant(p) {
				chosen = append(chosen, p)
			}
		}
		dropped, err := s.drop(ctx, chosen)
		gone.Add(dropped)
		return gone.Bytes < wanted, err
	})
	return gone, err
}

func sizeOf(all []store.Loose) (n int64) {
	for _, p := range all {
		n += p.Size
	}
	return n
}

// eachLoose goes over the posts that nothing keeps and that were fetched until then,
// the first fetched first, as long as do wants more.
func (s *Sweeper) eachLoose(ctx context.Context, until time.Time, do func([]store.Loose) (more bool, err error)) error {
	for last := (store.Loose{}); ; {
		all, err := s.DB.LoosePosts(ctx, last, looked)
		if err != nil || len(all) == 0 {
			return err
		}
		last = all[len(all)-1]
		for i, p := range all {
			if p.Fetched.After(until) {
				_, err := do(all[:i])
				return err
			}
		}
		if more, err := do(all); err != nil || !more {
			return err
		}
	}
}

// drop removes posts, a few at a time. Nothing that strangers are shown changes with
// them for long: replies to the owner are kept. What was touched meanwhile stays, and
// is counted as the others are, by its part.
func (s *Sweeper) drop(ctx context.Context, all []store.Loose) (gone social.Amount, err error) {
	for len(all) > 0 {
		few := all[:min(some, len(all))]
		var ids []social.ID
		for _, p := range few {
			ids = append(ids, p.ID)
		}
		began, n := time.Now(), 0
		err := s.DB.Bookkeep(ctx, func(tx *store.Tx) (err error) {
			n, err = tx.ForgetPosts(ctx, ids)
			return err
		})
		gone.Add(social.Amount{N: n, Bytes: sizeOf(few) * int64(n) / int64(len(few))})
		if err == nil {
			err = breathe(ctx, began)
		}
		if err != nil {
			return gone, err
		}
		all = all[len(few):]
	}
	return gone, nil
}

// dropAll removes what next gives, again and again, until that is nothing more, or only
// what was touched since.
func (s *Sweeper) dropAll(ctx context.Context, next func(context.Context) ([]store.Loose, error)) (gone social.Amount, err error) {
	for {
		all, err := next(ctx)
		if err != nil || len(all) == 0 {
			return gone, err
		}
		dropped, err := s.drop(ctx, all)
		if gone.Add(dropped); err != nil || dropped.N == 0 {
			return gone, err
		}
	}
}
