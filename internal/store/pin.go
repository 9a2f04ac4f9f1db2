package store

import (
	"context"
	"time"

	"skerry/internal/social"
)

// PutPin pins a post to its author's profile and says whether it was not pinned before.
func (tx *Tx) PutPin(ctx context.Context, actor, post social.ID, at time.Time) (added bool, err error) {
	n, err := tx.exec(ctx, "put pin", `
		INSERT INTO pins (actor_id, post_id, created_at) VALUES ($1, $2, $3)
		ON CONFLICT (actor_id, post_id) DO NOTHING`, actor, post, millis(at))
	return n == 1, err
}

// DropPin takes a pin off and says whether there was one.
func (tx *Tx) DropPin(ctx context.Context, actor, post social.ID) (bool, error) {
	n, err := tx.exec(ctx, "drop pin", `DELETE FROM pins WHERE actor_id = $1 AND post_id = $2`, actor, post)
	return n > 0, err
}

// Pins gives an actor's pinned posts, newest pin first.
func (r Reader) Pins(ctx context.Context, actor social.ID) ([]social.Post, error) {
	return list(ctx, r, "read pins", scanPost, `
		SELECT `+postColumns+postTables+` JOIN pins n ON n.post_id = p.id
		WHERE n.actor_id = $1 AND a.limited <> 2 ORDER BY n.created_at DESC, p.id DESC LIMIT 100`, actor)
}
