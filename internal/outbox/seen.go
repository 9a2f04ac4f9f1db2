package outbox

import (
	"context"

	"skerry/internal/social"
	"skerry/internal/store"
)

// Saw remembers how far the owner has read a timeline, for all their apps and
// pages, and gives what holds now: that only rises.
func (p *Publisher) Saw(ctx context.Context, t social.Timeline, last social.ID) (seen social.Seen, err error) {
	err = p.db.Bookkeep(ctx, func(tx *store.Tx) error {
		if err := tx.Saw(ctx, t, last, p.db.Now()); err != nil {
			return err
		}
		seen, err = tx.Seen(ctx, t)
		return err
	})
	return seen, err
}
