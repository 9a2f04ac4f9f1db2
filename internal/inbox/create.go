package inbox

import (
	"context"

	"skerry/internal/activitypub"
	"skerry/internal/remote"
	"skerry/internal/social"
	"skerry/internal/store"
)

// create: somebody wrote something. It is kept when it concerns the owner: its
// author or a hashtag of it is followed, it names the owner, or it answers a post
// that is kept.
func (w *Worker) create(ctx context.Context, v Verified) (string, error) {
	doc, err := w.object(ctx, v)
	if err != nil {
		return "", err
	}
	if isVote(doc) {
		return w.vote(ctx, v, doc)
	}
	if !postTypes[social.PostKind(doc.Type())] {
		return w.other(ctx, v)
	}
	p, err := w.finder.ReadPost(ctx, doc)
	if err != nil {
		return "", err
	}
	if p.Author != v.by.ID {
		return "", social.Faultf(social.Forbidden, "%s creates a post of %s", v.by.IRI, p.AuthorIRI)
	}
	return w.keep(ctx, v, p)
}

var postTypes = map[social.PostKind]bool{
	social.Note: true, social.Question: true, social.Article: true, social.Page: true,
	social.ImagePost: true, social.Audio: true, social.Video: true, social.Event: true,
}

// object gives what an activity is about. An embedded object counts only when it
// lives where its sender lives and says that the sender made it; anything else is
// fetched from its own address. [FEP-fe34]
func (w *Worker) object(ctx context.Context, v Verified) (activitypub.Object, error) {
	if v.ObjectIRI == "" {
		return nil, social.Faultf(social.Invalid, "the %s has no object with an id", v.Type)
	}
	if v.Object != nil && activitypub.SameOrigin(v.ObjectIRI, v.Actor) && attributed(v.Object, v.Actor) {
		return v.Object, nil
	}
	return w.finder.Document(ctx, v.ObjectIRI)
}

// attributed reports whether a document names the actor as its maker.
func attributed(doc activitypub.Object, actor string) bool {
	for _, iri := range doc.IRIs("attributedTo") {
		if iri == actor {
			return true
		}
	}
	return false
}

// keep stores a post that concerns the owner and tells the owner.
func (w *Worker) keep(ctx context.Context, v Verified, p social.Post) (string, error) {
	follows, named := v.ties.Follows, p.Names(v.owner.ID)
	tagged, err := w.tagged(ctx, p)
	if err != nil {
		return "", err
	}
	parent, err := w.parent(ctx, p, follows || named || tagged)
	if err != nil {
		return "", err
	}
	p.Parent = parent.ID
	if !named && !follows && !tagged && p.Parent == 0 {
		return "not kept: it does not concern the owner", nil
	}
	outcome, err := w.commit(ctx, v, "kept", func(tx *store.Tx) error {
		if err := w.finder.AddPost(ctx, tx, &p); err != nil {
			return err
		}
		return w.present(ctx, tx, v, p, parent, tagged)
	})
	switch {
	case social.Is(err, social.Conflict):
		stored, missing := w.db.PostByIRI(ctx, p.IRI)
		if missing != nil {
			return "", err // another post has its id: tried again with the next one
		}
		// It was fetched before it came, as what an answer answers or by the owner's look.
		return w.commit(ctx, v, "known already", func(tx *store.Tx) error { return w.present(ctx, tx, v, stored, parent, tagged) })
	case social.Is(err, social.Gone):
		return "deleted before it came", nil
	}
	return outcome, err
}

// tagged reports whether a post is public and has a hashtag that the owner follows.
func (w *Worker) tagged(ctx context.Context, p social.Post) (bool, error) {
	if p.Visibility != social.Public || p.Limited != social.Unlimited {
		return false, nil
	}
	return w.db.FollowsTag(ctx, remote.FoldTags(p))
}

// present brings a post before the owner: it tells that they are named, puts what is
// tagged or written by those whom they follow into the timeline, and has what is quoted
// looked at. A second time changes nothing.
func (w *Worker) present(ctx context.Context, tx *store.Tx, v Verified, p, parent social.Post, tagged bool) error {
	if err := w.askQuote(ctx, tx, p); err != nil {
		return err
	}
	if p.Names(v.owner.ID) {
		if err := v.notify(ctx, tx, social.NotifyMention, p.ID); err != nil {
			return err
		}
	}
	home := tagged
	if !home && v.ties.Follows && p.VisibleTo(social.Reader{Actor: v.owner.ID, Follows: true}) {
		var err error
		if home, err = belongsHome(ctx, tx.Reader, v.owner, p, parent); err != nil {
			return err
		}
	}
	if !home {
		return nil
	}
	return tx.AddHome(ctx, store.HomeEntry{ID: p.ID, Post: p.ID, By: p.Author})
}

// parent gives the post that p answers. When p is new and for the owner to read,
// what it answers is fetched if it is not here yet, and what that answers, as far
// as the budget of the cause goes. What cannot be had is no reason to lose the
// answer.
func (w *Worker) parent(ctx context.Context, p social.Post, fetch bool) (social.Post, error) {
	if p.InReplyTo == "" {
		return social.Post{}, nil
	}
	if p.Parent != 0 {
		return w.db.Post(ctx, p.Parent)
	}
	if !fetch {
		return social.Post{}, nil
	}
	if _, err := w.db.PostByIRI(ctx, p.IRI); !social.Is(err, social.NotFound) {
		return social.Post{}, err
	}
	return w.finder.Thread(ctx, p), nil
}

// belongsHome leaves out answers to people whom the owner does not follow, as
// Mastodon does.
func belongsHome(ctx context.Context, r store.Reader, owner social.Actor, p, parent social.Post) (bool, error) {
	if p.InReplyTo == "" || parent.Author == owner.ID || parent.Author == p.Author || p.Names(owner.ID) {
		return true, nil
	}
	if parent.ID == 0 {
		return false, nil
	}
	return r.Follows(ctx, owner.ID, parent.Author)
}
