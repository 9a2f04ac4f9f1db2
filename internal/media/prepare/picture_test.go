package prepare

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/social"
)

// asStored are the blocks ABC over DEF as a camera stores them for each orientation.
var asStored = map[int][]string{
	1: {"ABC", "DEF"}, 2: {"CBA", "FED"}, 3: {"FED", "CBA"}, 4: {"DEF", "ABC"},
	5: {"AD", "BE", "CF"}, 6: {"CF", "BE", "AD"}, 7: {"FC", "EB", "DA"}, 8: {"DA", "EB", "FC"},
}

func TestPicturesAreTurnedUpright(t *testing.T) {
	t.Parallel()
	want := []string{"ABC", "DEF"}
	for o, rows := range asStored {
		m := blocks(rows...)
		for name, b := range map[string][]byte{
			"jpeg":            jpegOf(t, m, segmentOf(app1, exifHead, string(exifOf(o, binary.LittleEndian)))),
			"jpeg big-endian": jpegOf(t, m, segmentOf(app1, exifHead, string(exifOf(o, binary.BigEndian)))),
			"png":             pngOf(t, m, chunkOf("eXIf", string(exifOf(o, binary.BigEndian)))),
		} {
			t.Run(fmt.Sprint(name, " ", o), func(t *testing.T) {
				t.Parallel()
				if !bytes.Contains(b, []byte(secret)) {
					t.Fatal("the file has no secret")
				}
				p := uploaded(t, b)
				for what, f := range map[string]File{"original": p.Original, "preview": p.Preview} {
					if diff := cmp.Diff(want, letters(t, f.Bytes)); diff != "" {
						t.Errorf("%s (-want +got):\n%s", what, diff)
					}
					if f.Width != 3*blockSide || f.Height != 2*blockSide {
						t.Errorf("%s: got %dx%d", what, f.Width, f.Height)
					}
				}
				if want := "image/" + strings.Fields(name)[0]; p.Original.Type != want {
					t.Errorf("got type %s, want %s", p.Original.Type, want)
				}
				if bytes.Contains(p.Original.Bytes, []byte(secret)) {
					t.Error("the secret is still there")
				}
				avatar, err := Avatar(t.Context(), b)
				if err != nil {
					t.Fatal(err)
				}
				if avatar.Width != 2*blockSide || avatar.Height != 2*blockSide {
					t.Errorf("avatar: got %dx%d", avatar.Width, avatar.Height)
				}
			})
		}
	}
}

func TestUprightPicturesAreNotEncodedAgain(t *testing.T) {
	t.Parallel()
	m := blocks("ABC", "DEF")
	for name, c := range map[string]struct{ clean, dirty []byte }{
		"jpeg": {jpegOf(t, m), jpegOf(t, m, segmentOf(app1, exifHead, string(exifOf(1, binary.LittleEndian))))},
		"png":  {pngOf(t, m), pngOf(t, m, chunkOf("eXIf", string(exifOf(1, binary.LittleEndian))))},
		"gif":  {gifOf(t, m, 3), gifOf(t, m, 3, []byte("\x21\xfe\x06"+secret+"\x00"))},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := uploaded(t, c.dirty).Original.Bytes; !bytes.Equal(got, c.clean) {
				t.Errorf("got %d bytes, want the %d of the file without what tells more", len(got), len(c.clean))
			}
			if got := uploaded(t, c.clean).Original.Bytes; !bytes.Equal(got, c.clean) {
				t.Errorf("got %d bytes of a clean file that has %d", len(got), len(c.clean))
			}
		})
	}
}

func TestPreviewHasAtMostSoManyPixels(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ w, h, wantW, wantH int }{
		"wide":    {1280, 720, 640, 360},
		"high":    {720, 1280, 360, 640},
		"small":   {20, 10, 20, 10},
		"a line":  {16384, 16, 15360, 15},
		"a strip": {1, 16384, 1, 16384},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := uploaded(t, pngOf(t, image.NewGray(image.Rect(0, 0, c.w, c.h))))
			if p.Preview.Width != c.wantW || p.Preview.Height != c.wantH || p.Preview.Width*p.Preview.Height > previewPixels {
				t.Errorf("got %dx%d, want %dx%d", p.Preview.Width, p.Preview.Height, c.wantW, c.wantH)
			}
			if len(p.Blurhash) != 36 {
				t.Errorf("got the blurhash %q", p.Blurhash)
			}
		})
	}
}

func TestWhatShinesThroughStays(t *testing.T) {
	t.Parallel()
	m := blocks("AB", "CD")
	m.SetNRGBA(0, 0, color.NRGBA{})
	p := uploaded(t, pngOf(t, m))
	if p.Preview.Type != "image/png" {
		t.Errorf("got a preview of type %s", p.Preview.Type)
	}
	if p := uploaded(t, pngOf(t, blocks("AB", "CD"))); p.Preview.Type != "image/jpeg" {
		t.Errorf("got an opaque preview of type %s", p.Preview.Type)
	}
}

func TestLimitsAreJudgedBeforeDecoding(t *testing.T) {
	t.Parallel()
	// These have a header and nothing to decode.
	header := func(w, h uint32) []byte {
		return slices.Concat([]byte(pngMagic), chunkOf("IHDR", string(words(w, h)), "\x08\x02\x00\x00\x00"), chunkOf("IDAT", "x"), chunkOf("IEND"))
	}
	frame := func(w, h string) []byte {
		return slices.Concat([]byte("\xff\xd8"), segmentOf(0xc0, "\x08", h, w, "\x01\x01\x11\x00"), segmentOf(sos, "\x01\x01\x00\x00\x3f\x00"), []byte("\xff\xd9"))
	}
	for name, c := range map[string]struct {
		file []byte
		kind social.Kind
		say  string
	}{
		"png bomb":        {header(30000, 30000), social.Unprocessable, "16384 pixels wide and high; this is 30000 by 30000"},
		"png of 42 Mpx":   {header(7000, 6000), social.Unprocessable, "40 million pixels; this has 42.0"},
		"jpeg bomb":       {frame("\x75\x30", "\x75\x30"), social.Unprocessable, "this is 30000 by 30000"},
		"webp bomb":       {webpOf(appendChunk(nil, "VP8L", []byte("\x2f\xff\xff\xff\x0f"))), social.Unprocessable, "40 million pixels; this has 268.4"},
		"gif bomb":        {[]byte("GIF89a\xff\xff\xff\xff\x00\x00\x00;"), social.Unprocessable, "this is 65535 by 65535"},
		"no height":       {frame("\x00\x10", "\x00\x00"), social.Unprocessable, ""},
		"many frames":     {gifOf(t, blocks("A"), MaxFrames+1), social.Unprocessable, "300 frames; this has 301"},
		"many bytes":      {append(jpegOf(t, blocks("A")), make([]byte, MaxImage)...), social.TooLarge, "16 MiB; this has more"},
		"many of a video": {append(stored(t, "film.mp4"), make([]byte, MaxVideo)...), social.TooLarge, "40 MiB; this has more"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			notTaken(t, c.file, c.kind, c.say)
		})
	}
	if p := uploaded(t, gifOf(t, blocks("A"), MaxFrames)); p.Kind != Image {
		t.Errorf("got kind %s of an animation", p.Kind)
	}
}

func TestDamagedFilesAreRefused(t *testing.T) {
	t.Parallel()
	m := blocks("ABC", "DEF")
	for name, b := range map[string][]byte{
		"jpeg": jpegOf(t, m), "png": pngOf(t, m), "gif": gifOf(t, m, 2), "progressive": stored(t, "progressive.jpeg"),
		"webp": stored(t, "lossy.webp"), "lossless webp": stored(t, "sideways.webp"), "animated webp": stored(t, "animated.webp"),
		"mp4": stored(t, "film.mp4"), "webm": stored(t, "film.webm"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			uploaded(t, b)
			for _, part := range []int{2, 3, 10} {
				notTaken(t, b[:len(b)-len(b)/part], social.Unprocessable, "")
			}
			notTaken(t, b[:len(b)-1], social.Unprocessable, "")
		})
	}
}

func TestWhatStandsBehindTheEndIsCut(t *testing.T) {
	t.Parallel()
	m := blocks("ABC", "DEF")
	for name, b := range map[string][]byte{
		"jpeg": jpegOf(t, m), "png": pngOf(t, m), "gif": gifOf(t, m, 2), "webp": stored(t, "lossy.webp"), "webm": stored(t, "film.webm"),
		"wav": wavOf([]byte("sound")), "ogg": stored(t, "opus.ogg"), "mp3": stored(t, "sound.mp3"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := uploaded(t, b).Original.Bytes
			got := uploaded(t, append(bytes.Clone(b), "PK\x03\x04<script>alert(1)</script>"...)).Original.Bytes
			if !bytes.Equal(got, want) {
				t.Errorf("got %d bytes, want the %d before the end", len(got), len(want))
			}
		})
	}
}

func TestNobodyWaitsForADecoderThatWasGivenUp(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	file := patient{ctx, strings.NewReader("file")}
	if n, err := file.Read(make([]byte, 2)); n != 2 || err != nil {
		t.Errorf("got %d bytes, %v", n, err)
	}
	cancel()
	if n, err := file.Read(make([]byte, 2)); n != 0 || !errors.Is(err, context.Canceled) {
		t.Errorf("got %d more bytes, %v, want %v", n, err, context.Canceled)
	}
	if _, err := Upload(ctx, jpegOf(t, blocks("A"))); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
}

func TestProfilePicturesAreCutAndNeverEnlarged(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		w, h           int
		avatar, header string
	}{
		"large":  {1600, 600, "400x400", "1500x500"},
		"high":   {600, 900, "400x400", "600x200"},
		"small":  {120, 90, "90x90", "120x40"},
		"a line": {1000, 1, "1x1", "3x1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := pngOf(t, image.NewGray(image.Rect(0, 0, c.w, c.h)))
			avatar, err := Avatar(t.Context(), b)
			if err != nil {
				t.Fatal(err)
			}
			header, err := Header(t.Context(), b)
			if err != nil {
				t.Fatal(err)
			}
			for want, f := range map[string]File{c.avatar: avatar, c.header: header} {
				config, _, err := image.DecodeConfig(bytes.NewReader(f.Bytes))
				if got := fmt.Sprintf("%dx%d", config.Width, config.Height); err != nil || got != want || f.Width != config.Width {
					t.Errorf("got %s (%d wide), %v, want %s", got, f.Width, err, want)
				}
			}
		})
	}
}

func TestProfilePictureShowsTheMiddle(t *testing.T) {
	t.Parallel()
	f, err := Avatar(t.Context(), pngOf(t, blocks("ABBC", "DEEF")))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"BB", "EE"}, letters(t, f.Bytes)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestProfilePictureOfAnAnimationIsItsFirstFrame(t *testing.T) {
	t.Parallel()
	for name, b := range map[string][]byte{"gif": gifOf(t, blocks("AB", "CD"), 3), "webp": stored(t, "animated.webp")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, err := Avatar(t.Context(), b)
			if err != nil || f.Type != "image/jpeg" {
				t.Errorf("got type %q, %v", f.Type, err)
			}
		})
	}
	for name, b := range map[string][]byte{"film": stored(t, "film.mp4"), "page": []byte("<html>"), "nothing": nil} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := Header(t.Context(), b); !social.Is(err, social.Unprocessable) || !strings.Contains(err.Error(), "no picture") {
				t.Errorf("got %v", err)
			}
		})
	}
}
