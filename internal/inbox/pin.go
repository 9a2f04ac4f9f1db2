package inbox

import (
	"context"

	"skerry/internal/social"
	"skerry/internal/store"
)

// pin: an actor adds a post of its own to its featured collection, or takes it
// out. Another collection, or another's post, is refused.
func (w *Worker) pin(ctx context.Context, v Verified, on bool) (string, error) {
	if v.by.Featured == "" || v.Target != v.by.Featured {
		return "ignored: not the collection of pinned posts", nil
	}
	p, err := w.db.PostByIRI(ctx, v.ObjectIRI)
	if social.Is(err, social.NotFound) {
		if !on {
			return nothingToUndo, nil
		}
		p, err = w.finder.Post(ctx, v.ObjectIRI)
	}
	if err != nil {
		return "", err
	}
	if p.Author != v.by.ID {
		return "", social.Faultf(social.Forbidden, "%s pins a post of %s", v.by.IRI, p.AuthorIRI)
	}
	outcome := "pinned"
	if !on {
		outcome = "unpinned"
	}
	return w.commit(ctx, v, outcome, func(tx *store.Tx) error {
		if on {
			_, err := tx.PutPin(ctx, v.by.ID, p.ID, v.at)
			return err
		}
		_, err := tx.DropPin(ctx, v.by.ID, p.ID)
		return err
	})
}
