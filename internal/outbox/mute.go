package outbox

import (
	"context"
	"time"

	"skerry/internal/social"
	"skerry/internal/store"
)

// Mute hides an actor from the owner's timeline for some time, 0 for good, and with
// notifications also what they do. Nobody is told; follows stay.
func (p *Publisher) Mute(ctx context.Context, id social.ID, notifications bool, length time.Duration) error {
	_, who, err := p.other(ctx, id)
	if err != nil {
		return err
	}
	m, err := social.MuteFor(p.db.IDs().New(), who.ID, notifications, length, p.db.Now())
	if err != nil {
		return err
	}
	return p.db.InTx(ctx, func(tx *store.Tx) error { return tx.PutMute(ctx, m) })
}

// Unmute ends a mute; without one there is nothing to do.
func (p *Publisher) Unmute(ctx context.Context, id social.ID) error {
	_, who, err := p.other(ctx, id)
	if err != nil {
		return err
	}
	return p.db.InTx(ctx, func(tx *store.Tx) error { return tx.DropMute(ctx, who.ID) })
}

// ShowBoosts has the timeline show what somebody boosts whom the owner follows.
func (p *Publisher) ShowBoosts(ctx context.Context, id social.ID) error {
	return p.hideBoosts(ctx, id, false)
}

// HideBoosts leaves it out.
func (p *Publisher) HideBoosts(ctx context.Context, id social.ID) error {
	return p.hideBoosts(ctx, id, true)
}

func (p *Publisher) hideBoosts(ctx context.Context, id social.ID, hide bool) error {
	owner, who, err := p.other(ctx, id)
	if err != nil {
		return err
	}
	return p.db.InTx(ctx, func(tx *store.Tx) error { return tx.HideBoosts(ctx, owner.ID, who.ID, hide) })
}

// MuteConversation has the owner be told of nothing more in the conversation that a
// post is in.
func (p *Publisher) MuteConversation(ctx context.Context, id social.ID) error {
	return p.muteConversation(ctx, id, true)
}

// UnmuteConversation has them be told again.
func (p *Publisher) UnmuteConversation(ctx context.Context, id social.ID) error {
	return p.muteConversation(ctx, id, false)
}

func (p *Publisher) muteConversation(ctx context.Context, id social.ID, muted bool) error {
	post, err := p.Visible(ctx, id)
	if err != nil {
		return err
	}
	return p.db.InTx(ctx, func(tx *store.Tx) error {
		iri, err := tx.NameConversation(ctx, post)
		if err != nil {
			return err
		}
		return tx.MuteConversation(ctx, iri, muted)
	})
}
