package prepare

import (
	"bytes"
	"encoding/binary"
	"slices"
	"testing"

	"skerry/internal/social"
)

func TestChunksOfPNG(t *testing.T) {
	t.Parallel()
	m := blocks("AB", "CD")
	clean := pngOf(t, m)
	for name, c := range map[string]struct {
		chunk []byte
		kept  bool
	}{
		"text":              {chunkOf("tEXt", "Comment\x00", secret), false},
		"packed text":       {chunkOf("zTXt", "Comment\x00\x00", secret), false},
		"xmp":               {chunkOf("iTXt", "XML:com.adobe.xmp\x00\x00\x00\x00\x00", secret), false},
		"time":              {chunkOf("tIME", "\x07\xea\x01\x01\x00\x00\x00"), false},
		"exif":              {chunkOf("eXIf", string(exifOf(1, binary.BigEndian))), false},
		"of a program":      {chunkOf("prVt", secret), false},
		"behind the end":    {chunkOf("IDOT", secret), false},
		"colours":           {chunkOf("iCCP", "x\x00\x00", "profile"), true},
		"rendering":         {chunkOf("sRGB", "\x00"), true},
		"size":              {chunkOf("pHYs", "\x00\x00\x0b\x13\x00\x00\x0b\x13\x01"), true},
		"an animation of 2": {slices.Concat(chunkOf("acTL", "\x00\x00\x00\x02\x00\x00\x00\x00"), chunkOf("fcTL", "1"), chunkOf("fcTL", "2")), true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := clean
			if c.kept {
				want = pngOf(t, m, c.chunk)
			}
			if got := uploaded(t, pngOf(t, m, c.chunk)).Original.Bytes; !bytes.Equal(got, want) {
				t.Errorf("got %d bytes, want %d: %.200q", len(got), len(want), got)
			}
		})
	}
	notTaken(t, pngOf(t, m, bytes.Repeat(chunkOf("fcTL", "x"), MaxFrames+1)), social.Unprocessable, "300 frames; this has 301")
}
