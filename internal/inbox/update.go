package inbox

import (
	"context"

	"skerry/internal/outbox"
	"skerry/internal/remote"
	"skerry/internal/social"
	"skerry/internal/store"
)

// update: an actor changed its profile or edited a post of its own. Only its own.
func (w *Worker) update(ctx context.Context, v Verified) (string, error) {
	if v.ObjectIRI == v.Actor {
		// The document itself is asked for: what was sent may be cut short.
		_, err := w.finder.FetchActor(ctx, v.Actor)
		return "profile brought up to date", err
	}
	old, err := w.db.PostByIRI(ctx, v.ObjectIRI)
	if social.Is(err, social.NotFound) {
		return w.updateUnknown(ctx, v)
	}
	if err != nil {
		return "", err
	}
	if old.Author != v.by.ID {
		return "", social.Faultf(social.Forbidden, "%s edits a post of %s", v.by.IRI, old.AuthorIRI)
	}
	doc, err := w.object(ctx, v)
	if err != nil {
		return "", err
	}
	if at := doc.Time("updated"); !at.IsZero() && at.Equal(old.Edited) {
		// Two edits of one second, or one that came twice: who wrote it knows the last.
		if now, err := w.finder.Document(ctx, v.ObjectIRI); err == nil {
			doc = now
		}
	}
	p, err := w.finder.EditedPost(ctx, old, doc)
	if err != nil {
		return "", err
	}
	p.Edited = doc.Time("updated")
	if p.Quote.Restamped(old.Quote) && (p.Edited.IsZero() || p.Edited.Equal(old.Edited)) {
		return w.restamp(ctx, v, p)
	}
	if p.Edited.IsZero() {
		if p.Poll != nil && old.Poll != nil { // a poll's tally has no time of its own
			return w.commit(ctx, v, "poll brought up to date", func(tx *store.Tx) error {
				if err := w.settlePoll(ctx, tx, old, p); err != nil {
					return err
				}
				return tx.RefreshPost(ctx, p)
			})
		}
		p.Edited = v.at
	}
	return w.edit(ctx, v, old, p)
}

// edit stores another version. An older one has come late.
func (w *Worker) edit(ctx context.Context, v Verified, old, p social.Post) (string, error) {
	if p.Edited.Before(old.Edited) {
		return "ignored: older than what is kept", nil
	}
	return w.commit(ctx, v, "edited", func(tx *store.Tx) error {
		if err := w.settlePoll(ctx, tx, old, p); err != nil {
			return err
		}
		if err := tx.EditPost(ctx, old, p, remote.FoldTags(p)); err != nil {
			return err
		}
		if err := w.askQuote(ctx, tx, p); err != nil {
			return err
		}
		if p.Names(v.owner.ID) && !old.Names(v.owner.ID) {
			if err := v.notify(ctx, tx, social.NotifyMention, p.ID); err != nil {
				return err
			}
		}
		boosted, err := tx.BoostOf(ctx, old.ID, v.owner.ID)
		if social.Is(err, social.NotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		return v.notify(ctx, tx, social.NotifyUpdate, boosted.Post)
	})
}

// updateUnknown treats an Update that came before its Create as that Create.
func (w *Worker) updateUnknown(ctx context.Context, v Verified) (string, error) {
	doc, err := w.object(ctx, v)
	if err != nil {
		return "", err
	}
	if !postTypes[social.PostKind(doc.Type())] {
		return w.other(ctx, v)
	}
	return w.create(ctx, v)
}

// settlePoll keeps what the owner voted true to a newer version of a poll, and tells
// them when that is over.
func (w *Worker) settlePoll(ctx context.Context, tx *store.Tx, old, p social.Post) error {
	switch {
	case !p.Poll.Same(old.Poll):
		return tx.DropVotes(ctx, old.ID)
	case p.Poll != nil && p.Poll.Over(w.db.Now()):
		return outbox.EndPoll(ctx, tx, old, w.db.Now())
	}
	return nil
}
