package retention

import "context"

// forgetSuspended removes the posts of suspended servers, however old they are.
func (s *Sweeper) forgetSuspended(ctx context.Context) (n int, err error) {
	for {
		ids, err := s.DB.SuspendedPosts(ctx, looked)
		if err != nil || len(ids) == 0 {
			return n, err
		}
		gone, err := s.drop(ctx, ids)
		if n += gone; err != nil || gone == 0 { // what is left was touched since
			return n, err
		}
	}
}
