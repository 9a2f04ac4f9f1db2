package store

import (
	"context"
	"time"

	"skerry/internal/social"
)

const emojiColumns = `id, shortcode, media_key, media_type, created_at, retired_at`

func scanEmoji(r rows) (e social.OwnEmoji, err error) {
	return e, r.Scan(&e.ID, &e.Shortcode, &e.Key, &e.MediaType, moment{&e.Created}, moment{&e.Retired})
}

// Emoji gives an emoji of the owner's, also a retired one, or NotFound.
func (r Reader) Emoji(ctx context.Context, id social.ID) (social.OwnEmoji, error) {
	return one(ctx, r, "read emoji", scanEmoji, `SELECT `+emojiColumns+` FROM emojis WHERE id = $1`, id)
}

// EmojisOffered gives the emojis that the owner offers.
func (r Reader) EmojisOffered(ctx context.Context) ([]social.OwnEmoji, error) {
	return list(ctx, r, "read emojis", scanEmoji, `SELECT `+emojiColumns+` FROM emojis WHERE retired_at = 0 ORDER BY LOWER(shortcode), id`)
}

// AddEmoji offers an emoji. A shortcode that is in use is a Conflict.
func (tx *Tx) AddEmoji(ctx context.Context, e social.OwnEmoji) error {
	n, err := tx.exec(ctx, "add emoji", `
		INSERT INTO emojis (`+emojiColumns+`) VALUES (`+marks(1, 6)+`) ON CONFLICT DO NOTHING`,
		e.ID, e.Shortcode, e.Key, e.MediaType, millis(e.Created), millis(e.Retired))
	if err == nil && n == 0 {
		err = social.Faultf(social.Conflict, "the shortcode %s is in use: retire that emoji first, or choose another", e.Shortcode)
	}
	return err
}

// RetireEmoji ends the offer of an emoji. NotFound: it is not offered.
func (tx *Tx) RetireEmoji(ctx context.Context, id social.ID, at time.Time) error {
	_, err := one(ctx, tx.Reader, "retire emoji", value[social.ID], `
		UPDATE emojis SET retired_at = $1 WHERE id = $2 AND retired_at = 0 RETURNING id`, millis(at), id)
	return err
}
