package prepare

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"skerry/internal/social"
)

// secret is in every part of a test file that must not come out.
const secret = "SECRET"

// blockSide is the side of a block, which a JPEG codes by itself.
const blockSide = 16

var colours = map[rune]color.NRGBA{
	'A': {200, 30, 30, 255}, 'B': {30, 200, 30, 255}, 'C': {30, 30, 200, 255},
	'D': {200, 200, 30, 255}, 'E': {30, 200, 200, 255}, 'F': {200, 30, 200, 255},
}

// blocks draws rows of letters as blocks of colour.
func blocks(rows ...string) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, blockSide*len(rows[0]), blockSide*len(rows)))
	for y := range m.Rect.Dy() {
		for x := range m.Rect.Dx() {
			m.Set(x, y, colours[rune(rows[y/blockSide][x/blockSide])])
		}
	}
	return m
}

// letters reads blocks back: the nearest colour in the middle of each.
func letters(t *testing.T, b []byte) (rows []string) {
	t.Helper()
	m, _, err := image.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	for y := m.Bounds().Min.Y + blockSide/2; y < m.Bounds().Max.Y; y += blockSide {
		row := ""
		for x := m.Bounds().Min.X + blockSide/2; x < m.Bounds().Max.X; x += blockSide {
			row += string(nearest(color.NRGBAModel.Convert(m.At(x, y)).(color.NRGBA)))
		}
		rows = append(rows, row)
	}
	return rows
}

func nearest(c color.NRGBA) rune {
	for letter, want := range colours {
		far := func(a, b uint8) bool { return max(a, b)-min(a, b) > 40 }
		if !far(c.R, want.R) && !far(c.G, want.G) && !far(c.B, want.B) {
			return letter
		}
	}
	return '?'
}

// exifOf is an Exif block with an orientation, and a secret behind it.
func exifOf(o int, order binary.AppendByteOrder) []byte {
	head := map[binary.AppendByteOrder]string{binary.LittleEndian: "II*\x00", binary.BigEndian: "MM\x00*"}[order]
	b := order.AppendUint32([]byte(head), 8)
	b = order.AppendUint16(b, 2)
	b = append(order.AppendUint16(order.AppendUint16(b, 0x010f), 2), 0, 0, 0, 7, 0, 0, 0, 38) // the maker of the camera
	b = order.AppendUint32(order.AppendUint16(order.AppendUint16(b, 0x0112), 3), 1)
	b = append(order.AppendUint16(b, uint16(o)), 0, 0)
	return append(append(b, 0, 0, 0, 0), secret...)
}

func segmentOf(marker byte, body ...string) []byte {
	return appendSegment(nil, marker, []byte(strings.Join(body, "")))
}

// jpegOf encodes a picture, with segments after the start.
func jpegOf(t testing.TB, m image.Image, segments ...[]byte) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := jpeg.Encode(&out, m, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	return slices.Concat(out.Bytes()[:2], bytes.Join(segments, nil), out.Bytes()[2:])
}

func chunkOf(name string, body ...string) []byte {
	named := []byte(name + strings.Join(body, ""))
	b := binary.BigEndian.AppendUint32(nil, uint32(len(named)-4))
	return binary.BigEndian.AppendUint32(append(b, named...), crc32.ChecksumIEEE(named))
}

// pngOf encodes a picture, with chunks after the header.
func pngOf(t testing.TB, m image.Image, chunks ...[]byte) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, m); err != nil {
		t.Fatal(err)
	}
	const header = 8 + 25
	return slices.Concat(out.Bytes()[:header], bytes.Join(chunks, nil), out.Bytes()[header:])
}

// gifOf is an animation of so many frames, with blocks after the colour table.
func gifOf(t testing.TB, m image.Image, frames int, between ...[]byte) []byte {
	t.Helper()
	palette := color.Palette{}
	for letter := 'A'; letter <= 'F'; letter++ {
		palette = append(palette, colours[letter])
	}
	p := image.NewPaletted(m.Bounds(), palette)
	for y := range m.Bounds().Dy() {
		for x := range m.Bounds().Dx() {
			p.Set(x, y, m.At(x, y))
		}
	}
	all := gif.GIF{}
	for range frames {
		all.Image, all.Delay = append(all.Image, p), append(all.Delay, 10)
	}
	var out bytes.Buffer
	if err := gif.EncodeAll(&out, &all); err != nil {
		t.Fatal(err)
	}
	header := 13 + int(tableLength(out.Bytes()[10]))
	return slices.Concat(out.Bytes()[:header], bytes.Join(between, nil), out.Bytes()[header:])
}

// webpOf is a RIFF file of chunks.
func webpOf(chunks ...[]byte) []byte {
	return closeRIFF(append(newRIFF("WEBP", 0), bytes.Join(chunks, nil)...))
}

func boxOf(name string, parts ...[]byte) []byte {
	body := bytes.Join(parts, nil)
	return slices.Concat(binary.BigEndian.AppendUint32(nil, uint32(8+len(body))), []byte(name), body)
}

// words are 32-bit numbers.
func words(all ...uint32) (b []byte) {
	for _, n := range all {
		b = binary.BigEndian.AppendUint32(b, n)
	}
	return b
}

func stored(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// uploaded prepares a file that must be taken.
func uploaded(t *testing.T, b []byte) Prepared {
	t.Helper()
	p, err := Upload(t.Context(), bytes.Clone(b))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// notTaken checks that a file is refused with a fault of a kind, whose sentence
// has these words.
func notTaken(t *testing.T, b []byte, kind social.Kind, say string) {
	t.Helper()
	p, err := Upload(t.Context(), bytes.Clone(b))
	if !social.Is(err, kind) || !strings.Contains(err.Error(), say) {
		t.Errorf("got %v and the error %v, want kind %d saying %q", p.Original.Type, err, kind, say)
	}
	if p.Original.Bytes != nil || p.Preview.Bytes != nil {
		t.Errorf("got %d bytes of what was refused", len(p.Original.Bytes))
	}
}
