// Package prepare makes a file that the owner uploads fit to be shown to
// everybody: it finds what the file is by its bytes, refuses what is too big or
// cannot be read, removes what tells more than the picture (places, cameras,
// names, what stands behind the end), turns the picture upright, and makes the
// small copy and the blurhash.
//
// Bytes come in and bytes go out: there is no I/O, no state and no other program.
// A format has one file, and in it one walker that goes from the front of the
// upload to its end and keeps only what it knows. Sizes are judged before
// anything is decoded; of decoded pictures at most two are held at once, and how
// many uploads are prepared at the same time is the caller's affair. Nothing that
// a browser may take for a page (SVG, HTML, XML) is ever identified.
package prepare

import (
	"context"
	"fmt"
	"time"

	"skerry/internal/social"
)

// Limits of an upload.
const (
	MaxImage  = 16 << 20 // bytes
	MaxVideo  = 40 << 20 // bytes, of sound too
	MaxPixels = 40e6
	MaxSide   = 16384 // pixels
	MaxFrames = 300   // of an animation
)

// Kind is what an upload is to those who look at it, in the words of the client
// API. An animated picture is an Image: apps show a "gifv" in a video player,
// which plays no GIF.
type Kind string

// The kinds of uploads.
const (
	Image Kind = "image"
	Video Kind = "video"
	Audio Kind = "audio"
)

// File is a file and what was read from its bytes. Sound has no width and height.
type File struct {
	Type          string // media type
	Bytes         []byte
	Width, Height int // pixels
}

// Prepared is an upload that may be stored and shown. Preview and Blurhash are
// empty where there is no picture that we can decode. Duration is zero for a
// picture, and where the file does not tell it.
type Prepared struct {
	Kind     Kind
	Original File
	Preview  File
	Blurhash string
	Duration time.Duration
}

// Upload prepares a file. It owns b and may write into it. What it refuses is a
// Fault: TooLarge for too many bytes, else Unprocessable, with the reason and
// the limit in words. The largest picture takes 85 MB as a plain JPEG, 250 MB
// when it must be turned, 340 as a PNG of 16 bits, 610 as the worst progressive
// JPEG: callers let few run at once.
func Upload(ctx context.Context, b []byte) (Prepared, error) {
	mediaType, ok := Identify(b)
	if !ok {
		return Prepared{}, refused("this is no file that can be shown: send JPEG, PNG, GIF, WebP, MP4, WebM, MP3, Ogg, FLAC or WAV")
	}
	if format, ok := pictures[mediaType]; ok {
		if err := small(b, MaxImage, "a picture"); err != nil {
			return Prepared{}, err
		}
		return picture(ctx, mediaType, format, b)
	}
	clean, ok := recordings[mediaType]
	if !ok {
		return Prepared{}, refused("%s is not taken: send JPEG, PNG, GIF or WebP", mediaType)
	}
	if err := small(b, MaxVideo, "video or sound"); err != nil {
		return Prepared{}, err
	}
	return clean(b)
}

// recordings are the walkers of what is heard or moves: such files are passed
// through, without what they tell besides.
var recordings = map[string]func([]byte) (Prepared, error){
	"video/mp4":       cleanMP4,
	"video/quicktime": cleanMP4,
	"audio/mp4":       cleanMP4,
	"video/webm":      cleanWebM,
	"audio/mpeg":      cleanMP3,
	"audio/ogg":       cleanOgg,
	"audio/flac":      cleanFLAC,
	"audio/wav":       cleanWAV,
}

func small(b []byte, most int, what string) error {
	limit := fmt.Sprint(most>>20, " MiB")
	if most < 1<<20 {
		limit = fmt.Sprint(most>>10, " KiB")
	}
	if len(b) > most {
		return social.Faultf(social.TooLarge, "%s may have %s; this has more", what, limit)
	}
	return nil
}

func refused(format string, args ...any) *social.Fault {
	return social.Faultf(social.Unprocessable, format, args...)
}

// damaged is the fault of a file that is not what its first bytes promise.
func damaged(what string, err error) error {
	return refused("this %s is damaged or cut off: it cannot be read to its end", what).Because(err)
}
