package store

import (
	"context"
	"time"

	"skerry/internal/social"
)

// Owner is the one person, as their server knows them.
type Owner struct {
	Actor        social.Actor
	PasswordHash string
	Profile      social.Profile
	Preferences  social.Preferences
	CreatedAt    time.Time
}

// Owner gives the owner, or NotFound before the first start is finished.
func (r Reader) Owner(ctx context.Context) (Owner, error) {
	o, err := one(ctx, r, "read owner", func(r rows) (o Owner, err error) {
		err = r.Scan(&o.Actor.ID, &o.PasswordHash, parsed{&o.Profile}, parsed{&o.Preferences}, moment{&o.CreatedAt})
		return o, err
	}, `SELECT actor_id, password_hash, profile, preferences, created_at FROM owner WHERE id = 1`)
	if err != nil {
		return Owner{}, err
	}
	o.Actor, err = r.Actor(ctx, o.Actor.ID)
	return o, err
}

// AddOwner makes an actor the owner. A second owner is a Conflict.
func (tx *Tx) AddOwner(ctx context.Context, o Owner) error {
	tx.forgetOwner()
	_, err := tx.exec(ctx, "add owner", `
		INSERT INTO owner (id, actor_id, password_hash, profile, created_at) VALUES (1, $1, $2, $3, $4)`,
		o.Actor.ID, o.PasswordHash, document(o.Profile), millis(o.CreatedAt))
	return err
}

// SetPassword changes the password and ends every session.
func (tx *Tx) SetPassword(ctx context.Context, hash string) error {
	tx.forgetOwner()
	if _, err := tx.exec(ctx, "set password", `UPDATE owner SET password_hash = $1`, hash); err != nil {
		return err
	}
	_, err := tx.exec(ctx, "end sessions", `DELETE FROM sessions`)
	return err
}

// SetProfile keeps what the owner says of themself, as written.
func (tx *Tx) SetProfile(ctx context.Context, p social.Profile) error {
	tx.forgetOwner()
	_, err := tx.exec(ctx, "set profile", `UPDATE owner SET profile = $1`, document(p))
	return err
}

// SetPreferences keeps how the owner likes to post.
func (tx *Tx) SetPreferences(ctx context.Context, p social.Preferences) error {
	tx.forgetOwner()
	_, err := tx.exec(ctx, "set preferences", `UPDATE owner SET preferences = $1`, document(p))
	return err
}
