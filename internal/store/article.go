package store

import (
	"context"

	"skerry/internal/social"
)

var addArticles = &many{
	doing:  "add article",
	before: `INSERT INTO articles (post_id, content) VALUES `, row: `(?, ?)`,
}

// putArticle replaces the whole text of a stored article; "" takes it away.
func (tx *Tx) putArticle(ctx context.Context, post social.ID, content string) error {
	if content == "" {
		_, err := tx.exec(ctx, "drop article", `DELETE FROM articles WHERE post_id = $1`, post)
		return err
	}
	_, err := tx.exec(ctx, "put article", `
		INSERT INTO articles (post_id, content) VALUES ($1, $2)
		ON CONFLICT (post_id) DO UPDATE SET content = excluded.content`, post, content)
	return err
}

// Article gives the whole text of an article, "" when it is not here.
func (r Reader) Article(ctx context.Context, post social.ID) (string, error) {
	all, err := list(ctx, r, "read article", value[string], `SELECT content FROM articles WHERE post_id = $1`, post)
	if err != nil || len(all) == 0 {
		return "", err
	}
	return all[0], nil
}
