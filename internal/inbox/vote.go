package inbox

import (
	"context"

	"skerry/internal/activitypub"
	"skerry/internal/social"
	"skerry/internal/store"
)

// isVote reports whether a Note is a vote in a poll: a name, no content, an answer.
func isVote(doc activitypub.Object) bool {
	return doc.Type() == "Note" && doc.Str("name") != "" && doc["content"] == nil && doc.IRI("inReplyTo") != ""
}

// vote: somebody chose an answer. It counts once, in a poll of the owner's that they
// may see, while that runs; it is never a post. [FEP-9967]
func (w *Worker) vote(ctx context.Context, v Verified, doc activitypub.Object) (string, error) {
	if !attributed(doc, v.Actor) {
		return "", social.Faultf(social.Forbidden, "%s sends a vote of somebody else's", v.Actor)
	}
	post, err := w.storedPost(ctx, doc.IRI("inReplyTo"))
	if social.Is(err, social.NotFound) || err == nil && (post.Author != v.owner.ID || post.Poll == nil) {
		return "ignored: a vote in no poll of the owner's", nil
	}
	if err != nil {
		return "", err
	}
	follows, err := w.db.Follows(ctx, v.by.ID, v.owner.ID)
	if err != nil {
		return "", err
	}
	if !post.VisibleTo(social.Reader{Actor: v.by.ID, Follows: follows}) {
		return "ignored: a vote in a poll that its actor may not see", nil
	}
	return w.decide(ctx, v, func(tx *store.Tx) (string, error) { return w.count(ctx, tx, v, post.ID, doc.Str("name")) })
}

// count adds a vote to the poll as it is now.
func (w *Worker) count(ctx context.Context, tx *store.Tx, v Verified, poll social.ID, name string) (string, error) {
	post, err := tx.Poll(ctx, poll)
	if err != nil {
		return "", err
	}
	choice := post.Poll.Choice(name)
	switch {
	case choice < 0:
		return "ignored: the poll has no such answer", nil
	case post.Poll.Over(v.at):
		return "ignored: the poll had ended", nil
	}
	before, err := tx.VotesBy(ctx, v.by.ID, []social.ID{poll})
	if err != nil {
		return "", err
	}
	if len(before) > 0 && !post.Poll.Multiple {
		return "ignored: its actor has voted already", nil
	}
	added, err := tx.AddVote(ctx, social.Vote{ID: w.db.IDs().New(), Post: poll, By: v.by.ID, Choice: choice, At: v.at})
	if err != nil || !added {
		return "ignored: counted already", err
	}
	if _, err := tx.CountVotes(ctx, poll); err != nil {
		return "", err
	}
	return "counted", w.publisher.Voted(ctx, tx, poll)
}
