package prepare

import (
	"bytes"
	"errors"
	"image"
)

// Flags of a VP8X chunk. [RFC 9649 2.7]
const (
	webpXMP   = 1 << 2
	webpExif  = 1 << 3
	webpAlpha = 1 << 4
)

// walkWebP keeps the picture or the frames, and the colour profile.
func walkWebP(b []byte) (walked, error) {
	w := walked{turn: upright}
	c, err := riff(b)
	if err != nil {
		return w, err
	}
	w.kept = newRIFF("WEBP", len(b))
	for len(c.rest) > 0 {
		name, body := chunk(&c)
		if c.cut {
			return w, errCut
		}
		switch name {
		case "VP8X":
			if len(body) != 10 {
				return w, errors.New("its header has another length")
			}
			body = bytes.Clone(body)
			body[0] &^= webpXMP | webpExif
		case "ICCP":
			w.profile = body
		case "EXIF":
			w.turn = exifOrientation(body)
			continue
		case "ANMF":
			w.frames++
			if body, err = w.frame(body); err != nil {
				return w, err
			}
		case "VP8 ", "VP8L", "ALPH", "ANIM":
		default:
			continue
		}
		w.kept = appendChunk(w.kept, name, body)
	}
	w.kept, w.frames = closeRIFF(w.kept), max(1, w.frames)
	return w, nil
}

// frame keeps what is drawn of a frame of an animation. The first becomes a file
// of its own: the decoder knows no others.
func (w *walked) frame(body []byte) (kept []byte, err error) {
	const head = 16
	if len(body) < head {
		return nil, errCut
	}
	kept = append(make([]byte, 0, len(body)), body[:head]...)
	c := cursor{rest: body[head:]}
	// The size is written as in VP8X; the place is in steps of two pixels.
	extended := append(make([]byte, 4), body[6:12]...)
	for len(c.rest) > 0 {
		name, part := chunk(&c)
		if c.cut {
			return nil, errCut
		}
		switch name {
		case "ALPH":
			extended[0] = webpAlpha
			kept = appendChunk(kept, name, part)
		case "VP8 ", "VP8L":
			kept = appendChunk(kept, name, part)
		}
	}
	if w.still == nil {
		w.still = append(appendChunk(newRIFF("WEBP", len(kept)), "VP8X", extended), kept[head:]...)
		w.still = closeRIFF(w.still)
		place := cursor{rest: body}
		w.at = image.Pt(2*int(place.le(3)), 2*int(place.le(3)))
	}
	return kept, nil
}

// move puts a picture to its place on the canvas.
func move(m image.RGBA64Image, to image.Point) image.RGBA64Image {
	switch m := m.(type) {
	case *image.YCbCr:
		m.Rect = m.Rect.Add(to)
	case *image.NYCbCrA:
		m.Rect = m.Rect.Add(to)
	case *image.NRGBA:
		m.Rect = m.Rect.Add(to)
	}
	return m
}
