package inbox

import (
	"context"

	"skerry/internal/activitypub"
	"skerry/internal/remote"
	"skerry/internal/social"
	"skerry/internal/store"
)

// forwarded: somebody passes on what another actor said. What they send is not
// believed; the thing itself is looked at where it lives, and what is new is kept
// by the same rules as if its author had sent it. [AP 7.1.2]
func (w *Worker) forwarded(ctx context.Context, v Verified, a activitypub.Activity) (string, error) {
	if a.Type != "Create" && a.Type != "Update" && a.Type != "Delete" {
		return "not acted on", nil
	}
	p, err := w.storedPost(ctx, a.ObjectIRI)
	switch {
	case err == nil && (p.Local || a.Type == "Create"):
		return "known already", nil
	case err == nil:
		return w.lookAgain(ctx, v, p)
	case !social.Is(err, social.NotFound):
		return "", err
	case a.Type == "Delete":
		return w.doubtQuotes(ctx, v, a.ObjectIRI)
	}
	doc, err := w.finder.Document(ctx, a.ObjectIRI)
	if err != nil {
		return "", err
	}
	if p, err = w.finder.ReadPost(ctx, doc); err != nil {
		return "", err
	}
	if v.by, err = w.db.Actor(ctx, p.Author); err != nil {
		return "", err
	}
	if v.by.Limited == social.Suspended { // by the domain that it is named by
		return "ignored: its server is blocked", nil
	}
	v.ties, err = w.db.Ties(ctx, v.owner.ID, p.Author)
	if err != nil || v.ties.Blocks {
		return "ignored: the owner blocks its author", err
	}
	return w.keep(ctx, v, p)
}

// lookAgain fetches a stored post: it is brought up to date, or goes when its
// origin says that it is gone.
func (w *Worker) lookAgain(ctx context.Context, v Verified, p social.Post) (string, error) {
	edited, gone, err := w.finder.LookAgain(ctx, p)
	if err != nil {
		return "", err
	}
	if gone {
		return w.drop(ctx, v, "gone at its origin", p.IRI, p.AuthorIRI, p)
	}
	if edited.Quote.Restamped(p.Quote) && edited.Edited.Equal(p.Edited) {
		return w.restamp(ctx, v, edited)
	}
	if edited.Edited.IsZero() || edited.Edited.Before(p.Edited) {
		return "no newer than what is kept", nil
	}
	return w.commit(ctx, v, "brought up to date", func(tx *store.Tx) error {
		if err := tx.EditPost(ctx, p, edited, remote.FoldTags(edited)); err != nil {
			return err
		}
		return w.askQuote(ctx, tx, edited)
	})
}
