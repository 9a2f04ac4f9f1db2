package store

import (
	"context"
	"time"

	"skerry/internal/social"
)

// RetryInbound makes a received activity due that waits or was given up. Conflict
// when it is being acted on, or has ended otherwise.
func (tx *Tx) RetryInbound(ctx context.Context, id social.ID, now time.Time) error {
	return tx.retryRow(ctx, "inbound", id, now)
}

// RetryParkedInbound makes all received activities due that were given up. It gives
// how many that are.
func (tx *Tx) RetryParkedInbound(ctx context.Context, now time.Time) (int64, error) {
	return tx.exec(ctx, "retry parked inbound activities", `UPDATE inbound SET `+anew+` WHERE state = 2`, millis(now))
}

// AbandonInbound ends a received activity that waits or was given up.
func (tx *Tx) AbandonInbound(ctx context.Context, id social.ID, why string, now time.Time) error {
	return tx.abandonRow(ctx, "inbound", id, why, now)
}

// RetryJob makes a job due that waits or was given up. Conflict when it is being
// done, has ended otherwise, or waits already as another row.
func (tx *Tx) RetryJob(ctx context.Context, id social.ID, now time.Time) error {
	waits, err := found(ctx, tx.Reader, "look for the same job", `
		SELECT 1 FROM jobs j JOIN jobs s ON s.lane = j.lane AND s.kind = j.kind AND s.once = j.once
		WHERE j.id = $1 AND s.id <> j.id AND s.state = 0`, id)
	if err != nil {
		return err
	}
	if waits {
		return social.Faultf(social.Conflict, "%d is not done again: the same work waits already", id)
	}
	return tx.retryRow(ctx, "jobs", id, now)
}

// RetryParkedJobs makes the jobs of a lane due that were given up: of several that
// are the same only one, and none that waits already. It gives how many that are.
func (tx *Tx) RetryParkedJobs(ctx context.Context, lane string, now time.Time) (int64, error) {
	return tx.exec(ctx, "retry parked jobs", `
		UPDATE jobs AS j SET `+anew+` WHERE j.lane = $2 AND j.state = 2 AND NOT EXISTS (SELECT 1 FROM jobs s
			WHERE s.lane = j.lane AND s.kind = j.kind AND s.once = j.once AND (s.state = 0 OR s.state = 2 AND s.id > j.id))`,
		millis(now), lane)
}

// AbandonJob ends a job that waits or was given up.
func (tx *Tx) AbandonJob(ctx context.Context, id social.ID, why string, now time.Time) error {
	return tx.abandonRow(ctx, "jobs", id, why, now)
}

// anew makes a row of a work table one that was never tried; $1 is now.
const anew = `state = 0, attempts = 0, next_at = $1, finished_at = 0`

// retryRow makes a row of a work table due. One that somebody works on stays as it
// is: its attempt is the one that was asked for.
func (tx *Tx) retryRow(ctx context.Context, table string, id social.ID, now time.Time) error {
	n, err := tx.exec(ctx, "retry "+table, `
		UPDATE `+table+` SET `+anew+` WHERE id = $2 AND (state = 2 OR state = 0 AND lease_until < $1)`, millis(now), id)
	if err == nil && n == 0 {
		err = social.Faultf(social.Conflict, "%d is not done again: it is being worked on, or has ended", id)
	}
	return err
}

func (tx *Tx) abandonRow(ctx context.Context, table string, id social.ID, why string, now time.Time) error {
	n, err := tx.exec(ctx, "abandon "+table, `
		UPDATE `+table+` SET state = 3, outcome = $1, finished_at = $2 WHERE id = $3 AND state IN (0, 2)`, why, millis(now), id)
	if err == nil && n == 0 {
		err = hasEnded(id)
	}
	return err
}

func hasEnded(id social.ID) error { return social.Faultf(social.Conflict, "%d has ended already", id) }
