package inbox

import (
	"context"

	"skerry/internal/social"
	"skerry/internal/store"
)

// undo: somebody takes back what they did. The embedded activity says what; only
// its own actor can. By id alone it is found among what is kept. [AP 7.12]
func (w *Worker) undo(ctx context.Context, v Verified) (string, error) {
	if v.Object != nil {
		if by := v.Object.IRI("actor"); by != "" && by != v.Actor {
			return "", social.Faultf(social.Forbidden, "%s undoes what %s did", v.Actor, by)
		}
	}
	// What still waits in the queue is undone there.
	var overtaken int64
	err := w.db.InTx(ctx, func(tx *store.Tx) (err error) {
		overtaken, err = tx.CancelInbound(ctx, v.Actor, v.ObjectIRI, v.row, w.db.Now())
		return err
	})
	if err != nil {
		return "", err
	}
	if overtaken > 0 {
		v.via = "undone before it was acted on; "
	}
	outcome, err := w.undone(ctx, v)
	return v.via + outcome, err
}

// undone takes back what was acted on.
func (w *Worker) undone(ctx context.Context, v Verified) (string, error) {
	kind, about := "", ""
	if v.Object != nil {
		kind, about = v.Object.Type(), v.Object.IRI("object")
	}
	switch kind {
	case "Follow":
		return w.undoFollow(ctx, v, about)
	case "Like", "EmojiReact":
		return w.undoLike(ctx, v, about)
	case "Announce":
		return w.undoAnnounce(ctx, v, about)
	case "Block":
		return w.undoBlock(ctx, v, about)
	case "":
		return w.undoByID(ctx, v)
	}
	return "ignored: undoing " + kind + " means nothing here", nil
}

const nothingToUndo = "ignored: there is nothing to undo"

// undoByID finds what a bare id names.
func (w *Worker) undoByID(ctx context.Context, v Verified) (string, error) {
	if f, err := w.db.FollowByIRI(ctx, v.ObjectIRI); err == nil && f.Follower == v.by.ID {
		return w.dropFollow(ctx, v, f.Followee)
	}
	if l, err := w.db.LikeByIRI(ctx, v.ObjectIRI); err == nil && l.By == v.by.ID {
		return w.dropLike(ctx, v, l.Post)
	}
	if b, err := w.db.BoostByIRI(ctx, v.ObjectIRI); err == nil && b.By == v.by.ID {
		return w.dropBoost(ctx, v, b)
	}
	if b, err := w.db.BlockByIRI(ctx, v.ObjectIRI); err == nil && b.By == v.by.ID {
		return w.dropBlock(ctx, v, b.Target)
	}
	return nothingToUndo, nil
}

func (w *Worker) undoFollow(ctx context.Context, v Verified, about string) (string, error) {
	followed, err := w.ownActor(ctx, about)
	if social.Is(err, social.NotFound) {
		return nothingToUndo, nil
	}
	if err != nil {
		return "", err
	}
	return w.dropFollow(ctx, v, followed.ID)
}

func (w *Worker) dropFollow(ctx context.Context, v Verified, followed social.ID) (string, error) {
	return w.commit(ctx, v, "does not follow any more", func(tx *store.Tx) error {
		if _, err := tx.DropFollow(ctx, v.by.ID, followed); err != nil {
			return err
		}
		for _, kind := range []social.NotificationKind{social.NotifyFollow, social.NotifyFollowRequest} {
			if err := tx.DropNotification(ctx, kind, v.by.ID, 0); err != nil {
				return err
			}
		}
		return nil
	})
}

func (w *Worker) undoLike(ctx context.Context, v Verified, about string) (string, error) {
	p, err := w.storedPost(ctx, about)
	if social.Is(err, social.NotFound) {
		return nothingToUndo, nil
	}
	if err != nil {
		return "", err
	}
	return w.dropLike(ctx, v, p.ID)
}

func (w *Worker) dropLike(ctx context.Context, v Verified, post social.ID) (string, error) {
	return w.commit(ctx, v, "like taken back", func(tx *store.Tx) error {
		if _, err := tx.DropLike(ctx, post, v.by.ID); err != nil && !social.Is(err, social.NotFound) {
			return err
		}
		return tx.DropNotification(ctx, social.NotifyLike, v.by.ID, post)
	})
}

func (w *Worker) undoAnnounce(ctx context.Context, v Verified, about string) (string, error) {
	b, err := w.db.BoostByIRI(ctx, v.ObjectIRI)
	if social.Is(err, social.NotFound) && about != "" {
		var p social.Post
		if p, err = w.storedPost(ctx, about); err == nil {
			b, err = w.db.BoostOf(ctx, p.ID, v.by.ID)
		}
	}
	if social.Is(err, social.NotFound) || err == nil && b.By != v.by.ID {
		return nothingToUndo, nil
	}
	if err != nil {
		return "", err
	}
	return w.dropBoost(ctx, v, b)
}

func (w *Worker) undoBlock(ctx context.Context, v Verified, about string) (string, error) {
	blocked, err := w.ownActor(ctx, about)
	if social.Is(err, social.NotFound) {
		return nothingToUndo, nil
	}
	if err != nil {
		return "", err
	}
	return w.dropBlock(ctx, v, blocked.ID)
}

func (w *Worker) dropBlock(ctx context.Context, v Verified, target social.ID) (string, error) {
	return w.commit(ctx, v, "block taken back", func(tx *store.Tx) error {
		_, err := tx.DropBlock(ctx, v.by.ID, target)
		if social.Is(err, social.NotFound) {
			return nil
		}
		return err
	})
}
