package store

import (
	"context"
	"slices"

	"skerry/internal/social"
)

func scanFollowedTag(r rows) (t social.FollowedTag, err error) {
	err = r.Scan(&t.ID, &t.Tag, &t.Name, moment{&t.At})
	return t, err
}

// AddFollowedTag reports whether the hashtag was not followed yet.
func (tx *Tx) AddFollowedTag(ctx context.Context, t social.FollowedTag) (bool, error) {
	tx.forget((*cache).dropTags)
	n, err := tx.exec(ctx, "follow hashtag", `
		INSERT INTO followed_tags (id, tag, name, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT (tag) DO NOTHING`,
		t.ID, t.Tag, t.Name, millis(t.At))
	return n == 1, err
}

// DropFollowedTag follows a hashtag no longer, and takes out of the timeline what
// stands there for its sake alone.
func (tx *Tx) DropFollowedTag(ctx context.Context, owner social.ID, tag string) error {
	tx.forget((*cache).dropTags)
	if _, err := tx.exec(ctx, "unfollow hashtag", `DELETE FROM followed_tags WHERE tag = $1`, tag); err != nil {
		return err
	}
	_, err := tx.exec(ctx, "drop from home", `
		DELETE FROM home WHERE boost_id = 0 AND by_id <> $1
			AND post_id IN (SELECT t.post_id FROM post_tags t WHERE t.tag = $2)
			AND post_id NOT IN (SELECT t.post_id FROM post_tags t JOIN followed_tags f ON f.tag = t.tag)
			AND by_id NOT IN (SELECT f.followee_id FROM follows f WHERE f.follower_id = $1 AND f.state = 1)`, owner, tag)
	return err
}

// FollowedTags gives the hashtags that the owner follows, the last followed first.
func (r Reader) FollowedTags(ctx context.Context, page PageOf) ([]social.FollowedTag, error) {
	before, after, limit := page.bounds()
	all, err := list(ctx, r, "read followed hashtags", scanFollowedTag, `
		SELECT id, tag, name, created_at FROM followed_tags WHERE id < $1 AND id > $2 ORDER BY id `+page.order()+` LIMIT $3`, before, after, limit)
	return newestFirst(page, all), err
}

// FollowedAmong gives those of some folded hashtags that the owner follows.
func (r Reader) FollowedAmong(ctx context.Context, tags []string) ([]social.FollowedTag, error) {
	var out []social.FollowedTag
	for part := range chunks(tags) {
		all, err := list(ctx, r, "read followed hashtags", scanFollowedTag,
			`SELECT id, tag, name, created_at FROM followed_tags WHERE tag IN (`+marks(1, len(part))+`) ORDER BY id`, anys(part)...)
		if err != nil {
			return nil, err
		}
		out = append(out, all...)
	}
	return out, nil
}

// FollowsTag reports whether the owner follows one of some folded hashtags. It may be
// seconds old: it is asked about each public post that comes.
func (db *DB) FollowsTag(ctx context.Context, folded []string) (bool, error) {
	if len(folded) == 0 {
		return false, nil
	}
	c := db.cache
	followed, err := recall(ctx, c, func() (remembered[map[string]bool], bool) { return c.tags, true },
		func(r remembered[map[string]bool]) { c.tags = r }, db.followedTags)
	return slices.ContainsFunc(folded, func(tag string) bool { return followed[tag] }), err
}

func (r Reader) followedTags(ctx context.Context) (map[string]bool, error) {
	all, err := list(ctx, r, "read followed hashtags", value[string], `SELECT tag FROM followed_tags`)
	out := make(map[string]bool, len(all))
	for _, tag := range all {
		out[tag] = true
	}
	return out, err
}
