package retention

import (
	"context"
	"time"

	"skerry/internal/social"
	"skerry/internal/store"
)

// forgetMedia removes media that were not shown since then, until as many bytes are free
// as are wanted. None goes while those of a kept post are not listed: posts that were
// touched since the round began are listed first.
func (s *Sweeper) forgetMedia(ctx context.Context, since time.Time, wanted int64) (gone social.Amount, err error) {
	touched, err := s.DB.Unlisted(ctx)
	if err == nil {
		err = s.each(ctx, touched, (*store.Tx).ListMedia)
	}
	if err != nil {
		return gone, err
	}
	return s.Library.Forget(ctx, since, wanted)
}
