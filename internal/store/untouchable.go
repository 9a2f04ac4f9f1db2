package store

import "context"

// Untouchable is what is never removed for lack of room, in bytes, about.
type Untouchable struct {
	Posts, Uploads int64 // the owner's
	Touched        int64 // of others, with the threads above, and their media
}

// Total is all of it.
func (u Untouchable) Total() int64 { return u.Posts + u.Uploads + u.Touched }

// Untouchable measures what is never removed for lack of room.
func (r Reader) Untouchable(ctx context.Context) (u Untouchable, err error) {
	u, err = one(ctx, r, "measure kept posts", func(r rows) (u Untouchable, err error) { return u, r.Scan(&u.Posts, &u.Touched) }, `
		SELECT CAST(COALESCE(SUM(CASE WHEN p.local THEN `+postSize+` ELSE 0 END), 0) AS BIGINT),
			CAST(COALESCE(SUM(CASE WHEN p.local THEN 0 ELSE `+postSize+` END), 0) AS BIGINT)
		FROM posts p WHERE p.kept <> 0`)
	if err != nil {
		return u, err
	}
	if u.Uploads, _, err = r.mediaRoom(ctx); err != nil {
		return u, err
	}
	media, err := one(ctx, r, "measure kept media", value[int64], `
		SELECT CAST(COALESCE(SUM(m.size), 0) AS BIGINT) FROM (
			SELECT MAX(o.size) AS size FROM remote_media o WHERE o.url IN (SELECT k.url FROM kept_media k) GROUP BY o.key) m`)
	u.Touched += media
	return u, err
}
