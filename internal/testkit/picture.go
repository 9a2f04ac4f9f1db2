package testkit

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"testing"

	"skerry/internal/social"
)

// Picture is a PNG of that size in which no two neighbours have one colour.
func Picture(t testing.TB, width, height int) []byte {
	t.Helper()
	m := image.NewNRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			m.SetNRGBA(x, y, color.NRGBA{uint8(x * 37), uint8(y * 53), uint8(x + y), 255})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Emoji makes the owner offer a picture as an emoji.
func (s *Server) Emoji(t testing.TB, shortcode string) social.OwnEmoji {
	t.Helper()
	picture, err := s.Library.Emoji(t.Context(), bytes.NewReader(Picture(t, 6, 4)))
	if err != nil {
		t.Fatal(err)
	}
	e, err := s.Publisher.AddEmoji(t.Context(), shortcode, picture)
	if err != nil {
		t.Fatal(err)
	}
	return e
}
