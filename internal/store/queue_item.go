package store

import (
	"cmp"
	"context"
	"slices"
	"time"

	"skerry/internal/social"
)

// Item is one piece of queued work, as its owner looks at it.
type Item struct {
	ID       social.ID
	Lane     string
	Kind     string // type of the activity, or kind of the job
	About    string // object of the activity, or what the job is told apart by
	Party    string // host that it goes to, or actor who sent it; "" for a job
	State    State
	Attempts int
	Outcome  string // of the last attempt, in words
	Came     time.Time
	Next     time.Time // zero when it has ended
	Ended    time.Time // zero while it waits
}

func scanItem(r rows) (i Item, err error) {
	err = r.Scan(&i.ID, &i.Lane, &i.Kind, &i.About, &i.Party, &i.State, &i.Attempts, &i.Outcome, moment{&i.Came}, moment{&i.Next}, moment{&i.Ended})
	if i.State != Waiting {
		i.Next = time.Time{}
	}
	return i, err
}

// itemsOf are the tables of work, their rows as Items.
var itemsOf = []string{
	`SELECT w.id, '` + LaneDeliver + `', v.kind, w.object, w.host, w.state, w.attempts, w.outcome, w.created_at, w.next_at, w.finished_at
		FROM deliveries w JOIN activities v ON v.id = w.activity_id`,
	`SELECT w.id, '` + LaneIngest + `', w.kind, w.object, w.signer, w.state, w.attempts, w.outcome, w.received_at, w.next_at, w.finished_at
		FROM inbound w`,
	`SELECT w.id, w.lane, w.kind, w.once, '', w.state, w.attempts, w.outcome, w.created_at, w.next_at, w.finished_at
		FROM jobs w`,
}

// Item gives a piece of queued work of any lane, or NotFound.
func (r Reader) Item(ctx context.Context, id social.ID) (Item, error) {
	for _, table := range itemsOf {
		all, err := list(ctx, r, "read queued work", scanItem, table+` WHERE w.id = $1`, id)
		if err != nil || len(all) > 0 {
			return append(all, Item{})[0], err
		}
	}
	return Item{}, social.Faultf(social.NotFound, "no queued work has the id %d", id)
}

// ParkedItems gives what was given up in any lane, newest first.
func (r Reader) ParkedItems(ctx context.Context, page PageOf) ([]Item, error) {
	before, after, limit := page.bounds()
	var all []Item
	for _, table := range itemsOf {
		some, err := list(ctx, r, "read parked work", scanItem, table+`
			WHERE w.state = 2 AND w.id < $1 AND w.id > $2 ORDER BY w.id DESC LIMIT $3`, before, after, limit)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return newest(all, limit), nil
}

// HostItems gives what waits for a host and what was given up there, newest first.
func (r Reader) HostItems(ctx context.Context, host string, page PageOf) ([]Item, error) {
	before, after, limit := page.bounds()
	var all []Item
	for _, state := range []string{`0`, `2`} { // apart: each has its index
		some, err := list(ctx, r, "read work for a host", scanItem, itemsOf[0]+`
			WHERE w.host = $1 AND w.state = `+state+` AND w.id < $2 AND w.id > $3 ORDER BY w.id DESC LIMIT $4`, host, before, after, limit)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return newest(all, limit), nil
}

// newest gives the n newest items, newest first.
func newest(all []Item, n int) []Item {
	slices.SortFunc(all, func(a, b Item) int { return cmp.Compare(b.ID, a.ID) })
	return all[:min(n, len(all))]
}
