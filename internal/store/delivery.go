package store

import (
	"context"
	"time"

	"skerry/internal/social"
)

// Delivery is one activity on its way to one inbox.
type Delivery struct {
	ID       social.ID
	Activity social.ID
	Inbox    string
	Host     string
	Object   string
	Attempts int // made before
	Next     time.Time
	Created  time.Time
}

// Target is where an activity goes.
type Target struct {
	Inbox, Host string
	Suspended   bool // it is the inbox of one person who is
}

// AddDeliveries queues an activity for each target and wakes their hosts, all
// in the transaction that stores the activity.
func (tx *Tx) AddDeliveries(ctx context.Context, activity social.ID, object string, targets []Target, at time.Time) error {
	due := millis(at)
	for part := range chunks(targets) {
		sql, args := `INSERT INTO deliveries (id, activity_id, inbox, host, object, state, attempts, next_at, status, outcome, created_at, finished_at) VALUES `, []any{activity, object, due}
		hosts, hostArgs := `INSERT INTO hosts (host, next_at, lease_until, lease_by, fence, failing_since, ok_at, failed_at, last_error) VALUES `, []any{due}
		seen := map[string]bool{}
		for i, t := range part {
			sql += comma(i) + `($` + itoa(len(args)+1) + `, $1, $` + itoa(len(args)+2) + `, $` + itoa(len(args)+3) + `, $2, 0, 0, $3, 0, '', $3, 0)`
			args = append(args, tx.db.ids.New(), t.Inbox, t.Host)
			if !seen[t.Host] {
				hosts += comma(len(seen)) + `($` + itoa(len(hostArgs)+1) + `, $1, 0, '', 0, 0, 0, 0, '')`
				hostArgs = append(hostArgs, t.Host)
				seen[t.Host] = true
			}
		}
		if _, err := tx.exec(ctx, "add deliveries", sql+` ON CONFLICT (activity_id, inbox) DO NOTHING`, args...); err != nil {
			return err
		}
		if _, err := tx.exec(ctx, "wake hosts", hosts+` ON CONFLICT (host) DO UPDATE SET next_at = CASE
			WHEN hosts.open_until <> 0 THEN hosts.open_until
			WHEN hosts.next_at = 0 OR hosts.next_at > excluded.next_at THEN excluded.next_at
			ELSE hosts.next_at END`, hostArgs...); err != nil {
			return err
		}
	}
	return nil
}

// CancelDeliveries ends what still waits to be said about an object, and notes
// why. An attempt that is being made is not called back.
func (tx *Tx) CancelDeliveries(ctx context.Context, object, why string, at time.Time) error {
	_, err := tx.exec(ctx, "cancel deliveries", `
		UPDATE deliveries SET state = 3, outcome = $3, finished_at = $1
		WHERE object = $2 AND state = 0`, millis(at), object, why)
	return err
}

// CountDeliveries counts deliveries in a state.
func (r Reader) CountDeliveries(ctx context.Context, s State) (int, error) {
	return one(ctx, r, "count deliveries", value[int], `SELECT COUNT(*) FROM deliveries WHERE state = $1`, s)
}

// AwaitsDelivery reports whether something about an object still waits for an inbox.
func (r Reader) AwaitsDelivery(ctx context.Context, t Target, object string) (bool, error) {
	return found(ctx, r, "look for a delivery", `
		SELECT 1 FROM deliveries WHERE host = $1 AND inbox = $2 AND object = $3 AND state = 0 LIMIT 1`, t.Host, t.Inbox, object)
}
