package prepare

import (
	"errors"
	"fmt"
	"slices"
)

// Introducers of GIF. [GIF89a appendix A]
const (
	gifExtension = 0x21
	gifFrame     = 0x2c
	gifEnd       = 0x3b
)

// walkGIF keeps the frames, their times and how often they repeat. It counts the
// frames without decoding one.
func walkGIF(b []byte) (walked, error) {
	w := walked{kept: make([]byte, 0, len(b)), turn: upright}
	c := cursor{rest: b}
	c.skip(6)
	width, height := c.le(2), c.le(2)
	table := c.byte()
	c.skip(2 + tableLength(table))
	w.kept = append(w.kept, b[:len(b)-len(c.rest)]...)
	for !c.cut {
		from := len(b) - len(c.rest)
		switch introducer := c.byte(); introducer {
		case gifEnd:
			w.kept = append(w.kept, gifEnd)
			return w, nil
		case gifExtension:
			w.kept = append(w.kept, extension(&c)...)
		case gifFrame:
			w.frames++
			if x, y := c.le(2), c.le(2); x+c.le(2) > width || y+c.le(2) > height {
				return w, errors.New("a frame is larger than the picture")
			}
			c.skip(tableLength(c.byte()) + 1) // and how long the codes are
			subBlocks(&c)
			w.kept = append(w.kept, b[from:len(b)-len(c.rest)]...)
		default:
			if !c.cut {
				return w, fmt.Errorf("a block begins with %#x", introducer)
			}
		}
	}
	return w, errCut
}

// tableLength gives the length of the colour table that flags announce.
func tableLength(flags byte) uint64 {
	if flags&0x80 == 0 {
		return 0
	}
	return 3 << (flags&7 + 1)
}

// subBlocks passes over blocks up to the empty one, and gives the first two.
func subBlocks(c *cursor) (first, second []byte) {
	for n := 0; ; n++ {
		block := c.take(uint64(c.byte()))
		switch {
		case len(block) == 0:
			return first, second
		case n == 0:
			first = block
		case n == 1:
			second = block
		}
	}
}

// extension gives what stays of an extension: how a frame is shown, and how often
// an animation repeats. Comments, texts and what programs leave do not.
func extension(c *cursor) []byte {
	label := c.byte()
	first, second := subBlocks(c)
	switch {
	case label == 0xf9 && len(first) == 4:
		return slices.Concat([]byte{gifExtension, label, 4}, first, []byte{0})
	case label == 0xff && string(first) == "NETSCAPE2.0" && len(second) == 3 && second[0] == 1:
		return slices.Concat([]byte{gifExtension, label, 11}, first, []byte{3}, second, []byte{0})
	}
	return nil
}
