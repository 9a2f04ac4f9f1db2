package store

import (
	"context"

	"skerry/internal/social"
)

// Loose is a post that nothing keeps, with what decides how long it stays.
type Loose struct {
	social.Stay
	ID   social.ID
	Size int64 // bytes, about
}

// postSize is about what a post takes, with its indexes and what hangs on it.
const postSize = `(500 + 2 * OCTET_LENGTH(p.iri) + 2 * OCTET_LENGTH(p.url) + OCTET_LENGTH(p.content) + OCTET_LENGTH(p.source)
	+ OCTET_LENGTH(p.attachments) + OCTET_LENGTH(p.mentions) + OCTET_LENGTH(p.emojis))`

const looseColumns = `p.id, p.fetched_at,
		EXISTS (SELECT 1 FROM follows f, owner w WHERE f.follower_id = w.actor_id AND f.followee_id = p.author_id AND f.state = 1),
		p.via_relay <> 0, (SELECT s.limited FROM actors s WHERE s.id = p.author_id) = 2, COALESCE((SELECT MAX(h.id) FROM home h WHERE h.post_id = p.id), 0), ` + postSize

// loosePosts are posts that nothing keeps.
const loosePosts = `SELECT ` + looseColumns + ` FROM posts p WHERE p.kept = 0 AND p.fetched_at > 0`

func scanLoose(r rows) (l Loose, err error) {
	var home social.ID
	if err := r.Scan(&l.ID, moment{&l.Fetched}, &l.Followed, &l.Relayed, &l.Suspended, &home, &l.Size); err != nil {
		return l, err
	}
	if home != 0 {
		l.Home = home.Time()
	}
	return l, nil
}

// LoosePosts gives posts that nothing keeps, the first fetched first: those after a
// post, which is zero at the beginning.
func (r Reader) LoosePosts(ctx context.Context, after Loose, limit int) ([]Loose, error) {
	return list(ctx, r, "find loose posts", scanLoose, loosePosts+`
		AND (p.fetched_at, p.id) > ($1, $2) ORDER BY p.fetched_at, p.id LIMIT $3`, millis(after.Fetched), after.ID, limit)
}

// LoosePost gives a post that nothing keeps, or NotFound.
func (r Reader) LoosePost(ctx context.Context, id social.ID) (Loose, error) {
	return one(ctx, r, "read loose post", scanLoose, loosePosts+` AND p.id = $1`, id)
}

// ForgetPosts removes those of these posts that nothing keeps, with all that hangs on
// them, and says how many. They may come again: nothing of them is buried.
func (tx *Tx) ForgetPosts(ctx context.Context, ids []social.ID) (int, error) {
	gone, err := list(ctx, tx.Reader, "forget posts", value[social.ID],
		`DELETE FROM posts WHERE id IN (`+marks(1, len(ids))+`) AND kept = 0 RETURNING id`, anys(ids)...)
	if err != nil || len(gone) == 0 {
		return 0, err
	}
	in := ` IN (` + marks(1, len(gone)) + `)`
	for _, sql := range []string{
		`DELETE FROM notifications WHERE post_id` + in + ` AND post_id <> 0`,
		`UPDATE posts SET parent_id = 0 WHERE parent_id` + in + ` AND parent_id <> 0`,
	} {
		if _, err := tx.exec(ctx, "forget posts", sql, anys(gone)...); err != nil {
			return 0, err
		}
	}
	return len(gone), nil
}

// SuspendedPosts gives some posts that nothing keeps and whose authors are on suspended
// servers.
func (r Reader) SuspendedPosts(ctx context.Context, limit int) ([]Loose, error) {
	return list(ctx, r, "find posts of suspended servers", scanLoose, `
		SELECT `+looseColumns+` FROM actors a JOIN posts p ON p.author_id = a.id WHERE a.limited = 2 AND p.kept = 0 LIMIT $1`, limit)
}
