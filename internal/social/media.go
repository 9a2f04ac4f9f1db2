package social

import (
	"math"
	"time"
)

// Medium is a file that the owner uploaded: its bytes lie under keys of the media
// store.
type Medium struct {
	ID      ID
	Key     string
	Preview string // key of the small copy; "" when there is none
	Size    int64  // bytes, of both

	Post       ID        // whose attachment it is; 0: none
	LooseSince time.Time // nothing refers to it since then; zero while something does
	Shown      Attachment
}

// Free reports whether nothing refers to the medium.
func (m Medium) Free() bool { return !m.LooseSince.IsZero() }

// Keys are the keys of all its bytes.
func (m Medium) Keys() []string {
	if m.Preview == "" {
		return []string{m.Key}
	}
	return []string{m.Key, m.Preview}
}

// RemoteMedium is what is kept of a stranger's medium.
type RemoteMedium struct {
	URL       string
	Key       string
	MediaType string // as its bytes told it
	Size      int64
	FetchedAt time.Time
	UsedAt    time.Time
}

// Limits of the media of a post; Mastodon shows four.
const (
	MaxAttached = 4
	MaxAlt      = 1500 // characters of a description
)

// Described is what the owner changes of a medium; nil stays as it is.
type Described struct {
	Alt   *string
	Focus *[2]float64 // each way from -1 to 1
}

// Apply changes how a medium is shown.
func (d Described) Apply(a *Attachment) error {
	if d.Alt != nil {
		if n := runes(*d.Alt); n > MaxAlt {
			return Faultf(Unprocessable, "the description has %d characters; %d are allowed", n, MaxAlt)
		}
		a.Alt = *d.Alt
	}
	if d.Focus != nil {
		for _, v := range d.Focus {
			if !(math.Abs(v) <= 1) { // no number is not within either
				return Faultf(Unprocessable, "the focus is two numbers from -1 to 1")
			}
		}
		a.Focus = *d.Focus
	}
	return nil
}
