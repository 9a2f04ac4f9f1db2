package outbox

import (
	"context"

	"skerry/internal/social"
	"skerry/internal/store"
)

// Prefer keeps how the owner likes to post. Nobody else is told.
func (p *Publisher) Prefer(ctx context.Context, prefs social.Preferences) error {
	if err := prefs.Check(); err != nil {
		return err
	}
	return p.db.InTx(ctx, func(tx *store.Tx) error { return tx.SetPreferences(ctx, prefs) })
}
