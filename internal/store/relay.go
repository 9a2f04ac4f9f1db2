package store

import (
	"context"
	"time"

	"skerry/internal/social"
)

const relayColumns = `id, url, actor, inbox, name, software, style, follow_iri, state, reason, asks,
	added_at, asked_at, answered_at, heard_at, retried_at, publishes, trial`

func scanRelay(r rows) (l social.Relay, err error) {
	err = r.Scan(&l.ID, &l.URL, &l.Actor, &l.Inbox, &l.Name, &l.Software, &l.Style, &l.Follow, &l.State, &l.Reason, &l.Asks,
		moment{&l.AddedAt}, moment{&l.AskedAt}, moment{&l.AnsweredAt}, moment{&l.HeardAt}, moment{&l.RetriedAt}, &l.Publishes, &l.Trial)
	return l, err
}

// Relays gives all relays, those that were left among them, the newest last.
func (r Reader) Relays(ctx context.Context) ([]social.Relay, error) {
	return list(ctx, r, "read relays", scanRelay, `SELECT `+relayColumns+` FROM relays ORDER BY id`)
}

// Relays is Reader.Relays, for those who ask again and again: it may be seconds old.
func (db *DB) Relays(ctx context.Context) ([]social.Relay, error) {
	c := db.cache
	return recall(ctx, c, func() (remembered[[]social.Relay], bool) { return c.relays, true },
		func(r remembered[[]social.Relay]) { c.relays = r }, db.Reader.Relays)
}

// Relay gives a relay, or NotFound.
func (r Reader) Relay(ctx context.Context, id social.ID) (social.Relay, error) {
	return one(ctx, r, "read relay", scanRelay, `SELECT `+relayColumns+` FROM relays WHERE id = $1`, id)
}

// RelayByInbox gives a relay by where it takes what is sent to it, or NotFound.
func (r Reader) RelayByInbox(ctx context.Context, inbox string) (social.Relay, error) {
	return one(ctx, r, "read relay", scanRelay, `SELECT `+relayColumns+` FROM relays WHERE inbox = $1`, inbox)
}

// RelayOf gives the relay that is this actor, or NotFound.
func (r Reader) RelayOf(ctx context.Context, actor string) (social.Relay, error) {
	return one(ctx, r, "read relay", scanRelay, `SELECT `+relayColumns+` FROM relays WHERE actor = $1 AND actor <> ''`, actor)
}

// AddRelay stores a relay. One with the same inbox or actor is a Conflict.
func (tx *Tx) AddRelay(ctx context.Context, l social.Relay) error {
	tx.forgetOwner()
	_, err := tx.exec(ctx, "add relay", `INSERT INTO relays (`+relayColumns+`) VALUES (`+marks(1, 18)+`)`,
		l.ID, l.URL, l.Actor, l.Inbox, l.Name, l.Software, l.Style, l.Follow, l.State, l.Reason, l.Asks,
		millis(l.AddedAt), millis(l.AskedAt), millis(l.AnsweredAt), millis(l.HeardAt), millis(l.RetriedAt), l.Publishes, l.Trial)
	return err
}

// TakeRelay gives a relay as it is now, or NotFound, and keeps others from changing
// it until the transaction ends.
func (tx *Tx) TakeRelay(ctx context.Context, id social.ID) (social.Relay, error) {
	return one(ctx, tx.Reader, "take relay", scanRelay, `UPDATE relays SET state = state WHERE id = $1 RETURNING `+relayColumns, id)
}

// PutRelay stores what changed of a relay that TakeRelay gave.
func (tx *Tx) PutRelay(ctx context.Context, l social.Relay) error {
	tx.forgetOwner()
	_, err := tx.exec(ctx, "put relay", `
		UPDATE relays SET url = $2, actor = $3, name = $4, software = $5, style = $6, follow_iri = $7, state = $8, reason = $9,
			asks = $10, asked_at = $11, answered_at = $12, heard_at = $13, retried_at = $14, publishes = $15, trial = $16 WHERE id = $1`,
		l.ID, l.URL, l.Actor, l.Name, l.Software, l.Style, l.Follow, l.State, l.Reason,
		l.Asks, millis(l.AskedAt), millis(l.AnsweredAt), millis(l.HeardAt), millis(l.RetriedAt), l.Publishes, l.Trial)
	return err
}

// CountRelay adds to what is counted of a relay in the hour of at.
func (tx *Tx) CountRelay(ctx context.Context, relay social.ID, at time.Time, what social.RelayCount, n int) error {
	_, err := tx.exec(ctx, "count "+string(what)+" of a relay", `
		INSERT INTO relay_counts (relay_id, hour, what, n) VALUES ($1, $2, $3, $4)
		ON CONFLICT (relay_id, hour, what) DO UPDATE SET n = relay_counts.n + excluded.n`,
		relay, millis(at.Truncate(time.Hour)), what, n)
	return err
}

// RelayCounts sums what was counted of each relay in the hours since a moment.
func (r Reader) RelayCounts(ctx context.Context, since time.Time) (map[social.ID]map[social.RelayCount]int, error) {
	out := map[social.ID]map[social.RelayCount]int{}
	_, err := list(ctx, r, "read relay counts", func(r rows) (relay social.ID, err error) {
		var what social.RelayCount
		var n int
		if err = r.Scan(&relay, &what, &n); err == nil {
			if out[relay] == nil {
				out[relay] = map[social.RelayCount]int{}
			}
			out[relay][what] = n
		}
		return relay, err
	}, `SELECT relay_id, what, CAST(SUM(n) AS BIGINT) FROM relay_counts WHERE hour >= $1 GROUP BY relay_id, what`,
		millis(since.Truncate(time.Hour)))
	return out, err
}
