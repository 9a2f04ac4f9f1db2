package retention

import (
	"context"
	"time"

	"skerry/internal/social"
	"skerry/internal/store"
)

// forgetStrangers removes the profiles to which nothing refers and that were last
// fetched before a moment, until as many bytes are free as are wanted.
func (s *Sweeper) forgetStrangers(ctx context.Context, before time.Time, wanted int64) (gone social.Amount, err error) {
	for last := (store.Stranger{}); gone.Bytes < wanted; {
		all, err := s.DB.Strangers(ctx, before, last, some)
		if err != nil || len(all) == 0 {
			return gone, err
		}
		last = all[len(all)-1]
		var ids []social.ID
		var size int64
		for _, a := range all {
			if gone.Bytes+size < wanted {
				ids, size = append(ids, a.ID), size+a.Size
			}
		}
		began, n := time.Now(), 0
		err = s.DB.Bookkeep(ctx, func(tx *store.Tx) (err error) {
			n, err = tx.ForgetStrangers(ctx, ids)
			return err
		})
		gone.Add(social.Amount{N: n, Bytes: size * int64(n) / int64(len(ids))})
		if err == nil {
			err = breathe(ctx, began)
		}
		if err != nil {
			return gone, err
		}
	}
	return gone, nil
}
