package inbox

import (
	"context"

	"skerry/internal/social"
	"skerry/internal/store"
)

// relayAnswers: a relay that the server's actor asked says yes or no. Only the relay
// itself can, by one of our Follows, whose ids nobody guesses; the id of the answer
// means nothing, for some use the same one always. [FEP-ae0c]
func (w *Worker) relayAnswers(ctx context.Context, v Verified, yes bool) (string, error) {
	r, err := w.publisher.AnsweredRelay(ctx, v.ObjectIRI, v.Actor)
	if social.Is(err, social.NotFound) {
		return answersNothing, nil
	}
	if err != nil {
		return "", err
	}
	return w.decide(ctx, v, func(tx *store.Tx) (string, error) {
		r, err := tx.TakeRelay(ctx, r.ID)
		switch {
		case err != nil:
			return "", err
		case r.Left():
			return "ignored: the relay was left", nil
		case yes:
			r.Accepted(v.Actor, v.at)
			return "the relay accepted us", tx.PutRelay(ctx, r)
		}
		r.Rejected(v.at)
		return "the relay refused us", tx.PutRelay(ctx, r)
	})
}

// relayFollows: somebody follows the server's actor. Relays do, some before they have
// accepted us; nobody else has a reason to.
func (w *Worker) relayFollows(ctx context.Context, v Verified) (string, error) {
	r, err := w.db.RelayOf(ctx, v.Actor)
	if social.Is(err, social.NotFound) || err == nil && r.Left() {
		return "ignored: the server's actor is not followed by people", nil
	}
	if err != nil {
		return "", err
	}
	return w.commit(ctx, v, "the relay follows us, accepted", func(tx *store.Tx) error {
		return w.publisher.AcceptRelay(ctx, tx, r, v.Raw)
	})
}
