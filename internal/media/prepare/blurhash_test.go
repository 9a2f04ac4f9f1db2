package prepare

import (
	"fmt"
	"image"
	"image/color"
	"testing"
)

// TestBlurhashIsTheOneOfOthers compares with what another implementation made of
// the same pixels.
func TestBlurhashIsTheOneOfOthers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		w, h int
		at   func(x, y int) color.RGBA
		want string
	}{
		"one white pixel": {1, 1, func(int, int) color.RGBA { return color.RGBA{255, 255, 255, 255} }, "U~TSUA~q~q~q~q~q~q~q~q~q~q~q~q~q~q~q"},
		"black":           {32, 32, func(int, int) color.RGBA { return color.RGBA{A: 255} }, "U00000fQfQfQfQfQfQfQfQfQfQfQfQfQfQfQ"},
		"ramps": {32, 24, func(x, y int) color.RGBA {
			return color.RGBA{uint8(x * 8), uint8(y * 10), 128, 255}
		}, "UxH27k2swxX8mHWWjtf7gJfjfQfjn,WpjtfQ"},
		"stripes": {7, 31, func(x, y int) color.RGBA {
			return color.RGBA{uint8(x * y), uint8(255 * (x & 1)), uint8(255 * (y >> 4)), 255}
		}, "U~7h?UTdZ-pISpoGjabCjra{fQjsbfj]f7fl"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := image.NewRGBA(image.Rect(0, 0, c.w, c.h))
			for y := range c.h {
				for x := range c.w {
					m.SetRGBA(x, y, c.at(x, y))
				}
			}
			if got := blurhash(m); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestBoxesAverage(t *testing.T) {
	t.Parallel()
	for _, side := range []int{1, 2, 3, 8} {
		t.Run(fmt.Sprint(side), func(t *testing.T) {
			t.Parallel()
			m := image.NewGray(image.Rect(0, 0, 4*side, 2*side+side/2))
			for i := range m.Pix {
				m.Pix[i] = uint8(i % m.Stride / side * 50)
			}
			got := boxes(m, m.Rect, side)
			if got.Rect != image.Rect(0, 0, 4, 2) {
				t.Fatalf("got %v", got.Rect)
			}
			for x := range 4 {
				if c := got.RGBAAt(x, 1); c.R != uint8(x*50) || c.A != 255 {
					t.Errorf("at %d: got %v", x, c)
				}
			}
		})
	}
}
