package prepare

import (
	"image"
	"math"

	"golang.org/x/image/draw"
)

// shrink gives the part r of a picture in a size that is at most its own. Where
// r is wider than the picture there is nothing, which shines through.
//
// A large picture is first averaged in boxes, a few lines at a time, and only
// what is left goes through the good and slow filter.
func shrink(src image.Image, r image.Rectangle, w, h int) *image.RGBA {
	k := max(1, min(r.Dx()/w, r.Dy()/h)/2)
	boxed := boxes(src, r, k)
	if boxed.Rect.Dx() == w && boxed.Rect.Dy() == h {
		return boxed
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.CatmullRom.Scale(out, out.Rect, boxed, boxed.Rect, draw.Src, nil)
	return out
}

// boxes makes one pixel of k times k. What is left over at the right and the
// bottom is less than a pixel of the result.
func boxes(src image.Image, r image.Rectangle, k int) *image.RGBA {
	out := image.NewRGBA(image.Rect(0, 0, r.Dx()/k, r.Dy()/k))
	// Drawing knows the quick way for every sort of picture.
	band := image.NewRGBA(image.Rect(0, 0, out.Rect.Dx()*k, k))
	sums := make([]int, 4*out.Rect.Dx())
	for y := range out.Rect.Dy() {
		clear(band.Pix)
		draw.Draw(band, band.Rect, src, r.Min.Add(image.Pt(0, y*k)), draw.Src)
		clear(sums)
		for line := range k {
			row := band.Pix[line*band.Stride:]
			for x := range out.Rect.Dx() * k {
				sum, pixel := sums[x/k*4:x/k*4+4], row[x*4:x*4+4]
				sum[0] += int(pixel[0])
				sum[1] += int(pixel[1])
				sum[2] += int(pixel[2])
				sum[3] += int(pixel[3])
			}
		}
		for i, sum := range sums {
			out.Pix[y*out.Stride+i] = uint8((sum + k*k/2) / (k * k))
		}
	}
	return out
}

// fit gives the size of a picture of w times h that has at most so many pixels.
func fit(w, h, pixels int) (int, int) {
	if w*h <= pixels {
		return w, h
	}
	by := math.Sqrt(float64(pixels) / (float64(w) * float64(h)))
	return max(1, int(float64(w)*by)), max(1, int(float64(h)*by))
}

// cover gives the middle part of a picture that has the shape of w times h, and
// the size that it gets: never more than it has.
func cover(r image.Rectangle, w, h int) (part image.Rectangle, width, height int) {
	pw, ph := r.Dx(), max(1, r.Dx()*h/w)
	if ph > r.Dy() {
		pw, ph = max(1, r.Dy()*w/h), r.Dy()
	}
	corner := r.Min.Add(image.Pt((r.Dx()-pw)/2, (r.Dy()-ph)/2))
	return image.Rectangle{Min: corner, Max: corner.Add(image.Pt(pw, ph))}, min(w, pw), min(h, ph)
}
