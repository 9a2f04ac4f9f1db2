package store

import (
	"context"
	"time"

	"skerry/internal/social"
)

// DeliveryReport is how one activity fared at one inbox.
type DeliveryReport struct {
	ID       social.ID
	Inbox    string
	Host     string
	State    State
	Attempts int
	Outcome  string    // of the last attempt, in words
	Next     time.Time // when it is tried next; zero when it has ended, or the host is paused
	Ended    time.Time // zero while it waits
	Paused   bool      // the host is
	Behind   bool      // it waits for an earlier one about the same thing
	Again    bool      // it was given up, and may be made again
}

// Because says why it stands as it does.
func (d DeliveryReport) Because() string {
	switch {
	case d.Paused && d.State == Waiting:
		return "the host is paused"
	case d.Behind:
		return "it waits for an earlier one about the same thing"
	case d.Outcome == "":
		return "not tried yet"
	}
	return d.Outcome
}

// Mark is its place in the order of DeliveriesOf.
func (d DeliveryReport) Mark() DeliveryMark {
	return DeliveryMark{State: d.State, Host: d.Host, ID: d.ID}
}

// Fates counts the deliveries of an activity by how they stand.
type Fates struct{ Waiting, Done, Parked, Cancelled int }

// All counts them together.
func (f Fates) All() int { return f.Waiting + f.Done + f.Parked + f.Cancelled }

// ActivitiesAbout gives what our actors said about an object, newest first.
func (r Reader) ActivitiesAbout(ctx context.Context, object string, page PageOf) ([]Activity, error) {
	before, after, limit := page.bounds()
	return list(ctx, r, "read activities about an object", scanActivity, `
		SELECT `+activityColumns+` FROM activities v WHERE v.object = $1 AND v.id < $2 AND v.id > $3
		ORDER BY v.id DESC LIMIT $4`, object, before, after, limit)
}

// Fates counts how the deliveries of activities stand.
func (r Reader) Fates(ctx context.Context, activities []social.ID) (map[social.ID]Fates, error) {
	out := make(map[social.ID]Fates, len(activities))
	for part := range chunks(activities) {
		_, err := list(ctx, r, "count deliveries", func(r rows) (id social.ID, err error) {
			var state State
			var n int
			if err := r.Scan(&id, &state, &n); err != nil {
				return id, err
			}
			f := out[id]
			*map[State]*int{Waiting: &f.Waiting, Done: &f.Done, Parked: &f.Parked, Cancelled: &f.Cancelled}[state] = n
			out[id] = f
			return id, nil
		}, `SELECT activity_id, state, COUNT(*) FROM deliveries WHERE activity_id IN (`+marks(1, len(part))+`) GROUP BY activity_id, state`, anys(part)...)
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// FatesOf says which deliveries of an activity to read: what was given up first,
// then what waits, was cancelled and has arrived; by host.
type FatesOf struct {
	Activity social.ID
	After    DeliveryMark // only those behind this one
	Limit    int
}

// DeliveryMark is a place in that order.
type DeliveryMark struct {
	State State
	Host  string
	ID    social.ID
}

// urgency orders deliveries for those who look for trouble.
const urgency = `CASE d.state WHEN 2 THEN 1 WHEN 0 THEN 2 WHEN 3 THEN 3 ELSE 4 END`

func (m DeliveryMark) urgency() int {
	if m == (DeliveryMark{}) {
		return 0
	}
	return map[State]int{Parked: 1, Waiting: 2, Cancelled: 3, Done: 4}[m.State]
}

// DeliveriesOf tells how the deliveries of an activity fared.
func (r Reader) DeliveriesOf(ctx context.Context, of FatesOf) ([]DeliveryReport, error) {
	return list(ctx, r, "read deliveries", func(r rows) (d DeliveryReport, err error) {
		err = r.Scan(&d.ID, &d.Inbox, &d.Host, &d.State, &d.Attempts, &d.Outcome, moment{&d.Next}, moment{&d.Ended}, &d.Paused, &d.Behind, &d.Again)
		if d.State != Waiting || d.Paused {
			d.Next = time.Time{}
		}
		return d, err
	}, `SELECT d.id, d.inbox, d.host, d.state, d.attempts, d.outcome,
			CASE WHEN COALESCE(h.open_until, 0) > d.next_at THEN h.open_until ELSE d.next_at END, d.finished_at,
			COALESCE(h.paused, FALSE), d.state = 0 AND NOT `+first+`, d.state = 2 AND NOT `+overtaken+`
		FROM deliveries d LEFT JOIN hosts h ON h.host = d.host
		WHERE d.activity_id = $1 AND (`+urgency+`, d.host, d.id) > ($2, $3, $4)
		ORDER BY `+urgency+`, d.host, d.id LIMIT $5`,
		of.Activity, of.After.urgency(), of.After.Host, of.After.ID, min(max(of.Limit, 1), 1000))
}
