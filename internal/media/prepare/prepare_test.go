package prepare

import (
	"bytes"
	"testing"
)

// TestRealFilesAreReadAndCleaned goes through what encoders wrote. Those that
// could be told a secret were told one.
func TestRealFilesAreReadAndCleaned(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		kind      Kind
		mediaType string
		w, h      int
		told      bool
	}{
		"cmyk.jpeg":        {Image, "image/jpeg", 48, 32, false},
		"progressive.jpeg": {Image, "image/jpeg", 48, 32, false},
		"lossy.webp":       {Image, "image/webp", 48, 32, false},
		"alpha.webp":       {Image, "image/webp", 48, 32, false},
		"animated.webp":    {Image, "image/webp", 64, 48, false},
		"sideways.webp":    {Image, "image/jpeg", 48, 32, true},
		"film.mp4":         {Video, "video/mp4", 64, 48, true},
		"fragments.mp4":    {Video, "video/mp4", 64, 48, false},
		"film.webm":        {Video, "video/webm", 64, 48, true},
		"streamed.webm":    {Video, "video/webm", 64, 48, false},
		"sound.m4a":        {Audio, "audio/mp4", 0, 0, true},
		"sound.mp3":        {Audio, "audio/mpeg", 0, 0, true},
		"sound.flac":       {Audio, "audio/flac", 0, 0, true},
		"vorbis.ogg":       {Audio, "audio/ogg", 0, 0, true},
		"opus.ogg":         {Audio, "audio/ogg", 0, 0, true},
		"flac.ogg":         {Audio, "audio/ogg", 0, 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := stored(t, name)
			if got := bytes.Contains(b, []byte(secret)); got != c.told {
				t.Errorf("the file has a secret: %v, want %v", got, c.told)
			}
			p := uploaded(t, b)
			o := p.Original
			if p.Kind != c.kind || o.Type != c.mediaType || o.Width != c.w || o.Height != c.h {
				t.Errorf("got %s %s, %dx%d, want %v", p.Kind, o.Type, o.Width, o.Height, c)
			}
			if (p.Blurhash != "") != (c.kind == Image) || (p.Preview.Bytes != nil) != (c.kind == Image) {
				t.Errorf("got the blurhash %q and a preview of %d bytes", p.Blurhash, len(p.Preview.Bytes))
			}
			for _, word := range []string{secret, "47.12", "Exif", "GPS"} {
				if bytes.Contains(o.Bytes, []byte(word)) || bytes.Contains(p.Preview.Bytes, []byte(word)) {
					t.Errorf("%q is still there", word)
				}
			}
			if again := uploaded(t, o.Bytes).Original.Bytes; !bytes.Equal(again, o.Bytes) {
				t.Errorf("a clean file of %d bytes becomes one of %d", len(o.Bytes), len(again))
			}
		})
	}
}
