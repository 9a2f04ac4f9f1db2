package store

import (
	"context"
	"strings"
	"time"

	"skerry/internal/social"
)

// referring are the columns that refer to somebody: who stands in none of them is a
// stranger of whom nothing is here. What goes with an actor, such as keys, is no reason
// to keep one.
var referring = []string{
	"posts.author_id", "post_mentions.actor_id", "likes.actor_id", "boosts.actor_id", "votes.actor_id", "bookmarks.actor_id", "pins.actor_id", "home.by_id",
	"follows.follower_id", "follows.followee_id", "blocks.actor_id", "blocks.target_id", "mutes.target_id",
	"notifications.from_id", "reports.from_id", "reports.target_id", "activities.actor_id", "own_keys.actor_id", "owner.actor_id",
}

// unknown is whether nothing refers to an actor, who is called a in a statement.
func unknown() string {
	all := []string{`NOT a.local`, `NOT EXISTS (SELECT 1 FROM relays r WHERE r.actor = a.iri)`}
	for _, column := range referring {
		table, name, _ := strings.Cut(column, ".")
		all = append(all, `NOT EXISTS (SELECT 1 FROM `+table+` t WHERE t.`+name+` = a.id)`)
	}
	return strings.Join(all, ` AND `)
}

// Stranger is somebody to whom nothing here refers.
type Stranger struct {
	ID      social.ID
	Fetched time.Time
	Size    int64 // bytes, about
}

// strangerSize is about what an actor takes, with keys and indexes.
const strangerSize = `(1200 + 3 * OCTET_LENGTH(a.iri) + OCTET_LENGTH(a.summary) + OCTET_LENGTH(a.fields) + OCTET_LENGTH(a.icon) + OCTET_LENGTH(a.header))`

// Strangers gives some of those to whom nothing refers and who were last fetched before
// a moment, the longest ago first: those after one, which is zero at the beginning.
func (r Reader) Strangers(ctx context.Context, before time.Time, after Stranger, limit int) ([]Stranger, error) {
	return list(ctx, r, "find strangers", func(r rows) (s Stranger, err error) { return s, r.Scan(&s.ID, moment{&s.Fetched}, &s.Size) }, `
		SELECT a.id, a.fetched_at, `+strangerSize+`
		FROM actors a WHERE a.fetched_at < $1 AND (a.fetched_at, a.id) > ($2, $3) AND `+unknown()+` ORDER BY a.fetched_at, a.id LIMIT $4`,
		millis(before), millis(after.Fetched), after.ID, limit)
}

// CountStrangers counts those to whom nothing refers and who were last fetched before a
// moment.
func (r Reader) CountStrangers(ctx context.Context, before time.Time) (social.Amount, error) {
	return one(ctx, r, "count strangers", func(r rows) (a social.Amount, err error) { return a, r.Scan(&a.N, &a.Bytes) }, `
		SELECT COUNT(*), CAST(COALESCE(SUM(`+strangerSize+`), 0) AS BIGINT) FROM actors a WHERE a.fetched_at < $1 AND `+unknown(), millis(before))
}

// ForgetStrangers removes those of these actors to whom nothing refers now. They are
// locked first: who writes something that refers to one of them has then committed, which
// the next statement sees, or waits and finds nobody. A statement alone would not see what
// was committed since it began, and take it along.
func (tx *Tx) ForgetStrangers(ctx context.Context, ids []social.ID) (int, error) {
	if _, err := list(ctx, tx.Reader, "lock strangers", value[social.ID],
		`SELECT id FROM actors WHERE id IN (`+marks(1, len(ids))+`) ORDER BY id`+tx.eng.forUpdate(), anys(ids)...); err != nil {
		return 0, err
	}
	gone, err := list(ctx, tx.Reader, "forget strangers", value[social.ID], `
		DELETE FROM actors WHERE id IN (SELECT a.id FROM actors a WHERE a.id IN (`+marks(1, len(ids))+`) AND `+unknown()+`) RETURNING id`, anys(ids)...)
	for _, id := range gone {
		tx.forgetGone(id)
	}
	return len(gone), err
}
