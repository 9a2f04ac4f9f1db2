package store

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"skerry/internal/social"
)

// hoursKept is for how long a relay's counts are kept by the hour; older ones are
// kept by the day, which makes a twentieth of the rows.
const hoursKept = 7 * day

// RelayLedger gives what was counted of a relay since a moment, oldest first: by the
// hour, and by the day where it is older than a week.
func (r Reader) RelayLedger(ctx context.Context, relay social.ID, since time.Time) (all []social.RelayPeriod, err error) {
	_, err = list(ctx, r, "read ledger", func(r rows) (n int, err error) {
		var at time.Time
		var what social.RelayCount
		if err = r.Scan(moment{&at}, &what, &n); err != nil {
			return 0, err
		}
		if len(all) == 0 || !all[len(all)-1].At.Equal(at) {
			all = append(all, social.RelayPeriod{At: at, Counts: map[social.RelayCount]int{}})
		}
		all[len(all)-1].Counts[what] = n
		return n, nil
	}, `SELECT hour, what, n FROM relay_counts WHERE relay_id = $1 AND hour >= $2 ORDER BY hour`, relay, millis(since))
	return all, err
}

// rollRelays makes days of the hours that are over a week old.
func (tx *Tx) rollRelays(ctx context.Context, now time.Time) error {
	before := millis(now.Add(-hoursKept).UTC().Truncate(day))
	_, err := tx.exec(ctx, "sum days of relays", `
		INSERT INTO relay_counts (relay_id, hour, what, n)
		SELECT c.relay_id, c.hour - c.hour % 86400000, c.what, CAST(SUM(c.n) AS BIGINT) FROM relay_counts c
		WHERE c.hour < $1 AND c.hour % 86400000 <> 0 GROUP BY c.relay_id, c.hour - c.hour % 86400000, c.what
		ON CONFLICT (relay_id, hour, what) DO UPDATE SET n = relay_counts.n + excluded.n`, before)
	if err == nil {
		_, err = tx.exec(ctx, "drop hours of relays", `DELETE FROM relay_counts WHERE hour < $1 AND hour % 86400000 <> 0`, before)
	}
	return err
}

// Bounds of what is told of a relay's posts.
const (
	mostLooked = 5000
	mostUsed   = 10
)

// RelayStock tells what is here of what a relay brought first. Of many posts the
// newest stand for all.
func (r Reader) RelayStock(ctx context.Context, relay social.ID) (s social.RelayStock, err error) {
	if s.Posts, err = one(ctx, r, "count posts of a relay", value[int],
		`SELECT COUNT(*) FROM posts WHERE via_relay = $1 AND via_relay <> 0`, relay); err != nil {
		return s, err
	}
	seen, err := r.Seen(ctx, social.HomeTimeline)
	if err != nil {
		return s, err
	}
	languages, tags, media := map[string]int{}, map[string]int{}, map[string]bool{}
	_, err = list(ctx, r, "look at posts of a relay", func(r rows) (bytes int64, err error) {
		var language string
		var named []string
		var shown []social.Attachment
		var touched, home, read bool
		if err = r.Scan(&language, parsed{&named}, parsed{&shown}, &touched, &home, &read, &bytes); err != nil {
			return 0, err
		}
		languages[language]++
		for _, tag := range named {
			tags[strings.ToLower(tag)]++
		}
		for _, m := range shown {
			media[m.URL], media[m.Preview] = true, true
		}
		s.Looked++
		s.Touched += oneIf(touched)
		s.Home += oneIf(home)
		s.Read += oneIf(read)
		s.Database += bytes
		return bytes, nil
	}, `SELECT p.language, p.hashtags, p.attachments, p.kept <> 0, EXISTS (SELECT 1 FROM home h WHERE h.post_id = p.id),
			EXISTS (SELECT 1 FROM home h WHERE h.post_id = p.id AND h.id <= $3), `+postSize+`
		FROM posts p WHERE p.via_relay = $1 AND p.via_relay <> 0 ORDER BY p.id DESC LIMIT $2`, relay, mostLooked, seen.Last)
	if err != nil {
		return s, err
	}
	s.Languages, s.Tags = mostOf(languages), mostOf(tags)
	s.Media, err = r.remoteBytes(ctx, slices.Sorted(maps.Keys(media)))
	return s, err
}

func oneIf(is bool) int {
	if is {
		return 1
	}
	return 0
}

// mostOf gives the most frequent ones.
func mostOf(n map[string]int) (all []social.Used) {
	for name, times := range n {
		all = append(all, social.Used{Name: name, N: times})
	}
	slices.SortFunc(all, func(a, b social.Used) int { return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Name, b.Name)) })
	return all[:min(len(all), mostUsed)]
}

// remoteBytes sums what is kept of these addresses.
func (r Reader) remoteBytes(ctx context.Context, urls []string) (sum int64, err error) {
	for part := range chunks(urls) {
		n, err := one(ctx, r, "measure media of a relay", value[int64], `
			SELECT CAST(COALESCE(SUM(size), 0) AS BIGINT) FROM remote_media WHERE url IN (`+marks(1, len(part))+`)`, anys(part)...)
		if err != nil {
			return 0, err
		}
		sum += n
	}
	return sum, nil
}

// HintedBy gives the relay that first named what waits to be looked at; 0 when nothing waits.
func (r Reader) HintedBy(ctx context.Context, iri string) (social.ID, error) {
	all, err := list(ctx, r, "read who named it", scanHint,
		`SELECT `+hintColumns+` FROM jobs WHERE lane = $1 AND state = 0 AND once = $2 ORDER BY id LIMIT 1`, LaneRelay, iri)
	if err != nil || len(all) == 0 {
		return 0, err
	}
	return all[0].Relay, nil
}
