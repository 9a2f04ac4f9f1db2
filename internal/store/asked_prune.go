package store

import "context"

// AskPrune notes what is to go, once.
func (tx *Tx) AskPrune(ctx context.Context, u Purge) error {
	_, err := tx.exec(ctx, "note what is to go", `
		INSERT INTO asked_prunes (host, relay_id, actor_id) VALUES ($1, $2, $3) ON CONFLICT (host, relay_id, actor_id) DO NOTHING`, u.Host, u.Relay, u.Actor)
	return err
}

// AskedPrunes gives what is to go and is not all gone. A zero Purge is what has had its
// time.
func (r Reader) AskedPrunes(ctx context.Context) ([]Purge, error) {
	return list(ctx, r, "read what is to go", func(r rows) (u Purge, err error) {
		return u, r.Scan(&u.Host, &u.Relay, &u.Actor)
	}, `SELECT host, relay_id, actor_id FROM asked_prunes ORDER BY host, relay_id, actor_id`)
}

// EndPrune forgets that something is to go.
func (tx *Tx) EndPrune(ctx context.Context, u Purge) error {
	_, err := tx.exec(ctx, "end a prune", `DELETE FROM asked_prunes WHERE host = $1 AND relay_id = $2 AND actor_id = $3`, u.Host, u.Relay, u.Actor)
	return err
}
