package prepare

import (
	"bytes"
	"encoding/binary"
	"image/jpeg"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// profileOf is a colour profile of a space that says nothing of use.
func profileOf(space string) string {
	return strings.Repeat("p", 16) + space + strings.Repeat("p", 128)
}

func iccSegment(profile string) []byte { return segmentOf(app2, iccHead, "\x01\x01", profile) }

func TestSegmentsOfJPEG(t *testing.T) {
	t.Parallel()
	m := blocks("ABC", "DEF")
	clean := jpegOf(t, m)
	for name, c := range map[string]struct{ segment, kept []byte }{
		"exif":              {segmentOf(app1, exifHead, secret), nil},
		"xmp":               {segmentOf(app1, "http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta>", secret), nil},
		"photoshop":         {segmentOf(0xed, "Photoshop 3.0\x008BIM", secret), nil},
		"comment":           {segmentOf(0xfe, secret), nil},
		"other pictures":    {segmentOf(app2, "MPF\x00", secret), nil},
		"a small picture":   {segmentOf(app0, "JFXX\x00\x10", secret), nil},
		"of a program":      {segmentOf(0xec, "Ducky", secret), nil},
		"colours":           {iccSegment(profileOf("RGB ")), iccSegment(profileOf("RGB "))},
		"jfif":              {segmentOf(app0, "JFIF\x00\x01\x01\x01\x00\x48\x00\x48\x01\x01", secret), segmentOf(app0, "JFIF\x00\x01\x01\x01\x00\x48\x00\x48\x00\x00")},
		"adobe":             {segmentOf(app14, "Adobe\x00\x64\x00\x00\x00\x00\x01", secret), segmentOf(app14, "Adobe\x00\x64\x00\x00\x00\x00\x01")},
		"adobe, cut":        {segmentOf(app14, "Adobe"), nil},
		"between segments":  {append(segmentOf(0xfe), "SECRET\x00\xff\x00\xff\xd0\xff\xd8"...), nil},
		"before a segment":  {append([]byte("\xff\xff\xff"), segmentOf(0xfe, secret)...), nil},
		"an empty comment":  {segmentOf(0xfe), nil},
		"a future one":      {segmentOf(0xf0, secret), nil},
		"exif, then colour": {append(segmentOf(app1, exifHead), iccSegment(profileOf("RGB "))...), iccSegment(profileOf("RGB "))},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := slices.Concat(clean[:2], c.kept, clean[2:])
			if got := uploaded(t, jpegOf(t, m, c.segment)).Original.Bytes; !bytes.Equal(got, want) {
				t.Errorf("got %d bytes, want %d: %.200q", len(got), len(want), got)
			}
		})
	}
}

// TestWhatPhonesHangOnIsCut: a motion photo is a film behind the picture, and a
// picture of two cameras is two pictures.
func TestWhatPhonesHangOnIsCut(t *testing.T) {
	t.Parallel()
	b := jpegOf(t, blocks("AB", "CD"))
	for name, more := range map[string][]byte{"film": stored(t, "film.mp4"), "picture": b, "samsung": []byte("SEFHe\x00\x00\x00SEFT")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := uploaded(t, slices.Concat(b, more)).Original.Bytes; !bytes.Equal(got, b) {
				t.Errorf("got %d bytes, want %d", len(got), len(b))
			}
		})
	}
}

func TestColoursStayWhenAPictureIsTurned(t *testing.T) {
	t.Parallel()
	sideways := segmentOf(app1, exifHead, string(exifOf(6, binary.LittleEndian)))
	for space, kept := range map[string]bool{"RGB ": true, "CMYK": false, "GRAY": false} {
		t.Run(space, func(t *testing.T) {
			t.Parallel()
			p := uploaded(t, jpegOf(t, blocks(asStored[6]...), sideways, iccSegment(profileOf(space))))
			for what, f := range map[string]File{"original": p.Original, "preview": p.Preview} {
				if got := bytes.Contains(f.Bytes, iccSegment(profileOf(space))); got != kept {
					t.Errorf("%s: the profile is there: %v, want %v", what, got, kept)
				}
				if diff := cmp.Diff([]string{"ABC", "DEF"}, letters(t, f.Bytes)); diff != "" {
					t.Errorf("%s (-want +got):\n%s", what, diff)
				}
			}
		})
	}
}

func TestOtherSortsOfJPEGAreRead(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"cmyk.jpeg", "progressive.jpeg"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := uploaded(t, stored(t, name))
			if p.Preview.Type != "image/jpeg" || p.Original.Width != 48 || p.Original.Height != 32 {
				t.Errorf("got %dx%d, a preview of type %s", p.Original.Width, p.Original.Height, p.Preview.Type)
			}
			if _, err := jpeg.Decode(bytes.NewReader(p.Original.Bytes)); err != nil {
				t.Error(err)
			}
			if diff := cmp.Diff(letters(t, stored(t, name)), letters(t, p.Preview.Bytes)); diff != "" {
				t.Errorf("the preview has other colours (-original +preview):\n%s", diff)
			}
		})
	}
}

func TestOrientationIsReadWithCare(t *testing.T) {
	t.Parallel()
	little := exifOf(6, binary.LittleEndian)
	with := func(at int, b ...byte) []byte {
		changed := bytes.Clone(little)
		copy(changed[at:], b)
		return changed
	}
	for name, c := range map[string]struct {
		block []byte
		want  orientation
	}{
		"little-endian":    {little, 6},
		"big-endian":       {exifOf(6, binary.BigEndian), 6},
		"with its name":    {append([]byte(exifHead), little...), 6},
		"nothing":          {nil, upright},
		"another order":    {with(0, 'X'), upright},
		"directory beyond": {with(4, 0xff, 0xff, 0xff, 0xff), upright},
		"directory at end": {with(4, byte(len(little)-1)), upright},
		"many entries":     {with(8, 0xff, 0xff), 6},
		"cut":              {little[:30], upright},
		"a long":           {with(24, 4), upright},
		"two of them":      {with(26, 2), upright},
		"zero":             {exifOf(0, binary.LittleEndian), upright},
		"nine":             {exifOf(9, binary.LittleEndian), upright},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := exifOrientation(c.block); got != c.want {
				t.Errorf("got %d, want %d", got, c.want)
			}
		})
	}
}
