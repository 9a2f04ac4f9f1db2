package media

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"skerry/internal/media/prepare"
	"skerry/internal/social"
	"skerry/internal/store"
)

// endings are what the keys of our own bytes end in: by it a reader of the bucket,
// and we, know the type that was found in the bytes.
var endings = map[string]string{
	"image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "image/webp": ".webp",
	"video/mp4": ".mp4", "video/quicktime": ".mov", "video/webm": ".webm",
	"audio/mpeg": ".mp3", "audio/ogg": ".ogg", "audio/flac": ".flac", "audio/wav": ".wav", "audio/mp4": ".m4a", "audio/webm": ".weba",
}

// Types are the media types that an upload may be.
var Types = slices.Sorted(maps.Keys(endings))

// own is the folder of the owner's uploads.
const own = "own/"

// Upload keeps a file of the owner's for a post that may come. cover, when not nil,
// is the picture that stands for a video or sound.
func (l *Library) Upload(ctx context.Context, file, cover io.Reader, d social.Described) (social.Medium, error) {
	leave, err := enter(ctx, l.uploads)
	if err != nil {
		return social.Medium{}, err
	}
	defer leave()
	p, err := prepared(ctx, file)
	if err != nil {
		return social.Medium{}, err
	}
	if cover != nil {
		c, err := prepared(ctx, cover)
		if err != nil {
			return social.Medium{}, fmt.Errorf("the thumbnail: %w", err)
		}
		if c.Kind != prepare.Image {
			return social.Medium{}, social.Faultf(social.Unprocessable, "the thumbnail is no picture")
		}
		p.Preview, p.Blurhash = c.Preview, c.Blurhash
	}
	shown := social.Attachment{
		MediaType: p.Original.Type, Width: p.Original.Width, Height: p.Original.Height, Blurhash: p.Blurhash, Duration: p.Duration,
	}
	if err := d.Apply(&shown); err != nil {
		return social.Medium{}, err
	}
	return l.keep(ctx, p.Original, p.Preview, shown)
}

// prepared reads an upload and makes it fit to be shown.
func prepared(ctx context.Context, file io.Reader) (prepare.Prepared, error) {
	b, err := io.ReadAll(io.LimitReader(file, prepare.MaxVideo+1))
	if err != nil {
		return prepare.Prepared{}, fmt.Errorf("read upload: %w", err)
	}
	return prepare.Upload(ctx, b)
}

// Avatar keeps a picture for the profile.
func (l *Library) Avatar(ctx context.Context, file io.Reader) (social.Image, error) {
	return l.portrait(ctx, file, prepare.Avatar)
}

// Header keeps a wide picture for the profile.
func (l *Library) Header(ctx context.Context, file io.Reader) (social.Image, error) {
	return l.portrait(ctx, file, prepare.Header)
}

// Emoji keeps a small picture that the owner may offer as an emoji.
func (l *Library) Emoji(ctx context.Context, file io.Reader) (social.Image, error) {
	return l.portrait(ctx, file, prepare.Emoji)
}

func (l *Library) portrait(ctx context.Context, file io.Reader, fit func(context.Context, []byte) (prepare.File, error)) (social.Image, error) {
	leave, err := enter(ctx, l.uploads)
	if err != nil {
		return social.Image{}, err
	}
	defer leave()
	b, err := io.ReadAll(io.LimitReader(file, prepare.MaxImage+1))
	if err != nil {
		return social.Image{}, fmt.Errorf("read upload: %w", err)
	}
	f, err := fit(ctx, b)
	if err != nil {
		return social.Image{}, err
	}
	m, err := l.keep(ctx, f, prepare.File{}, social.Attachment{MediaType: f.Type, Width: f.Width, Height: f.Height})
	return social.Image{URL: m.Shown.URL, MediaType: f.Type}, err
}

// Kept gives a picture that Avatar or Header has kept, by its address: a form that
// was not taken has it in hand. false: no picture of ours has that address.
func (l *Library) Kept(address string) (social.Image, bool) {
	key, ours := l.URLs.ParseMedia(address)
	mediaType := typeOf(key)
	if !ours || !strings.HasPrefix(key, own) || !strings.HasPrefix(mediaType, "image/") {
		return social.Image{}, false
	}
	return social.Image{URL: address, MediaType: mediaType}, true
}

// keep stores the bytes and then the row. Bytes whose row never comes are removed
// by Sweep.
func (l *Library) keep(ctx context.Context, original, preview prepare.File, shown social.Attachment) (social.Medium, error) {
	for _, f := range []prepare.File{original, preview} {
		if len(f.Bytes) > 0 && endings[f.Type] == "" {
			return social.Medium{}, fmt.Errorf("no ending is known for %s", f.Type) // it could not be served
		}
	}
	name := own + strings.ToLower(rand.Text())
	m := social.Medium{
		ID: l.DB.IDs().New(), Key: name + endings[original.Type], Size: int64(len(original.Bytes) + len(preview.Bytes)), LooseSince: l.DB.Now(),
	}
	if err := l.Blobs.Put(ctx, m.Key, original.Type, bytes.NewReader(original.Bytes)); err != nil {
		return m, err
	}
	shown.Medium, shown.URL = m.ID, l.URLs.Media(m.Key)
	if len(preview.Bytes) > 0 {
		m.Preview = name + "-small" + endings[preview.Type]
		if err := l.Blobs.Put(ctx, m.Preview, preview.Type, bytes.NewReader(preview.Bytes)); err != nil {
			return m, err
		}
		shown.Preview = l.URLs.Media(m.Preview)
	}
	m.Shown = shown
	return m, l.DB.InTx(ctx, func(tx *store.Tx) error { return tx.AddMedium(ctx, m) })
}

// Describe changes what is said of an upload that no post shows yet: of others the
// post is edited.
func (l *Library) Describe(ctx context.Context, id social.ID, d social.Described) (social.Medium, error) {
	m, err := l.DB.Medium(ctx, id)
	if err != nil {
		return m, err
	}
	if !m.Free() {
		return m, social.Faultf(social.Unprocessable, "this upload is shown by a post or the profile: edit that")
	}
	if err := d.Apply(&m.Shown); err != nil {
		return m, err
	}
	return m, l.DB.InTx(ctx, func(tx *store.Tx) error { return tx.ShowMedium(ctx, id, m.Shown) })
}

// Delete removes an upload that nothing shows.
func (l *Library) Delete(ctx context.Context, id social.ID) error {
	m, err := l.DB.Medium(ctx, id)
	if err != nil {
		return err
	}
	if !m.Free() {
		return social.Faultf(social.Unprocessable, "this upload is shown by a post or the profile: take it off there")
	}
	if err := l.DB.InTx(ctx, func(tx *store.Tx) error { return tx.DropMedium(ctx, id) }); err != nil {
		return err
	}
	return l.Blobs.Delete(ctx, m.Keys()...)
}
