package prepare

import (
	"bytes"
	"encoding/binary"
	"slices"
	"testing"
	"time"

	"skerry/internal/social"
)

// elementOf is an element with its size in 8 bytes.
func elementOf(id uint64, parts ...[]byte) []byte {
	body := bytes.Join(parts, nil)
	size := binary.BigEndian.AppendUint64(nil, 1<<56|uint64(len(body)))
	return slices.Concat(idOf(id), size, body)
}

// endlessOf is one that does not say how long it is.
func endlessOf(id uint64, parts ...[]byte) []byte {
	return slices.Concat(idOf(id), []byte{0xff}, bytes.Join(parts, nil))
}

func idOf(id uint64) []byte {
	return bytes.TrimLeft(binary.BigEndian.AppendUint64(nil, id), "\x00")
}

var (
	webmHead  = elementOf(ebmlHead, elementOf(0x4286, []byte{1}), []byte("\x42\x82\x84webm"))
	webmTrack = elementOf(trackItem, elementOf(0xd7, []byte{1}), elementOf(trackType, []byte{clipPicture}), elementOf(0x536e, []byte(secret)),
		elementOf(trackView, elementOf(wide, []byte{2, 128}), elementOf(high, []byte{1, 104})), elementOf(trackHear, elementOf(0x4fff, []byte(secret))))
	webmInfo = elementOf(info, elementOf(0xbf, []byte(secret)), elementOf(timeScale, []byte{0x0f, 0x42, 0x40}),
		elementOf(lastsFor, []byte("\x45\x1c\x40\x00")), elementOf(0x7ba9, []byte(secret)), elementOf(0x4461, []byte(secret+"!!")))
	webmSound   = elementOf(0xa3, []byte("frame"))
	webmCluster = elementOf(cluster, elementOf(clusterAt, []byte{0x0b, 0xb8}), webmSound, elementOf(0xec, []byte(secret)), webmSound)
	webmTags    = elementOf(0x1254c367, []byte(secret))
)

func TestTagsAreNotInTheFilm(t *testing.T) {
	t.Parallel()
	tracks := elementOf(trackList, webmTrack)
	for name, c := range map[string]struct {
		file []byte
		want time.Duration
	}{
		"all":              {slices.Concat(webmHead, elementOf(segment, webmInfo, tracks, webmCluster, webmTags)), 2500 * time.Millisecond},
		"attached":         {slices.Concat(webmHead, elementOf(segment, tracks, elementOf(0x1941a469, []byte(secret)), elementOf(0x1043a770, []byte(secret)))), 0},
		"of tomorrow":      {slices.Concat(webmHead, elementOf(segment, tracks, elementOf(0x1fffffff, []byte(secret)), elementOf(0x4fff, bytes.Repeat([]byte(secret), 50)))), 0},
		"endless":          {slices.Concat(webmHead, endlessOf(segment, tracks, webmTags, webmCluster)), 3 * time.Second},
		"endless clusters": {slices.Concat(webmHead, endlessOf(segment, tracks, endlessOf(cluster, webmSound), endlessOf(cluster, webmSound, webmTags))), 0},
		"in the head":      {slices.Concat(elementOf(ebmlHead, []byte("\x42\x82\x84webm"), elementOf(0x4fff, []byte(secret))), elementOf(segment, tracks)), 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := uploaded(t, c.file)
			if bytes.Contains(p.Original.Bytes, []byte(secret)) || len(p.Original.Bytes) != len(c.file) {
				t.Errorf("got %d bytes of %d: %q", len(p.Original.Bytes), len(c.file), p.Original.Bytes)
			}
			if p.Kind != Video || p.Original.Type != "video/webm" || p.Original.Width != 640 || p.Original.Height != 360 || p.Duration != c.want {
				t.Errorf("got %s %s, %dx%d, %v, want %v", p.Kind, p.Original.Type, p.Original.Width, p.Original.Height, p.Duration, c.want)
			}
			if got, want := bytes.Count(p.Original.Bytes, webmSound), bytes.Count(c.file, webmSound); got != want {
				t.Errorf("got %d frames, want %d", got, want)
			}
		})
	}
}

func TestVoidHasTheLengthOfWhatItVoids(t *testing.T) {
	t.Parallel()
	for length := 2; length < 300; length++ {
		b := bytes.Repeat([]byte{0xaa}, length)
		element{whole: b}.void()
		c := cursor{rest: b}
		e, err := readElement(&c)
		if err != nil || e.id != 0xec || e.endless || len(c.rest) != 0 || bytes.Contains(e.body, []byte{0xaa}) {
			t.Errorf("%d bytes: got element %#x, %d bytes behind it, %v", length, e.id, len(c.rest), err)
		}
	}
}

func TestWebMThatCannotBeReadIsRefused(t *testing.T) {
	t.Parallel()
	tracks := elementOf(trackList, webmTrack)
	subtitles := elementOf(trackList, webmTrack, elementOf(trackItem, elementOf(trackType, []byte{17})))
	for name, c := range map[string]struct {
		file []byte
		say  string
	}{
		"head alone":        {webmHead, "damaged"},
		"no tracks":         {slices.Concat(webmHead, elementOf(segment, webmInfo)), "damaged"},
		"something between": {slices.Concat(webmHead, webmTags, elementOf(segment, tracks)), "damaged"},
		"endless head":      {slices.Concat(endlessOf(ebmlHead, []byte("\x42\x82\x84webm"))), "damaged"},
		"endless tracks":    {slices.Concat(webmHead, elementOf(segment, endlessOf(trackList, webmTrack))), "damaged"},
		"endless tags":      {slices.Concat(webmHead, elementOf(segment, tracks, endlessOf(0x1254c367))), "damaged"},
		"no id":             {slices.Concat(webmHead, elementOf(segment, tracks, []byte{0, 0x81, 0})), "damaged"},
		"no size":           {slices.Concat(webmHead, elementOf(segment, tracks, []byte{0xec, 0, 0})), "damaged"},
		"a child too long":  {slices.Concat(webmHead, elementOf(segment, tracks, []byte("\xec\x10\xff\xff\xff"))), "damaged"},
		"subtitles":         {slices.Concat(webmHead, elementOf(segment, subtitles)), "without subtitles"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			notTaken(t, c.file, social.Unprocessable, c.say)
		})
	}
}
