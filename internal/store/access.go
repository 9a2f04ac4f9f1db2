package store

import (
	"context"
	"time"

	"skerry/internal/social"
)

// Session is a browser that has logged in. The cookie itself is not stored.
type Session struct {
	Hash                     string
	Agent                    string // how the browser calls itself
	Address                  string // from which it came last
	Created, Seen, ExpiresAt time.Time
}

// AddSession stores a session.
func (tx *Tx) AddSession(ctx context.Context, s Session) error {
	_, err := tx.exec(ctx, "add session", `
		INSERT INTO sessions (hash, agent, address, created_at, seen_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		s.Hash, s.Agent, s.Address, millis(s.Created), millis(s.Seen), millis(s.ExpiresAt))
	return err
}

const sessionColumns = `hash, agent, address, created_at, seen_at, expires_at`

func scanSession(r rows) (s Session, err error) {
	return s, r.Scan(&s.Hash, &s.Agent, &s.Address, moment{&s.Created}, moment{&s.Seen}, moment{&s.ExpiresAt})
}

// Session gives a session that has not run out, or NotFound.
func (r Reader) Session(ctx context.Context, hash string, now time.Time) (Session, error) {
	return one(ctx, r, "read session", scanSession,
		`SELECT `+sessionColumns+` FROM sessions WHERE hash = $1 AND expires_at > $2`, hash, millis(now))
}

// Sessions gives the newest sessions that have not run out, the last seen first.
func (r Reader) Sessions(ctx context.Context, now time.Time) ([]Session, error) {
	return list(ctx, r, "read sessions", scanSession, `
		SELECT `+sessionColumns+` FROM sessions WHERE expires_at > $1 ORDER BY seen_at DESC, hash LIMIT $2`, millis(now), chunk)
}

// SeeSession notes when a session was last used, and from where.
func (tx *Tx) SeeSession(ctx context.Context, hash, address string, at time.Time) error {
	_, err := tx.exec(ctx, "see session", `UPDATE sessions SET seen_at = $1, address = $2 WHERE hash = $3`, millis(at), address, hash)
	return err
}

// DropOtherSessions ends all sessions but one.
func (tx *Tx) DropOtherSessions(ctx context.Context, hash string) error {
	_, err := tx.exec(ctx, "drop other sessions", `DELETE FROM sessions WHERE hash <> $1`, hash)
	return err
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

const tokenColumns = `id, hash, name, scopes, created_at, used_at`

func scanToken(r rows) (t Token, err error) {
	return t, r.Scan(&t.ID, &t.Hash, &t.Name, &t.Scopes, moment{&t.Created}, moment{&t.Used})
}

// Token gives a token by its hash, or NotFound.
func (r Reader) Token(ctx context.Context, hash string) (Token, error) {
	return one(ctx, r, "read token", scanToken, `SELECT `+tokenColumns+` FROM tokens WHERE hash = $1`, hash)
}

// Tokens gives the newest tokens.
func (r Reader) Tokens(ctx context.Context) ([]Token, error) {
	return list(ctx, r, "read tokens", scanToken, `SELECT `+tokenColumns+` FROM tokens ORDER BY id DESC LIMIT $1`, chunk)
}

// UseToken notes when a token was last used.
func (tx *Tx) UseToken(ctx context.Context, id social.ID, at time.Time) error {
	_, err := tx.exec(ctx, "use token", `UPDATE tokens SET used_at = $1 WHERE id = $2`, millis(at), id)
	return err
}

// DropToken takes a token's right away.
func (tx *Tx) DropToken(ctx context.Context, id social.ID) error {
	_, err := tx.exec(ctx, "drop token", `DELETE FROM tokens WHERE id = $1`, id)
	return err
}

// Browser is in place of a token where the owner writes on our own pages.
const Browser social.ID = 0

// Repeated gives the post that an earlier request with this key made, or NotFound.
func (r Reader) Repeated(ctx context.Context, token social.ID, key string, since time.Time) (social.ID, error) {
	return one(ctx, r, "read idempotency key", value[social.ID],
		`SELECT post_id FROM repeats WHERE token_id = $1 AND key = $2 AND created_at > $3`, token, key, millis(since))
}

// Once remembers what a request with this key made. A key in use is a Conflict;
// one older than since is taken over.
func (tx *Tx) Once(ctx context.Context, token social.ID, key string, post social.ID, at, since time.Time) error {
	if _, err := tx.exec(ctx, "forget old idempotency keys", `DELETE FROM repeats WHERE created_at <= $1`, millis(since)); err != nil {
		return err
	}
	_, err := tx.exec(ctx, "keep idempotency key",
		`INSERT INTO repeats (token_id, key, post_id, created_at) VALUES ($1, $2, $3, $4)`, token, key, post, millis(at))
	return err
}
