package inbox

import (
	"context"

	"skerry/internal/social"
	"skerry/internal/store"
)

// block: somebody wants nothing more of the owner. Follows end both ways. [AP 6.9]
func (w *Worker) block(ctx context.Context, v Verified) (string, error) {
	blocked, err := w.ownActor(ctx, v.ObjectIRI)
	if err != nil {
		return "", err
	}
	b := social.Block{ID: w.db.IDs().New(), IRI: v.ID, By: v.by.ID, Target: blocked.ID, At: v.at}
	return w.commit(ctx, v, "blocked by its actor", func(tx *store.Tx) error {
		if _, err := tx.PutBlock(ctx, b); err != nil {
			return err
		}
		if _, err := tx.DropFollow(ctx, v.by.ID, blocked.ID); err != nil {
			return err
		}
		if _, err := tx.DropFollow(ctx, blocked.ID, v.by.ID); err != nil {
			return err
		}
		return tx.DropHomeOf(ctx, v.by.ID)
	})
}
