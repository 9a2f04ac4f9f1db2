package prepare

import (
	"bytes"
	"encoding/binary"
)

// Markers of JPEG. [T.81 B.1]
const (
	soi   = 0xd8
	eoi   = 0xd9
	sos   = 0xda
	dri   = 0xdd
	app0  = 0xe0
	app1  = 0xe1
	app2  = 0xe2
	app14 = 0xee
)

const iccHead = "ICC_PROFILE\x00"

// walkJPEG keeps the segments that a decoder needs and the colour profile. It
// ends at the end of the first picture: behind it phones put films, other views
// and what was cropped.
func walkJPEG(b []byte) (walked, error) {
	w := walked{kept: make([]byte, 0, len(b)), turn: upright, frames: 1}
	c := cursor{rest: b}
	w.kept = append(w.kept, c.take(2)...)
	for {
		marker := nextMarker(&c)
		if marker == eoi && !c.cut {
			w.kept = append(w.kept, 0xff, eoi)
			return w, nil
		}
		body := c.take(c.be(2) - 2) // less than 2 is more than there is
		if c.cut {
			return w, errCut
		}
		if marker == app1 && bytes.HasPrefix(body, []byte(exifHead)) {
			w.turn = exifOrientation(body)
		}
		if body = keptSegment(marker, body); body == nil {
			continue
		}
		w.kept = appendSegment(w.kept, marker, body)
		if icc, ok := bytes.CutPrefix(body, []byte(iccHead)); ok && marker == app2 && len(icc) > 2 {
			w.profile = append(w.profile, icc[2:]...) // after its number and how many there are
		}
		if marker == sos {
			w.kept = append(w.kept, c.take(scanLength(c.rest))...)
		}
	}
}

// nextMarker finds a marker that has a body, or the end. Decoders pass over what
// stands between segments: it is dropped.
func nextMarker(c *cursor) byte {
	for !c.cut {
		at := bytes.IndexByte(c.rest, 0xff)
		if at < 0 {
			at = len(c.rest)
		}
		c.skip(uint64(at) + 1)
		marker := byte(0xff)
		for marker == 0xff && !c.cut {
			marker = c.byte()
		}
		if marker >= 0xc0 && !restart(marker) && marker != soi {
			return marker
		}
	}
	return 0
}

func restart(marker byte) bool { return marker >= 0xd0 && marker <= 0xd7 }

// scanLength gives the length of the coded picture, which only a marker ends.
func scanLength(b []byte) uint64 {
	for at := 0; at+1 < len(b); at++ {
		next := bytes.IndexByte(b[at:len(b)-1], 0xff)
		if next < 0 {
			break
		}
		if at += next; b[at+1] != 0 && !restart(b[at+1]) {
			return uint64(at)
		}
	}
	return uint64(len(b))
}

// keptSegment gives what stays of a segment: nil for nothing.
func keptSegment(marker byte, body []byte) []byte {
	switch {
	case marker < 0xd0, marker >= sos && marker <= dri:
		return body // frames, tables, scans
	case marker == app0 && len(body) >= 14 && string(body[:5]) == "JFIF\x00":
		kept := bytes.Clone(body[:14])
		kept[12], kept[13] = 0, 0 // without a thumbnail, which may show what was cropped
		return kept
	case marker == app2 && bytes.HasPrefix(body, []byte(iccHead)):
		return body
	case marker == app14 && len(body) >= 12 && string(body[:5]) == "Adobe":
		return body[:12]
	}
	return nil
}

func appendSegment(to []byte, marker byte, body []byte) []byte {
	to = append(to, 0xff, marker)
	to = binary.BigEndian.AppendUint16(to, uint16(len(body)+2))
	return append(to, body...)
}

// withProfile puts a colour profile into a JPEG that we wrote. It must fit into
// one segment and be one of red, green and blue, which such a file has.
func withProfile(file, profile []byte) []byte {
	if len(profile) < 128 || len(profile) > 0xffff-2-len(iccHead)-2 || string(profile[16:20]) != "RGB " {
		return file
	}
	out := append(make([]byte, 0, len(file)+len(profile)+32), file[:2]...)
	out = appendSegment(out, app2, append([]byte(iccHead+"\x01\x01"), profile...))
	return append(out, file[2:]...)
}
