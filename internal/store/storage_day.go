package store

import (
	"context"
	"time"

	"skerry/internal/social"
)

// StorageDay is what each kind took on a day.
type StorageDay struct {
	Day   time.Time // its beginning, UTC
	Sizes social.Sizes
}

// PutStorageDay keeps what each kind takes as that of the day a moment is in.
func (tx *Tx) PutStorageDay(ctx context.Context, at time.Time, sizes social.Sizes) error {
	for kind, bytes := range sizes {
		_, err := tx.exec(ctx, "keep what storage takes", `
			INSERT INTO storage_days (day, kind, bytes) VALUES ($1, $2, $3)
			ON CONFLICT (day, kind) DO UPDATE SET bytes = excluded.bytes`, dayOf(at), kind, bytes)
		if err != nil {
			return err
		}
	}
	return nil
}

// StorageDays gives the days since the one a moment is in, the oldest first; days on
// which nothing was measured are left out.
func (r Reader) StorageDays(ctx context.Context, since time.Time) (days []StorageDay, err error) {
	_, err = list(ctx, r, "read what storage took", func(r rows) (n int64, err error) {
		var kind social.Stuff
		var bytes int64
		if err := r.Scan(&n, &kind, &bytes); err != nil {
			return n, err
		}
		at := time.Unix(n*int64(day/time.Second), 0).UTC()
		if len(days) == 0 || !days[len(days)-1].Day.Equal(at) {
			days = append(days, StorageDay{at, social.Sizes{}})
		}
		days[len(days)-1].Sizes[kind] = bytes
		return n, nil
	}, `SELECT day, kind, bytes FROM storage_days WHERE day >= $1 ORDER BY day, kind`, dayOf(since))
	return days, err
}
