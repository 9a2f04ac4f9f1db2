package store

import (
	"context"
	"time"

	"skerry/internal/social"
)

// HostReport is a host that we deliver to, with what there is to do.
type HostReport struct {
	social.Host
	Next    time.Time // when it is tried next; zero when nothing waits, or it is paused
	Waiting int
	Parked  int // given up
}

// HostsOf says which hosts to read: by name, never more than Limit.
type HostsOf struct {
	State social.HostState // "" for all, Ill for those that are not healthy
	After string           // only names behind this one
	Limit int
}

// Ill is, for HostsOf, every state but healthy.
const Ill social.HostState = "ill"

// hostState is what social.Host.State says of a row: $1 is now, $2 since when a
// failing host is dormant.
const hostState = `CASE WHEN h.paused THEN 'paused'
	WHEN h.failing_since = 0 AND h.slow_until > $1 THEN 'slow'
	WHEN h.failing_since = 0 THEN 'healthy'
	WHEN h.failing_since <= $2 THEN 'dormant'
	ELSE 'failing' END`

// Hosts gives hosts by name with what waits for them.
func (r Reader) Hosts(ctx context.Context, of HostsOf, now time.Time) ([]HostReport, error) {
	return r.hosts(ctx, `h.host > $3 AND ($4 = '' OR $4 = `+hostState+` OR $4 = 'ill' AND 'healthy' <> `+hostState+`)
		ORDER BY h.host LIMIT $5`, millis(now), millis(now.Add(-social.DormantAge)), of.After, string(of.State), min(max(of.Limit, 1), 1000))
}

// Host gives one host, or NotFound.
func (r Reader) Host(ctx context.Context, name string) (HostReport, error) {
	all, err := r.hosts(ctx, `h.host = $1`, name)
	if err == nil && len(all) == 0 {
		err = unknownHost(name)
	}
	return append(all, HostReport{})[0], err
}

func unknownHost(name string) error {
	return social.Faultf(social.NotFound, "nothing was ever sent to a host %.255q", name)
}

func (r Reader) hosts(ctx context.Context, where string, args ...any) ([]HostReport, error) {
	all, err := list(ctx, r, "read hosts", func(r rows) (h HostReport, err error) {
		var fence int64
		err = r.Scan(&h.Name, &fence, moment{&h.OKAt}, moment{&h.FailedAt}, &h.LastError, moment{&h.FailingSince}, &h.Failures,
			moment{&h.OpenUntil}, moment{&h.SlowUntil}, moment{&h.NewerAt}, &h.Paused, moment{&h.Next})
		if h.Paused {
			h.Next = time.Time{}
		}
		return h, err
	}, `SELECT `+hostColumns+`, next_at FROM hosts h WHERE `+where, args...)
	if err != nil {
		return nil, err
	}
	return all, r.addCounts(ctx, all)
}

// addCounts counts what waits for hosts and what was given up there.
func (r Reader) addCounts(ctx context.Context, all []HostReport) error {
	place := make(map[string]int, len(all))
	names := make([]string, len(all))
	for i, h := range all {
		place[h.Name], names[i] = i, h.Name
	}
	for part := range chunks(names) {
		for _, count := range []struct {
			state string
			put   func(h *HostReport, n int)
		}{
			{`0`, func(h *HostReport, n int) { h.Waiting = n }},
			{`2`, func(h *HostReport, n int) { h.Parked = n }},
		} {
			_, err := list(ctx, r, "count for hosts", func(r rows) (host string, err error) {
				var n int
				if err = r.Scan(&host, &n); err == nil {
					count.put(&all[place[host]], n)
				}
				return host, err
			}, `SELECT host, COUNT(*) FROM deliveries WHERE state = `+count.state+` AND host IN (`+marks(1, len(part))+`) GROUP BY host`, anys(part)...)
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// PauseHost stops deliveries to a host until ResumeHost; attempts that are being
// made are not called back. NotFound when we never had one.
func (tx *Tx) PauseHost(ctx context.Context, host string) error { return tx.setPaused(ctx, host, true) }

// ResumeHost lets deliveries to a host go on.
func (tx *Tx) ResumeHost(ctx context.Context, host string) error {
	return tx.setPaused(ctx, host, false)
}

func (tx *Tx) setPaused(ctx context.Context, host string, paused bool) error {
	n, err := tx.exec(ctx, "pause host", `UPDATE hosts SET paused = $2 WHERE host = $1`, host, paused)
	if err == nil && n == 0 {
		err = unknownHost(host)
	}
	return err
}
