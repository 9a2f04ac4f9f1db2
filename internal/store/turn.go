package store

import (
	"context"
	"time"

	"skerry/internal/social"
)

// Of a relay that may bring only so many posts an hour, one hint waits for its turn: the
// newest. So what it names in a burst is not the first of it, and nothing piles up.

// AddTurn stores a hint to be looked at when it is its relay's turn, in the place of
// those that waited for it, which it gives. When it is due is told too: no later than
// those would have been.
func (tx *Tx) AddTurn(ctx context.Context, h Hint, now time.Time) (due time.Time, dropped []Hint, err error) {
	if dropped, err = list(ctx, tx.Reader, "drop older hints", scanHint, `
		DELETE FROM jobs WHERE lane = $1 AND state = 0 AND kind = $2 AND lease_until < $3 RETURNING `+hintColumns, LaneRelay, kindOf(kindTurn, h.Relay), millis(now)); err != nil {
		return due, nil, err
	}
	for _, old := range dropped {
		if old.Attempts == 0 && old.Due.Before(h.Due) { // else a relay that never rests would be put off for ever
			h.Due = old.Due
		}
	}
	turn, err := tx.Turn(ctx, h.Relay)
	if err != nil {
		return due, nil, err
	}
	if turn.After(h.Due) {
		h.Due = turn
	}
	h.Turn = true
	return h.Due, dropped, tx.AddHint(ctx, h, now)
}

// Turn says when the next post of a relay may be kept, where only so many may.
func (r Reader) Turn(ctx context.Context, relay social.ID) (time.Time, error) {
	return r.earliest(ctx, `SELECT COALESCE(MIN(turn_at), 0) FROM relays WHERE id = $1`, relay)
}

// TakeTurn takes the turn of a relay and says when its next one is. It reports whether
// it was its turn.
func (tx *Tx) TakeTurn(ctx context.Context, relay social.ID, now, next time.Time) (bool, error) {
	n, err := tx.exec(ctx, "take turn", `UPDATE relays SET turn_at = $2 WHERE id = $1 AND turn_at <= $3`, relay, millis(next), millis(now))
	return n == 1, err
}

// YieldTurn puts a leased hint off until its relay's turn, or drops it when a newer one
// waits for that.
func (tx *Tx) YieldTurn(ctx context.Context, h Hint, turn time.Time) (dropped bool, err error) {
	newer, err := found(ctx, tx.Reader, "look for a newer hint", `
		SELECT 1 FROM jobs WHERE lane = $1 AND state = 0 AND kind = $2 AND id > $3`, LaneRelay, kindOf(kindTurn, h.Relay), h.ID)
	if err != nil {
		return false, err
	}
	if newer {
		return true, tx.FinishHint(ctx, h.ID, Ending{State: Done})
	}
	_, err = tx.exec(ctx, "put a hint off", `
		UPDATE jobs SET next_at = $2, lease_until = 0, lease_by = '', attempts = $3 WHERE id = $1`, h.ID, millis(turn), h.Attempts)
	return false, err
}
