package store

import (
	"context"

	"skerry/internal/social"
)

func scanBookmark(r rows) (b social.Bookmark, err error) {
	err = r.Scan(&b.ID, &b.Post, &b.By, moment{&b.At})
	return b, err
}

// AddBookmark reports whether the bookmark is new.
func (tx *Tx) AddBookmark(ctx context.Context, b social.Bookmark) (added bool, err error) {
	n, err := tx.exec(ctx, "add bookmark", `
		INSERT INTO bookmarks (id, post_id, actor_id, created_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (post_id, actor_id) DO NOTHING`, b.ID, b.Post, b.By, millis(b.At))
	if err != nil || n == 0 {
		return false, err
	}
	return true, tx.later(ctx, keepByID, b.Post)
}

// DropBookmark takes a bookmark out and says whether there was one.
func (tx *Tx) DropBookmark(ctx context.Context, post, by social.ID) (bool, error) {
	n, err := tx.exec(ctx, "drop bookmark", `DELETE FROM bookmarks WHERE post_id = $1 AND actor_id = $2`, post, by)
	return n > 0, err
}

// Bookmarks gives an actor's bookmarks, newest first. Page by the bookmark's id.
func (r Reader) Bookmarks(ctx context.Context, by social.ID, page PageOf) ([]social.Bookmark, error) {
	before, after, limit := page.bounds()
	all, err := list(ctx, r, "read bookmarks", scanBookmark, `
		SELECT k.id, k.post_id, k.actor_id, k.created_at FROM bookmarks k
		WHERE k.actor_id = $1 AND k.id < $2 AND k.id > $3
		ORDER BY k.id `+page.order()+` LIMIT $4`, by, before, after, limit)
	return newestFirst(page, all), err
}
