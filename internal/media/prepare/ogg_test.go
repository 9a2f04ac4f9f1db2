package prepare

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"
	"testing"

	"skerry/internal/social"
)

// oggPageOf is a page of a stream: packets that end on it.
func oggPageOf(serial uint32, flags byte, packets ...string) []byte {
	var lengths []byte
	for _, p := range packets {
		for n := len(p); ; n -= 255 {
			lengths = append(lengths, byte(min(n, 255)))
			if n < 255 {
				break
			}
		}
	}
	return rawOggPage(serial, flags, lengths, strings.Join(packets, ""))
}

func rawOggPage(serial uint32, flags byte, lengths []byte, body string) []byte {
	b := append([]byte("OggS\x00"), flags)
	b = binary.LittleEndian.AppendUint64(b, 0)
	b = binary.LittleEndian.AppendUint32(b, serial)
	b = append(b, make([]byte, 8)...)
	b = slices.Concat(append(b, byte(len(lengths))), lengths, []byte(body))
	oggPage{whole: b}.sum()
	return b
}

// oggOf begins so many streams with the same packet.
func oggOf(streams int, packet string) (b []byte) {
	for n := range streams {
		b = append(b, oggPageOf(uint32(n+1), oggBegins, packet)...)
	}
	return b
}

const opusHead = "OpusHead\x01\x02\x38\x01\x80\xbb\x00\x00\x00\x00\x00"

func opusTags(comment string) string {
	b := binary.LittleEndian.AppendUint32([]byte("OpusTags\x03\x00\x00\x00we!\x01\x00\x00\x00"), uint32(len(comment)))
	return string(b) + comment
}

// TestChecksumIsTheOneOfEncoders computes those anew that encoders wrote.
func TestChecksumIsTheOneOfEncoders(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"vorbis.ogg", "opus.ogg", "flac.ogg"} {
		for _, b := range [][]byte{stored(t, name), uploaded(t, stored(t, name)).Original.Bytes} {
			pages := 0
			for c := (cursor{rest: b}); len(c.rest) > 0; pages++ {
				p, err := readOggPage(&c)
				if err != nil {
					t.Fatal(err)
				}
				want := bytes.Clone(p.whole)
				if p.sum(); !bytes.Equal(p.whole, want) {
					t.Errorf("%s, page %d: got the checksum %x, want %x", name, pages, p.whole[oggCRC:oggCRC+4], want[oggCRC:oggCRC+4])
				}
			}
			if pages < 2 {
				t.Errorf("%s has %d pages", name, pages)
			}
		}
	}
}

func TestTagsOverManyPagesAreEmptied(t *testing.T) {
	t.Parallel()
	tags := opusTags("METADATA_BLOCK_PICTURE=" + strings.Repeat(secret, 30000))
	full := bytes.Repeat([]byte{255}, 255)
	file := oggPageOf(7, oggBegins, opusHead)
	rest := tags
	for ; len(rest) > 255*255; rest = rest[255*255:] {
		file = append(file, rawOggPage(7, 0, full, rest[:255*255])...)
	}
	file = append(file, oggPageOf(7, 0, rest)...)
	file = append(file, oggPageOf(7, 4, "sound")...)
	got := uploaded(t, file).Original.Bytes
	if bytes.Contains(got, []byte("SECRETSECRET")) || !bytes.Contains(got, []byte("sound")) || len(got) != len(file) {
		t.Errorf("got %d bytes, want %d without the picture", len(got), len(file))
	}
}

func TestEmptiedHeadersKeepTheirForm(t *testing.T) {
	t.Parallel()
	const one = "\x03\x00\x00\x00we!\x01\x00\x00\x00\x06\x00\x00\x00" + secret // 21 bytes: a program, and one comment
	const none = "\x0d\x00\x00\x00             \x00\x00\x00\x00"
	for name, c := range map[string]struct {
		clean        func(int, []byte) error
		number       int
		packet, want string
	}{
		"opus":              {cleanOpus, 1, "OpusTags" + one, "OpusTags" + none},
		"vorbis":            {cleanVorbis, 1, "\x03vorbis" + one + "\x05", "\x03vorbis" + none + "\x01"},
		"vorbis code books": {cleanVorbis, 2, "\x05vorbis code", "\x05vorbis code"},
		"flac":              {cleanOggFLAC, 1, "\x84\x00\x00\x15" + one, "\x84\x00\x00\x15" + none},
		"flac points":       {cleanOggFLAC, 2, "\x03\x00\x00\x06points", "\x03\x00\x00\x06points"},
		"flac picture":      {cleanOggFLAC, 2, "\x86\x00\x00\x06" + secret, "\x81\x00\x00\x06\x00\x00\x00\x00\x00\x00"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := []byte(c.packet)
			if err := c.clean(c.number, p); err != nil || string(p) != c.want {
				t.Errorf("got %q, %v, want %q", p, err, c.want)
			}
			for _, short := range []string{"", c.packet[:3]} {
				if err := c.clean(1, []byte(short)); err == nil {
					t.Errorf("%q is taken", short)
				}
			}
		})
	}
}

func TestStreamsOneAfterTheOtherAreEmptied(t *testing.T) {
	t.Parallel()
	var file []byte
	for range 3 { // of the same number, as some radios write
		file = slices.Concat(file, oggPageOf(1, oggBegins, opusHead), oggPageOf(1, 0, opusTags("TITLE="+secret)), oggPageOf(1, 4, "sound"))
	}
	if got := uploaded(t, file).Original.Bytes; bytes.Contains(got, []byte(secret)) || bytes.Count(got, []byte("sound")) != 3 {
		t.Errorf("got %.300q", got)
	}
	one := slices.Concat(oggPageOf(1, oggBegins, opusHead), oggPageOf(1, 0, opusTags("")))
	uploaded(t, bytes.Repeat(one, maxStreams))
	notTaken(t, bytes.Repeat(one, maxStreams+1), social.Unprocessable, "damaged")
}
