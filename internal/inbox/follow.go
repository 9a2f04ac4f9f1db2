package inbox

import (
	"context"

	"skerry/internal/activitypub"
	"skerry/internal/social"
	"skerry/internal/store"
)

// follow: somebody wants to follow one of our actors. It is applied every time:
// some servers use the id of their first Follow again after an Undo. [AP 7.5]
func (w *Worker) follow(ctx context.Context, v Verified) (string, error) {
	followed, err := w.ownActor(ctx, v.ObjectIRI)
	if err != nil {
		return "", err
	}
	if followed.ID != v.owner.ID {
		return w.relayFollows(ctx, v)
	}
	f := social.Follow{ID: w.db.IDs().New(), IRI: v.ID, Follower: v.by.ID, Followee: followed.ID, At: v.at}
	return w.decide(ctx, v, func(tx *store.Tx) (string, error) {
		if _, err := tx.PutFollow(ctx, f); err != nil {
			return "", err
		}
		// Read back: a repeat keeps its row and may be accepted already.
		f, err := tx.Follow(ctx, f.Follower, f.Followee)
		if err != nil {
			return "", err
		}
		if (followed.Locked || v.by.Limited != social.Unlimited) && f.State != social.Accepted {
			return "asks to follow", v.notify(ctx, tx, social.NotifyFollowRequest, 0)
		}
		if f.State != social.Accepted {
			if err := v.notify(ctx, tx, social.NotifyFollow, 0); err != nil {
				return "", err
			}
		}
		return "follows, accepted", w.publisher.Accept(ctx, tx, f, v.by, followed)
	})
}

// answersNothing is what comes of an Accept or Reject of something else than a
// Follow of ours: GoToSocial approves answers and likes with one.
const answersNothing = "recorded, not acted on: it answers no follow of ours"

// accept: somebody whom the owner asked to follow says yes. Only the one who was
// asked can. [AP 7.6]
func (w *Worker) accept(ctx context.Context, v Verified) (string, error) {
	f, err := w.answered(ctx, v)
	if social.Is(err, social.NotFound) {
		return w.relayAnswers(ctx, v, true)
	}
	if err != nil {
		return "", err
	}
	return w.commit(ctx, v, "followed from now on", func(tx *store.Tx) error { return tx.SetFollowState(ctx, f.ID, social.Accepted) })
}

// reject: somebody whom the owner asked to follow, or follows, says no. [AP 7.7]
func (w *Worker) reject(ctx context.Context, v Verified) (string, error) {
	f, err := w.answered(ctx, v)
	if social.Is(err, social.NotFound) {
		return w.relayAnswers(ctx, v, false)
	}
	if err != nil {
		return "", err
	}
	return w.commit(ctx, v, "not followed any more", func(tx *store.Tx) error {
		if err := tx.SetFollowState(ctx, f.ID, social.Rejected); err != nil {
			return err
		}
		return tx.DropHomeOf(ctx, f.Followee)
	})
}

// answered finds the follow that an Accept or Reject is about: by its id, or by
// who follows whom when the id was changed on the way. It must be a follow of
// the very actor who answers.
func (w *Worker) answered(ctx context.Context, v Verified) (social.Follow, error) {
	f, err := w.db.FollowByIRI(ctx, v.ObjectIRI)
	if social.Is(err, social.NotFound) && v.Object != nil && v.Object.Type() == "Follow" {
		f, err = w.answeredByWhom(ctx, v, v.Object)
	}
	if err != nil {
		return f, err
	}
	if f.Followee != v.by.ID {
		return f, social.Faultf(social.Forbidden, "%s answers a follow of somebody else", v.by.IRI)
	}
	follower, err := w.db.Actor(ctx, f.Follower)
	if err == nil && !follower.Local {
		err = social.Faultf(social.Forbidden, "%s answers a follow that is not ours", v.by.IRI)
	}
	return f, err
}

func (w *Worker) answeredByWhom(ctx context.Context, v Verified, follow activitypub.Object) (social.Follow, error) {
	follower, err := w.ownActor(ctx, follow.IRI("actor"))
	if err != nil {
		return social.Follow{}, err
	}
	return w.db.Follow(ctx, follower.ID, v.by.ID)
}
