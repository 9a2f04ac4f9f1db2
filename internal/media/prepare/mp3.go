package prepare

import (
	"errors"
	"time"
)

// cleanMP3 keeps the frames of sound and nothing else: no tag before them, behind
// them or between them (titles, pictures, the files and places that programs
// leave there). [ISO 11172-3 2.4.1]
func cleanMP3(b []byte) (Prepared, error) {
	c := cursor{rest: b}
	for len(c.rest) >= 10 && string(c.rest[:3]) == "ID3" {
		c.skip(id3Length(c.rest))
	}
	kept := b[:0] // never longer than what was read
	var lasts time.Duration
	inStep := false // the last frame ended here
	for len(c.rest) > 0 {
		f := frameAt(c.rest)
		// Any bytes may look like one frame: out of step it takes two.
		inStep = f.length > 0 && (inStep || frameAt(c.rest[f.length:]).length > 0)
		if !inStep {
			c.skip(1)
			continue
		}
		lasts += f.lasts
		kept = append(kept, c.take(uint64(f.length))...)
	}
	if len(kept) == 0 {
		return Prepared{}, damaged("MP3", errors.New("it has no two frames of sound"))
	}
	return recording(Audio, "audio/mpeg", kept, lasts), nil
}

// id3Length gives the length of the tag that b begins with, but for a footer,
// which is passed over like all that is no frame. [ID3v2.4 3.1]
func id3Length(b []byte) uint64 {
	var body uint64
	for _, seven := range b[6:10] {
		body = body<<7 | uint64(seven&0x7f)
	}
	return 10 + body
}

// mp3Frame is the header of a piece of sound.
type mp3Frame struct {
	length int // bytes; 0: there is none
	lasts  time.Duration
}

// Rates of layer III, by version and by the index in the header.
var (
	mp3Kilobits = [2][16]int{
		{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320}, // version 1
		{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160},     // versions 2 and 2.5
	}
	mp3Hertz = [4]int{44100, 48000, 32000}
)

// frameAt gives the frame that b begins with, if all of it is there.
func frameAt(b []byte) mp3Frame {
	if f := frameHeader(b); f.length <= len(b) {
		return f
	}
	return mp3Frame{}
}

// frameHeader reads the header of a frame of layer III, which is what mp3 means.
func frameHeader(b []byte) mp3Frame {
	if len(b) < 4 || b[0] != 0xff || b[1]&0xe6 != 0xe2 {
		return mp3Frame{}
	}
	version := b[1] >> 3 & 3 // 3: 1, 2: 2, 0: 2.5
	samples, later := 1152, 0
	if version != 3 {
		samples, later = 576, 1
	}
	bits := mp3Kilobits[later][b[2]>>4] * 1000
	hertz := mp3Hertz[b[2]>>2&3]
	switch version {
	case 0:
		hertz /= 4
	case 1:
		return mp3Frame{}
	case 2:
		hertz /= 2
	}
	if bits == 0 || hertz == 0 {
		return mp3Frame{}
	}
	padding := int(b[2] >> 1 & 1)
	return mp3Frame{samples/8*bits/hertz + padding, lasting(float64(samples), float64(hertz))}
}
