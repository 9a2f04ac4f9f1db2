package store

import (
	"context"

	"skerry/internal/social"
)

// RelayRules gives the rules of all relays.
func (r Reader) RelayRules(ctx context.Context) (social.RelayBook, error) {
	book := social.RelayBook{}
	_, err := list(ctx, r, "read relay rules", func(r rows) (relay social.ID, err error) {
		var rules social.RelayRules
		if err = r.Scan(&relay, parsed{&rules}); err == nil {
			book[relay] = rules
		}
		return relay, err
	}, `SELECT relay_id, rules FROM relay_rules`)
	return book, err
}

// RelayRules is Reader.RelayRules, for those who ask for each post: it may be seconds old.
func (db *DB) RelayRules(ctx context.Context) (social.RelayBook, error) {
	c := db.cache
	return recall(ctx, c, func() (remembered[social.RelayBook], bool) { return c.rules, true },
		func(r remembered[social.RelayBook]) { c.rules = r }, db.Reader.RelayRules)
}

// SetRelayRules stores the rules of a relay, or those for each when it is 0.
func (tx *Tx) SetRelayRules(ctx context.Context, relay social.ID, rules social.RelayRules) error {
	tx.forgetOwner()
	_, err := tx.exec(ctx, "set relay rules", `
		INSERT INTO relay_rules (relay_id, rules) VALUES ($1, $2) ON CONFLICT (relay_id) DO UPDATE SET rules = excluded.rules`,
		relay, document(rules))
	return err
}
