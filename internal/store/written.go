package store

import (
	"context"

	"skerry/internal/social"
)

// WrittenBy says which of an author's posts are wanted.
type WrittenBy struct {
	Author  social.ID
	Most    social.Visibility // no more closed than this
	Replies bool              // replies too, not only those to the author's own posts
	Media   bool              // only those with media
}

// Written gives an author's posts of a kind, newest first; of somebody suspended none.
func (r Reader) Written(ctx context.Context, w WrittenBy, page PageOf) ([]social.Post, error) {
	before, after, limit := page.bounds()
	all, err := list(ctx, r, "read posts of author", scanPost, `
		SELECT `+postColumns+postTables+`
		WHERE p.author_id = $1 AND p.visibility <= $2 AND p.id < $3 AND p.id > $4 AND a.limited <> 2`+w.which()+`
		ORDER BY p.id `+page.order()+` LIMIT $5`, w.Author, w.Most, before, after, limit)
	return newestFirst(page, all), err
}

// which is the condition for the kind of posts.
func (w WrittenBy) which() string {
	switch {
	case w.Media:
		return ` AND p.attachments <> ''`
	case w.Replies:
		return ""
	}
	return ` AND (p.in_reply_to = '' OR EXISTS (SELECT 1 FROM posts q WHERE q.id = p.parent_id AND q.author_id = p.author_id))`
}

// Told gives an author's posts of a kind, and the open posts of others that they
// boosted as openly, newest first. Page by the id of the line.
func (r Reader) Told(ctx context.Context, w WrittenBy, page PageOf) ([]HomeEntry, error) {
	before, after, limit := page.bounds()
	last := ` ORDER BY 1 ` + page.order() + ` LIMIT $5`
	all, err := list(ctx, r, "read what an author tells", scanHome, `
		SELECT id, post_id, boost_id, by_id FROM (
			SELECT p.id AS id, p.id AS post_id, CAST(0 AS BIGINT) AS boost_id, p.author_id AS by_id FROM posts p
			WHERE p.author_id = $1 AND p.visibility <= $2 AND p.id < $3 AND p.id > $4`+w.which()+last+`) AS said
		UNION ALL
		SELECT id, post_id, boost_id, by_id FROM (
			SELECT b.id AS id, b.post_id AS post_id, b.id AS boost_id, b.actor_id AS by_id FROM boosts b JOIN posts o ON o.id = b.post_id
			WHERE b.actor_id = $1 AND b.visibility <= $2 AND b.id < $3 AND b.id > $4 AND o.visibility <= 1`+last+`) AS boosted`+last,
		w.Author, w.Most, before, after, limit)
	return newestFirst(page, all), err
}
