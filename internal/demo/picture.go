package demo

import "math"

// The pictures of the demo are drawn, so that the binary carries none.

// swell is a line of waves around a height.
func swell(height, size, length, shift float64) line {
	return func(x float64) float64 {
		return height + size*(math.Sin(x/length*2*math.Pi+shift)+.4*math.Sin(x/length*5.3*math.Pi+2*shift))
	}
}

// island is a line of hills that rise out of the sea at a height, between two places.
func island(left, right, sea, tall, rough float64) line {
	return func(x float64) float64 {
		t := (x - left) / (right - left)
		if t <= 0 || t >= 1 {
			return 2 // under the picture
		}
		body := math.Pow(math.Sin(t*math.Pi), .8)
		crags := 1 + rough*(.5*math.Sin(t*17+left*9)+.3*math.Sin(t*41+right*5)+.2*math.Sin(t*83))
		return sea - tall*body*crags
	}
}

// sea fills from a height to the bottom with waves, which grow and get darker as
// they come nearer.
func (c *canvas) sea(horizon float64, far, near ink) {
	c.fade(horizon, 1, far, mix(far, near, .4))
	const rows = 9
	for i := range rows {
		t := (float64(i) + 1) / rows
		y := horizon + (1-horizon)*math.Pow(t, 1.7)
		crest := mix(mix(far, near, t), ink{1, 1, 1}, .10*(1-t))
		c.under(swell(y, .002+.012*t, .15+.5*t, float64(i)*1.9), crest, mix(far, near, min(t+.15, 1)), .75)
	}
}

// glitter is light that lies on the water under a sun or a moon.
func (c *canvas) glitter(x, horizon float64, colour ink) {
	r := chance(23)
	for range 160 {
		t := math.Pow(r.next(), 1.5)
		y := horizon + .01 + (.97-horizon)*t
		at := x + (r.next()+r.next()-1)*(.05+.22*t)
		long, thin := (.012+.05*t)*(.4+r.next()), .0014+.004*t
		c.paint(at-long, y-thin, at+long, y+thin, func(px, py float64) (ink, float64) {
			inside := 1 - math.Hypot((px-at)/long, (py-y)/thin)
			return colour, min(1, inside*2) * (.75 - .4*t)
		})
	}
}

// lighthouse stands with its foot at a point; lit says whether its lamp burns.
func (c *canvas) lighthouse(x, foot, tall float64, lit bool) {
	lamp, white, red, iron := rgb(0xfff3c4), rgb(0xf2efe8), rgb(0xb8352f), rgb(0x2a2f38)
	y := foot - tall
	if lit {
		c.beam(x, y+.06*tall, math.Pi+.12, .055, lamp, .85)
		c.beam(x, y+.06*tall, -.12, .055, lamp, .7)
	}
	const bands = 5
	for i := range bands {
		top, bottom := y+tall*(.16+.84*float64(i)/bands), y+tall*(.16+.84*float64(i+1)/bands)
		colour := white
		if i%2 == 1 {
			colour = red
		}
		c.block(x, top, bottom, tall*(.085+.05*float64(i)/bands), tall*(.085+.05*float64(i+1)/bands), colour)
	}
	c.block(x, y+.135*tall, y+.165*tall, .13*tall, .12*tall, iron)
	c.block(x, y+.02*tall, y+.14*tall, .06*tall, .06*tall, map[bool]ink{true: lamp, false: rgb(0x9fb4c2)}[lit])
	c.block(x, y-.06*tall, y+.025*tall, .004, .085*tall, red)
	if lit {
		c.disc(x, y+.08*tall, .035*tall, lamp, .16*tall, .8)
	}
}

// jelly is a moon jelly that swims upwards.
func (c *canvas) jelly(x, y, size float64, colour ink) {
	glow := mix(colour, ink{1, 1, 1}, .5)
	c.disc(x, y, 0, colour, size*.9, .35)
	for i := -4; i <= 4; i++ {
		root := x + float64(i)*size*.105
		c.paint(root-size*.3, y, root+size*.3, y+size*1.9, func(px, py float64) (ink, float64) {
			t := (py - y) / (size * 1.9)
			middle := root + size*.16*t*math.Sin(t*9+float64(i))
			return glow, .55 * min(1, t*14) * (1 - t) * c.edge(math.Abs(px-middle)-size*.012*(1.4-t))
		})
	}
	c.paint(x-size*.6, y-size*.5, x+size*.6, y+size*.12, func(px, py float64) (ink, float64) {
		dx, dy := (px-x)/(size*.56), (py-y)/(size*.46)
		if dy > 0 {
			dy *= 5.5 + 1.5*math.Cos(dx*22) // the hem
		}
		far := math.Hypot(dx, dy)
		rim := math.Exp(-math.Pow((far-.96)/.07, 2))
		return mix(colour, glow, rim), c.edge((far-1)*size*.46) * (.45 + .4*rim)
	})
	for _, side := range [][2]float64{{0, -.27}, {-.15, -.18}, {.15, -.18}, {0, -.09}} {
		c.ring(x+side[0]*size, y+side[1]*size, size*.07, size*.018, glow)
	}
}

// ring is one of the four that a moon jelly wears.
func (c *canvas) ring(x, y, radius, thick float64, colour ink) {
	c.paint(x-2*radius, y-2*radius, x+2*radius, y+2*radius, func(px, py float64) (ink, float64) {
		return colour, .7 * math.Exp(-math.Pow((math.Hypot(px-x, py-y)-radius)/thick, 2))
	})
}

// sparks are living lights along a wave.
func (c *canvas) sparks(l line, n int, seed chance, colour ink) {
	for range n {
		x := seed.next() * c.wide
		y := l(x) + (seed.next()+seed.next()-1)*.03
		size := .0007 + .002*math.Pow(seed.next(), 4)
		c.disc(x, y, size, colour, size*2.5, .6)
	}
}

// night is the light of Tarnholm with its lamp burning.
func night(w, h int) *canvas {
	c := newCanvas(w, h)
	const horizon = .74
	c.fade(0, horizon, rgb(0x07101f), rgb(0x10233f), rgb(0x27507a))
	c.stars(170, 0, horizon-.08, rgb(0xe8f0ff))
	c.disc(c.wide*.2, .22, .045, rgb(0xf4f1e4), .08, .4)
	c.under(island(-.2, c.wide*.45, horizon, .07, .5), rgb(0x14283f), rgb(0x102035), 1)
	c.sea(horizon, rgb(0x1d4063), rgb(0x050d18))
	c.glitter(c.wide*.2, horizon, rgb(0xd8e2ee))
	c.lighthouse(c.wide*.66, .74, .5, true)
	c.under(island(c.wide*.66-.5, c.wide*.66+.55, .92, .25, .2), rgb(0x0c1622), rgb(0x060b12), 1)
	c.under(swell(.89, .008, .45, 4), rgb(0x10263d), rgb(0x040a12), 1)
	return c
}

// dawn is the bay in the morning.
func dawn(w, h int) *canvas {
	c := newCanvas(w, h)
	const horizon = .58
	c.fade(0, horizon, rgb(0x3d6f9c), rgb(0x8fb3c9), rgb(0xf3c9a0), rgb(0xf7a76c))
	c.disc(c.wide*.36, horizon-.05, .055, rgb(0xfff2cf), .2, .75)
	c.under(island(-.3, c.wide*.34, horizon, .13, .4), rgb(0x8a90a8), rgb(0x9a93a5), 1)
	c.under(island(c.wide*.5, c.wide*1.2, horizon+.005, .19, .35), rgb(0x66708f), rgb(0x7d7f98), 1)
	c.sea(horizon, rgb(0xe7ab86), rgb(0x1f4a63))
	c.glitter(c.wide*.36, horizon, rgb(0xffe6b8))
	c.lighthouse(c.wide*.78, .64, .34, false)
	c.under(island(c.wide*.78-.34, c.wide*.78+.42, .86, .27, .2), rgb(0x3a3f52), rgb(0x262c3b), 1)
	c.under(swell(.82, .01, .5, 1), rgb(0x4a7286), rgb(0x143447), 1)
	return c
}

// bloom is the sea at night when what lives in it glows.
func bloom(w, h int) *canvas {
	c := newCanvas(w, h)
	const horizon = .4
	c.fade(0, horizon, rgb(0x060b1c), rgb(0x0d1d3a), rgb(0x1b3a5c))
	c.stars(140, 0, horizon-.04, rgb(0xdfe9ff))
	c.under(island(c.wide*.55, c.wide*1.15, horizon, .1, .4), rgb(0x0a1526), rgb(0x0a1526), 1)
	c.sea(horizon, rgb(0x123252), rgb(0x041020))
	for i := range 6 {
		t := float64(i) / 5
		l := swell(horizon+.1+.44*t, .008+.016*t, .35+.5*t, float64(i)*2.3)
		c.paint(0, horizon, c.wide, 1, func(x, y float64) (ink, float64) {
			near := (y - l(x)) / (.008 + .022*t)
			return rgb(0x35e0e6), (.25 + .3*t) * math.Exp(-near*near) * math.Pow(.5+.5*math.Sin(x*3.1+float64(i)*2), 2)
		})
		c.sparks(l, 90, chance(100+i), rgb(0xb9fff6))
	}
	return c
}

// deep is where the jellies are, with this many of them.
func deep(w, h int, places ...[3]float64) *canvas {
	c := newCanvas(w, h)
	c.fade(0, 1, rgb(0x1c7fa6), rgb(0x0d4a78), rgb(0x07244a), rgb(0x04122b))
	for i := range 5 { // light from above
		c.beam(c.wide*(.15+.17*float64(i)), -.15, 1.35+.09*float64(i), .06, rgb(0x9be4f2), .22)
	}
	c.sparks(func(x float64) float64 { return .5 + .45*math.Sin(x*31) }, 120, 5, rgb(0xa8dcec))
	tints := []ink{rgb(0xf2b8d8), rgb(0xc7c4ff), rgb(0x9fe3f0)}
	for i, p := range places {
		c.jelly(p[0]*c.wide, p[1], p[2], tints[i%len(tints)])
	}
	return c
}
