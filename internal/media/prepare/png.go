package prepare

import (
	"errors"
	"slices"
)

const pngMagic = "\x89PNG\r\n\x1a\n"

// keptChunks are the chunks that a browser draws with. Text, times, Exif and
// what is not known are not among them.
var keptChunks = []string{
	"IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "cICP", "sBIT", "bKGD", "pHYs",
	"mDCV", "cLLI", // light
	"acTL", "fcTL", "fdAT", // animation
}

// walkPNG keeps the chunks that are needed, up to the last.
func walkPNG(b []byte) (walked, error) {
	w := walked{kept: make([]byte, 0, len(b)), turn: upright, frames: 1}
	c := cursor{rest: b}
	w.kept = append(w.kept, c.take(uint64(len(pngMagic)))...)
	animated := 0
	for {
		whole := c.rest
		length := c.be(4)
		name := string(c.take(4))
		body := c.take(length)
		c.skip(4) // the checksum
		if c.cut {
			return w, errCut
		}
		switch name {
		case "fcTL":
			animated++
		case "eXIf":
			w.turn = exifOrientation(body)
		}
		if slices.Contains(keptChunks, name) {
			w.kept = append(w.kept, whole[:len(whole)-len(c.rest)]...)
		}
		if name == "IEND" {
			w.frames = max(1, animated)
			return w, nil
		}
		if len(w.kept) == len(pngMagic) {
			return w, errors.New("it does not begin with a header")
		}
	}
}
