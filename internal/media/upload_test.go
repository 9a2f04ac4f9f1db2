package media_test

import (
	"bytes"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"skerry/internal/media"
	"skerry/internal/social"
	"skerry/internal/testkit"
)

// sample gives a file of that type.
func sample(t *testing.T, mediaType string) []byte {
	t.Helper()
	var b bytes.Buffer
	var err error
	picture := image.NewPaletted(image.Rect(0, 0, 3, 2), color.Palette{color.Black, color.White})
	switch mediaType {
	case "image/png":
		return testkit.Picture(t, 3, 2)
	case "image/jpeg":
		err = jpeg.Encode(&b, picture, nil)
	case "image/gif":
		err = gif.Encode(&b, picture, nil)
	case "audio/wav":
		b.WriteString("RIFF\x28\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x40\x1f\x00\x00\x01\x00\x08\x00data\x04\x00\x00\x00\x80\x80\x80\x80")
	case "video/quicktime":
		film := stored(t, "film.mp4")
		return append(append(film[:8:8], "qt  "...), film[12:]...)
	default:
		return stored(t, map[string]string{
			"image/webp": "lossy.webp", "video/mp4": "film.mp4", "video/webm": "film.webm", "audio/mpeg": "sound.mp3",
			"audio/ogg": "vorbis.ogg", "audio/flac": "sound.flac", "audio/mp4": "sound.m4a", "audio/webm": "sound.webm",
		}[mediaType])
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// stored gives a sample of package prepare.
func stored(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("prepare", "testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestEveryTypeThatAppsAreToldIsTakenAndServed(t *testing.T) {
	onServer(t, media.Cache, func(t *testing.T, h *house) {
		for _, mediaType := range media.Types {
			m, err := h.Library.Upload(t.Context(), bytes.NewReader(sample(t, mediaType)), nil, social.Described{})
			if err != nil {
				t.Errorf("%s: got %v", mediaType, err)
				continue
			}
			res, body := h.load(m.Shown.URL)
			if got := res.Header.Get("Content-Type"); res.StatusCode != 200 || got != m.Shown.MediaType || body == "" {
				t.Errorf("%s: got %d %s and %d bytes, want it as %s", mediaType, res.StatusCode, got, len(body), m.Shown.MediaType)
			}
			if m.Shown.MediaType != mediaType {
				t.Errorf("%s is taken for %s", mediaType, m.Shown.MediaType)
			}
		}
	})
}

func TestFilmIsShownByThePictureThatWasSentForIt(t *testing.T) {
	onServer(t, media.Cache, func(t *testing.T, h *house) {
		film, cover := stored(t, "film.mp4"), testkit.Picture(t, 30, 20)
		m, err := h.Library.Upload(t.Context(), bytes.NewReader(film), bytes.NewReader(cover), social.Described{})
		h.must(err)
		res, body := h.load(m.Shown.Preview)
		if kind := res.Header.Get("Content-Type"); res.StatusCode != 200 || !strings.HasPrefix(kind, "image/") || body == "" || m.Shown.Blurhash == "" {
			t.Errorf("got %d %s and the blurhash %q, want a picture", res.StatusCode, kind, m.Shown.Blurhash)
		}
		if _, err := h.Library.Upload(t.Context(), bytes.NewReader(film), bytes.NewReader(film), social.Described{}); !social.Is(err, social.Unprocessable) {
			t.Errorf("a film for a film: got %v, want it refused", err)
		}
		if n := len(h.keys("own/")); n != 2 {
			t.Errorf("%d files are kept, want film and picture", n)
		}
	})
}
