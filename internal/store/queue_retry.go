package store

import (
	"context"
	"time"

	"skerry/internal/social"
)

// overtaken says that sending the delivery d now would turn something back: what
// it is about was deleted since, or a later activity about it has arrived there.
const overtaken = `EXISTS (SELECT 1 FROM activities v LEFT JOIN deliveries l ON l.activity_id = v.id AND l.inbox = d.inbox
	WHERE v.object = d.object AND v.id > d.activity_id AND (v.kind = 'Delete' OR l.state = 1))`

// RetryDelivery makes a delivery to a host due that waits or was given up. All that
// was given up about the same object there goes along, so that the order is kept.
// Conflict when it has arrived, was cancelled or is overtaken, or when the host is
// paused.
func (tx *Tx) RetryDelivery(ctx context.Context, id social.ID, host string, now time.Time) error {
	n, err := tx.retry(ctx, host, now, `EXISTS (SELECT 1 FROM deliveries f WHERE f.id = $3 AND (f.id = d.id
		OR f.inbox = d.inbox AND f.object = d.object AND f.state = 2 AND d.state = 2))`, id)
	if err == nil && n == 0 {
		err = social.Faultf(social.Conflict, "%d is not sent again: it has arrived, was cancelled, or something later about the same thing has arrived there", id)
	}
	return err
}

// RetryHost makes all due that waits for a host or was given up there, but for
// what is overtaken. Where the breaker is open one of it is tried at once, and the
// rest when that succeeds. It gives how many that are; Conflict when it is paused.
func (tx *Tx) RetryHost(ctx context.Context, host string, now time.Time) (int64, error) {
	return tx.retry(ctx, host, now, `$3 = ''`, "")
}

// retry makes deliveries to a host due. The host's row is changed first, as by
// those who record what came of it, so that one waits for the other.
func (tx *Tx) retry(ctx context.Context, host string, now time.Time, which string, arg any) (n int64, err error) {
	if err := tx.probeNow(ctx, host, now); err != nil {
		return 0, err
	}
	for _, sql := range []string{ // apart: each state has its index
		`UPDATE deliveries AS d SET next_at = $2 WHERE d.host = $1 AND d.state = 0 AND ` + which,
		`UPDATE deliveries AS d SET state = 0, attempts = 0, next_at = $2, finished_at = 0
			WHERE d.host = $1 AND d.state = 2 AND NOT ` + overtaken + ` AND ` + which,
	} {
		some, err := tx.exec(ctx, "retry deliveries", sql, host, millis(now), arg)
		if err != nil {
			return 0, err
		}
		n += some
	}
	return n, tx.schedule(ctx, []string{host}, map[string]time.Time{})
}

// probeNow lets an open breaker probe at once. A host that has something parked has
// a row again, should tidying have dropped it.
func (tx *Tx) probeNow(ctx context.Context, host string, now time.Time) error {
	_, err := tx.exec(ctx, "add host", `
		INSERT INTO hosts (host, next_at, lease_until, lease_by, fence, failing_since, ok_at, failed_at, last_error)
		SELECT d.host, 0, 0, '', 0, 0, 0, 0, '' FROM deliveries d WHERE d.host = $1 AND d.state = 2 LIMIT 1
		ON CONFLICT (host) DO NOTHING`, host)
	if err != nil {
		return err
	}
	paused, err := one(ctx, tx.Reader, "probe host", value[bool], `
		UPDATE hosts SET open_until = CASE WHEN open_until > $2 THEN $2 ELSE open_until END WHERE host = $1 RETURNING paused`, host, millis(now))
	switch {
	case social.Is(err, social.NotFound):
		return unknownHost(host)
	case err == nil && paused:
		return social.Faultf(social.Conflict, "nothing is sent to %s while it is paused: resume it first", host)
	}
	return err
}

// AbandonDelivery ends a delivery to a host that waits or was given up, and notes
// why. What waited behind it may be due now.
func (tx *Tx) AbandonDelivery(ctx context.Context, id social.ID, host, why string, now time.Time) error {
	n, err := tx.abandon(ctx, host, why, now, `id = $4`, id)
	if err == nil && n == 0 {
		err = hasEnded(id)
	}
	return err
}

// AbandonHost ends all that waits for a host or was given up there. It gives how
// many that are.
func (tx *Tx) AbandonHost(ctx context.Context, host, why string, now time.Time) (int64, error) {
	return tx.abandon(ctx, host, why, now, `$4 = ''`, "")
}

func (tx *Tx) abandon(ctx context.Context, host, why string, now time.Time, which string, arg any) (n int64, err error) {
	if _, err := tx.exec(ctx, "lock host", `UPDATE hosts SET fence = fence WHERE host = $1`, host); err != nil {
		return 0, err
	}
	for _, state := range []string{`0`, `2`} {
		some, err := tx.exec(ctx, "abandon deliveries", `
			UPDATE deliveries SET state = 3, outcome = $2, finished_at = $3
			WHERE host = $1 AND state = `+state+` AND `+which, host, why, millis(now), arg)
		if err != nil {
			return 0, err
		}
		n += some
	}
	return n, tx.schedule(ctx, []string{host}, map[string]time.Time{})
}
