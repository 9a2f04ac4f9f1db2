package inbox

import (
	"context"

	"skerry/internal/queue"
	"skerry/internal/remote"
	"skerry/internal/social"
	"skerry/internal/store"
)

// askQuote has it found out whether what a post quotes may be shown. That needs
// fetches, and the post does not wait for them.
func (w *Worker) askQuote(ctx context.Context, tx *store.Tx, p social.Post) error {
	now := w.db.Now()
	if !p.Quote.Due(now) {
		return nil
	}
	return queue.Add(ctx, tx, w.bus, remote.QuoteJob(p.ID, now), now)
}

// restamp keeps where a quote is allowed: its author asked, was answered, and says
// so in an Update that edits nothing. [FEP-044f]
func (w *Worker) restamp(ctx context.Context, v Verified, p social.Post) (string, error) {
	return w.commit(ctx, v, "told where its quote is allowed", func(tx *store.Tx) error {
		if err := tx.PutQuote(ctx, p.ID, p.Quote); err != nil {
			return err
		}
		return w.askQuote(ctx, tx, p)
	})
}

// revoke: an actor deletes the document in which it allowed a quote of a post of its
// own. [FEP-044f]
func (w *Worker) revoke(ctx context.Context, v Verified) (string, error) {
	return w.decide(ctx, v, func(tx *store.Tx) (string, error) {
		n, err := tx.RevokeQuotes(ctx, v.ObjectIRI, v.by.ID)
		if err == nil && n == 0 {
			err = social.Faultf(social.Forbidden, "%s takes back what somebody else allowed", v.by.IRI)
		}
		return "a quote is not allowed any more", err
	})
}

// doubtQuotes: somebody passes on that a quote is not allowed any more. Whether that
// is so is asked where it was allowed.
func (w *Worker) doubtQuotes(ctx context.Context, v Verified, stamp string) (string, error) {
	quotes, err := w.db.QuotesAllowedBy(ctx, stamp)
	if err != nil || len(quotes) == 0 {
		return "nothing to do", err
	}
	return w.commit(ctx, v, "whether a quote is still allowed is asked", func(tx *store.Tx) error {
		if err := tx.DoubtQuotes(ctx, stamp); err != nil {
			return err
		}
		now := w.db.Now()
		for _, post := range quotes {
			if err := queue.Add(ctx, tx, w.bus, remote.QuoteJob(post, now), now); err != nil {
				return err
			}
		}
		return nil
	})
}
