package retention

import (
	"context"
	"math"
	"time"

	"skerry/internal/social"
	"skerry/internal/store"
)

// Settle decides about the posts of which it was not decided since the last time, and
// doubts those that nothing keeps any more: about them the next round decides.
func (s *Sweeper) Settle(ctx context.Context) error {
	if err := s.decide(ctx); err != nil {
		return err
	}
	return s.doubt(ctx)
}

// decide goes once over what is there: what it doubts itself is for the next round,
// when all that is being written now is on disk.
func (s *Sweeper) decide(ctx context.Context) error {
	all, err := s.DB.Unsettled(ctx)
	if err != nil {
		return err
	}
	return s.each(ctx, all, (*store.Tx).SettlePost)
}

// each does something to posts, a few in a transaction.
func (s *Sweeper) each(ctx context.Context, all []social.ID, do func(*store.Tx, context.Context, social.ID) error) error {
	for len(all) > 0 {
		n := min(some, len(all))
		began := time.Now()
		err := s.DB.Bookkeep(ctx, func(tx *store.Tx) error {
			for _, id := range all[:n] {
				if err := do(tx, ctx, id); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		if all = all[n:]; len(all) == 0 {
			return nil
		}
		if err := breathe(ctx, began); err != nil {
			return err
		}
	}
	return nil
}

// looked is how many rows are looked at together.
const looked = 500

// doubt looks at all that is marked. Answers are mostly younger than what they
// answer, so the youngest come first.
func (s *Sweeper) doubt(ctx context.Context) error {
	for before := social.ID(math.MaxInt64); ; {
		ids, err := s.DB.KeptPosts(ctx, before, looked)
		if err != nil || len(ids) == 0 {
			return err
		}
		before = ids[len(ids)-1]
		doubtful, err := s.DB.Doubtful(ctx, ids)
		if err != nil {
			return err
		}
		if len(doubtful) == 0 {
			continue
		}
		if err := s.DB.Bookkeep(ctx, func(tx *store.Tx) error { return tx.DoubtPosts(ctx, doubtful) }); err != nil {
			return err
		}
	}
}
