package outbox

import (
	"context"

	"skerry/internal/social"
	"skerry/internal/store"
)

// Bookmark keeps a post for the owner. Nobody is told.
func (p *Publisher) Bookmark(ctx context.Context, id social.ID) error {
	owner, err := p.owner(ctx)
	if err != nil {
		return err
	}
	post, err := p.visible(ctx, owner, id)
	if err != nil {
		return err
	}
	b := social.Bookmark{ID: p.db.IDs().New(), Post: post.ID, By: owner.ID, At: p.db.Now()}
	return p.db.InTx(ctx, func(tx *store.Tx) error {
		_, err := tx.AddBookmark(ctx, b)
		return err
	})
}

// Unbookmark keeps it no longer, also when the owner may not see it any more.
func (p *Publisher) Unbookmark(ctx context.Context, id social.ID) error {
	owner, err := p.owner(ctx)
	if err != nil {
		return err
	}
	return p.db.InTx(ctx, func(tx *store.Tx) error {
		_, err := tx.DropBookmark(ctx, id, owner.ID)
		return err
	})
}
