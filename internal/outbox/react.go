package outbox

import (
	"context"

	"skerry/internal/activitypub"
	"skerry/internal/social"
	"skerry/internal/store"
)

// Like records the owner's like and queues its delivery: both, or neither. A
// second like is no error and is not announced again.
func (p *Publisher) Like(ctx context.Context, id social.ID) error {
	owner, post, author, err := p.reactTo(ctx, id)
	if err != nil {
		return err
	}
	iri := p.activityIRI(owner)
	like := social.Like{ID: p.db.IDs().New(), IRI: iri, Post: post.ID, By: owner.ID, At: p.db.Now()}
	return p.db.InTx(ctx, func(tx *store.Tx) error {
		added, err := tx.AddLike(ctx, like)
		if err != nil || !added {
			return err
		}
		return p.say(ctx, tx, statement{
			iri: iri, kind: "Like", by: owner, object: post.IRI, visibility: social.Direct, targets: to(author),
			document: p.build.Like(iri, owner.IRI, post.IRI, []string{author.IRI}),
		})
	})
}

// Unlike takes the like back; without one there is nothing to do.
func (p *Publisher) Unlike(ctx context.Context, id social.ID) error {
	owner, post, author, err := p.reactTo(ctx, id)
	if err != nil {
		return err
	}
	return p.db.InTx(ctx, func(tx *store.Tx) error {
		like, err := tx.DropLike(ctx, post.ID, owner.ID)
		if err != nil {
			return absent(err)
		}
		to1 := []string{author.IRI}
		return p.undo(ctx, tx, owner, post.IRI, p.build.Like(like.IRI, owner.IRI, post.IRI, to1), to1, nil, to(author))
	})
}

// Boost announces a post to the owner's followers. Only open posts, and the
// owner's own followers-only ones, can be boosted.
func (p *Publisher) Boost(ctx context.Context, id social.ID, v social.Visibility) (social.Boost, error) {
	owner, post, author, err := p.reactTo(ctx, id)
	if err != nil {
		return social.Boost{}, err
	}
	if !post.Visibility.Open() && !(post.Author == owner.ID && post.Visibility == social.FollowersOnly) {
		return social.Boost{}, social.Faultf(social.Forbidden, "only public and unlisted posts can be boosted")
	}
	b := social.Boost{ID: p.db.IDs().New(), IRI: p.activityIRI(owner), Post: post.ID, By: owner.ID, Visibility: max(v, post.Visibility), At: p.db.Now()}
	err = p.db.InTx(ctx, func(tx *store.Tx) error {
		added, err := tx.AddBoost(ctx, b)
		if err != nil {
			return err
		}
		if !added {
			b, err = tx.BoostOf(ctx, post.ID, owner.ID)
			return err
		}
		if err := tx.AddHome(ctx, store.HomeEntry{ID: b.ID, Post: post.ID, Boost: b.ID, By: owner.ID}); err != nil {
			return err
		}
		targets, err := followerTargets(ctx, tx.Reader, owner)
		if err != nil {
			return err
		}
		return p.say(ctx, tx, statement{
			iri: b.IRI, kind: "Announce", by: owner, object: post.IRI, post: post.ID, listed: true, visibility: b.Visibility,
			document: p.announce(owner, post, author, b), targets: distinct(append(targets, to(author)...)),
		})
	})
	return b, err
}

func (p *Publisher) announce(owner social.Actor, post social.Post, author social.Actor, b social.Boost) activitypub.Object {
	to, cc := p.build.Address(b.Visibility, owner, nil)
	return p.build.Announce(b.IRI, owner.IRI, post.IRI, to, append(cc, author.IRI), b.At)
}

// Unboost takes the boost back; without one there is nothing to do.
func (p *Publisher) Unboost(ctx context.Context, id social.ID) error {
	owner, post, author, err := p.reactTo(ctx, id)
	if err != nil {
		return err
	}
	return p.db.InTx(ctx, func(tx *store.Tx) error {
		b, err := tx.DropBoost(ctx, post.ID, owner.ID)
		if err != nil {
			return absent(err)
		}
		if err := tx.Unlist(ctx, b.IRI); err != nil {
			return err
		}
		targets, err := followerTargets(ctx, tx.Reader, owner)
		if err != nil {
			return err
		}
		doc := p.announce(owner, post, author, b)
		return p.undo(ctx, tx, owner, post.IRI, doc, doc.IRIs("to"), doc.IRIs("cc"), distinct(append(targets, to(author)...)))
	})
}

// reactTo gives the owner, a post that they may see, and its author.
func (p *Publisher) reactTo(ctx context.Context, id social.ID) (owner social.Actor, post social.Post, author social.Actor, err error) {
	if owner, err = p.owner(ctx); err != nil {
		return
	}
	if post, err = p.visible(ctx, owner, id); err != nil {
		return
	}
	author, err = p.db.Actor(ctx, post.Author)
	return
}

// undo says that an activity no longer holds. The activity is embedded: servers
// that get only its id ignore most Undos.
func (p *Publisher) undo(ctx context.Context, tx *store.Tx, by social.Actor, object string, undone activitypub.Object, to, cc []string, targets []store.Target) error {
	iri := p.activityIRI(by)
	return p.say(ctx, tx, statement{
		iri: iri, kind: "Undo", by: by, object: object, visibility: social.Direct, targets: targets,
		document: p.build.Undo(iri, by.IRI, undone, to, cc),
	})
}

// absent makes "there was none" no error.
func absent(err error) error {
	if social.Is(err, social.NotFound) {
		return nil
	}
	return err
}
