package store

import (
	"context"
	"fmt"
	"time"

	"skerry/internal/social"
)

func scanKey(r rows) (k social.Key, err error) {
	err = r.Scan(&k.IRI, &k.Actor, &k.ActorIRI, &k.PEM, &k.Multikey, moment{&k.FetchedAt})
	return k, err
}

// Key gives a public key and whose it is, or NotFound.
func (r Reader) Key(ctx context.Context, iri string) (social.Key, error) {
	return one(ctx, r, "read key", scanKey, `
		SELECT k.iri, k.actor_id, a.iri, k.pem, k.multikey, k.fetched_at
		FROM actor_keys k JOIN actors a ON a.id = k.actor_id WHERE k.iri = $1`, iri)
}

// OnlyKey gives the PEM key of an actor that has just one, or NotFound.
func (r Reader) OnlyKey(ctx context.Context, actor string) (social.Key, error) {
	all, err := list(ctx, r, "read the key of an actor", scanKey, `
		SELECT k.iri, k.actor_id, a.iri, k.pem, k.multikey, k.fetched_at
		FROM actor_keys k JOIN actors a ON a.id = k.actor_id WHERE a.iri = $1 AND k.pem <> '' LIMIT 2`, actor)
	if err == nil && len(all) != 1 {
		err = social.Faultf(social.NotFound, "%s does not have one key", actor)
	}
	return append(all, social.Key{})[0], err
}

// PutKeys makes these the keys of the actor; others it had are forgotten. A key
// id that another actor holds is taken over: its own document lists it now.
func (tx *Tx) PutKeys(ctx context.Context, actor social.ID, keys []social.Key, at time.Time) error {
	tx.forgetKeys(keys)
	if _, err := tx.exec(ctx, "drop keys", `DELETE FROM actor_keys WHERE actor_id = $1`, actor); err != nil {
		return err
	}
	for _, k := range keys {
		_, err := tx.exec(ctx, "put key", `
			INSERT INTO actor_keys (iri, actor_id, pem, multikey, fetched_at) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (iri) DO UPDATE SET actor_id = excluded.actor_id, pem = excluded.pem,
				multikey = excluded.multikey, fetched_at = excluded.fetched_at`,
			k.IRI, actor, k.PEM, k.Multikey, millis(at))
		if err != nil {
			return err
		}
	}
	return nil
}

// OwnKey is a key pair of one of our actors.
type OwnKey struct {
	IRI       string
	Actor     social.ID
	Algorithm string // "rsa" or "ed25519"
	Private   []byte // PKCS#8
}

// AddOwnKey seals a private key and stores it.
func (tx *Tx) AddOwnKey(ctx context.Context, k OwnKey, at time.Time) error {
	_, err := tx.exec(ctx, "add own key", `
		INSERT INTO own_keys (iri, actor_id, algorithm, sealed, created_at) VALUES ($1, $2, $3, $4, $5)`,
		k.IRI, k.Actor, k.Algorithm, tx.db.seal.seal(k.Private, sealLabel(k.Actor, k.Algorithm)), millis(at))
	return err
}

// OwnKeys gives the key pairs of one of our actors.
func (db *DB) OwnKeys(ctx context.Context, actor social.ID) ([]OwnKey, error) {
	return list(ctx, db.Reader, "read own keys", func(r rows) (k OwnKey, err error) {
		var sealed []byte
		if err := r.Scan(&k.IRI, &k.Actor, &k.Algorithm, &sealed); err != nil {
			return k, err
		}
		if k.Private, err = db.seal.open(sealed, sealLabel(k.Actor, k.Algorithm)); err != nil {
			return k, fmt.Errorf("open key %s: %w", k.IRI, err)
		}
		return k, nil
	}, `SELECT iri, actor_id, algorithm, sealed FROM own_keys WHERE actor_id = $1 ORDER BY iri`, actor)
}

// sealLabel says what a sealed key is, so that one cannot be put in another's place.
func sealLabel(actor social.ID, algorithm string) string {
	return "key " + algorithm + " of " + actor.String()
}

type sealedKey struct {
	iri, label string
	sealed     []byte
}

func (r Reader) sealedKeys(ctx context.Context) ([]sealedKey, error) {
	return list(ctx, r, "read sealed keys", func(r rows) (k sealedKey, err error) {
		var actor social.ID
		var algorithm string
		err = r.Scan(&k.iri, &actor, &algorithm, &k.sealed)
		k.label = sealLabel(actor, algorithm)
		return k, err
	}, `SELECT iri, actor_id, algorithm, sealed FROM own_keys`)
}
