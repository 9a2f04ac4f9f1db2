package retention

import (
	"context"

	"skerry/internal/social"
)

// forgetSuspended removes the posts of suspended servers, however old they are.
func (s *Sweeper) forgetSuspended(ctx context.Context) (gone social.Amount, err error) {
	for {
		all, err := s.DB.SuspendedPosts(ctx, looked)
		if err != nil || len(all) == 0 {
			return gone, err
		}
		dropped, err := s.drop(ctx, all)
		if gone.Add(dropped); err != nil || dropped.N == 0 { // what is left was touched since
			return gone, err
		}
	}
}
