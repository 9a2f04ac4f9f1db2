package inbox

import (
	"context"

	"skerry/internal/activitypub"
	"skerry/internal/social"
	"skerry/internal/store"
)

// delete: an actor takes back a thing of its own, or itself. It is believed only
// from the actor whose thing it is. What we do not hold is remembered, so that a
// Create which comes late is not kept. [AP 7.4] [FEP-fe34]
func (w *Worker) delete(ctx context.Context, v Verified) (string, error) {
	if v.ObjectIRI == v.Actor {
		return w.commit(ctx, v, "the actor is gone", func(tx *store.Tx) error { return tx.MarkActorGone(ctx, v.by.ID, v.at) })
	}
	if v.ObjectIRI == "" {
		return "", social.Faultf(social.Invalid, "the Delete has no object with an id")
	}
	p, err := w.db.PostByIRI(ctx, v.ObjectIRI)
	switch {
	case err == nil && p.Author != v.by.ID:
		return "", social.Faultf(social.Forbidden, "%s deletes a post of %s", v.by.IRI, p.AuthorIRI)
	case err == nil:
		return w.drop(ctx, v, "deleted", p.IRI, v.Actor, p)
	case !social.Is(err, social.NotFound):
		return "", err
	}
	if b, err := w.db.BoostByIRI(ctx, v.ObjectIRI); err == nil && b.By == v.by.ID {
		return w.dropBoost(ctx, v, b)
	}
	if !activitypub.SameOrigin(v.ObjectIRI, v.Actor) {
		return "", social.Faultf(social.Forbidden, "%s deletes %s, which lives elsewhere", v.by.IRI, v.ObjectIRI)
	}
	quotes, err := w.db.QuotesAllowedBy(ctx, v.ObjectIRI)
	if err != nil {
		return "", err
	}
	if len(quotes) > 0 {
		return w.revoke(ctx, v)
	}
	return w.drop(ctx, v, "remembered: not here yet", v.ObjectIRI, v.Actor, social.Post{})
}

// drop removes a post, if there is one, and remembers that its author deleted it.
func (w *Worker) drop(ctx context.Context, v Verified, outcome, iri, author string, p social.Post) (string, error) {
	return w.commit(ctx, v, outcome, func(tx *store.Tx) error {
		if err := tx.Bury(ctx, store.Tombstone{IRI: iri, FormerType: string(p.Kind), Actor: author, At: w.db.Now()}); err != nil {
			return err
		}
		if p.ID == 0 {
			return nil
		}
		return tx.DropPost(ctx, p.ID)
	})
}
