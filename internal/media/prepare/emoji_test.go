package prepare

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/png"
	"strings"
	"testing"

	"skerry/internal/social"
)

func TestEmojisAreSmallAndTellNothing(t *testing.T) {
	t.Parallel()
	exif := string(exifOf(6, binary.BigEndian))
	comment := []byte("\x21\xfe\x06" + secret + "\x00")
	for name, c := range map[string]struct {
		file      []byte
		mediaType string
		w, h      int
	}{
		"little":          {pngOf(t, blocks("AB"), chunkOf("tEXt", "Comment\x00", secret)), "image/png", 32, 16},
		"large":           {pngOf(t, blocks("ABCDEFABCDEF", "FEDCBAFEDCBA"), chunkOf("tEXt", "Comment\x00", secret)), "image/png", 128, 21},
		"high":            {pngOf(t, image.NewNRGBA(image.Rect(0, 0, 1, 4000)), chunkOf("tEXt", "Comment\x00", secret)), "image/png", 1, 128},
		"turned":          {pngOf(t, blocks("AB"), chunkOf("eXIf", exif)), "image/png", 16, 32},
		"jpeg":            {jpegOf(t, blocks("AB"), segmentOf(app1, exifHead, exif)), "image/png", 16, 32},
		"gif":             {gifOf(t, blocks("AB"), 1, comment), "image/gif", 32, 16},
		"large gif":       {gifOf(t, blocks("ABCDEFABCDEF"), 1, comment), "image/png", 128, 10},
		"animation":       {gifOf(t, blocks("AB"), 3, comment), "image/gif", 32, 16},
		"large animation": {gifOf(t, blocks("ABCDEFABCDEF"), 3, comment), "image/gif", 192, 16},
		"webp":            {append(stored(t, "alpha.webp"), secret...), "image/webp", 48, 32},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if !bytes.Contains(c.file, []byte(secret)) {
				t.Fatal("the file has no secret")
			}
			f, err := Emoji(t.Context(), bytes.Clone(c.file))
			if err != nil {
				t.Fatal(err)
			}
			size, format, err := image.DecodeConfig(bytes.NewReader(f.Bytes))
			if err != nil || "image/"+format != c.mediaType || size.Width != c.w || size.Height != c.h {
				t.Errorf("its bytes are %s of %dx%d, %v; want %s of %dx%d", format, size.Width, size.Height, err, c.mediaType, c.w, c.h)
			}
			if f.Type != c.mediaType || f.Width != c.w || f.Height != c.h {
				t.Errorf("got %s of %dx%d, want %s of %dx%d", f.Type, f.Width, f.Height, c.mediaType, c.w, c.h)
			}
			if bytes.Contains(f.Bytes, []byte(secret)) {
				t.Error("the secret is still there")
			}
			if strings.Contains(name, "animation") && bytes.Count(f.Bytes, []byte("\x21\xf9\x04")) != 3 {
				t.Error("it does not move any more")
			}
		})
	}
}

func TestWhatShinesThroughAnEmojiGoesOnToWhenItIsShrunk(t *testing.T) {
	t.Parallel()
	m := image.NewNRGBA(image.Rect(0, 0, 300, 300))
	for y := range 150 {
		for x := range 300 {
			m.SetNRGBA(x, y, color.NRGBA{200, 30, 30, 255})
		}
	}
	f, err := Emoji(t.Context(), pngOf(t, m))
	if err != nil {
		t.Fatal(err)
	}
	got, err := png.Decode(bytes.NewReader(f.Bytes))
	if err != nil {
		t.Fatal(err)
	}
	_, _, _, above := got.At(64, 20).RGBA()
	_, _, _, below := got.At(64, 110).RGBA()
	if above != 0xffff || below != 0 {
		t.Errorf("above %d and below %d shine through, want 65535 and 0", above, below)
	}
}

func TestWhatCannotBeAnEmojiIsRefusedWithTheReason(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		file []byte
		kind social.Kind
		say  string
	}{
		"nothing":     {nil, social.Unprocessable, "no picture"},
		"a page":      {[]byte("<svg xmlns='http://www.w3.org/2000/svg'/>"), social.Unprocessable, "send JPEG, PNG, GIF or WebP"},
		"a film":      {stored(t, "film.mp4"), social.Unprocessable, "no picture"},
		"cut off":     {pngOf(t, blocks("A"))[:60], social.Unprocessable, "cut off"},
		"many bytes":  {append(pngOf(t, blocks("A")), make([]byte, MaxEmoji)...), social.TooLarge, "256 KiB; this has more"},
		"many frames": {gifOf(t, blocks("A"), MaxFrames+1), social.Unprocessable, "300 frames"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, err := Emoji(t.Context(), c.file)
			if !social.Is(err, c.kind) || !strings.Contains(err.Error(), c.say) || f.Bytes != nil {
				t.Errorf("got %d bytes and the error %v, want kind %d saying %q", len(f.Bytes), err, c.kind, c.say)
			}
		})
	}
}
