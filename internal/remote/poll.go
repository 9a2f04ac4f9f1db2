package remote

import (
	"context"

	"skerry/internal/social"
	"skerry/internal/store"
)

// Poll fetches how a poll of others stands and stores that, and says in a few words
// what came of it.
func (f *Finder) Poll(ctx context.Context, p social.Post) (outcome string, err error) {
	doc, err := f.Document(ctx, p.IRI)
	if err != nil {
		return "", err
	}
	now, err := f.EditedPost(ctx, p, doc)
	if err != nil {
		return "", err
	}
	if !now.Poll.Same(p.Poll) {
		return "it asks something else by now", nil // what was edited comes as an Update
	}
	return "brought up to date", f.db.InTx(ctx, func(tx *store.Tx) error {
		held, err := tx.Poll(ctx, p.ID)
		if err != nil || !held.Poll.Same(now.Poll) {
			return err
		}
		held.Poll, held.FetchedAt = now.Poll, now.FetchedAt
		return tx.PutPoll(ctx, held)
	})
}
