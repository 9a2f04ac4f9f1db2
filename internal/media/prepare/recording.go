package prepare

import (
	"math"
	"time"
)

// recording is what is passed through: no frame of it is decoded.
func recording(kind Kind, mediaType string, b []byte, lasts time.Duration) Prepared {
	return Prepared{Kind: kind, Original: File{Type: mediaType, Bytes: b}, Duration: lasts}
}

// lasting gives the time of so many units. What a file claims may be nonsense:
// what is more than a year, or no number, is taken for not told.
func lasting(units, perSecond float64) time.Duration {
	seconds := units / perSecond
	if math.IsNaN(seconds) || seconds < 0 || seconds > 365*24*60*60 {
		return 0
	}
	return time.Duration(seconds * float64(time.Second))
}
