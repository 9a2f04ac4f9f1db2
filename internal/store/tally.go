package store

import (
	"context"
	"slices"
	"time"

	"skerry/internal/social"
)

// counted is for how long counts of strangers are remembered.
const counted = time.Minute

// Tallies is Reader.Tallies, for those who show many: of others than the owner it may be
// a minute old.
func (db *DB) Tallies(ctx context.Context, actors []social.ID) (map[social.ID]social.Tally, error) {
	owner, err := db.Owner(ctx)
	if err != nil && !social.Is(err, social.NotFound) {
		return nil, err
	}
	out := make(map[social.ID]social.Tally, len(actors))
	var missing []social.ID
	c := db.cache
	c.mu.Lock()
	for _, id := range actors {
		if had, ok := c.tallies.Get(id); ok && c.now().Before(had.until) && id != owner.Actor.ID {
			out[id] = had.value
		} else {
			missing = append(missing, id)
		}
	}
	c.mu.Unlock()
	slices.Sort(missing)
	missing = slices.Compact(missing)
	read, err := db.Reader.Tallies(ctx, missing)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, id := range missing {
		out[id] = read[id]
		c.tallies.Add(id, remembered[social.Tally]{read[id], c.now().Add(counted)})
	}
	return out, nil
}

// Tallies counts the posts (direct ones apart), followers and followed of actors.
func (r Reader) Tallies(ctx context.Context, actors []social.ID) (map[social.ID]social.Tally, error) {
	out := make(map[social.ID]social.Tally, len(actors))
	for part := range chunks(actors) {
		err := r.tally(ctx, part, out, func(t *social.Tally, n int, last social.ID) { t.Posts, t.LastPost = n, last }, `
			SELECT p.author_id, COUNT(*), MAX(p.id) FROM posts p
			WHERE p.visibility <= $1 AND p.author_id IN (`+marks(2, len(part))+`) GROUP BY p.author_id`, social.FollowersOnly)
		if err != nil {
			return nil, err
		}
		err = r.tally(ctx, part, out, func(t *social.Tally, n int, _ social.ID) { t.Followers = n }, `
			SELECT f.followee_id, COUNT(*), MAX(f.id) FROM follows f
			WHERE f.state = $1 AND f.followee_id IN (`+marks(2, len(part))+`) GROUP BY f.followee_id`, social.Accepted)
		if err != nil {
			return nil, err
		}
		err = r.tally(ctx, part, out, func(t *social.Tally, n int, _ social.ID) { t.Following = n }, `
			SELECT f.follower_id, COUNT(*), MAX(f.id) FROM follows f
			WHERE f.state = $1 AND f.follower_id IN (`+marks(2, len(part))+`) GROUP BY f.follower_id`, social.Accepted)
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (r Reader) tally(ctx context.Context, part []social.ID, out map[social.ID]social.Tally, put func(*social.Tally, int, social.ID), sql string, first any) error {
	type count struct {
		actor, last social.ID
		n           int
	}
	all, err := list(ctx, r, "count for actors", func(r rows) (c count, err error) {
		return c, r.Scan(&c.actor, &c.n, &c.last)
	}, sql, append([]any{first}, anys(part)...)...)
	if err != nil {
		return err
	}
	for _, c := range all {
		t := out[c.actor]
		put(&t, c.n, c.last)
		out[c.actor] = t
	}
	return nil
}
