package store

import (
	"context"
	"time"

	"skerry/internal/social"
)

const mediumColumns = `id, key, preview_key, size, post_id, loose_since, shown`

func scanMedium(r rows) (m social.Medium, err error) {
	return m, r.Scan(&m.ID, &m.Key, &m.Preview, &m.Size, &m.Post, moment{&m.LooseSince}, parsed{&m.Shown})
}

// Medium gives an upload of the owner's, or NotFound.
func (r Reader) Medium(ctx context.Context, id social.ID) (social.Medium, error) {
	return one(ctx, r, "read medium", scanMedium, `SELECT `+mediumColumns+` FROM media WHERE id = $1`, id)
}

// MediaAfter gives uploads in the order of their ids, for reading all of them.
func (r Reader) MediaAfter(ctx context.Context, id social.ID) ([]social.Medium, error) {
	return list(ctx, r, "read media", scanMedium, `
		SELECT `+mediumColumns+` FROM media WHERE id > $1 ORDER BY id LIMIT $2`, id, chunk)
}

// AddMedium stores an upload whose bytes are kept already.
func (tx *Tx) AddMedium(ctx context.Context, m social.Medium) error {
	_, err := tx.exec(ctx, "add medium", `
		INSERT INTO media (id, key, preview_key, size, post_id, loose_since, shown) VALUES (`+marks(1, 7)+`)`,
		m.ID, m.Key, m.Preview, m.Size, m.Post, millis(m.LooseSince), document(m.Shown))
	return err
}

// ShowMedium keeps how an upload is shown.
func (tx *Tx) ShowMedium(ctx context.Context, id social.ID, a social.Attachment) error {
	_, err := tx.exec(ctx, "describe medium", `UPDATE media SET shown = $1 WHERE id = $2`, document(a), id)
	return err
}

// AttachMedium makes an upload that nothing refers to one of a post; of the
// profile with post 0. It reports whether that was so.
func (tx *Tx) AttachMedium(ctx context.Context, key string, post social.ID) (bool, error) {
	n, err := tx.exec(ctx, "attach medium", `
		UPDATE media SET post_id = $1, loose_since = 0 WHERE key = $2 AND loose_since <> 0`, post, key)
	return n == 1, err
}

// LoosenMedium notes that nothing refers to an upload any more.
func (tx *Tx) LoosenMedium(ctx context.Context, key string, at time.Time) error {
	_, err := tx.exec(ctx, "loosen medium", `
		UPDATE media SET post_id = 0, loose_since = $1 WHERE key = $2 AND loose_since = 0`, millis(at), key)
	return err
}

// LoosenMediaOf notes that a post refers to none of its uploads any more.
func (tx *Tx) LoosenMediaOf(ctx context.Context, post social.ID, at time.Time) error {
	_, err := tx.exec(ctx, "loosen media of post", `
		UPDATE media SET post_id = 0, loose_since = $1 WHERE post_id = $2 AND post_id <> 0`, millis(at), post)
	return err
}

// DropLooseMedia forgets some uploads that nothing refers to since then, and gives
// them: their bytes may go when this is on disk.
func (tx *Tx) DropLooseMedia(ctx context.Context, since time.Time) ([]social.Medium, error) {
	return list(ctx, tx.Reader, "drop loose media", scanMedium, `
		DELETE FROM media WHERE id IN (
			SELECT l.id FROM media l WHERE l.loose_since <> 0 AND l.loose_since <= $1 ORDER BY l.loose_since LIMIT $2)
		RETURNING `+mediumColumns, millis(since), chunk)
}

// DropMedium forgets an upload that nothing refers to. NotFound: there is none.
func (tx *Tx) DropMedium(ctx context.Context, id social.ID) error {
	_, err := one(ctx, tx.Reader, "drop medium", value[social.ID], `DELETE FROM media WHERE id = $1 AND loose_since <> 0 RETURNING id`, id)
	return err
}
