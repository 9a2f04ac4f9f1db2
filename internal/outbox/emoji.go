package outbox

import (
	"context"
	"slices"
	"time"

	"skerry/internal/activitypub"
	"skerry/internal/markup"
	"skerry/internal/social"
	"skerry/internal/store"
)

// AddEmoji offers an upload of the owner's as an emoji.
func (p *Publisher) AddEmoji(ctx context.Context, shortcode string, picture social.Image) (social.OwnEmoji, error) {
	key, _ := p.build.URLs.ParseMedia(picture.URL)
	e := social.OwnEmoji{
		ID: p.db.IDs().New(), Shortcode: shortcode, Key: key, MediaType: picture.MediaType, Created: p.db.Now().Truncate(time.Millisecond),
	}
	if err := social.CheckShortcode(shortcode); err != nil {
		return e, err
	}
	return e, p.db.InTx(ctx, func(tx *store.Tx) error {
		if err := p.hold(ctx, tx, key); err != nil {
			return err
		}
		return tx.AddEmoji(ctx, e)
	})
}

// RetireEmoji offers an emoji no more. What shows it goes on showing it, and its
// shortcode is free for another one.
func (p *Publisher) RetireEmoji(ctx context.Context, id social.ID) error {
	return p.db.InTx(ctx, func(tx *store.Tx) error { return tx.RetireEmoji(ctx, id, p.db.Now()) })
}

// emojisIn gives the emojis that texts of the owner's use. Those that they had stay
// when they are offered no more.
func (p *Publisher) emojisIn(ctx context.Context, had []social.Emoji, texts ...string) ([]social.Emoji, error) {
	codes := markup.Shortcodes(texts...)
	if len(codes) == 0 {
		return nil, nil
	}
	offered, err := p.db.EmojisOffered(ctx)
	if err != nil {
		return nil, err
	}
	var all, out []social.Emoji
	for _, e := range offered {
		all = append(all, p.build.EmojiOf(e))
	}
	all = append(all, had...)
	for _, code := range codes {
		if i := slices.IndexFunc(all, func(e social.Emoji) bool { return e.Shortcode == code }); i >= 0 {
			out = append(out, all[i])
		}
	}
	return out, nil
}

// Emoji gives the document of an emoji of the owner's, also of a retired one.
func (d *Documents) Emoji(ctx context.Context, id social.ID) (activitypub.Object, error) {
	e, err := d.db.Emoji(ctx, id)
	if err != nil {
		return nil, err
	}
	return d.build.Emoji(d.build.EmojiOf(e)), nil
}
