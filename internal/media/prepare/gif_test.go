package prepare

import (
	"bytes"
	"image"
	"image/color"
	"image/gif"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/social"
)

func TestBlocksOfGIF(t *testing.T) {
	t.Parallel()
	m := blocks("AB", "CD")
	loop := []byte("\x21\xff\x0bNETSCAPE2.0\x03\x01\x05\x00\x00")
	control := []byte("\x21\xf9\x04\x00\x0a\x00\x00\x00")
	for name, c := range map[string]struct{ block, kept []byte }{
		"comment":               {[]byte("\x21\xfe\x06SECRET\x06SECRET\x00"), nil},
		"empty comment":         {[]byte("\x21\xfe\x00"), nil},
		"text":                  {[]byte("\x21\x01\x0c\x00\x00\x00\x00\x00\x00\x00\x00\x08\x08\x00\x01\x06SECRET\x00"), nil},
		"xmp":                   {[]byte("\x21\xff\x0bXMP DataXMP\x06SECRET\x00"), nil},
		"loop":                  {loop, loop},
		"loop with more":        {[]byte("\x21\xff\x0bNETSCAPE2.0\x03\x01\x05\x00\x06SECRET\x00"), loop},
		"buffer alone":          {[]byte("\x21\xff\x0bNETSCAPE2.0\x03\x02SE\x00"), nil},
		"buffer":                {[]byte("\x21\xff\x0bNETSCAPE2.0\x05\x02SECR\x00"), nil},
		"control":               {control, control},
		"control with more":     {append(bytes.Clone(control[:7]), "\x06SECRET\x00"...), control},
		"an extension of later": {[]byte("\x21\x77\x06SECRET\x00"), nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := uploaded(t, gifOf(t, m, 2, c.block)).Original.Bytes
			if want := gifOf(t, m, 2, c.kept); !bytes.Equal(got, want) {
				t.Errorf("got %d bytes, want %d", len(got), len(want))
			}
		})
	}
}

func TestFramesLieWithinTheirGIF(t *testing.T) {
	t.Parallel()
	b := gifOf(t, blocks("AB", "CD"), 2)
	second := bytes.LastIndex(b, []byte{gifFrame, 0, 0, 0, 0, 32, 0, 32, 0})
	for name, at := range map[string]int{"left": 1, "top": 3, "width": 5, "height": 7} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wrong := bytes.Clone(b)
			wrong[second+at]++
			notTaken(t, wrong, social.Unprocessable, "damaged")
		})
	}
}

// TestFirstFrameStandsWhereItBelongs: an animation may begin with a part of itself.
func TestFirstFrameStandsWhereItBelongs(t *testing.T) {
	t.Parallel()
	part := image.NewPaletted(image.Rect(16, 16, 32, 32), color.Palette{colours['A'], colours['F']})
	for i := range part.Pix {
		part.Pix[i] = 1
	}
	var out bytes.Buffer
	all := gif.GIF{Image: []*image.Paletted{part, part}, Delay: []int{1, 1}, Config: image.Config{Width: 48, Height: 32}}
	if err := gif.EncodeAll(&out, &all); err != nil {
		t.Fatal(err)
	}
	p := uploaded(t, out.Bytes())
	if diff := cmp.Diff([]string{"???", "?F?"}, letters(t, p.Preview.Bytes)); diff != "" || p.Preview.Type != "image/png" {
		t.Errorf("preview of type %s (-want +got):\n%s", p.Preview.Type, diff)
	}
	still := cursor{rest: stored(t, "lossy.webp")[12:]}
	name, body := chunk(&still)
	frame := slices.Concat([]byte{8, 0, 0, 4, 0, 0, 47, 0, 0, 31, 0, 0, 100, 0, 0, 0}, appendChunk(nil, name, body))
	p = uploaded(t, webpOf(extendedOf(2, 96, 64), appendChunk(nil, "ANIM", make([]byte, 6)), appendChunk(nil, "ANMF", frame)))
	if diff := cmp.Diff([]string{"??????", "?ABC??", "?DEF??", "??????"}, letters(t, shiftedBy(t, p.Preview.Bytes, 0, 8))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// shiftedBy moves a picture of letters, so that its blocks stand where they are read.
func shiftedBy(t *testing.T, b []byte, x, y int) []byte {
	t.Helper()
	m, _, err := image.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	to := image.NewNRGBA(m.Bounds())
	for at := range to.Rect.Dx() * to.Rect.Dy() {
		px, py := at%to.Rect.Dx(), at/to.Rect.Dx()
		to.Set(px+x, py+y, m.At(px, py))
	}
	return pngOf(t, to)
}
