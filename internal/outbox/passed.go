package outbox

import (
	"context"
	"slices"

	"skerry/internal/activitypub"
	"skerry/internal/proof"
	"skerry/internal/social"
	"skerry/internal/store"
)

// sign signs what is said to everybody when a relay gets it: those who receive it from
// there ask whose words it is. All others get it so too, and need not look.
func (p *Publisher) sign(ctx context.Context, tx *store.Tx, s statement) error {
	if s.visibility != social.Public {
		return nil
	}
	all, err := tx.Relays(ctx)
	if err != nil || !slices.ContainsFunc(all, func(r social.Relay) bool { return slices.Contains(s.targets, target(r.Inbox)) }) {
		return err
	}
	keys, err := p.identity.proofKeys(ctx, s.by)
	if err != nil {
		return err
	}
	s.document["@context"] = activitypub.ContextToSign()
	return proof.Sign(s.document, keys, p.db.Now())
}
