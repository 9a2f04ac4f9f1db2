package store

import (
	"context"
	"time"

	"skerry/internal/social"
)

// Seen gives how far the owner has read a timeline.
func (r Reader) Seen(ctx context.Context, t social.Timeline) (social.Seen, error) {
	all, err := list(ctx, r, "read what was seen", func(r rows) (s social.Seen, err error) {
		return s, r.Scan(&s.Last, &s.Version, moment{&s.At})
	}, `SELECT last_id, version, seen_at FROM seen WHERE list = $1`, t)
	if err != nil || len(all) == 0 {
		return social.Seen{}, err
	}
	return all[0], nil
}

// newestLine gives the newest line of a timeline.
var newestLine = map[social.Timeline]string{
	social.HomeTimeline:         `SELECT COALESCE(MAX(id), 0) FROM home`,
	social.NotificationTimeline: `SELECT COALESCE(MAX(id), 0) FROM notifications`,
}

// Saw raises how far the owner has read a timeline: never above its newest line,
// or what comes next would be seen already.
func (tx *Tx) Saw(ctx context.Context, t social.Timeline, last social.ID, at time.Time) error {
	most, err := one(ctx, tx.Reader, "read newest line", value[social.ID], newestLine[t])
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, "keep what was seen", `
		INSERT INTO seen (list, last_id, version, seen_at) VALUES ($1, $2, 1, $3)
		ON CONFLICT (list) DO UPDATE SET last_id = excluded.last_id, version = seen.version + 1, seen_at = excluded.seen_at
		WHERE excluded.last_id > seen.last_id`, t, min(last, most), millis(at))
	return err
}

// UnreadNotifications counts the notifications of these kinds (nil: all) that the
// owner has not seen, most at most.
func (r Reader) UnreadNotifications(ctx context.Context, kinds []social.NotificationKind, most int) (int, error) {
	seen, err := r.Seen(ctx, social.NotificationTimeline)
	if err != nil {
		return 0, err
	}
	all, err := r.Notifications(ctx, kinds, PageOf{After: seen.Last, Limit: most})
	return len(all), err
}

// NewInHome counts the lines of the home timeline above one, most at most.
func (r Reader) NewInHome(ctx context.Context, after social.ID, most int) (int, error) {
	all, err := r.Home(ctx, PageOf{After: after, Limit: most})
	return len(all), err
}
