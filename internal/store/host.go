package store

import (
	"context"
	"strings"
	"time"

	"skerry/internal/social"
)

// HostWork is the right to deliver to a host, and what is due there.
type HostWork struct {
	social.Host
	Fence int64 // rises with each lease, so that a holder who lost it cannot write
	Probe bool  // the breaker is open: Due is the one delivery that looks whether the host is back
	Due   []Delivery
}

// perHost is how many deliveries to one host are made at once.
const perHost = 2

const hostColumns = `host, fence, ok_at, failed_at, last_error, failing_since, failures, open_until, slow_until, newer_at, paused`

func scanHost(r rows) (h HostWork, err error) {
	err = r.Scan(&h.Name, &h.Fence, moment{&h.OKAt}, moment{&h.FailedAt}, &h.LastError, moment{&h.FailingSince}, &h.Failures,
		moment{&h.OpenUntil}, moment{&h.SlowUntil}, moment{&h.NewerAt}, &h.Paused)
	h.Probe = !h.OpenUntil.IsZero()
	return h, err
}

// dueHost says that somebody may deliver to a host now: $1 is the time. Slow hosts
// are served apart.
func dueHost(slow bool) string {
	return `next_at <> 0 AND next_at <= $1 AND NOT paused AND slow_until ` + compare(slow) + ` $1`
}

func compare(slow bool) string {
	if slow {
		return ">"
	}
	return "<="
}

// DueHosts gives the hosts that have something due and that nobody delivers to,
// the longest due first.
func (r Reader) DueHosts(ctx context.Context, now time.Time, n int) ([]string, error) {
	return r.dueHosts(ctx, false, now, n)
}

// DueSlowHosts is DueHosts for those that let us wait.
func (r Reader) DueSlowHosts(ctx context.Context, now time.Time, n int) ([]string, error) {
	return r.dueHosts(ctx, true, now, n)
}

func (r Reader) dueHosts(ctx context.Context, slow bool, now time.Time, n int) ([]string, error) {
	return list(ctx, r, "find due hosts", value[string], `
		SELECT host FROM hosts WHERE `+dueHost(slow)+` AND lease_until < $1 ORDER BY next_at, host LIMIT $2`, millis(now), n)
}

// ClaimHosts leases hosts that have due deliveries, slow ones or others: of these
// hosts, or the longest due ones when none are given. A host is leased by one
// statement, so that two claims never give the same one.
func (tx *Tx) ClaimHosts(ctx context.Context, l Lease, slow bool, hosts []string, n int) (all []HostWork, err error) {
	now := millis(l.Now)
	if len(hosts) == 0 {
		if hosts, err = tx.dueHosts(ctx, slow, l.Now, n); err != nil {
			return nil, err
		}
	}
	for part := range chunks(hosts) {
		leased, err := list(ctx, tx.Reader, "lease hosts", scanHost, `
			UPDATE hosts SET lease_until = $2, lease_by = $3, fence = fence + 1
			WHERE host IN (`+marks(4, len(part))+`) AND `+dueHost(slow)+` AND lease_until < $1
			RETURNING `+hostColumns, append([]any{now, millis(l.Until), l.By}, anys(part)...)...)
		if err != nil {
			return nil, err
		}
		all = append(all, leased...)
	}
	return all, tx.addDue(ctx, all, l.Now)
}

// first says that a delivery waits for no earlier one about the same object to the
// same inbox: Create, Update and Delete keep their order. As a value, and not as a
// NOT EXISTS, it is looked up for each delivery; a planner that thinks that hardly
// anything waits would compare each with all.
const first = `(d.id = (SELECT MIN(e.id) FROM deliveries e
	WHERE e.host = d.host AND e.inbox = d.inbox AND e.object = d.object AND e.state = 0))`

// addDue reads what is due at leased hosts, oldest first. A host whose breaker is
// open gets one delivery as a probe, whenever its turn would be.
func (tx *Tx) addDue(ctx context.Context, all []HostWork, now time.Time) error {
	place := make(map[string]int, len(all))
	var closed, open []string
	for i, h := range all {
		if place[h.Name] = i; h.Probe {
			open = append(open, h.Name)
		} else {
			closed = append(closed, h.Name)
		}
	}
	const anyTime = 1<<63 - 1
	for _, of := range []struct {
		hosts  []string
		until  int64
		atOnce int
	}{{closed, millis(now), perHost}, {open, anyTime, 1}} {
		for part := range chunks(of.hosts) {
			due, err := list(ctx, tx.Reader, "find due deliveries", func(r rows) (d Delivery, err error) {
				return d, r.Scan(&d.ID, &d.Activity, &d.Inbox, &d.Host, &d.Object, &d.Attempts, moment{&d.Next}, moment{&d.Created})
			}, `SELECT id, activity_id, inbox, host, object, attempts, next_at, created_at FROM (
					SELECT d.id, d.activity_id, d.inbox, d.host, d.object, d.attempts, d.next_at, d.created_at,
						ROW_NUMBER() OVER (PARTITION BY d.host ORDER BY d.id) AS nth
					FROM deliveries d WHERE d.state = 0 AND d.next_at <= $1 AND d.host IN (`+marks(3, len(part))+`) AND `+first+`) x
				WHERE nth <= $2 ORDER BY id`, append([]any{of.until, of.atOnce}, anys(part)...)...)
			if err != nil {
				return err
			}
			for _, d := range due {
				h := &all[place[d.Host]]
				h.Due = append(h.Due, d)
			}
		}
	}
	return nil
}

// WaitingHosts gives those of the hosts that have something due, whoever delivers.
func (r Reader) WaitingHosts(ctx context.Context, slow bool, hosts []string, now time.Time) ([]string, error) {
	return list(ctx, r, "find waiting hosts", value[string], `
		SELECT host FROM hosts WHERE `+dueHost(slow)+` AND host IN (`+marks(2, len(hosts))+`)`,
		append([]any{millis(now)}, anys(hosts)...)...)
}

// DueHost says when the next host has something due; zero when none waits.
func (r Reader) DueHost(ctx context.Context, slow bool, now time.Time) (time.Time, error) {
	return r.earliest(ctx, `
		SELECT COALESCE(MIN(CASE WHEN lease_until > next_at THEN lease_until ELSE next_at END), 0) FROM hosts
		WHERE next_at <> 0 AND NOT paused AND slow_until `+compare(slow)+` $1`, millis(now))
}

// Delivered is how an attempt to deliver ended.
type Delivered struct {
	ID      social.ID
	Status  int  // HTTP status, 0 when there was none
	Counted bool // it was a turn of the delivery's, not only a probe of its host
	Ending
}

// HostResult is what came of a HostWork.
type HostResult struct {
	Host    social.Host // as it stands now
	Fence   int64
	Ended   []Delivered
	Revived bool // it had failed and answers: all that waits for it may go
}

// recorded is how many hosts go into one statement.
const recorded = 100

// RecordHosts writes how attempts ended and gives the hosts back, as long as they
// are still ours; what belongs to somebody else by now is left alone. It says when
// the next delivery of each is due; a host that has none, or is not ours, is
// absent.
func (tx *Tx) RecordHosts(ctx context.Context, results []HostResult, now time.Time) (next map[string]time.Time, err error) {
	next = make(map[string]time.Time, len(results))
	for len(results) > 0 {
		n := min(recorded, len(results))
		if err := tx.recordHosts(ctx, results[:n], now, next); err != nil {
			return nil, err
		}
		results = results[n:]
	}
	return next, nil
}

func (tx *Tx) recordHosts(ctx context.Context, part []HostResult, now time.Time, next map[string]time.Time) error {
	ours, err := tx.giveBack(ctx, part)
	if err != nil {
		return err
	}
	var ended []Delivered
	var all, revived []string
	for _, r := range part {
		if !ours[r.Host.Name] {
			continue
		}
		all, ended = append(all, r.Host.Name), append(ended, r.Ended...)
		if r.Revived {
			revived = append(revived, r.Host.Name)
		}
	}
	if err := tx.recordDeliveries(ctx, ended); err != nil || len(all) == 0 {
		return err
	}
	if err := tx.hurry(ctx, revived, now); err != nil {
		return err
	}
	return tx.schedule(ctx, all, next)
}

// giveBack releases leased hosts with how they stand, and says which were ours.
func (tx *Tx) giveBack(ctx context.Context, part []HostResult) (ours map[string]bool, err error) {
	var values table
	for _, r := range part {
		h := r.Host
		values.row(text(h.Name), number(r.Fence), number(millis(h.OKAt)), number(millis(h.FailedAt)), text(h.LastError),
			number(millis(h.FailingSince)), number(int64(h.Failures)), number(millis(h.OpenUntil)), number(millis(h.SlowUntil)), number(millis(h.NewerAt)))
	}
	names, err := list(ctx, tx.Reader, "give hosts back", value[string], `
		UPDATE hosts SET lease_until = 0, lease_by = '', ok_at = v.column3, failed_at = v.column4, last_error = v.column5,
			failing_since = v.column6, failures = v.column7, open_until = v.column8, slow_until = v.column9, newer_at = v.column10
		FROM (VALUES `+values.String()+`) AS v WHERE hosts.host = v.column1 AND hosts.fence = v.column2
		RETURNING hosts.host`, values.args...)
	ours = make(map[string]bool, len(names))
	for _, name := range names {
		ours[name] = true
	}
	return ours, err
}

func (tx *Tx) recordDeliveries(ctx context.Context, ended []Delivered) error {
	if len(ended) == 0 {
		return nil
	}
	var values table
	for _, d := range ended {
		counted, finished := int64(0), int64(0)
		if d.Counted {
			counted = 1
		}
		if d.State != Waiting {
			finished = millis(d.At)
		}
		values.row(number(int64(d.ID)), number(int64(d.State)), text(d.Outcome), number(int64(d.Status)), number(millis(d.Next)), number(counted), number(finished))
	}
	_, err := tx.exec(ctx, "record deliveries", `
		UPDATE deliveries SET state = v.column2, outcome = v.column3, status = v.column4, next_at = v.column5,
			attempts = deliveries.attempts + v.column6, finished_at = v.column7
		FROM (VALUES `+values.String()+`) AS v WHERE deliveries.id = v.column1 AND `+unfinished("deliveries"), values.args...)
	return err
}

// hurry makes everything that waits for these hosts due.
func (tx *Tx) hurry(ctx context.Context, hosts []string, now time.Time) error {
	if len(hosts) == 0 {
		return nil
	}
	_, err := tx.exec(ctx, "hurry deliveries", `
		UPDATE deliveries SET next_at = $1 WHERE state = 0 AND next_at > $1 AND host IN (`+marks(2, len(hosts))+`)`,
		append([]any{millis(now)}, anys(hosts)...)...)
	return err
}

// schedule notes when hosts have something due: what waits for an earlier
// delivery does not count, it would be looked for again and again; an open breaker
// sets the time of the probe.
func (tx *Tx) schedule(ctx context.Context, hosts []string, next map[string]time.Time) error {
	type due struct {
		host string
		at   time.Time
	}
	all, err := list(ctx, tx.Reader, "schedule hosts", func(r rows) (d due, err error) {
		return d, r.Scan(&d.host, moment{&d.at})
	}, `UPDATE hosts SET next_at = CASE WHEN v.due = 0 THEN 0 WHEN hosts.open_until <> 0 THEN hosts.open_until ELSE v.due END
		FROM (SELECT h.host AS name, COALESCE((SELECT MIN(d.next_at) FROM deliveries d
				WHERE d.host = h.host AND d.state = 0 AND `+first+`), 0) AS due
			FROM hosts h WHERE h.host IN (`+marks(1, len(hosts))+`)) AS v
		WHERE hosts.host = v.name RETURNING hosts.host, hosts.next_at`, anys(hosts)...)
	for _, d := range all {
		if !d.at.IsZero() {
			next[d.host] = d.at
		}
	}
	return err
}

// ReviveHost has a failing host probed at once: it has just spoken to us. When it
// takes what it is sent, all that waits for it goes. It reports whether the host was
// failing.
func (tx *Tx) ReviveHost(ctx context.Context, host string, now time.Time) (bool, error) {
	n, err := tx.exec(ctx, "revive host", `UPDATE hosts SET open_until = $2 WHERE host = $1 AND failing_since <> 0`, host, millis(now))
	if err != nil || n == 0 {
		return false, err
	}
	return true, tx.schedule(ctx, []string{host}, map[string]time.Time{})
}

// table is a list of rows for VALUES, whose columns are called column1, column2
// and so on by both engines.
type table struct {
	text strings.Builder
	args []any
}

// column is a value with its type: Postgres takes a bare parameter for text.
type column struct {
	kind  string
	value any
}

func text(v string) column  { return column{"TEXT", v} }
func number(v int64) column { return column{"BIGINT", v} }

func (t *table) row(columns ...column) {
	t.text.WriteString(comma(len(t.args)))
	for i, c := range columns {
		t.args = append(t.args, c.value)
		t.text.WriteString([]string{"(", ", "}[min(i, 1)] + "CAST($" + itoa(len(t.args)) + " AS " + c.kind + ")")
	}
	t.text.WriteString(")")
}

// String gives the rows as they stand after VALUES.
func (t *table) String() string { return t.text.String() }
