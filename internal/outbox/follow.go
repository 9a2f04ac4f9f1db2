package outbox

import (
	"cmp"
	"context"

	"skerry/internal/activitypub"
	"skerry/internal/social"
	"skerry/internal/store"
)

// Follow asks to follow an actor. Until that actor's Accept comes it is only
// asked. What is asked or accepted already is not asked again.
func (p *Publisher) Follow(ctx context.Context, id social.ID) error {
	owner, who, err := p.other(ctx, id)
	if err != nil {
		return err
	}
	f := social.Follow{ID: p.db.IDs().New(), IRI: p.activityIRI(owner), Follower: owner.ID, Followee: who.ID, At: p.db.Now()}
	return p.db.InTx(ctx, func(tx *store.Tx) error {
		if err := apart(ctx, tx, owner, who); err != nil {
			return err
		}
		had, err := tx.Follow(ctx, owner.ID, who.ID)
		if err == nil && had.State != social.Rejected {
			return nil
		}
		if err != nil && !social.Is(err, social.NotFound) {
			return err
		}
		if _, err := tx.PutFollow(ctx, f); err != nil {
			return err
		}
		return p.say(ctx, tx, statement{
			iri: f.IRI, kind: "Follow", by: owner, object: who.IRI, visibility: social.Direct, targets: to(who),
			document: p.build.Follow(f.IRI, owner.IRI, who.IRI),
		})
	})
}

// apart refuses what is between two of whom one blocks the other, or its server.
func apart(ctx context.Context, tx *store.Tx, owner, who social.Actor) error {
	if who.Limited == social.Suspended {
		return social.Faultf(social.Forbidden, "the server of %s is blocked: lift that first", who.Handle())
	}
	if blocks, err := tx.Blocks(ctx, owner.ID, who.ID); err != nil {
		return err
	} else if blocks {
		return social.Faultf(social.Forbidden, "you block %s: unblock first", who.Handle())
	}
	if blocks, err := tx.Blocks(ctx, who.ID, owner.ID); err != nil {
		return err
	} else if blocks {
		return social.Faultf(social.Forbidden, "%s blocks you", who.Handle())
	}
	return nil
}

// Unfollow ends following an actor; their posts leave the home timeline.
func (p *Publisher) Unfollow(ctx context.Context, id social.ID) error {
	owner, who, err := p.other(ctx, id)
	if err != nil {
		return err
	}
	return p.db.InTx(ctx, func(tx *store.Tx) error { return p.unfollow(ctx, tx, owner, who) })
}

func (p *Publisher) unfollow(ctx context.Context, tx *store.Tx, owner, who social.Actor) error {
	f, err := tx.Follow(ctx, owner.ID, who.ID)
	if err != nil {
		return absent(err)
	}
	if _, err := tx.DropFollow(ctx, owner.ID, who.ID); err != nil {
		return err
	}
	if err := tx.DropHomeOf(ctx, who.ID); err != nil {
		return err
	}
	// A Follow that waits for a host which refuses it would hold up the rest.
	if err := tx.CancelDeliveries(ctx, who.IRI, "undone before it was sent", p.db.Now()); err != nil {
		return err
	}
	return p.undo(ctx, tx, owner, who.IRI, activitypub.FollowObject(f.IRI, owner.IRI, who.IRI), nil, nil, to(who))
}

// AcceptFollower lets an actor who asked follow the owner.
func (p *Publisher) AcceptFollower(ctx context.Context, id social.ID) error {
	owner, who, err := p.other(ctx, id)
	if err != nil {
		return err
	}
	return p.db.InTx(ctx, func(tx *store.Tx) error {
		f, err := tx.Follow(ctx, who.ID, owner.ID)
		if err != nil {
			return err
		}
		return p.Accept(ctx, tx, f, who, owner)
	})
}

// Accept answers a Follow with yes, in the transaction of whoever decided it.
// The Follow is embedded with its id: some match by the one, some by the other.
func (p *Publisher) Accept(ctx context.Context, tx *store.Tx, f social.Follow, follower, followed social.Actor) error {
	if err := tx.SetFollowState(ctx, f.ID, social.Accepted); err != nil {
		return err
	}
	if err := tx.DropNotification(ctx, social.NotifyFollowRequest, follower.ID, 0); err != nil {
		return err
	}
	iri := p.activityIRI(followed)
	return p.say(ctx, tx, statement{
		iri: iri, kind: "Accept", by: followed, object: cmp.Or(f.IRI, follower.IRI), visibility: social.Direct, targets: to(follower),
		document: p.build.Accept(iri, followed.IRI, activitypub.FollowObject(f.IRI, follower.IRI, followed.IRI)),
	})
}

// RejectFollower refuses an actor who asked, or removes one who follows.
func (p *Publisher) RejectFollower(ctx context.Context, id social.ID) error {
	owner, who, err := p.other(ctx, id)
	if err != nil {
		return err
	}
	return p.db.InTx(ctx, func(tx *store.Tx) error { return p.reject(ctx, tx, owner, who) })
}

func (p *Publisher) reject(ctx context.Context, tx *store.Tx, owner, who social.Actor) error {
	f, err := tx.Follow(ctx, who.ID, owner.ID)
	if err != nil {
		return absent(err)
	}
	return p.Reject(ctx, tx, f, who, owner)
}

// Reject answers a Follow with no, in the transaction of whoever decided it.
func (p *Publisher) Reject(ctx context.Context, tx *store.Tx, f social.Follow, follower, followed social.Actor) error {
	if _, err := tx.DropFollow(ctx, follower.ID, followed.ID); err != nil {
		return err
	}
	if err := tx.DropNotification(ctx, social.NotifyFollowRequest, follower.ID, 0); err != nil {
		return err
	}
	iri := p.activityIRI(followed)
	return p.say(ctx, tx, statement{
		iri: iri, kind: "Reject", by: followed, object: cmp.Or(f.IRI, follower.IRI), visibility: social.Direct, targets: to(follower),
		document: p.build.Reject(iri, followed.IRI, activitypub.FollowObject(f.IRI, follower.IRI, followed.IRI)),
	})
}

// Block wants nothing more of an actor: follows end both ways, its posts leave
// the home timeline and its conversations the list, and it is told, as Mastodon does, so that its server hides us.
func (p *Publisher) Block(ctx context.Context, id social.ID) error {
	owner, who, err := p.other(ctx, id)
	if err != nil {
		return err
	}
	b := social.Block{ID: p.db.IDs().New(), IRI: p.activityIRI(owner), By: owner.ID, Target: who.ID, At: p.db.Now()}
	return p.db.InTx(ctx, func(tx *store.Tx) error {
		added, err := tx.PutBlock(ctx, b)
		if err != nil || !added {
			return err
		}
		if err := p.unfollow(ctx, tx, owner, who); err != nil {
			return err
		}
		if err := p.reject(ctx, tx, owner, who); err != nil {
			return err
		}
		if err := tx.DropHomeAbout(ctx, who.ID); err != nil {
			return err
		}
		if err := tx.HideConversationsWith(ctx, who.ID); err != nil {
			return err
		}
		return p.say(ctx, tx, statement{
			iri: b.IRI, kind: "Block", by: owner, object: who.IRI, visibility: social.Direct, targets: to(who),
			document: p.build.Block(b.IRI, owner.IRI, who.IRI),
		})
	})
}

// Unblock ends a block.
func (p *Publisher) Unblock(ctx context.Context, id social.ID) error {
	owner, who, err := p.other(ctx, id)
	if err != nil {
		return err
	}
	return p.db.InTx(ctx, func(tx *store.Tx) error {
		b, err := tx.DropBlock(ctx, owner.ID, who.ID)
		if err != nil {
			return absent(err)
		}
		return p.undo(ctx, tx, owner, who.IRI, p.build.Block(b.IRI, owner.IRI, who.IRI), nil, nil, to(who))
	})
}

// other gives the owner and an actor who is not the owner.
func (p *Publisher) other(ctx context.Context, id social.ID) (owner, who social.Actor, err error) {
	if owner, err = p.owner(ctx); err != nil {
		return
	}
	if who, err = p.db.Actor(ctx, id); err != nil {
		return
	}
	if who.ID == owner.ID {
		err = social.Faultf(social.Unprocessable, "that is you")
	} else if !who.GoneAt.IsZero() {
		err = social.Faultf(social.Gone, "%s is gone", who.Handle())
	}
	return
}
