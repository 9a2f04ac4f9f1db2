package prepare

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/bits"
	"slices"
	"time"
)

// Elements of Matroska that we look into. [RFC 9559 5.1]
const (
	ebmlHead  = 0x1a45dfa3
	segment   = 0x18538067
	info      = 0x1549a966
	timeScale = 0x2ad7b1
	lastsFor  = 0x4489
	trackList = 0x1654ae6b
	trackItem = 0xae
	trackType = 0x83
	trackView = 0xe0
	trackHear = 0xe1
	wide      = 0xb0
	high      = 0xba
	cluster   = 0x1f43b675
	clusterAt = 0xe7
)

// keptElements says which elements stay, by the element they are in. Others, such
// as tags, attached files, titles and dates, are made void. What a cluster holds
// is listed with the segment: its end may be nowhere written, so that both are
// read as one row.
var keptElements = map[uint64][]uint64{
	ebmlHead: {0x4286, 0x42f7, 0x42f2, 0x42f3, 0x4282, 0x4287, 0x4285},
	segment: {
		0x114d9b74, info, trackList, cluster, 0x1c53bb6b, // with the places of elements
		clusterAt, 0xa7, 0xab, 0xa3, 0xa0, 0xaf, // in a cluster
	},
	info:      {timeScale, lastsFor, 0x4d80, 0x5741}, // with the names of two programs, which must be there
	trackList: {trackItem},
	trackItem: {
		0xd7, 0x73c5, trackType, 0xb9, 0x88, 0x55aa, 0x9c, 0x6de7, 0x6df8, 0x23e383, 0x234e7a, 0x55ee, 0x41e4,
		0x22b59c, 0x22b59d, 0x86, 0x63a2, 0xaa, 0x56aa, 0x56bb, trackView, trackHear, 0x6d80,
	},
	trackView: {0x9a, 0x9d, 0x53b8, 0x53c0, wide, high, 0x54aa, 0x54bb, 0x54cc, 0x54dd, 0x54b0, 0x54ba, 0x54b2, 0x55b0, 0x7670},
	trackHear: {0xb5, 0x78b5, 0x9f, 0x6264, 0x52f1},
}

// element is a part of the file: writing into it changes the file.
type element struct {
	id      uint64
	whole   []byte
	body    []byte
	endless bool // its end is not written: the body is all that follows
}

// readElement reads the next one.
func readElement(c *cursor) (element, error) {
	whole := c.rest
	id, _ := varint(c, 4, false)
	size, endless := varint(c, 8, true)
	if endless {
		size = uint64(len(c.rest))
	}
	e := element{id: id, body: c.take(size), endless: endless}
	e.whole = whole[:len(whole)-len(c.rest)]
	return e, c.err()
}

// varint reads a number whose first bits tell its length. The marker is part of
// an id and no part of a size; a size of all ones is not known. [RFC 8794 4]
func varint(c *cursor, most int, unmark bool) (n uint64, unknown bool) {
	if len(c.rest) == 0 {
		c.cut = true
		return 0, false
	}
	length := bits.LeadingZeros8(c.rest[0]) + 1
	if length > most {
		c.rest, c.cut = nil, true
		return 0, false
	}
	n = c.be(uint64(length))
	ones := uint64(1)<<(7*length) - 1
	if unmark {
		n &= ones
	}
	return n, unmark && n == ones
}

// void makes an element one that everybody passes over, of the same length.
func (e element) void() {
	length := len(e.whole)
	clear(e.whole)
	e.whole[0] = 0xec
	if length-2 < 0x7f {
		e.whole[1] = 0x80 | byte(length-2)
		return
	}
	binary.BigEndian.PutUint64(e.whole[1:], 1<<56|uint64(length-9))
}

// clip is what a WebM file tells while its elements go by.
type clip struct {
	tick   uint64  // nanoseconds
	ticks  float64 // how long it is
	last   uint64  // when the last cluster begins: a recording that was streamed tells no more
	tracks []clipTrack
}

type clipTrack struct {
	kind          uint64
	width, height int
}

// Kinds of tracks. Others (subtitles, buttons, data) are not taken.
const (
	clipPicture = 1
	clipSound   = 2
)

// cleanWebM makes void, where it stands, what nobody needs to play the file.
func cleanWebM(b []byte) (Prepared, error) {
	v := clip{tick: 1e6}
	c := cursor{rest: b}
	for _, id := range []uint64{ebmlHead, segment} {
		e, err := readElement(&c)
		if err != nil || e.id != id {
			return Prepared{}, damaged("WebM", errors.Join(fmt.Errorf("element %#x stands where %#x must", e.id, id), err))
		}
		if err := v.elements(id, e.body); err != nil {
			return Prepared{}, damaged("WebM", err)
		}
	}
	if v.ticks == 0 {
		v.ticks = float64(v.last)
	}
	lasts := lasting(v.ticks*float64(v.tick), float64(time.Second))
	p := recording(Audio, "audio/webm", b[:len(b)-len(c.rest)], lasts)
	for _, t := range v.tracks {
		switch {
		case t.kind == clipPicture && p.Kind == Audio:
			p.Kind, p.Original.Type = Video, "video/webm"
			p.Original.Width, p.Original.Height = t.width, t.height
		case t.kind != clipPicture && t.kind != clipSound:
			return Prepared{}, refused("a part of this WebM is neither picture nor sound: save it without subtitles and data")
		}
	}
	if len(v.tracks) == 0 {
		return Prepared{}, damaged("WebM", errors.New("it has neither picture nor sound"))
	}
	return p, nil
}

// elements goes through the elements in an element, and voids those that have no
// place.
func (v *clip) elements(in uint64, b []byte) error {
	c := cursor{rest: b}
	for len(c.rest) > 0 {
		from := c.rest
		e, err := readElement(&c)
		switch {
		case err != nil:
			return err
		case e.id == cluster && in == segment:
			c.rest = from[len(e.whole)-len(e.body):] // go on with the first in it
		case e.endless:
			return fmt.Errorf("element %#x has no end", e.id)
		case !slices.Contains(keptElements[in], e.id):
			e.void()
		default:
			if err := v.kept(e); err != nil {
				return err
			}
		}
	}
	return nil
}

// kept reads an element that stays, and goes into it when it holds others that we
// look at.
func (v *clip) kept(e element) error {
	if e.id == trackItem {
		v.tracks = append(v.tracks, clipTrack{})
	}
	if _, holds := keptElements[e.id]; holds {
		return v.elements(e.id, e.body)
	}
	c := cursor{rest: e.body}
	n := c.be(uint64(min(len(e.body), 8)))
	switch e.id {
	case timeScale:
		v.tick = n
	case clusterAt:
		v.last = n
	case lastsFor:
		v.ticks = math.Float64frombits(n)
		if len(e.body) == 4 {
			v.ticks = float64(math.Float32frombits(uint32(n)))
		}
	}
	if len(v.tracks) == 0 {
		return nil
	}
	t := &v.tracks[len(v.tracks)-1]
	switch e.id {
	case trackType:
		t.kind = n
	case wide:
		t.width = int(min(n, math.MaxUint16))
	case high:
		t.height = int(min(n, math.MaxUint16))
	}
	return nil
}
