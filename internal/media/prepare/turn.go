package prepare

import (
	"image"
	"image/color"
	"image/draw"
)

// turned shows a picture upright without a copy of it.
type turned struct {
	image.RGBA64Image // its bounds begin at 0,0
	how               orientation
}

// Bounds gives the size after the turn: the last four lie on their side.
func (t turned) Bounds() image.Rectangle {
	r := t.RGBA64Image.Bounds()
	if t.how > 4 {
		return image.Rect(0, 0, r.Dy(), r.Dx())
	}
	return r
}

// from gives the place in the stored picture of a place in the upright one.
func (t turned) from(x, y int) (int, int) {
	r := t.RGBA64Image.Bounds()
	right, bottom := r.Dx()-1, r.Dy()-1
	switch t.how {
	case 2:
		return right - x, y
	case 3:
		return right - x, bottom - y
	case 4:
		return x, bottom - y
	case 5:
		return y, x
	case 6:
		return y, bottom - x
	case 7:
		return right - y, bottom - x
	case 8:
		return right - y, x
	}
	return x, y
}

func (t turned) At(x, y int) color.Color { return t.RGBA64At(x, y) }

func (t turned) RGBA64At(x, y int) color.RGBA64 { return t.RGBA64Image.RGBA64At(t.from(x, y)) }

// Opaque reports what the stored picture says of itself.
func (t turned) Opaque() bool { return opaque(t.RGBA64Image) }

// flat gives the pixels of t in memory of their own, in the form that encoders
// are quick with.
func (t turned) flat() image.RGBA64Image {
	var to draw.RGBA64Image = image.NewNRGBA(t.Bounds())
	if t.Opaque() {
		to = image.NewRGBA(t.Bounds())
	}
	draw.Draw(to, to.Bounds(), t, image.Point{}, draw.Src)
	return to
}

// opaque reports whether nothing shines through a picture.
func opaque(m image.Image) bool {
	o, ok := m.(interface{ Opaque() bool })
	return ok && o.Opaque()
}
