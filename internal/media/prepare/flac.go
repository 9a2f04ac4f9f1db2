package prepare

import "errors"

// Blocks of FLAC. [RFC 9639 8.1]
const (
	flacInfo  = 0
	flacSeek  = 3
	flacFinal = 0x80
)

// cleanFLAC keeps how the sound is coded, the table for seeking, and the sound.
func cleanFLAC(b []byte) (Prepared, error) {
	c := cursor{rest: b}
	kept := append(make([]byte, 0, len(b)), c.take(4)...)
	var info []byte
	last := 0 // where the last block that stays begins
	for final := false; !final; {
		header := c.byte()
		final = header&flacFinal != 0
		body := c.take(c.be(3))
		kind := header &^ flacFinal
		if c.cut || (info == nil) != (kind == flacInfo) || kind == flacInfo && len(body) != 34 {
			return Prepared{}, damaged("FLAC", errors.Join(errors.New("it does not begin with how it is coded"), c.err()))
		}
		switch kind {
		case flacInfo:
			info = body
		case flacSeek:
		default:
			continue
		}
		last = len(kept)
		kept = append(kept, kind, byte(len(body)>>16), byte(len(body)>>8), byte(len(body)))
		kept = append(kept, body...)
	}
	kept[last] |= flacFinal
	sound := withoutID3v1(c.rest)
	if len(sound) < 2 || sound[0] != 0xff || sound[1]&0xfc != 0xf8 {
		return Prepared{}, damaged("FLAC", errors.New("it has no sound"))
	}
	// 20 bits of rate, 3 of channels, 5 of depth, 36 of samples.
	about := cursor{rest: info[10:18]}
	packed := about.be(8)
	return recording(Audio, "audio/flac", append(kept, sound...), lasting(float64(packed&(1<<36-1)), float64(packed>>44))), nil
}

// withoutID3v1 cuts the tag of 128 bytes that programs hang onto any sound.
func withoutID3v1(b []byte) []byte {
	if at := len(b) - 128; at >= 0 && string(b[at:at+3]) == "TAG" {
		return b[:at]
	}
	return b
}
