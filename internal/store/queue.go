package store

import (
	"context"
	"maps"
	"slices"
	"time"

	"skerry/internal/social"
)

// The lanes whose work has tables of its own; those of jobs are named in their rows.
const (
	LaneIngest  = "ingest"       // of what came in
	LaneDeliver = "deliver"      // of what goes out
	LaneSlow    = "deliver slow" // of what goes to hosts that let us wait
)

// LaneFetch is the lane of jobs that look something up elsewhere.
const LaneFetch = "fetch"

// LaneReport is how one kind of work stands.
type LaneReport struct {
	Lane    string
	Waiting int       // not ended yet
	Due     int       // of these, what could be worked on now
	Oldest  time.Time // when what waits longest came; zero when nothing waits
	Parked  int       // given up
	Lately  Flow
	Hour    Flow
}

// Whole reports whether what was given up in the lane may be retried all at once:
// deliveries are retried by host.
func (l LaneReport) Whole() bool { return l.Lane != LaneDeliver && l.Lane != LaneSlow }

// Flow is what came in and what ended within a span of time. It is counted from
// the rows, so that all processes of a server tell the same.
type Flow struct {
	Accepted, Done, Failed int
	Span                   time.Duration
}

// PerMinute gives one of the counts as a rate.
func (f Flow) PerMinute(n int) float64 { return float64(n) / f.Span.Minutes() }

// The spans of a Flow.
const (
	lately = 5 * time.Minute
	hourly = time.Hour
)

// workTable is one of the tables of work: of its rows, group says which lane they
// are in.
type workTable struct {
	name, group string
	lane        func(group string) string
	held        func(group string) bool // nothing of it can be worked on now
}

// Lanes tells how every kind of work stands.
func (r Reader) Lanes(ctx context.Context, now time.Time) ([]LaneReport, error) {
	held, slow, err := r.specialHosts(ctx, now)
	if err != nil {
		return nil, err
	}
	never := func(string) bool { return false }
	all := lanes{now: now, of: map[string]*LaneReport{}}
	for _, lane := range []string{LaneIngest, LaneDeliver, LaneSlow} {
		all.report(lane) // also when it never had work
	}
	for _, t := range []workTable{
		{"inbound", `''`, func(string) string { return LaneIngest }, never},
		{"jobs", `lane`, func(lane string) string { return lane }, never},
		{"deliveries", `host`, func(host string) string {
			if slow[host] {
				return LaneSlow
			}
			return LaneDeliver
		}, func(host string) bool { return held[host] }},
	} {
		if err := all.add(ctx, r, t); err != nil {
			return nil, err
		}
	}
	return all.sorted(), nil
}

// specialHosts gives the hosts to which nothing is sent now, and those that are
// served apart.
func (r Reader) specialHosts(ctx context.Context, now time.Time) (held, slow map[string]bool, err error) {
	held, slow = map[string]bool{}, map[string]bool{}
	_, err = list(ctx, r, "read special hosts", func(r rows) (host string, err error) {
		var isHeld, isSlow bool
		err = r.Scan(&host, &isHeld, &isSlow)
		held[host], slow[host] = isHeld, isSlow
		return host, err
	}, `SELECT host, paused OR open_until > $1, slow_until > $1 FROM hosts WHERE paused OR open_until > $1 OR slow_until > $1`, millis(now))
	return held, slow, err
}

// lanes collects reports.
type lanes struct {
	now time.Time
	of  map[string]*LaneReport
}

func (l lanes) report(lane string) *LaneReport {
	if l.of[lane] == nil {
		l.of[lane] = &LaneReport{Lane: lane, Lately: Flow{Span: lately}, Hour: Flow{Span: hourly}}
	}
	return l.of[lane]
}

// add counts the rows of a table.
func (l lanes) add(ctx context.Context, r Reader, t workTable) error {
	for _, step := range []func(context.Context, Reader, workTable) error{l.addWaiting, l.addParked, l.addAccepted, l.addEnded} {
		if err := step(ctx, r, t); err != nil {
			return err
		}
	}
	return nil
}

func (l lanes) addWaiting(ctx context.Context, r Reader, t workTable) error {
	_, err := list(ctx, r, "count waiting "+t.name, func(r rows) (of string, err error) {
		var waiting, due int
		var oldest social.ID
		if err := r.Scan(&of, &waiting, &due, &oldest); err != nil {
			return of, err
		}
		report := l.report(t.lane(of))
		report.Waiting += waiting
		if !t.held(of) {
			report.Due += due
		}
		if at := oldest.Time(); report.Oldest.IsZero() || at.Before(report.Oldest) {
			report.Oldest = at
		}
		return of, nil
	}, `SELECT `+t.group+`, COUNT(*), SUM(CASE WHEN next_at <= $1 THEN 1 ELSE 0 END), MIN(id)
		FROM `+t.name+` WHERE state = 0 GROUP BY 1`, millis(l.now))
	return err
}

func (l lanes) addParked(ctx context.Context, r Reader, t workTable) error {
	_, err := list(ctx, r, "count parked "+t.name, func(r rows) (of string, err error) {
		var n int
		err = r.Scan(&of, &n)
		l.report(t.lane(of)).Parked += n
		return of, err
	}, `SELECT `+t.group+`, COUNT(*) FROM `+t.name+` WHERE state = 2 GROUP BY 1`)
	return err
}

// addAccepted counts by id, which carries the time.
func (l lanes) addAccepted(ctx context.Context, r Reader, t workTable) error {
	_, err := list(ctx, r, "count accepted "+t.name, func(r rows) (of string, err error) {
		var hour, few int
		err = r.Scan(&of, &hour, &few)
		report := l.report(t.lane(of))
		report.Hour.Accepted += hour
		report.Lately.Accepted += few
		return of, err
	}, `SELECT `+t.group+`, COUNT(*), SUM(CASE WHEN id >= $2 THEN 1 ELSE 0 END) FROM `+t.name+` WHERE id >= $1 GROUP BY 1`,
		social.FirstIDAt(l.now.Add(-hourly)), social.FirstIDAt(l.now.Add(-lately)))
	return err
}

func (l lanes) addEnded(ctx context.Context, r Reader, t workTable) error {
	_, err := list(ctx, r, "count ended "+t.name, func(r rows) (of string, err error) {
		var state State
		var hour, few int
		err = r.Scan(&of, &state, &hour, &few)
		report := l.report(t.lane(of))
		switch state {
		case Done:
			report.Hour.Done += hour
			report.Lately.Done += few
		case Parked:
			report.Hour.Failed += hour
			report.Lately.Failed += few
		}
		return of, err
	}, `SELECT `+t.group+`, state, COUNT(*), SUM(CASE WHEN finished_at >= $2 THEN 1 ELSE 0 END)
		FROM `+t.name+` WHERE finished_at <> 0 AND finished_at >= $1 GROUP BY 1, 2`,
		millis(l.now.Add(-hourly)), millis(l.now.Add(-lately)))
	return err
}

// sorted gives the reports in the order in which work goes through the house,
// those of jobs last.
func (l lanes) sorted() []LaneReport {
	order := []string{LaneIngest, LaneDeliver, LaneSlow}
	for _, lane := range slices.Sorted(maps.Keys(l.of)) {
		if !slices.Contains(order, lane) {
			order = append(order, lane)
		}
	}
	out := make([]LaneReport, len(order))
	for i, lane := range order {
		out[i] = *l.of[lane]
	}
	return out
}
