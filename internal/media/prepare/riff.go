package prepare

import (
	"encoding/binary"
	"errors"
)

// riff opens a RIFF file and gives the walk over its chunks: what stands behind
// the length that it announces is no part of it.
func riff(b []byte) (cursor, error) {
	c := cursor{rest: b}
	c.skip(4)
	body := c.take(c.le(4))
	if len(body) < 4 {
		return cursor{}, errors.Join(errors.New("it has no length"), c.err())
	}
	return cursor{rest: body[4:]}, nil
}

// chunk reads one. The byte that makes its length even may be missing at the end.
func chunk(c *cursor) (name string, body []byte) {
	name = string(c.take(4))
	length := c.le(4)
	body = c.take(length)
	c.skip(min(length&1, uint64(len(c.rest))))
	return name, body
}

func appendChunk(to []byte, name string, body []byte) []byte {
	to = append(to, name...)
	to = binary.LittleEndian.AppendUint32(to, uint32(len(body)))
	to = append(to, body...)
	return append(to, make([]byte, len(body)&1)...)
}

// newRIFF begins a file of a form; its chunks follow.
func newRIFF(form string, capacity int) []byte {
	return append(append(make([]byte, 0, capacity+12), "RIFF\x00\x00\x00\x00"...), form...)
}

// closeRIFF writes the length.
func closeRIFF(file []byte) []byte {
	binary.LittleEndian.PutUint32(file[4:], uint32(len(file)-8))
	return file
}
