package store

import (
	"context"
	"time"

	"skerry/internal/social"
)

// What a post quotes is read with it. The quoted post is found by its address, so
// that it counts from when it is stored until it is deleted.
const (
	quoteColumns = `COALESCE(q.iri, ''), COALESCE((SELECT o.id FROM posts o WHERE o.iri = q.iri), 0), COALESCE(q.stamp, ''),
	COALESCE(q.legacy, FALSE), COALESCE(q.state, 0), COALESCE(q.checked_at, 0)`
	quoteTable = `LEFT JOIN quotes q ON q.post_id = p.id `
)

// scanned are the places for quoteColumns.
func scanned(q *social.Quote) []any {
	return []any{&q.IRI, &q.Post, &q.Stamp, &q.Legacy, &q.State, moment{&q.Checked}}
}

var addQuotes = &many{
	doing:  "add quote",
	before: `INSERT INTO quotes (post_id, iri, stamp, legacy, state, checked_at) VALUES `, row: `(?, ?, ?, ?, ?, ?)`,
}

func quoteRow(post social.ID, q *social.Quote) []any {
	return []any{post, q.IRI, q.Stamp, q.Legacy, q.State, millis(q.Checked)}
}

// PutQuote replaces what a stored post quotes; nil for nothing any more.
func (tx *Tx) PutQuote(ctx context.Context, post social.ID, q *social.Quote) error {
	if q == nil {
		_, err := tx.exec(ctx, "drop quote", `DELETE FROM quotes WHERE post_id = $1`, post)
		return err
	}
	_, err := tx.exec(ctx, "put quote", `
		INSERT INTO quotes (post_id, iri, stamp, legacy, state, checked_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (post_id) DO UPDATE SET iri = excluded.iri, stamp = excluded.stamp, legacy = excluded.legacy,
			state = excluded.state, checked_at = excluded.checked_at`, quoteRow(post, q)...)
	return err
}

// JudgeQuote records what was found out about the quote of a post, unless its author
// says something else by now. iri is the quoted post's id: authors give pages too.
func (tx *Tx) JudgeQuote(ctx context.Context, post social.ID, q social.Quote, iri string, state social.QuoteState, at time.Time) error {
	_, err := tx.exec(ctx, "judge quote", `
		UPDATE quotes SET iri = $1, state = $2, checked_at = $3
		WHERE post_id = $4 AND iri = $5 AND stamp = $6 AND state <> $7`,
		iri, state, millis(at), post, q.IRI, q.Stamp, social.QuoteRevoked)
	return err
}

// QuotesAllowedBy gives the posts whose quotes a document allows, as far as was found.
func (r Reader) QuotesAllowedBy(ctx context.Context, stamp string) ([]social.ID, error) {
	return list(ctx, r, "read quotes", value[social.ID], `
		SELECT post_id FROM quotes WHERE stamp = $1 AND stamp <> '' AND state = $2 ORDER BY post_id LIMIT 100`, stamp, social.QuoteAllowed)
}

// DoubtQuotes makes the quotes that a document allows due to be looked at.
func (tx *Tx) DoubtQuotes(ctx context.Context, stamp string) error {
	_, err := tx.exec(ctx, "doubt quotes", `
		UPDATE quotes SET checked_at = 0 WHERE stamp = $1 AND stamp <> '' AND state = $2`, stamp, social.QuoteAllowed)
	return err
}

// RevokeQuotes takes back what a document allowed, whose author must be that of
// the quoted post, and says of how many posts.
func (tx *Tx) RevokeQuotes(ctx context.Context, stamp string, author social.ID) (int64, error) {
	return tx.exec(ctx, "revoke quotes", `
		UPDATE quotes SET state = $1 WHERE stamp = $2 AND stamp <> '' AND iri IN (SELECT p.iri FROM posts p WHERE p.author_id = $3)`,
		social.QuoteRevoked, stamp, author)
}
