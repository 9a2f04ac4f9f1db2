package store

import (
	"context"

	"skerry/internal/social"
)

// keepVersion keeps what a post said before an edit, and of many former versions the
// newest.
func (tx *Tx) keepVersion(ctx context.Context, post social.ID, v social.Version) error {
	_, err := tx.exec(ctx, "keep former version", `
		INSERT INTO post_edits (post_id, at, title, warning, sensitive, content, source, emojis, attachments, poll)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (post_id, at) DO NOTHING`,
		post, millis(v.At), v.Title, v.Warning, v.Sensitive, v.Content, v.Source, document(v.Emojis), document(v.Attachments), document(v.Poll))
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, "forget old versions", `
		DELETE FROM post_edits WHERE post_id = $1 AND at < (
			SELECT MIN(e.at) FROM (SELECT at FROM post_edits WHERE post_id = $1 ORDER BY at DESC LIMIT $2) e)`, post, social.MaxVersions)
	return err
}

// Versions gives what a post said before each of its edits, newest first.
func (r Reader) Versions(ctx context.Context, post social.ID) ([]social.Version, error) {
	return list(ctx, r, "read former versions", func(r rows) (v social.Version, err error) {
		return v, r.Scan(moment{&v.At}, &v.Title, &v.Warning, &v.Sensitive, &v.Content, &v.Source,
			parsed{&v.Emojis}, parsed{&v.Attachments}, parsed{&v.Poll})
	}, `SELECT at, title, warning, sensitive, content, source, emojis, attachments, poll FROM post_edits
		WHERE post_id = $1 ORDER BY at DESC LIMIT $2`, post, social.MaxVersions)
}
