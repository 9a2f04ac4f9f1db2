package prepare

import (
	"encoding/binary"
	"errors"
	"strings"
)

var errHeader = errors.New("a header is not what it should be")

// blankComments makes a list of comments that has none: the name of the program,
// which comes first, becomes so many spaces that the length stays.
func blankComments(b []byte) error {
	if len(b) < 8 {
		return errHeader
	}
	length := len(b) - 8
	binary.LittleEndian.PutUint32(b, uint32(length))
	copy(b[4:], strings.Repeat(" ", length))
	clear(b[4+length:])
	return nil
}

// cleanVorbis: the second header holds the comments, and a bit at the end. [Vorbis I 5.2]
func cleanVorbis(n int, p []byte) error {
	if n != 1 {
		return nil
	}
	const head = "\x03vorbis"
	if len(p) < len(head)+1 || string(p[:len(head)]) != head {
		return errHeader
	}
	p[len(p)-1] = 1
	return blankComments(p[len(head) : len(p)-1])
}

// cleanOpus: all of the second header. [RFC 7845 5.2]
func cleanOpus(_ int, p []byte) error {
	const head = "OpusTags"
	if len(p) < len(head) || string(p[:len(head)]) != head {
		return errHeader
	}
	return blankComments(p[len(head):])
}

// cleanOggFLAC: each header is a block of FLAC. The comments must be there; others
// become padding. [RFC 9639 10.1]
func cleanOggFLAC(_ int, p []byte) error {
	const comments, padding = 4, 1
	if len(p) < 4 || p[0] == 0xff {
		return errHeader
	}
	switch p[0] &^ flacFinal {
	case flacSeek:
	case comments:
		return blankComments(p[4:])
	default:
		p[0] = p[0]&flacFinal | padding
		clear(p[4:])
	}
	return nil
}
