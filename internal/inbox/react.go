package inbox

import (
	"context"

	"skerry/internal/social"
	"skerry/internal/store"
)

// like: somebody likes a post. Likes of others' posts are not ours to count. [AP 7.10]
func (w *Worker) like(ctx context.Context, v Verified) (string, error) {
	p, err := w.storedPost(ctx, v.ObjectIRI)
	if err != nil {
		return "", err
	}
	if !p.Local {
		return "ignored: not a post of the owner", nil
	}
	if err := w.maySee(ctx, v, p); err != nil {
		return "", err
	}
	l := social.Like{ID: w.db.IDs().New(), IRI: v.ID, Post: p.ID, By: v.by.ID, At: v.at}
	return w.commit(ctx, v, "liked", func(tx *store.Tx) error {
		added, err := tx.AddLike(ctx, l)
		if err != nil || !added {
			return err
		}
		return v.notify(ctx, tx, social.NotifyLike, p.ID)
	})
}

// maySee hides from an actor the posts that it cannot see: liking one must look
// like liking nothing.
func (w *Worker) maySee(ctx context.Context, v Verified, p social.Post) error {
	follows, err := w.db.Follows(ctx, v.by.ID, p.Author)
	if err == nil && !p.VisibleTo(social.Reader{Actor: v.by.ID, Follows: follows}) {
		err = social.Faultf(social.NotFound, "no such post")
	}
	return err
}

// announce: somebody boosts a post. It concerns the owner when the post is
// theirs, or when they follow who boosts. [AP 7.11]
//
// Quirk(lemmy): groups announce whole activities. What is embedded is not
// believed; the inner object is fetched by its id. [FEP-1b12]
func (w *Worker) announce(ctx context.Context, v Verified) (string, error) {
	follows := v.ties.Follows
	iri := v.ObjectIRI
	if v.Object != nil && (v.Object.Type() == "Create" || v.Object.Type() == "Update") {
		iri = v.Object.IRI("object")
	}
	p, err := w.storedPost(ctx, iri)
	if social.Is(err, social.NotFound) {
		if !follows {
			return "not kept: it does not concern the owner", nil
		}
		p, err = w.finder.Post(ctx, iri)
	}
	if err != nil {
		return "", err
	}
	if !follows && !p.Local {
		return "not kept: it does not concern the owner", nil
	}
	if !p.Visibility.Open() && p.Author != v.by.ID {
		return "", social.Faultf(social.Forbidden, "%s boosts a post that is not open", v.by.IRI)
	}
	return w.boost(ctx, v, p, follows)
}

func (w *Worker) boost(ctx context.Context, v Verified, p social.Post, follows bool) (string, error) {
	at := v.Published
	if at.IsZero() || at.After(v.at) {
		at = v.at
	}
	b := social.Boost{ID: w.db.IDs().At(at), IRI: v.ID, Post: p.ID, By: v.by.ID, At: v.at}
	return w.commit(ctx, v, "boosted", func(tx *store.Tx) error {
		added, err := tx.AddBoost(ctx, b)
		if err != nil || !added {
			return err
		}
		if p.Local {
			if err := v.notify(ctx, tx, social.NotifyBoost, p.ID); err != nil {
				return err
			}
		}
		if !follows {
			return nil
		}
		if err := w.askQuote(ctx, tx, p); err != nil {
			return err
		}
		blocked, err := tx.Blocks(ctx, v.owner.ID, p.Author)
		if err != nil || blocked || p.Limited == social.Suspended {
			return err
		}
		return tx.AddHome(ctx, store.HomeEntry{ID: b.ID, Post: p.ID, Boost: b.ID, By: v.by.ID})
	})
}

func (w *Worker) dropBoost(ctx context.Context, v Verified, b social.Boost) (string, error) {
	return w.commit(ctx, v, "boost taken back", func(tx *store.Tx) error {
		if _, err := tx.DropBoost(ctx, b.Post, b.By); err != nil {
			return err
		}
		return tx.DropNotification(ctx, social.NotifyBoost, v.by.ID, b.Post)
	})
}
