package store

import (
	"context"
	"time"

	"skerry/internal/social"
)

// How long is waited, and how long is known what is not there any more.
const (
	keepWaiting    = 30 * 24 * time.Hour // for a host that answers nothing, or is paused
	keepTombstones = 90 * 24 * time.Hour // of strangers' things
)

// Tidy forgets what has run out, in small amounts so that nobody waits for it.
func (tx *Tx) Tidy(ctx context.Context, now time.Time, rules social.Retention) error {
	if err := tx.DropOldSessions(ctx, now); err != nil {
		return err
	}
	if err := tx.parkOldDeliveries(ctx, now); err != nil {
		return err
	}
	for _, old := range []struct {
		sql  string
		keep time.Duration
	}{
		{`DELETE FROM inbound WHERE id IN (SELECT id FROM inbound WHERE finished_at <> 0 AND finished_at < $1 LIMIT 5000)`, rules.Inbox},
		{`DELETE FROM deliveries WHERE id IN (SELECT id FROM deliveries WHERE finished_at <> 0 AND finished_at < $1 LIMIT 5000)`, rules.Deliveries},
		{`DELETE FROM jobs WHERE id IN (SELECT id FROM jobs WHERE finished_at <> 0 AND finished_at < $1 LIMIT 5000)`, rules.Inbox},
		{`DELETE FROM tombstones WHERE iri IN (SELECT iri FROM tombstones WHERE at < $1 AND local = FALSE LIMIT 5000)`, keepTombstones},
		{`DELETE FROM hosts WHERE host IN (SELECT host FROM hosts WHERE next_at = 0 AND ok_at < $1 AND failed_at < $1 LIMIT 5000)`, rules.Deliveries},
		{`DELETE FROM relay_counts WHERE hour < $1`, rules.Ledgers},
		{`DELETE FROM storage_days WHERE day < CAST($1 AS BIGINT) / 86400000`, rules.Ledgers},
	} {
		if old.keep == 0 {
			continue // for good
		}
		if _, err := tx.exec(ctx, "tidy", old.sql, millis(now.Add(-old.keep))); err != nil {
			return err
		}
	}
	return tx.forgetNotifications(ctx, now, rules.Notifications)
}

// forgetNotifications removes old ones; who asks to follow is answered first.
func (tx *Tx) forgetNotifications(ctx context.Context, now time.Time, keep time.Duration) error {
	if keep == 0 {
		return nil
	}
	_, err := tx.exec(ctx, "forget notifications", `
		DELETE FROM notifications WHERE id IN (SELECT id FROM notifications WHERE created_at < $1 AND kind <> $2 ORDER BY id LIMIT 5000)`,
		millis(now.Add(-keep)), social.NotifyFollowRequest)
	return err
}

// parkOldDeliveries gives up what has been due for very long: behind an open breaker
// a delivery has no turns that could run out.
func (tx *Tx) parkOldDeliveries(ctx context.Context, now time.Time) error {
	_, err := tx.exec(ctx, "give up old deliveries", `
		UPDATE deliveries SET state = 2, outcome = 'waited for 30 days: ' || outcome, finished_at = $2
		WHERE id IN (SELECT id FROM deliveries WHERE state = 0 AND next_at < $1 LIMIT 5000)`, millis(now.Add(-keepWaiting)), millis(now))
	return err
}
