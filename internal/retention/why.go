package retention

import (
	"context"
	"time"

	"skerry/internal/social"
)

// Why says why a post is still here: what keeps it, or until when it stays.
type Why struct {
	Holds  []social.Hold
	Leaves time.Time // zero while something keeps it
}

// Why gives the reasons of a post, or NotFound.
func (s *Sweeper) Why(ctx context.Context, id social.ID) (Why, error) {
	held, err := s.DB.Holds(ctx, id)
	if err != nil || len(held) > 0 {
		return Why{Holds: held}, err
	}
	p, err := s.DB.LoosePost(ctx, id)
	if err != nil {
		return Why{}, err
	}
	rules, err := s.Rules(ctx)
	return Why{Leaves: rules.Leaves(p.Stay)}, err
}
