package store

import (
	"context"
	"time"

	"skerry/internal/social"
)

// Activity is something our actors said, as it was said.
type Activity struct {
	ID         social.ID
	IRI        string
	Kind       string
	Actor      social.ID
	Object     string    // IRI of what it is about: deliveries about one thing keep their order
	Post       social.ID // the post it creates or boosts, 0 for others
	Listed     bool      // shown in the outbox
	Visibility social.Visibility
	Document   string // JSON
	At         time.Time
}

const activityColumns = `v.id, v.iri, v.kind, v.actor_id, v.object, v.post_id, v.listed, v.visibility, v.document, v.created_at`

func scanActivity(r rows) (a Activity, err error) {
	err = r.Scan(&a.ID, &a.IRI, &a.Kind, &a.Actor, &a.Object, &a.Post, &a.Listed, &a.Visibility, &a.Document, moment{&a.At})
	return a, err
}

// AddActivity stores what one of our actors says.
func (tx *Tx) AddActivity(ctx context.Context, a Activity) error {
	_, err := tx.exec(ctx, "add activity", `
		INSERT INTO activities (id, iri, kind, actor_id, object, post_id, listed, visibility, document, created_at)
		VALUES (`+marks(1, 10)+`)`,
		a.ID, a.IRI, a.Kind, a.Actor, a.Object, a.Post, a.Listed, a.Visibility, a.Document, millis(a.At))
	return err
}

// Unlist takes an activity out of the outbox: it was undone.
func (tx *Tx) Unlist(ctx context.Context, iri string) error {
	_, err := tx.exec(ctx, "unlist activity", `UPDATE activities SET listed = $1 WHERE iri = $2`, false, iri)
	return err
}

// ActivityByIRI gives an activity of ours, or NotFound.
func (r Reader) ActivityByIRI(ctx context.Context, iri string) (Activity, error) {
	return one(ctx, r, "read activity", scanActivity, `SELECT `+activityColumns+` FROM activities v WHERE v.iri = $1`, iri)
}

// Activities gives the activities with these ids; absent ones are left out.
func (r Reader) Activities(ctx context.Context, ids []social.ID) (map[social.ID]Activity, error) {
	out := make(map[social.ID]Activity, len(ids))
	for part := range chunks(ids) {
		all, err := list(ctx, r, "read activities", scanActivity,
			`SELECT `+activityColumns+` FROM activities v WHERE v.id IN (`+marks(1, len(part))+`)`, anys(part)...)
		if err != nil {
			return nil, err
		}
		for _, a := range all {
			out[a.ID] = a
		}
	}
	return out, nil
}

// Outbox gives an actor's listed activities that anybody may see, newest first.
func (r Reader) Outbox(ctx context.Context, actor social.ID, page PageOf) ([]Activity, error) {
	before, after, limit := page.bounds()
	all, err := list(ctx, r, "read outbox", scanActivity, `
		SELECT `+activityColumns+` FROM activities v
		WHERE v.actor_id = $1 AND v.listed AND v.visibility <= 1 AND v.id < $2 AND v.id > $3
		ORDER BY v.id `+page.order()+` LIMIT $4`, actor, before, after, limit)
	return newestFirst(page, all), err
}

// CountOutbox counts what Outbox can show.
func (r Reader) CountOutbox(ctx context.Context, actor social.ID) (int, error) {
	return one(ctx, r, "count outbox", value[int],
		`SELECT COUNT(*) FROM activities WHERE actor_id = $1 AND listed AND visibility <= 1`, actor)
}
