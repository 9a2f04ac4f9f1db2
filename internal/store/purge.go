package store

import (
	"context"

	"skerry/internal/social"
)

// Purge names what is to go at once: all that came from a host, through a relay, or from
// one actor. One of them is set.
type Purge struct {
	Host  string // with all below it
	Relay social.ID
	Actor social.ID
}

// meant is which posts are meant, as a condition on a post called p, with its arguments.
// The owner's are never.
func (u Purge) meant() (string, []any) {
	switch {
	case u.Relay != 0:
		return `NOT p.local AND p.via_relay = $1 AND p.via_relay <> 0`, []any{u.Relay}
	case u.Actor != 0:
		return `NOT p.local AND p.author_id = $1`, []any{u.Actor}
	}
	return `NOT p.local AND p.author_id IN (SELECT a.id FROM actors a WHERE NOT a.local AND (a.host = $1 OR a.host LIKE $2 ESCAPE '\'))`, []any{u.Host, "%." + escapeLike(u.Host)}
}

// CountPurge counts the posts that are meant, and those of them that are kept.
func (r Reader) CountPurge(ctx context.Context, u Purge) (all, kept social.Amount, err error) {
	where, args := u.meant()
	type both struct{ all, kept social.Amount }
	b, err := one(ctx, r, "count what is to go", func(r rows) (b both, err error) {
		return b, r.Scan(&b.all.N, &b.all.Bytes, &b.kept.N, &b.kept.Bytes)
	}, `SELECT COUNT(*), CAST(COALESCE(SUM(`+postSize+`), 0) AS BIGINT),
			COALESCE(SUM(CASE WHEN p.kept <> 0 THEN 1 ELSE 0 END), 0), CAST(COALESCE(SUM(CASE WHEN p.kept <> 0 THEN `+postSize+` ELSE 0 END), 0) AS BIGINT)
		FROM posts p WHERE `+where, args...)
	return b.all, b.kept, err
}

// PurgePosts gives some of the posts that are meant and that nothing keeps.
func (r Reader) PurgePosts(ctx context.Context, u Purge, limit int) ([]Loose, error) {
	where, args := u.meant()
	return list(ctx, r, "find what is to go", scanLoose,
		`SELECT `+looseColumns+` FROM posts p WHERE p.kept = 0 AND `+where+` LIMIT `+itoa(limit), args...)
}

// PurgeMedia gives the addresses of the media that these posts show.
func (r Reader) PurgeMedia(ctx context.Context, ids []social.ID) (urls []string, err error) {
	posts, err := r.Posts(ctx, ids)
	for _, p := range posts {
		urls = append(urls, p.MediaURLs()...)
	}
	return urls, err
}

// OutdateMedia makes these media the longest not shown, so that they are the next to go.
func (tx *Tx) OutdateMedia(ctx context.Context, urls []string) error {
	for part := range chunks(urls) {
		if _, err := tx.exec(ctx, "outdate media", `UPDATE remote_media SET used_at = 0 WHERE url IN (`+marks(1, len(part))+`)`, anys(part)...); err != nil {
			return err
		}
	}
	return nil
}
