package media

import (
	"context"
	"time"

	"skerry/internal/social"
	"skerry/internal/store"
)

// Grace is how long an upload is kept that nothing shows: until a post is written
// for it, or written anew after it was deleted.
const Grace = 24 * time.Hour

// Sweep removes uploads that nothing has shown for a day, and what a crash left of
// uploads that were never finished.
func (l *Library) Sweep(ctx context.Context) error {
	if err := l.sweepLoose(ctx); err != nil {
		return err
	}
	return l.sweepOrphans(ctx)
}

func (l *Library) sweepLoose(ctx context.Context) error {
	since := l.DB.Now().Add(-Grace)
	for {
		var loose []social.Medium
		err := l.DB.InTx(ctx, func(tx *store.Tx) (err error) {
			loose, err = tx.DropLooseMedia(ctx, since)
			return err
		})
		if err != nil || len(loose) == 0 {
			return err
		}
		var keys []string
		for _, m := range loose {
			keys = append(keys, m.Keys()...)
		}
		if err := l.Blobs.Delete(ctx, keys...); err != nil {
			return err // orphans finds them
		}
	}
}

// Forget removes what is kept of strangers' media that were not shown since then, the
// longest not shown first, until as many bytes are free as are wanted; it says what went.
// Whoever looks at them again has them fetched again.
func (l *Library) Forget(ctx context.Context, since time.Time, wanted int64) (gone social.Amount, err error) {
	for gone.Bytes < wanted {
		var d store.DroppedMedia
		err := l.DB.InTx(ctx, func(tx *store.Tx) (err error) {
			d, err = tx.DropRemoteMedia(ctx, since, wanted-gone.Bytes)
			return err
		})
		if err != nil || d.N == 0 {
			return gone, err
		}
		gone.Add(social.Amount{N: d.N, Bytes: d.Bytes})
		if err := l.Blobs.Delete(ctx, d.Keys...); err != nil {
			return gone, err
		}
	}
	return gone, nil
}

// attention is how old bytes can be that Sweep removes because no row names them.
// A crash left them not long ago. Older ones are for Check: where all rows are
// missing, the database may be the wrong one.
const attention = 7 * 24 * time.Hour

// sweepOrphans removes uploads that a crash left before their row was written.
func (l *Library) sweepOrphans(ctx context.Context) error {
	found, err := l.compare(ctx, own)
	if err != nil {
		return err
	}
	var keys []string
	for _, o := range found.orphans {
		if l.DB.Now().Sub(o.Modified) < attention {
			keys = append(keys, o.Key)
		}
	}
	return l.Blobs.Delete(ctx, keys...)
}
