package prepare

import "errors"

// errCut says that a file ends, or a part of it, before what it announced.
var errCut = errors.New("it ends too early")

// cursor walks through bytes of a stranger from front to end. It never reads
// past the end: what is not there is nil or zero, and cut remembers it, so that
// a walker asks once for what it reads in one go.
type cursor struct {
	rest []byte
	cut  bool
}

// take gives the next n bytes, which stay part of the file: writing into them
// changes it.
func (c *cursor) take(n uint64) []byte {
	if n > uint64(len(c.rest)) {
		c.rest, c.cut = nil, true
		return nil
	}
	taken := c.rest[:n:n]
	c.rest = c.rest[n:]
	return taken
}

func (c *cursor) skip(n uint64) { c.take(n) }

func (c *cursor) byte() byte {
	if b := c.take(1); b != nil {
		return b[0]
	}
	return 0
}

// be reads a big-endian number of up to 8 bytes.
func (c *cursor) be(bytes uint64) uint64 {
	var n uint64
	for _, b := range c.take(bytes) {
		n = n<<8 | uint64(b)
	}
	return n
}

// le reads a little-endian number of up to 8 bytes.
func (c *cursor) le(bytes uint64) uint64 {
	var n uint64
	for i, b := range c.take(bytes) {
		n |= uint64(b) << (8 * i)
	}
	return n
}

func (c *cursor) err() error {
	if c.cut {
		return errCut
	}
	return nil
}
