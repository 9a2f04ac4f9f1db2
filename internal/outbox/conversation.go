package outbox

import (
	"context"

	"skerry/internal/social"
	"skerry/internal/store"
)

// Read notes that the owner has read the conversation that a direct post is in,
// and gives it. Nobody is told.
func (p *Publisher) Read(ctx context.Context, id social.ID) (c social.Conversation, err error) {
	return p.aboutConversation(ctx, id, (*store.Tx).ReadConversation)
}

// Hide leaves a conversation out of the list until something new is said in it;
// its posts stay.
func (p *Publisher) Hide(ctx context.Context, id social.ID) error {
	_, err := p.aboutConversation(ctx, id, (*store.Tx).HideConversation)
	return err
}

func (p *Publisher) aboutConversation(ctx context.Context, id social.ID, do func(*store.Tx, context.Context, string, social.ID) error) (c social.Conversation, err error) {
	owner, err := p.owner(ctx)
	if err != nil {
		return c, err
	}
	err = p.db.Bookkeep(ctx, func(tx *store.Tx) error {
		if c, err = tx.Conversation(ctx, owner.ID, id); err != nil {
			return err
		}
		return do(tx, ctx, c.Context, c.Last.ID)
	})
	c.Unread = false
	return c, err
}
