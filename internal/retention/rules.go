package retention

import (
	"context"
	"fmt"

	"skerry/internal/social"
	"skerry/internal/store"
)

// Rules are what holds now: what the owner chose, else what the server was started with.
func (s *Sweeper) Rules(ctx context.Context) (social.Retention, error) {
	rules, err := s.DB.Retention(ctx)
	if social.Is(err, social.NotFound) {
		return s.Start, nil
	}
	return rules, err
}

// Choose makes other rules hold, from the next round on. Wrong says what cannot be, by
// the names of social.Ages and "budget"; then nothing changes.
func (s *Sweeper) Choose(ctx context.Context, rules social.Retention) (wrong map[string]string, err error) {
	wrong = rules.Wrong()
	if say, err := s.wrongBudget(ctx, rules.Budget); err != nil {
		return nil, err
	} else if say != "" {
		wrong["budget"] = say
	}
	if len(wrong) > 0 {
		return wrong, nil
	}
	return nil, s.DB.InTx(ctx, func(tx *store.Tx) error { return tx.SetRetention(ctx, rules) })
}

// wrongBudget says why a budget is none; "" when it is one.
func (s *Sweeper) wrongBudget(ctx context.Context, budget int64) (string, error) {
	if budget < social.MinBudget {
		return fmt.Sprintf("Give at least %s.", social.Bytes(social.MinBudget)), nil
	}
	if budget > social.MaxBudget {
		return fmt.Sprintf("Give at most %d TB.", int64(social.MaxBudget/1e12)), nil
	}
	stays, err := s.DB.Untouchable(ctx)
	if err != nil {
		return "", err
	}
	if budget > stays.Total() {
		return "", nil
	}
	return fmt.Sprintf("Your posts take %s, your uploads %s, and what you touched, with the threads above, %s: that is never removed, and is %s together. Give more than that.",
		social.Bytes(stays.Posts), social.Bytes(stays.Uploads), social.Bytes(stays.Touched), social.Bytes(stays.Total())), nil
}

// CheckStart refuses a start with a budget that does not even hold what the owner
// wrote. What the owner chose since is no reason: that can be changed only while the
// server runs.
func (s *Sweeper) CheckStart(ctx context.Context) error {
	if _, err := s.DB.Retention(ctx); !social.Is(err, social.NotFound) {
		return err
	}
	stays, err := s.DB.Untouchable(ctx)
	if own := stays.Posts + stays.Uploads; err == nil && own > s.Start.Budget {
		return fmt.Errorf("STORAGE_BUDGET is %s, and your own posts and uploads take %s: set it to more than that", social.Bytes(s.Start.Budget), social.Bytes(own))
	}
	return err
}
