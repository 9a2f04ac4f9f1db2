package store

import (
	"context"

	"skerry/internal/social"
)

// Share is how many of the posts of others somebody has brought.
type Share struct {
	Name  string
	Relay social.ID // 0: it is a host
	Posts int
}

// listedShares is how many of them are told.
const listedShares = 10

// PostsByHost gives the hosts of which the most posts are stored, our own apart.
func (r Reader) PostsByHost(ctx context.Context) ([]Share, error) {
	return list(ctx, r, "count posts by host", func(r rows) (s Share, err error) { return s, r.Scan(&s.Name, &s.Posts) }, `
		SELECT a.host, CAST(SUM(c.n) AS BIGINT) FROM (SELECT p.author_id, COUNT(*) AS n FROM posts p GROUP BY p.author_id) c
		JOIN actors a ON a.id = c.author_id WHERE NOT a.local GROUP BY a.host ORDER BY 2 DESC, 1 LIMIT $1`, listedShares)
}

// PostsByRelay gives the relays through which the most of the stored posts came.
func (r Reader) PostsByRelay(ctx context.Context) ([]Share, error) {
	return list(ctx, r, "count posts by relay", func(r rows) (s Share, err error) { return s, r.Scan(&s.Relay, &s.Name, &s.Posts) }, `
		SELECT c.via_relay, COALESCE(l.inbox, ''), c.n FROM (SELECT p.via_relay, COUNT(*) AS n FROM posts p WHERE p.via_relay <> 0 GROUP BY p.via_relay) c
		LEFT JOIN relays l ON l.id = c.via_relay ORDER BY 3 DESC, 1 LIMIT $1`, listedShares)
}

// CountPosts counts all posts.
func (r Reader) CountPosts(ctx context.Context) (int64, error) {
	return one(ctx, r, "count posts", value[int64], `SELECT COUNT(*) FROM posts`)
}
