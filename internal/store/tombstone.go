package store

import (
	"context"
	"time"
)

// Tombstone is what remains of a deleted thing.
type Tombstone struct {
	IRI, FormerType, Actor string
	Local                  bool
	At                     time.Time
}

// Tombstone gives what remains of a deleted thing, or NotFound.
func (r Reader) Tombstone(ctx context.Context, iri string) (Tombstone, error) {
	return one(ctx, r, "read tombstone", func(r rows) (t Tombstone, err error) {
		return t, r.Scan(&t.IRI, &t.FormerType, &t.Actor, &t.Local, moment{&t.At})
	}, `SELECT iri, former_type, actor_iri, local, at FROM tombstones WHERE iri = $1`, iri)
}

// Bury remembers that a thing was deleted. The first one stays.
func (tx *Tx) Bury(ctx context.Context, t Tombstone) error {
	_, err := tx.exec(ctx, "bury", `
		INSERT INTO tombstones (iri, former_type, actor_iri, local, at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (iri) DO NOTHING`, t.IRI, t.FormerType, t.Actor, t.Local, millis(t.At))
	return err
}
