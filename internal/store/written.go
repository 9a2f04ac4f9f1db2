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

// Written gives an author's posts of a kind, newest first.
func (r Reader) Written(ctx context.Context, w WrittenBy, page PageOf) ([]social.Post, error) {
	before, after, limit := page.bounds()
	which := ""
	if w.Media {
		which = ` AND p.attachments <> ''`
	} else if !w.Replies {
		which = ` AND (p.in_reply_to = '' OR EXISTS (SELECT 1 FROM posts q WHERE q.id = p.parent_id AND q.author_id = p.author_id))`
	}
	all, err := list(ctx, r, "read posts of author", scanPost, `
		SELECT `+postColumns+postTables+`
		WHERE p.author_id = $1 AND p.visibility <= $2 AND p.id < $3 AND p.id > $4`+which+`
		ORDER BY p.id `+page.order()+` LIMIT $5`, w.Author, w.Most, before, after, limit)
	return newestFirst(page, all), err
}
