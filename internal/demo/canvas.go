package demo

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"math"
)

// ink is a colour, each part from 0 to 1.
type ink struct{ r, g, b float64 }

// rgb reads a colour as people write it: 0x0b5e86.
func rgb(hex int) ink {
	return ink{float64(hex>>16&255) / 255, float64(hex>>8&255) / 255, float64(hex&255) / 255}
}

// mix goes from one colour to another as t goes from 0 to 1.
func mix(from, to ink, t float64) ink {
	return ink{from.r + (to.r-from.r)*t, from.g + (to.g-from.g)*t, from.b + (to.b-from.b)*t}
}

// canvas is a picture that is being painted. Lengths are in heights of the picture:
// its corners are 0,0 and wide,1.
type canvas struct {
	w, h int
	wide float64
	dots []ink
}

func newCanvas(w, h int) *canvas {
	return &canvas{w, h, float64(w) / float64(h), make([]ink, w*h)}
}

// brush says how much of a colour lies at a point.
type brush func(x, y float64) (ink, float64)

// paint lays a brush over a part of the canvas.
func (c *canvas) paint(left, top, right, bottom float64, b brush) {
	scale := float64(c.h)
	for row := max(0, int(top*scale)); row < min(c.h, int(math.Ceil(bottom*scale))); row++ {
		for column := max(0, int(left*scale)); column < min(c.w, int(math.Ceil(right*scale))); column++ {
			over, much := b((float64(column)+.5)/scale, (float64(row)+.5)/scale)
			if much > 0 {
				dot := &c.dots[row*c.w+column]
				*dot = mix(*dot, over, min(much, 1))
			}
		}
	}
}

// fade fills the height between two lines with a gradient of colours.
func (c *canvas) fade(top, bottom float64, colours ...ink) {
	c.paint(0, top, c.wide, bottom, func(_, y float64) (ink, float64) {
		t := (y - top) / (bottom - top) * float64(len(colours)-1)
		i := min(max(int(t), 0), len(colours)-2)
		return mix(colours[i], colours[i+1], t-float64(i)), 1
	})
}

// edge is 1 inside of a shape and 0 outside, and goes over within a pixel; far is
// how far outside a point lies.
func (c *canvas) edge(far float64) float64 {
	return min(max(.5-far*float64(c.h), 0), 1)
}

// line is a height for every place from left to right.
type line func(x float64) float64

// under fills all that lies under a line, from one colour to another at the bottom.
func (c *canvas) under(l line, top, bottom ink, much float64) {
	heights := make([]float64, c.w)
	highest := 1.
	for i := range heights {
		heights[i] = l((float64(i) + .5) / float64(c.h))
		highest = min(highest, heights[i])
	}
	c.paint(0, highest-.01, c.wide, 1, func(x, y float64) (ink, float64) {
		from := heights[int(x*float64(c.h))]
		return mix(top, bottom, min(max((y-from)/(1-from), 0), 1)), much * c.edge(from-y)
	})
}

// disc is a sun, a moon or a lamp, with its glow around it.
func (c *canvas) disc(x, y, radius float64, colour ink, glow, strength float64) {
	c.paint(x-radius-3*glow, y-radius-3*glow, x+radius+3*glow, y+radius+3*glow, func(px, py float64) (ink, float64) {
		far := math.Hypot(px-x, py-y) - radius
		if far <= 0 || glow == 0 {
			return colour, c.edge(far)
		}
		return colour, max(c.edge(far), strength*math.Exp(-far/glow*far/glow))
	})
}

// block is a piece of wall, wider or narrower at its foot than at its head.
func (c *canvas) block(x, top, bottom, head, foot float64, colour ink) {
	widest := max(head, foot)
	c.paint(x-widest, top, x+widest, bottom, func(px, py float64) (ink, float64) {
		half := head + (foot-head)*(py-top)/(bottom-top)
		shade := .78 + .22*math.Cos((px-x)/half*1.2-.5) // it is round
		return ink{colour.r * shade, colour.g * shade, colour.b * shade}, c.edge(math.Abs(px-x) - half)
	})
}

// beam is light that goes out from a lamp to one side.
func (c *canvas) beam(x, y, angle, spread float64, colour ink, strength float64) {
	c.paint(0, 0, c.wide, 1, func(px, py float64) (ink, float64) {
		far := math.Hypot(px-x, py-y)
		turn := math.Remainder(math.Atan2(py-y, px-x)-angle, 2*math.Pi) / spread
		if math.Abs(turn) > 3 {
			return colour, 0
		}
		return colour, strength * math.Exp(-turn*turn) * math.Exp(-far*1.1)
	})
}

// chance gives the same numbers from 0 to 1 in every run.
type chance uint32

func (r *chance) next() float64 {
	*r = *r*1664525 + 1013904223
	return float64(*r>>8) / (1 << 24)
}

// stars are small lights between two heights.
func (c *canvas) stars(n int, top, bottom float64, colour ink) {
	r := chance(7)
	for range n {
		x, y := r.next()*c.wide, top+(bottom-top)*r.next()
		size := .0006 + .0016*math.Pow(r.next(), 3)
		c.disc(x, y, size, colour, size*1.6, .5)
	}
}

// file writes the picture as a camera would.
func (c *canvas) file() ([]byte, error) {
	m := image.NewRGBA(image.Rect(0, 0, c.w, c.h))
	grain := chance(1) // without it a gradient shows its steps
	for i, d := range c.dots {
		g := (grain.next() - .5) * 1.5
		m.SetRGBA(i%c.w, i/c.w, color.RGBA{level(d.r, g), level(d.g, g), level(d.b, g), 255})
	}
	var b bytes.Buffer
	err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 88})
	return b.Bytes(), err
}

func level(part, grain float64) uint8 { return uint8(min(max(part*255+grain+.5, 0), 255)) }
