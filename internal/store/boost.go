package store

import (
	"context"

	"skerry/internal/social"
)

func scanBoost(r rows) (b social.Boost, err error) {
	err = r.Scan(&b.ID, &b.IRI, &b.Post, &b.By, &b.Visibility, moment{&b.At})
	return b, err
}

const boostColumns = `b.id, b.iri, b.post_id, b.actor_id, b.visibility, b.created_at`

// AddBoost reports whether the boost is new.
func (tx *Tx) AddBoost(ctx context.Context, b social.Boost) (added bool, err error) {
	n, err := tx.exec(ctx, "add boost", `
		INSERT INTO boosts (id, iri, post_id, actor_id, visibility, created_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (post_id, actor_id) DO NOTHING`, b.ID, b.IRI, b.Post, b.By, b.Visibility, millis(b.At))
	if err != nil || n == 0 {
		return false, err
	}
	return true, tx.later(ctx, keepByID, b.Post)
}

// DropBoost takes a boost back, out of the home timeline too, and gives it, or NotFound.
func (tx *Tx) DropBoost(ctx context.Context, post, by social.ID) (social.Boost, error) {
	b, err := one(ctx, tx.Reader, "drop boost", scanBoost, `
		DELETE FROM boosts WHERE post_id = $1 AND actor_id = $2
		RETURNING id, iri, post_id, actor_id, visibility, created_at`, post, by)
	if err != nil {
		return b, err
	}
	_, err = tx.exec(ctx, "drop boost from home", `DELETE FROM home WHERE id = $1`, b.ID)
	return b, err
}

// Boost gives a boost by its own id, or NotFound.
func (r Reader) Boost(ctx context.Context, id social.ID) (social.Boost, error) {
	return one(ctx, r, "read boost", scanBoost, `SELECT `+boostColumns+` FROM boosts b WHERE b.id = $1`, id)
}

// Boosts gives the boosts with these ids; absent ones are left out.
func (r Reader) Boosts(ctx context.Context, ids []social.ID) (map[social.ID]social.Boost, error) {
	out := make(map[social.ID]social.Boost, len(ids))
	for part := range chunks(ids) {
		all, err := list(ctx, r, "read boosts", scanBoost,
			`SELECT `+boostColumns+` FROM boosts b WHERE b.id IN (`+marks(1, len(part))+`)`, anys(part)...)
		if err != nil {
			return nil, err
		}
		for _, b := range all {
			out[b.ID] = b
		}
	}
	return out, nil
}

// BoostByIRI gives a boost by the id of its activity, or NotFound.
func (r Reader) BoostByIRI(ctx context.Context, iri string) (social.Boost, error) {
	return one(ctx, r, "read boost", scanBoost, `SELECT `+boostColumns+` FROM boosts b WHERE b.iri = $1 AND b.iri <> '' LIMIT 1`, iri)
}

// BoostOf gives an actor's boost of a post, or NotFound.
func (r Reader) BoostOf(ctx context.Context, post, by social.ID) (social.Boost, error) {
	return one(ctx, r, "read boost", scanBoost, `SELECT `+boostColumns+` FROM boosts b WHERE b.post_id = $1 AND b.actor_id = $2`, post, by)
}

// BoostsOf gives who boosted a post, newest first. Page by the boost's id.
func (r Reader) BoostsOf(ctx context.Context, post social.ID, page PageOf) ([]social.Boost, error) {
	before, after, limit := page.bounds()
	all, err := list(ctx, r, "read boosts", scanBoost, `
		SELECT `+boostColumns+` FROM boosts b WHERE b.post_id = $1 AND b.id < $2 AND b.id > $3
		ORDER BY b.id `+page.order()+` LIMIT $4`, post, before, after, limit)
	return newestFirst(page, all), err
}
