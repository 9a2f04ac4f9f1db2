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
	Created  time.Time
}

// Target is where an activity goes.
type Target struct{ Inbox, Host string }

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
		if _, err := tx.exec(ctx, "wake hosts", hosts+` ON CONFLICT (host) DO UPDATE SET
			next_at = CASE WHEN hosts.next_at = 0 OR hosts.next_at > excluded.next_at THEN excluded.next_at ELSE hosts.next_at END`, hostArgs...); err != nil {
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

// HostLease is the right to deliver to a host. Fence rises with each lease.
type HostLease struct {
	Host  string
	Fence int64
}

// ClaimHosts leases hosts that have due deliveries: of these hosts, or the
// longest due ones when none are given. A host is leased by one statement, so that
// two claims never give the same one.
func (tx *Tx) ClaimHosts(ctx context.Context, l Lease, hosts []string, n int) (all []HostLease, err error) {
	if len(hosts) == 0 {
		hosts, err = list(ctx, tx.Reader, "find due hosts", value[string], `
			SELECT host FROM hosts WHERE next_at <> 0 AND next_at <= $1 AND lease_until < $1
			ORDER BY next_at, host LIMIT $2`, millis(l.Now), n)
		if err != nil {
			return nil, err
		}
	}
	for part := range chunks(hosts) {
		leased, err := list(ctx, tx.Reader, "lease hosts", func(r rows) (h HostLease, err error) {
			return h, r.Scan(&h.Host, &h.Fence)
		}, `UPDATE hosts SET lease_until = $1, lease_by = $2, fence = fence + 1
			WHERE host IN (`+marks(4, len(part))+`) AND next_at <> 0 AND next_at <= $3 AND lease_until < $3
			RETURNING host, fence`, append([]any{millis(l.Until), l.By, millis(l.Now)}, anys(part)...)...)
		if err != nil {
			return nil, err
		}
		all = append(all, leased...)
	}
	return all, nil
}

// WaitingHosts gives those of the hosts that have something due, whoever delivers.
func (r Reader) WaitingHosts(ctx context.Context, hosts []string, now time.Time) ([]string, error) {
	return list(ctx, r, "find waiting hosts", value[string], `
		SELECT host FROM hosts WHERE next_at <> 0 AND next_at <= $1 AND host IN (`+marks(2, len(hosts))+`)`,
		append([]any{millis(now)}, anys(hosts)...)...)
}

// behind says that a delivery waits for an earlier one about the same object to
// the same inbox: Create, Update and Delete keep their order.
const behind = `EXISTS (SELECT 1 FROM deliveries e
	WHERE e.inbox = d.inbox AND e.object = d.object AND e.state = 0 AND e.id < d.id)`

// DueDeliveries gives a host's due deliveries, oldest first. One that is about
// the same object as an earlier one to the same inbox waits for it.
func (r Reader) DueDeliveries(ctx context.Context, host string, now time.Time, n int) ([]Delivery, error) {
	return list(ctx, r, "find due deliveries", func(r rows) (d Delivery, err error) {
		return d, r.Scan(&d.ID, &d.Activity, &d.Inbox, &d.Host, &d.Object, &d.Attempts, moment{&d.Created})
	}, `SELECT d.id, d.activity_id, d.inbox, d.host, d.object, d.attempts, d.created_at FROM deliveries d
		WHERE d.host = $1 AND d.state = 0 AND d.next_at <= $2 AND NOT `+behind+`
		ORDER BY d.id LIMIT $3`, host, millis(now), n)
}

// Delivered is how an attempt to deliver ended.
type Delivered struct {
	ID     social.ID
	Status int // HTTP status, 0 when there was none
	Ending
}

// RecordDeliveries writes how attempts ended, as long as the host is still ours;
// it reports whether it was.
func (tx *Tx) RecordDeliveries(ctx context.Context, h HostLease, all []Delivered) (ours bool, err error) {
	n, err := tx.exec(ctx, "check host lease", `UPDATE hosts SET fence = fence WHERE host = $1 AND fence = $2`, h.Host, h.Fence)
	if err != nil || n == 0 {
		return false, err
	}
	for _, d := range all {
		finished := int64(0)
		if d.State != Waiting {
			finished = millis(d.At)
		}
		if _, err := tx.exec(ctx, "record delivery", `
			UPDATE deliveries SET state = $1, outcome = $2, status = $3, next_at = $4, attempts = attempts + 1, finished_at = $5
			WHERE id = $6 AND state = 0`, d.State, d.Outcome, d.Status, millis(d.Next), finished, d.ID); err != nil {
			return false, err
		}
		if err := tx.recordHealth(ctx, h.Host, d); err != nil {
			return false, err
		}
	}
	return true, nil
}

// recordHealth keeps what the last attempt says of the host.
func (tx *Tx) recordHealth(ctx context.Context, host string, d Delivered) error {
	var err error
	if d.State == Done {
		_, err = tx.exec(ctx, "record host", `UPDATE hosts SET ok_at = $1, failing_since = 0 WHERE host = $2`, millis(d.At), host)
	} else {
		_, err = tx.exec(ctx, "record host", `
			UPDATE hosts SET failed_at = $1, last_error = $2,
				failing_since = CASE WHEN failing_since = 0 THEN $1 ELSE failing_since END WHERE host = $3`, millis(d.At), d.Outcome, host)
	}
	return err
}

// ReleaseHost gives a host back and notes when its next delivery is due. One that
// waits for an earlier one does not count: it would be looked for again and again.
// It gives that time; zero when none waits, or the host is not ours any more.
func (tx *Tx) ReleaseHost(ctx context.Context, h HostLease) (next time.Time, err error) {
	next, err = one(ctx, tx.Reader, "release host", func(r rows) (t time.Time, err error) { return t, r.Scan(moment{&t}) }, `
		UPDATE hosts SET lease_until = 0, lease_by = '',
			next_at = COALESCE((SELECT MIN(d.next_at) FROM deliveries d
				WHERE d.host = hosts.host AND d.state = 0 AND NOT `+behind+`), 0)
		WHERE host = $1 AND fence = $2 RETURNING next_at`, h.Host, h.Fence)
	if social.Is(err, social.NotFound) {
		err = nil
	}
	return next, err
}

// ExtendHost keeps a host for longer; it reports whether it is still ours.
func (tx *Tx) ExtendHost(ctx context.Context, h HostLease, until time.Time) (bool, error) {
	n, err := tx.exec(ctx, "extend host lease", `UPDATE hosts SET lease_until = $1 WHERE host = $2 AND fence = $3`, millis(until), h.Host, h.Fence)
	return n == 1, err
}

// DueHost says when the next host has something due; zero when none waits.
func (r Reader) DueHost(ctx context.Context) (time.Time, error) {
	return r.earliest(ctx, `SELECT COALESCE(MIN(CASE WHEN lease_until > next_at THEN lease_until ELSE next_at END), 0) FROM hosts WHERE next_at <> 0`)
}

// CountDeliveries counts deliveries in a state.
func (r Reader) CountDeliveries(ctx context.Context, s State) (int, error) {
	return one(ctx, r, "count deliveries", value[int], `SELECT COUNT(*) FROM deliveries WHERE state = $1`, s)
}

// DeliveryReport is how one activity fared at one inbox.
type DeliveryReport struct {
	Inbox, Host, Outcome string
	State                State
	Status, Attempts     int
	Next, Finished       time.Time
}

// DeliveriesOf gives how an activity fared, by host.
func (r Reader) DeliveriesOf(ctx context.Context, activity social.ID) ([]DeliveryReport, error) {
	return list(ctx, r, "read deliveries", func(r rows) (d DeliveryReport, err error) {
		return d, r.Scan(&d.Inbox, &d.Host, &d.Outcome, &d.State, &d.Status, &d.Attempts, moment{&d.Next}, moment{&d.Finished})
	}, `SELECT inbox, host, outcome, state, status, attempts, next_at, finished_at FROM deliveries WHERE activity_id = $1 ORDER BY host, inbox`, activity)
}
