package prepare

import (
	"fmt"
	"testing"
)

func TestViewOfATurnedPictureIsTheTurnedPicture(t *testing.T) {
	t.Parallel()
	upright := blocks("ABC", "DEF")
	for o, rows := range asStored {
		t.Run(fmt.Sprint(o), func(t *testing.T) {
			t.Parallel()
			view := turned{blocks(rows...), orientation(o)}
			flat := view.flat()
			for y := range view.Bounds().Dy() {
				for x := range view.Bounds().Dx() {
					if got, want := view.At(x, y), upright.RGBA64At(x, y); got != want || flat.RGBA64At(x, y) != want {
						t.Fatalf("at %d,%d: got %v, want %v", x, y, got, want)
					}
				}
			}
		})
	}
}
