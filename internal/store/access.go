package store

import (
	"context"
	"time"

	"skerry/internal/social"
)

// Session is a browser that has logged in. The cookie itself is not stored.
type Session struct {
	Hash                     string
	Agent                    string
	Created, Seen, ExpiresAt time.Time
}

// AddSession stores a session.
func (tx *Tx) AddSession(ctx context.Context, s Session) error {
	_, err := tx.exec(ctx, "add session", `
		INSERT INTO sessions (hash, agent, created_at, seen_at, expires_at) VALUES ($1, $2, $3, $4, $5)`,
		s.Hash, s.Agent, millis(s.Created), millis(s.Seen), millis(s.ExpiresAt))
	return err
}

// Session gives a session that has not run out, or NotFound.
func (r Reader) Session(ctx context.Context, hash string, now time.Time) (Session, error) {
	return one(ctx, r, "read session", func(r rows) (s Session, err error) {
		return s, r.Scan(&s.Hash, &s.Agent, moment{&s.Created}, moment{&s.Seen}, moment{&s.ExpiresAt})
	}, `SELECT hash, agent, created_at, seen_at, expires_at FROM sessions WHERE hash = $1 AND expires_at > $2`, hash, millis(now))
}

// DropSession ends a session.
func (tx *Tx) DropSession(ctx context.Context, hash string) error {
	_, err := tx.exec(ctx, "drop session", `DELETE FROM sessions WHERE hash = $1`, hash)
	return err
}

// DropOldSessions forgets the sessions that have run out.
func (tx *Tx) DropOldSessions(ctx context.Context, now time.Time) error {
	_, err := tx.exec(ctx, "drop old sessions", `DELETE FROM sessions WHERE expires_at <= $1`, millis(now))
	return err
}

// Token is the right of a program to act for the owner. The token itself is not stored.
type Token struct {
	ID      social.ID
	Hash    string
	Name    string
	Scopes  string // separated by spaces
	Created time.Time
	Used    time.Time
}

// AddToken stores a token.
func (tx *Tx) AddToken(ctx context.Context, t Token) error {
	_, err := tx.exec(ctx, "add token", `
		INSERT INTO tokens (id, hash, name, scopes, created_at, used_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		t.ID, t.Hash, t.Name, t.Scopes, millis(t.Created), millis(t.Used))
	return err
}

// Token gives a token by its hash, or NotFound.
func (r Reader) Token(ctx context.Context, hash string) (Token, error) {
	return one(ctx, r, "read token", func(r rows) (t Token, err error) {
		return t, r.Scan(&t.ID, &t.Hash, &t.Name, &t.Scopes, moment{&t.Created}, moment{&t.Used})
	}, `SELECT id, hash, name, scopes, created_at, used_at FROM tokens WHERE hash = $1`, hash)
}

// Repeated gives the post that an earlier request with this key made, or NotFound.
func (r Reader) Repeated(ctx context.Context, token social.ID, key string, since time.Time) (social.ID, error) {
	return one(ctx, r, "read idempotency key", value[social.ID],
		`SELECT post_id FROM idempotency WHERE token_id = $1 AND key = $2 AND created_at > $3`, token, key, millis(since))
}

// Once remembers what a request with this key made. A key in use is a Conflict;
// one older than since is taken over.
func (tx *Tx) Once(ctx context.Context, token social.ID, key string, post social.ID, at, since time.Time) error {
	if _, err := tx.exec(ctx, "forget old idempotency keys", `DELETE FROM idempotency WHERE created_at <= $1`, millis(since)); err != nil {
		return err
	}
	_, err := tx.exec(ctx, "keep idempotency key",
		`INSERT INTO idempotency (token_id, key, post_id, created_at) VALUES ($1, $2, $3, $4)`, token, key, post, millis(at))
	return err
}
