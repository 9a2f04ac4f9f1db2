package prepare

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"time"
)

// maxStreams is how many sounds one Ogg file may hold, one after the other or at once.
const maxStreams = 64

// oggCodec is a way to code sound in Ogg. Its first packets are headers; the
// second and those that follow may tell more than how it is coded.
type oggCodec struct {
	head    string                      // what its first packet begins with
	headers int                         // how many there are; 0: the last says so
	rate    func(c cursor) uint64       // samples in a second, from the first packet
	clean   func(n int, p []byte) error // empties header n, which keeps its length
}

var oggCodecs = []oggCodec{
	{"OpusHead", 2, func(cursor) uint64 { return 48000 }, cleanOpus},
	{"\x01vorbis", 3, func(c cursor) uint64 { c.skip(12); return c.le(4) }, cleanVorbis},
	{"\x7fFLAC", 0, func(c cursor) uint64 { c.skip(27); return c.be(3) >> 4 }, cleanOggFLAC},
}

// oggStream is one sound while its pages go by.
type oggStream struct {
	codec  *oggCodec // nil until the first packet is read
	number int       // of header packets that were read
	done   bool      // the rest is sound
	parts  [][]byte  // of the header that is being read, in the file
	pages  []oggPage // on which those parts stand
	rate   uint64
	last   uint64 // samples up to here
}

// oggPage is a page in the file. [RFC 3533 6]
type oggPage struct {
	whole, lengths, body []byte
	flags                byte
	granule, serial      uint64
}

const (
	oggBegins = 2
	noGranule = 1<<64 - 1
	oggCRC    = 22 // where the checksum stands
)

// cleanOgg empties titles, pictures and what else tells more than the sound,
// where they stand: the file keeps its length and its pages.
func cleanOgg(b []byte) (Prepared, error) {
	streams := map[uint64]*oggStream{}
	var all []*oggStream
	c := cursor{rest: b}
	for len(c.rest) > 0 && (len(all) == 0 || bytes.HasPrefix(c.rest, []byte("OggS"))) {
		p, err := readOggPage(&c)
		if err != nil {
			return Prepared{}, damaged("Ogg file", err)
		}
		s := streams[p.serial]
		if p.flags&oggBegins != 0 {
			s = &oggStream{}
			streams[p.serial] = s
			all = append(all, s)
		}
		if s == nil || len(all) > maxStreams {
			return Prepared{}, damaged("Ogg file", errors.New("it has sound without a beginning, or too many beginnings"))
		}
		if err := s.page(p); err != nil {
			return Prepared{}, damaged("Ogg file", err)
		}
	}
	var lasts time.Duration
	for _, s := range all {
		if !s.done {
			return Prepared{}, damaged("Ogg file", errCut)
		}
		lasts += lasting(float64(s.last), float64(s.rate))
	}
	return recording(Audio, "audio/ogg", b[:len(b)-len(c.rest)], lasts), nil
}

func readOggPage(c *cursor) (oggPage, error) {
	whole := c.rest
	if string(c.take(4)) != "OggS" {
		return oggPage{}, errors.Join(errors.New("a page does not begin as one"), c.err())
	}
	c.skip(1)
	p := oggPage{flags: c.byte(), granule: c.le(8), serial: c.le(4)}
	c.skip(8) // its number and its checksum
	p.lengths = c.take(uint64(c.byte()))
	var length uint64
	for _, n := range p.lengths {
		length += uint64(n)
	}
	p.body = c.take(length)
	p.whole = whole[:len(whole)-len(c.rest)]
	return p, c.err()
}

// page goes through a page. Once the headers are over only its time matters.
func (s *oggStream) page(p oggPage) error {
	if p.granule != noGranule {
		s.last = p.granule
	}
	body := cursor{rest: p.body}
	var length uint64
	for _, n := range p.lengths {
		if s.done {
			return nil
		}
		length += uint64(n)
		if n == 255 { // the packet goes on
			continue
		}
		s.parts = append(s.parts, body.take(length))
		length = 0
		if err := s.packet(append(s.pages, p)); err != nil {
			return err
		}
		s.parts, s.pages = nil, nil
	}
	if !s.done && length > 0 {
		s.parts, s.pages = append(s.parts, body.take(length)), append(s.pages, p)
	}
	return nil
}

// packet reads a header that is whole, and writes it back without what it tells
// besides.
func (s *oggStream) packet(pages []oggPage) error {
	p := bytes.Join(s.parts, nil)
	if s.codec == nil {
		for i := range oggCodecs {
			if bytes.HasPrefix(p, []byte(oggCodecs[i].head)) {
				s.codec = &oggCodecs[i]
			}
		}
		if s.codec == nil {
			return fmt.Errorf("it holds something else than sound: %.8q", p)
		}
		s.rate = s.codec.rate(cursor{rest: p})
		s.number++
		return nil
	}
	if err := s.codec.clean(s.number, p); err != nil {
		return err
	}
	s.number++
	if s.codec.headers > 0 {
		s.done = s.number == s.codec.headers
	} else {
		s.done = p[0]&flacFinal != 0
	}
	for _, part := range s.parts {
		p = p[copy(part, p):]
	}
	for _, page := range pages {
		page.sum()
	}
	return nil
}

// oggTable is for the checksum: the polynomial is the usual one, the bits go the
// other way than in hash/crc32.
var oggTable = func() (table [256]uint32) {
	for i := range table {
		sum := uint32(i) << 24
		for range 8 {
			carry := sum >> 31
			sum = sum<<1 ^ carry*0x04c11db7
		}
		table[i] = sum
	}
	return table
}()

// sum writes the checksum anew.
func (p oggPage) sum() {
	field := p.whole[oggCRC : oggCRC+4]
	clear(field)
	var sum uint32
	for _, b := range p.whole {
		sum = sum<<8 ^ oggTable[byte(sum>>24)^b]
	}
	binary.LittleEndian.PutUint32(field, sum)
}
