package outbox

import (
	"context"
	"slices"

	"skerry/internal/queue"
	"skerry/internal/remote"
	"skerry/internal/social"
	"skerry/internal/store"
)

// LookAtQuotes has it found out whether what these posts quote may be shown, where
// that is not known, or was found out long ago: it is called when the owner looks at
// them. [FEP-044f]
func (p *Publisher) LookAtQuotes(ctx context.Context, posts ...social.Post) error {
	now := p.db.Now()
	due := slices.DeleteFunc(slices.Clone(posts), func(post social.Post) bool { return !post.Quote.Due(now) })
	if len(due) == 0 {
		return nil
	}
	return p.db.InTx(ctx, func(tx *store.Tx) error {
		for _, post := range due {
			if err := queue.Add(ctx, tx, p.bus, remote.QuoteJob(post.ID, now), now); err != nil {
				return err
			}
		}
		return nil
	})
}
