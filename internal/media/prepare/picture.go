package prepare

import (
	"bytes"
	"context"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/webp"
)

const (
	previewPixels = 640 * 360
	quality       = 90 // of every JPEG that we write
)

// format is how one sort of picture is read.
type format struct {
	name   string
	walk   func(b []byte) (walked, error)
	config func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error)
}

var pictures = map[string]format{
	"image/jpeg": {"JPEG", walkJPEG, jpeg.DecodeConfig, jpeg.Decode},
	"image/png":  {"PNG", walkPNG, png.DecodeConfig, png.Decode},
	"image/gif":  {"GIF", walkGIF, gif.DecodeConfig, gif.Decode},
	"image/webp": {"WebP", walkWebP, webp.DecodeConfig, webp.Decode},
}

// walked is a picture after its walker: what stays of the file, and what the
// rest said.
type walked struct {
	kept    []byte
	still   []byte      // the first frame as a file, when the decoder cannot find it in kept
	at      image.Point // where that frame stands
	frames  int
	turn    orientation
	profile []byte // ICC, when it is known
}

// opened is a picture that was decoded. What it draws may be smaller than its
// canvas.
type opened struct {
	walked
	canvas  image.Rectangle
	drawing image.RGBA64Image
}

// open walks through a picture, judges its size, and only then decodes it.
func open(ctx context.Context, f format, b []byte) (opened, error) {
	w, err := f.walk(b)
	if err != nil {
		return opened{}, damaged(f.name, err)
	}
	canvas, err := f.size(w.kept, w.frames)
	if err != nil {
		return opened{}, err
	}
	file := w.kept
	if w.still != nil {
		file = w.still
		if _, err := f.size(file, 1); err != nil {
			return opened{}, err
		}
	}
	m, err := f.decode(patient{ctx, bytes.NewReader(file)})
	if ctx.Err() != nil {
		return opened{}, ctx.Err()
	}
	drawing, ok := m.(image.RGBA64Image)
	if err != nil || !ok {
		return opened{}, damaged(f.name, err)
	}
	o := opened{w, canvas, move(drawing, w.at)}
	// A turn is of the whole picture: an animation, which we do not draw, stays.
	if o.turn != upright && o.frames == 1 {
		o.drawing = turned{drawing, o.turn}
		o.canvas = o.drawing.Bounds()
	}
	return o, nil
}

// size reads and judges a size before anything is decoded.
func (f format) size(file []byte, frames int) (image.Rectangle, error) {
	c, err := f.config(bytes.NewReader(file))
	if err != nil {
		return image.Rectangle{}, damaged(f.name, err)
	}
	return image.Rect(0, 0, c.Width, c.Height), within(c.Width, c.Height, frames)
}

func within(w, h, frames int) error {
	switch {
	case w < 1 || h < 1:
		return refused("the picture says that it is %d pixels wide and %d high", w, h)
	case w > MaxSide || h > MaxSide:
		return refused("a picture may be %d pixels wide and high; this is %d by %d", MaxSide, w, h)
	case w*h > MaxPixels:
		return refused("a picture may have %d million pixels; this has %.1f", int(MaxPixels/1e6), float64(w*h)/1e6)
	case frames > MaxFrames:
		return refused("an animation may have %d frames; this has %d", MaxFrames, frames)
	}
	return nil
}

// patient is a reader that stops when nobody waits any more: decoders ask for
// bytes, not for a context.
type patient struct {
	ctx context.Context
	io.Reader
}

func (p patient) Read(b []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	return p.Reader.Read(b)
}

// picture prepares a picture: the file stays as it is but for what its walker
// drops, unless it must be turned.
func picture(ctx context.Context, mediaType string, f format, b []byte) (Prepared, error) {
	o, err := open(ctx, f, b)
	if err != nil {
		return Prepared{}, err
	}
	original := File{mediaType, o.kept, o.canvas.Dx(), o.canvas.Dy()}
	if t, ok := o.drawing.(turned); ok {
		flat := t.flat()
		o.drawing = flat
		if original, err = encode(flat, mediaType == "image/png", o.profile); err != nil {
			return Prepared{}, err
		}
		if err := small(original.Bytes, MaxImage, "a picture, turned upright,"); err != nil {
			return Prepared{}, err
		}
	}
	w, h := fit(o.canvas.Dx(), o.canvas.Dy(), previewPixels)
	little := shrink(o.drawing, o.canvas, w, h)
	preview, err := encode(little, false, o.profile)
	if err != nil {
		return Prepared{}, err
	}
	w, h = fit(w, h, blurSide*blurSide)
	return Prepared{Kind: Image, Original: original, Preview: preview, Blurhash: blurhash(shrink(little, little.Rect, w, h))}, nil
}

// Avatar makes the portrait of a profile: a still square of at most 400 pixels.
func Avatar(ctx context.Context, b []byte) (File, error) { return cut(ctx, b, 400, 400) }

// Header makes the banner of a profile: a still of at most 1500 by 500.
func Header(ctx context.Context, b []byte) (File, error) { return cut(ctx, b, 1500, 500) }

// cut makes a still of the middle of a picture.
func cut(ctx context.Context, b []byte, w, h int) (File, error) {
	_, o, err := picked(ctx, b, MaxImage, "a picture")
	if err != nil {
		return File{}, err
	}
	part, w, h := cover(o.canvas, w, h)
	return encode(shrink(o.drawing, part, w, h), false, o.profile)
}

// picked opens an upload that must be a picture, of at most so many bytes.
func picked(ctx context.Context, b []byte, most int, what string) (mediaType string, o opened, err error) {
	mediaType, _ = Identify(b)
	f, ok := pictures[mediaType]
	if !ok {
		return "", o, refused("this is no picture that can be shown: send JPEG, PNG, GIF or WebP")
	}
	if err := small(b, most, what); err != nil {
		return "", o, err
	}
	o, err = open(ctx, f, b)
	return mediaType, o, err
}

// encode writes a picture as JPEG, or as PNG where something shines through or
// nothing may be lost.
func encode(m image.Image, lossless bool, profile []byte) (File, error) {
	var out bytes.Buffer
	file := File{Type: "image/jpeg", Width: m.Bounds().Dx(), Height: m.Bounds().Dy()}
	if lossless || !opaque(m) {
		file.Type = "image/png"
		if err := png.Encode(&out, m); err != nil {
			return File{}, err
		}
		file.Bytes = out.Bytes()
		return file, nil
	}
	if err := jpeg.Encode(&out, m, &jpeg.Options{Quality: quality}); err != nil {
		return File{}, err
	}
	file.Bytes = withProfile(out.Bytes(), profile)
	return file, nil
}
