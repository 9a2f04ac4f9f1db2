package store

import (
	"context"
	"time"

	"skerry/internal/social"
)

const remoteMediumColumns = `url, key, media_type, size, fetched_at, used_at`

func scanRemoteMedium(r rows) (m social.RemoteMedium, err error) {
	return m, r.Scan(&m.URL, &m.Key, &m.MediaType, &m.Size, moment{&m.FetchedAt}, moment{&m.UsedAt})
}

// RemoteMedium gives what is kept of an address, or NotFound.
func (r Reader) RemoteMedium(ctx context.Context, url string) (social.RemoteMedium, error) {
	return one(ctx, r, "read remote medium", scanRemoteMedium, `SELECT `+remoteMediumColumns+` FROM remote_media WHERE url = $1`, url)
}

// RemoteMediaAfter gives remote media in the order of their addresses, for reading
// all of them.
func (r Reader) RemoteMediaAfter(ctx context.Context, url string) ([]social.RemoteMedium, error) {
	return list(ctx, r, "read remote media", scanRemoteMedium, `
		SELECT `+remoteMediumColumns+` FROM remote_media WHERE url > $1 ORDER BY url LIMIT $2`, url, chunk)
}

// PutRemoteMedium notes what is kept of an address, in place of what was.
func (tx *Tx) PutRemoteMedium(ctx context.Context, m social.RemoteMedium) error {
	_, err := tx.exec(ctx, "keep remote medium", `
		INSERT INTO remote_media (url, key, media_type, size, fetched_at, used_at) VALUES (`+marks(1, 6)+`)
		ON CONFLICT (url) DO UPDATE SET key = excluded.key, media_type = excluded.media_type, size = excluded.size,
			fetched_at = excluded.fetched_at, used_at = excluded.used_at`,
		m.URL, m.Key, m.MediaType, m.Size, millis(m.FetchedAt), millis(m.UsedAt))
	return err
}

// UseRemoteMedium notes when a remote medium was last shown.
func (tx *Tx) UseRemoteMedium(ctx context.Context, url string, at time.Time) error {
	_, err := tx.exec(ctx, "use remote medium", `UPDATE remote_media SET used_at = $1 WHERE url = $2`, millis(at), url)
	return err
}

// DropRemoteMedium forgets what is kept of an address.
func (tx *Tx) DropRemoteMedium(ctx context.Context, url string) error {
	_, err := tx.exec(ctx, "drop remote medium", `DELETE FROM remote_media WHERE url = $1`, url)
	return err
}

// DroppedMedia is what DropRemoteMedia has forgotten. Keys are those that no address has
// any more: their bytes may go when this is on disk.
type DroppedMedia struct {
	N     int
	Keys  []string
	Bytes int64 // of these keys
}

// DropRemoteMedia forgets some remote media that were not shown since then, those of
// kept posts apart, the longest not shown first; none while a kept post's are not listed
// yet. It ends when they take as many bytes as are wanted.
// kept IN (1, 3) is there for the index of unsettled posts, which is small.
func (tx *Tx) DropRemoteMedia(ctx context.Context, since time.Time, wanted int64) (d DroppedMedia, err error) {
	type medium struct {
		key  string
		size int64
	}
	dropped, err := list(ctx, tx.Reader, "drop remote media", func(r rows) (m medium, err error) { return m, r.Scan(&m.key, &m.size) }, `
		DELETE FROM remote_media WHERE url IN (
			SELECT w.url FROM (
				SELECT m.url, SUM(m.size) OVER (ORDER BY m.used_at, m.url) - m.size AS older FROM (
					SELECT o.url, o.size, o.used_at FROM remote_media o WHERE o.used_at <= $1 AND NOT EXISTS (SELECT 1 FROM kept_media k WHERE k.url = o.url)
					ORDER BY o.used_at, o.url LIMIT $2) m) w
			WHERE w.older < $3)
			AND NOT EXISTS (SELECT 1 FROM posts p WHERE p.kept IN (1, 3) AND p.kept = 1)
		RETURNING key, size`, millis(since), chunk, wanted)
	if err != nil || len(dropped) == 0 {
		return d, err
	}
	used := map[string]bool{}
	left, err := list(ctx, tx.Reader, "look for other addresses", value[string],
		`SELECT DISTINCT key FROM remote_media WHERE key IN (`+marks(1, len(dropped))+`)`, each(dropped, func(m medium) string { return m.key })...)
	for _, key := range left {
		used[key] = true
	}
	d.N = len(dropped)
	for _, m := range dropped {
		if !used[m.key] {
			used[m.key] = true // of several addresses, once
			d.Keys, d.Bytes = append(d.Keys, m.key), d.Bytes+m.size
		}
	}
	return d, err
}
