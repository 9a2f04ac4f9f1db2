package prepare

import (
	"image"
	"math"
	"strings"
)

const (
	// blurSide is the side of the picture that is hashed: more changes nothing.
	blurSide = 32
	// across is the number of waves in each direction.
	across = 4
	digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~"
)

// colour is red, green and blue, linear.
type colour [3]float64

// blurhash writes the waves of a small picture as 36 characters. What shines
// through is black, as premultiplied pixels are. [BlurHash algorithm]
func blurhash(m *image.RGBA) string {
	var waves []colour
	for j := range across {
		for i := range across {
			waves = append(waves, wave(m, i, j))
		}
	}
	loudest := 0.0
	for _, w := range waves[1:] {
		for _, v := range w {
			loudest = max(loudest, math.Abs(v))
		}
	}
	scale := min(82, max(0, math.Floor(loudest*166-0.5)))
	var out strings.Builder
	digit(&out, across-1+(across-1)*9, 1)
	digit(&out, int(scale), 1)
	mean := 0
	for _, v := range waves[0] {
		mean = mean<<8 | fromLinear(v)
	}
	digit(&out, mean, 4)
	for _, w := range waves[1:] {
		n := 0
		for _, v := range w {
			v /= (scale + 1) / 166
			root := math.Copysign(math.Sqrt(math.Abs(v)), v)
			n = n*19 + int(min(18, max(0, math.Floor(root*9+9.5))))
		}
		digit(&out, n, 2)
	}
	return out.String()
}

// wave says how much of the wave i, j a picture has.
func wave(m *image.RGBA, i, j int) colour {
	w, h := m.Rect.Dx(), m.Rect.Dy()
	var sum colour
	for y := range h {
		vertical := math.Cos(math.Pi * float64(j) * float64(y) / float64(h))
		for x := range w {
			basis := vertical * math.Cos(math.Pi*float64(i)*float64(x)/float64(w))
			at := m.PixOffset(x, y)
			for c := range sum {
				sum[c] += basis * linear[m.Pix[at+c]]
			}
		}
	}
	norm := 2.0
	if i == 0 && j == 0 {
		norm = 1
	}
	for c := range sum {
		sum[c] *= norm / float64(w*h)
	}
	return sum
}

// linear are the 256 values of sRGB as light.
var linear = func() (table [256]float64) {
	for i := range table {
		if v := float64(i) / 255; v <= 0.04045 {
			table[i] = v / 12.92
		} else {
			table[i] = math.Pow((v+0.055)/1.055, 2.4)
		}
	}
	return table
}()

func fromLinear(v float64) int {
	v = min(1, max(0, v))
	if v <= 0.0031308 {
		return int(v*12.92*255 + 0.5)
	}
	return int((1.055*math.Pow(v, 1/2.4)-0.055)*255 + 0.5)
}

// digit writes a number to the base 83.
func digit(out *strings.Builder, n, length int) {
	for place := length - 1; place >= 0; place-- {
		out.WriteByte(digits[n/int(math.Pow(83, float64(place)))%83])
	}
}
