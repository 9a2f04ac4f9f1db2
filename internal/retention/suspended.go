package retention

import (
	"context"

	"skerry/internal/social"
	"skerry/internal/store"
)

// forgetSuspended removes the posts of suspended servers, however old they are.
func (s *Sweeper) forgetSuspended(ctx context.Context) (social.Amount, error) {
	return s.dropAll(ctx, func(ctx context.Context) ([]store.Loose, error) { return s.DB.SuspendedPosts(ctx, looked) })
}
