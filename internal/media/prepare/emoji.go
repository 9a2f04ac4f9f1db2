package prepare

import "context"

// Limits of an emoji. Mastodon takes no larger file. [Masto: CustomEmoji]
const (
	MaxEmoji  = 256 << 10 // bytes
	emojiSide = 128       // pixels
)

// Emoji makes a small picture for use within text. An animation stays as it is but
// for what its walker drops; a still is fitted within 128 pixels, and what shines
// through goes on to.
//
// Quirk(mastodon): a JPEG is no emoji there, so it becomes a PNG.
func Emoji(ctx context.Context, b []byte) (File, error) {
	mediaType, o, err := picked(ctx, b, MaxEmoji, "an emoji")
	if err != nil {
		return File{}, err
	}
	w, h := o.canvas.Dx(), o.canvas.Dy()
	longest := max(w, h)
	if o.frames > 1 || longest <= emojiSide && o.turn == upright && mediaType != "image/jpeg" {
		return File{mediaType, o.kept, w, h}, nil
	}
	if longest > emojiSide {
		w, h = max(1, w*emojiSide/longest), max(1, h*emojiSide/longest)
	}
	return encode(shrink(o.drawing, o.canvas, w, h), true, nil)
}
