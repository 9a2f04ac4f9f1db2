package prepare

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/social"
)

// extendedOf is the header of a WebP file that is more than a picture.
func extendedOf(flags byte, w, h int) []byte {
	return appendChunk(nil, "VP8X", []byte{flags, 0, 0, 0, byte(w - 1), byte((w - 1) >> 8), 0, byte(h - 1), byte((h - 1) >> 8), 0})
}

func TestChunksOfWebP(t *testing.T) {
	t.Parallel()
	c := cursor{rest: stored(t, "lossy.webp")[12:]}
	_, coded := chunk(&c)
	picture := appendChunk(nil, "VP8 ", coded)
	for name, c := range map[string]struct{ file, kept []byte }{
		"all": {
			webpOf(extendedOf(webpExif|webpXMP, 48, 32), picture, appendChunk(nil, "EXIF", exifOf(1, binary.LittleEndian)), appendChunk(nil, "XMP ", []byte(secret))),
			webpOf(extendedOf(0, 48, 32), picture),
		},
		"of later": {webpOf(extendedOf(0, 48, 32), appendChunk(nil, "ABCD", []byte(secret)), picture, appendChunk(nil, "XYZ ", []byte("SECRET!"))), webpOf(extendedOf(0, 48, 32), picture)},
		"colours": {
			webpOf(extendedOf(0x20|webpExif, 48, 32), appendChunk(nil, "ICCP", []byte("profile")), picture),
			webpOf(extendedOf(0x20, 48, 32), appendChunk(nil, "ICCP", []byte("profile")), picture),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := uploaded(t, c.file).Original.Bytes; !bytes.Equal(got, c.kept) {
				t.Errorf("got %d bytes, want %d: %.100q", len(got), len(c.kept), got)
			}
		})
	}
}

func TestWebPIsTurnedAndKeepsWhatShinesThrough(t *testing.T) {
	t.Parallel()
	p := uploaded(t, stored(t, "sideways.webp"))
	if diff := cmp.Diff([]string{"ABC", "DEF"}, letters(t, p.Original.Bytes)); diff != "" || p.Original.Type != "image/jpeg" {
		t.Errorf("got type %s (-want +got):\n%s", p.Original.Type, diff)
	}
	p = uploaded(t, stored(t, "alpha.webp"))
	if p.Original.Type != "image/webp" || p.Preview.Type != "image/png" {
		t.Errorf("got %s with a preview of %s", p.Original.Type, p.Preview.Type)
	}
	sideways := bytes.Clone(stored(t, "alpha.webp"))
	sideways = closeRIFF(appendChunk(sideways, "EXIF", exifOf(6, binary.BigEndian)))
	if p := uploaded(t, sideways); p.Original.Type != "image/png" || p.Original.Width != 32 {
		t.Errorf("turned: got %s, %d wide", p.Original.Type, p.Original.Width)
	}
}

func TestAnimatedWebPStaysAnimated(t *testing.T) {
	t.Parallel()
	b := stored(t, "animated.webp")
	p := uploaded(t, b)
	if p.Kind != Image || !bytes.Equal(p.Original.Bytes, b) || p.Preview.Type != "image/jpeg" {
		t.Errorf("got %s of %d bytes, want the same %d; preview %s", p.Kind, len(p.Original.Bytes), len(b), p.Preview.Type)
	}
	// A secret within a frame, and an orientation that would end the animation.
	c := cursor{rest: b[12:]}
	dirty := newRIFF("WEBP", len(b))
	for len(c.rest) > 0 {
		name, body := chunk(&c)
		if name == "ANMF" {
			body = appendChunk(bytes.Clone(body), "XMP ", []byte(secret))
		}
		dirty = appendChunk(dirty, name, body)
	}
	dirty = closeRIFF(appendChunk(dirty, "EXIF", exifOf(6, binary.BigEndian)))
	if got := uploaded(t, dirty).Original.Bytes; !bytes.Equal(got, b) {
		t.Errorf("got %d bytes, want the %d without the secrets", len(got), len(b))
	}
}

func TestFirstFrameMayShineThrough(t *testing.T) {
	t.Parallel()
	c := cursor{rest: stored(t, "alpha.webp")[12+18:]} // behind VP8X
	frame := append([]byte{0, 0, 0, 0, 0, 0, 47, 0, 0, 31, 0, 0, 100, 0, 0, 0}, c.rest...)
	p := uploaded(t, webpOf(extendedOf(2|webpAlpha, 48, 32), appendChunk(nil, "ANIM", make([]byte, 6)), appendChunk(nil, "ANMF", frame)))
	if p.Preview.Type != "image/png" || p.Preview.Width != 48 {
		t.Errorf("got a preview of type %s, %d wide", p.Preview.Type, p.Preview.Width)
	}
}

func TestHostileWebPIsRefused(t *testing.T) {
	t.Parallel()
	huge := appendChunk(nil, "VP8L", []byte("\x2f\xff\xff\xff\x0f"))
	frame := func(w, h int, parts ...[]byte) []byte {
		head := []byte{0, 0, 0, 0, 0, 0, byte(w - 1), byte((w - 1) >> 8), 0, byte(h - 1), byte((h - 1) >> 8), 0, 0, 0, 0, 0}
		return appendChunk(nil, "ANMF", append(head, bytes.Join(parts, nil)...))
	}
	one := frame(16, 16, appendChunk(nil, "VP8 ", []byte("x")))
	for name, c := range map[string]struct {
		file []byte
		say  string
	}{
		"huge behind a small header": {webpOf(extendedOf(0, 16, 16), huge), "damaged"},
		"huge frame":                 {webpOf(extendedOf(2, 16, 16), frame(16384, 16384, huge)), "40 million pixels"},
		"huge in a small frame":      {webpOf(extendedOf(2, 16, 16), frame(16, 16, huge)), "damaged"},
		"huge alpha":                 {webpOf(extendedOf(webpAlpha, 16384, 16384), appendChunk(nil, "ALPH", []byte{0})), "40 million pixels"},
		"many frames":                {webpOf(extendedOf(2, 16, 16), bytes.Repeat(one, MaxFrames+1)), "300 frames; this has 301"},
		"frame without a head":       {webpOf(extendedOf(2, 16, 16), appendChunk(nil, "ANMF", []byte("short"))), "damaged"},
		"frame of nothing":           {webpOf(extendedOf(2, 16, 16), frame(16, 16)), "damaged"},
		"a chunk that goes on":       {webpOf(extendedOf(0, 16, 16), []byte("VP8 \xff\xff\xff\xff")), "damaged"},
		"a part that goes on":        {webpOf(extendedOf(2, 16, 16), frame(16, 16, []byte("VP8 \xff\xff\xff\xff"))), "damaged"},
		"a short header":             {webpOf(appendChunk(nil, "VP8X", []byte("short")), huge), "damaged"},
		"nothing":                    {webpOf(appendChunk(nil, "VP8X", make([]byte, 10))), "damaged"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			notTaken(t, c.file, social.Unprocessable, c.say)
		})
	}
}
