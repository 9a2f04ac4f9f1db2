package prepare

import "errors"

// cleanWAV keeps how the sound is coded, and the sound.
func cleanWAV(b []byte) (Prepared, error) {
	c, err := riff(b)
	if err != nil {
		return Prepared{}, damaged("WAV", err)
	}
	kept := newRIFF("WAVE", len(b))
	var perSecond, bytes uint64
	for len(c.rest) > 0 {
		name, body := chunk(&c)
		if c.cut {
			return Prepared{}, damaged("WAV", errCut)
		}
		switch name {
		case "fmt ":
			about := cursor{rest: body}
			about.skip(8)
			perSecond = about.le(4)
		case "data":
			bytes += uint64(len(body))
		case "fact":
		default:
			continue
		}
		kept = appendChunk(kept, name, body)
	}
	if perSecond == 0 || bytes == 0 {
		return Prepared{}, damaged("WAV", errors.New("it has no sound, or does not say how it is coded"))
	}
	return recording(Audio, "audio/wav", closeRIFF(kept), lasting(float64(bytes), float64(perSecond))), nil
}
