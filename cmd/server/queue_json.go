package main

import (
	"time"

	"skerry/internal/social"
	"skerry/internal/store"
)

// What the tables tell, as JSON. These names are kept: scripts read them.
type (
	listJSON struct {
		Lanes   []laneJSON `json:"lanes"`
		GivenUp []itemJSON `json:"given_up"`
	}
	laneJSON struct {
		Lane    string    `json:"lane"`
		Waiting int       `json:"waiting"`
		Due     int       `json:"due"`
		Oldest  time.Time `json:"oldest,omitzero"`
		Parked  int       `json:"parked"`
		Lately  flowJSON  `json:"last_5_minutes"`
		Hour    flowJSON  `json:"last_hour"`
	}
	flowJSON struct {
		In     int `json:"in"`
		Done   int `json:"done"`
		Failed int `json:"failed"`
	}
	hostJSON struct {
		Host         string           `json:"host"`
		State        social.HostState `json:"state"`
		FailingSince time.Time        `json:"failing_since,omitzero"`
		Waiting      int              `json:"waiting"`
		Parked       int              `json:"parked"`
		Next         time.Time        `json:"next,omitzero"`
		LastOK       time.Time        `json:"last_ok,omitzero"`
		LastFail     time.Time        `json:"last_fail,omitzero"`
		LastError    string           `json:"last_error"`
	}
	hostWorkJSON struct {
		hostJSON
		Work []itemJSON `json:"work"`
	}
	itemJSON struct {
		ID     social.ID `json:"id,string"`
		Lane   string    `json:"lane"`
		Kind   string    `json:"kind"`
		State  string    `json:"state"`
		Came   time.Time `json:"came"`
		Tries  int       `json:"tries"`
		Next   time.Time `json:"next,omitzero"`
		Ended  time.Time `json:"ended,omitzero"`
		Party  string    `json:"party"`
		Reason string    `json:"reason"`
		About  string    `json:"about"`
	}
	saidJSON struct {
		Kind       string         `json:"kind"`
		At         time.Time      `json:"at"`
		Deliveries []deliveryJSON `json:"deliveries"`
	}
	deliveryJSON struct {
		ID     social.ID `json:"id,string"`
		Host   string    `json:"host"`
		Inbox  string    `json:"inbox"`
		State  string    `json:"state"`
		Tries  int       `json:"tries"`
		Next   time.Time `json:"next,omitzero"`
		Ended  time.Time `json:"ended,omitzero"`
		Reason string    `json:"reason"`
	}
)

// each makes a list of another kind, never null.
func each[T, U any](all []T, of func(T) U) []U {
	out := make([]U, 0, len(all))
	for _, one := range all {
		out = append(out, of(one))
	}
	return out
}

func newLaneJSON(l store.LaneReport) laneJSON {
	flow := func(f store.Flow) flowJSON { return flowJSON{f.Accepted, f.Done, f.Failed} }
	return laneJSON{l.Lane, l.Waiting, l.Due, l.Oldest, l.Parked, flow(l.Lately), flow(l.Hour)}
}

func (s *sheet) newHostJSON(h store.HostReport) hostJSON {
	return hostJSON{h.Name, h.State(s.now), h.FailingSince, h.Waiting, h.Parked, h.Next, h.OKAt, h.FailedAt, h.LastError}
}

func newItemJSON(i store.Item) itemJSON {
	return itemJSON{i.ID, i.Lane, i.Kind, i.State.String(), i.Came, i.Attempts, i.Next, i.Ended, i.Party, i.Outcome, i.About}
}

func newDeliveryJSON(d store.DeliveryReport) deliveryJSON {
	return deliveryJSON{d.ID, d.Host, d.Inbox, d.State.String(), d.Attempts, d.Next, d.Ended, d.Because()}
}
