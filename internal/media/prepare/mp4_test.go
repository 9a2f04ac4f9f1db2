package prepare

import (
	"bytes"
	"encoding/binary"
	"slices"
	"testing"
	"time"

	"skerry/internal/social"
)

var ftyp = boxOf("ftyp", []byte("isom\x00\x00\x02\x00mp41"))

// trackOf is a track with a handler, and where its samples are.
func trackOf(handler string, matrix []byte, table ...[]byte) []byte {
	return boxOf("trak",
		boxOf("tkhd", words(7, 0xdead, 0xdead, 1, 0, 2000, 0, 0, 0, 0), matrix, words(640<<16, 360<<16)),
		boxOf("mdia",
			boxOf("mdhd", words(0, 0xdead, 0xdead, 1000, 2000)),
			boxOf("hdlr", words(0, 0), []byte(handler), words(0, 0, 0), []byte("SECRET camera\x00")),
			boxOf("minf",
				boxOf("hdlr", words(0, 0), []byte("url "), words(0, 0, 0)), // of the data, in QuickTime
				boxOf("dinf", boxOf("dref", words(0, 1), boxOf("url ", words(1), []byte(secret)))),
				boxOf("stbl", table...)),
		))
}

var (
	straight = words(1<<16, 0, 0, 0, 1<<16, 0, 0, 0, 1<<30)
	onSide   = words(0, 1<<16, 0, 0xffff0000, 0, 0, 0, 0, 1<<30)
)

// movieOf is a film of two seconds.
func movieOf(parts ...[]byte) []byte {
	head := boxOf("mvhd", words(0, 0xdead, 0xdead, 1000, 2000), make([]byte, 80))
	return boxOf("moov", append([][]byte{head}, parts...)...)
}

func TestPlacesAreNotInTheFilm(t *testing.T) {
	t.Parallel()
	picture := trackOf("vide", straight)
	udta := boxOf("udta", boxOf("\xa9xyz", []byte("\x00\x0b\x15\xc7+47.1234"+secret)), boxOf("loci", []byte(secret)))
	apple := boxOf("meta", boxOf("keys", []byte("mdtacom.apple.quicktime.location.ISO6709")), boxOf("ilst", []byte(secret)))
	xmp := boxOf("uuid", []byte("\xbe\x7a\xcf\xcb\x97\xa9\x42\xe8\x9c\x71\x99\x94\x91\xe3\xaf\xac"+secret))
	for name, b := range map[string][]byte{
		"udta":              slices.Concat(ftyp, movieOf(picture, udta)),
		"udta of a track":   slices.Concat(ftyp, movieOf(slices.Concat(words(uint32(len(picture)+len(udta))), picture[4:], udta))),
		"meta":              slices.Concat(ftyp, movieOf(apple, picture)),
		"meta at the top":   slices.Concat(ftyp, apple, movieOf(picture)),
		"xmp":               slices.Concat(ftyp, xmp, movieOf(picture, xmp), xmp),
		"what was freed":    slices.Concat(ftyp, boxOf("free", []byte(secret)), movieOf(picture, boxOf("skip", []byte(secret)))),
		"a box of tomorrow": slices.Concat(ftyp, movieOf(picture), boxOf("gps ", []byte(secret))),
		"a long size":       slices.Concat(ftyp, movieOf(picture), words(1), []byte("udta"), words(0, 22), []byte(secret)),
		"up to the end":     slices.Concat(ftyp, movieOf(picture), words(0), []byte("udta"), []byte(secret)),
		"deep in itself":    slices.Concat(ftyp, movieOf(picture, nested("moov", 1000), nested("trak", 1000), nested("udta", 1000))),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := uploaded(t, b)
			for _, word := range []string{secret, "47.12", "ISO6709", "\x00\x00\xde\xad"} {
				if bytes.Contains(p.Original.Bytes, []byte(word)) {
					t.Errorf("%q is still there", word)
				}
			}
			if len(p.Original.Bytes) != len(b) {
				t.Errorf("got %d bytes, want the same %d", len(p.Original.Bytes), len(b))
			}
			if p.Kind != Video || p.Original.Type != "video/mp4" || p.Original.Width != 640 || p.Original.Height != 360 || p.Duration != 2*time.Second {
				t.Errorf("got %s %s, %dx%d, %v", p.Kind, p.Original.Type, p.Original.Width, p.Original.Height, p.Duration)
			}
			if again := uploaded(t, p.Original.Bytes); !bytes.Equal(again.Original.Bytes, p.Original.Bytes) {
				t.Error("a clean file is changed again")
			}
		})
	}
}

// nested is a box in a box in a box, with a secret in the last.
func nested(name string, depth int) []byte {
	b := []byte(secret)
	for range depth {
		b = boxOf(name, b)
	}
	return b
}

// TestSamplesOfDataAreEmptied: a track of subtitles or of a camera's places has its
// data between picture and sound.
func TestSamplesOfDataAreEmptied(t *testing.T) {
	t.Parallel()
	mdat := boxOf("mdat", []byte("picture"+secret+"sound"+secret+secret+"picture"))
	at := uint32(len(ftyp) + 8)
	first, second := at+7, at+7+6+5
	sizes := boxOf("stsz", words(0, 0, 3, 6, 6, 6))
	equal := boxOf("stsz", words(0, 6, 3))
	runs := boxOf("stsc", words(0, 2, 1, 1, 1, 2, 2, 1))
	one := boxOf("stsc", words(0, 1, 1, 3, 1))
	for name, table := range map[string][]byte{
		"sizes":        slices.Concat(runs, sizes, boxOf("stco", words(0, 2, first, second))),
		"equal sizes":  slices.Concat(runs, equal, boxOf("stco", words(0, 2, first, second))),
		"long offsets": slices.Concat(runs, equal, boxOf("co64", words(0, 2, 0, first, 0, second))),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := slices.Concat(ftyp, mdat, movieOf(trackOf("vide", straight), trackOf("text", straight, table)))
			got := uploaded(t, file).Original.Bytes
			if bytes.Contains(got, []byte(secret)) || bytes.Count(got, []byte("picture")) != 2 || !bytes.Contains(got, []byte("sound")) {
				t.Errorf("got %q", got[at:at+40])
			}
			if n := bytes.Count(got, []byte("trak")); n != 1 {
				t.Errorf("got %d tracks", n)
			}
		})
	}
	for name, table := range map[string][]byte{
		"behind the end":  slices.Concat(one, equal, boxOf("stco", words(0, 1, 1<<31))),
		"over the end":    slices.Concat(one, boxOf("stsz", words(0, 1<<31, 3)), boxOf("stco", words(0, 1, 0))),
		"again and again": slices.Concat(one, boxOf("stsz", words(0, 100, 1<<31)), boxOf("stco", words(0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0))),
		"no sizes":        slices.Concat(one, boxOf("stz2", words(0, 8, 1), []byte{6}), boxOf("stco", words(0, 1, first))),
		"chunks missing":  slices.Concat(one, equal, boxOf("stco", words(0, 1<<31, first))),
		"runs missing":    slices.Concat(boxOf("stsc", words(0, 2, 1, 1, 1)), equal, boxOf("stco", words(0, 2, first, first))),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			notTaken(t, slices.Concat(ftyp, movieOf(trackOf("vide", straight), trackOf("meta", straight, table)), mdat), social.Unprocessable, "damaged")
		})
	}
}

func TestSamplesOfDataLieInTheFile(t *testing.T) {
	t.Parallel()
	film := func(at int) []byte {
		table := slices.Concat(boxOf("stsc", words(0, 1, 1, 1, 1)), boxOf("stsz", words(0, 6, 1)), boxOf("stco", words(0, 1, uint32(at))))
		return slices.Concat(ftyp, movieOf(trackOf("vide", straight), trackOf("meta", straight, table)), boxOf("mdat", []byte(secret)))
	}
	length := len(film(0))
	if got := uploaded(t, film(length-6)).Original.Bytes; bytes.Contains(got, []byte(secret)) {
		t.Error("the last bytes are still there")
	}
	notTaken(t, film(length-5), social.Unprocessable, "damaged")
}

func TestFilmOnItsSideIsHigh(t *testing.T) {
	t.Parallel()
	p := uploaded(t, slices.Concat(ftyp, movieOf(trackOf("soun", straight), trackOf("vide", onSide))))
	if p.Original.Width != 360 || p.Original.Height != 640 {
		t.Errorf("got %dx%d, want 360x640", p.Original.Width, p.Original.Height)
	}
}

func TestFilmWithoutPictureIsSound(t *testing.T) {
	t.Parallel()
	p := uploaded(t, slices.Concat(ftyp, movieOf(trackOf("soun", straight))))
	if p.Kind != Audio || p.Original.Type != "audio/mp4" || p.Original.Width != 0 {
		t.Errorf("got %s %s, %d wide", p.Kind, p.Original.Type, p.Original.Width)
	}
}

func TestLengthOfFragmentsIsRead(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		box  []byte
		want time.Duration
	}{
		"short":   {boxOf("mehd", words(0, 5000)), 5 * time.Second},
		"long":    {boxOf("mehd", words(1<<24, 0, 5000)), 5 * time.Second},
		"endless": {boxOf("mehd", words(1<<24, 1<<31, 0)), 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := uploaded(t, slices.Concat(ftyp, movieOf(trackOf("vide", straight), boxOf("mvex", c.box))))
			if p.Duration != c.want {
				t.Errorf("got %v, want %v", p.Duration, c.want)
			}
		})
	}
}

func TestFilmsThatCannotBeReadAreRefused(t *testing.T) {
	t.Parallel()
	picture := trackOf("vide", straight)
	elsewhere := bytes.Replace(picture, boxOf("url ", words(1), []byte(secret)), boxOf("url ", words(0), []byte(secret)), 1)
	long := slices.Concat(words(1), []byte("mdat"), binary.BigEndian.AppendUint64(nil, 1<<63))
	for name, c := range map[string]struct {
		file []byte
		say  string
	}{
		"nothing in it":      {ftyp, "damaged"},
		"data alone":         {slices.Concat(ftyp, movieOf(trackOf("text", straight))), "damaged"},
		"a box of no bytes":  {slices.Concat(ftyp, movieOf(picture, words(0), []byte("udta"))), "damaged"},
		"a box of 4 bytes":   {slices.Concat(ftyp, words(4), []byte("mdat"), movieOf(picture)), "damaged"},
		"a box that goes on": {slices.Concat(ftyp, movieOf(picture), words(100), []byte("mdat")), "damaged"},
		"a very long box":    {slices.Concat(ftyp, movieOf(picture), long), "damaged"},
		"a child too long":   {slices.Concat(ftyp, movieOf(picture, words(100), []byte("udta"))), "damaged"},
		"half a header":      {slices.Concat(ftyp, movieOf(picture), []byte("\x00\x00")), "damaged"},
		"data elsewhere":     {slices.Concat(ftyp, movieOf(elsewhere)), "damaged"},
		"an archive behind":  {slices.Concat(ftyp, movieOf(picture), []byte("PK\x03\x04 and more")), "damaged"},
		"data in fragments": {slices.Concat(ftyp, movieOf(picture, trackOf("meta", straight)), boxOf("moof")),
			"save it without data tracks"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			notTaken(t, c.file, social.Unprocessable, c.say)
		})
	}
}

// TestBothFormsOfBoxesAreRead: version 1 has long times and lengths.
func TestBothFormsOfBoxesAreRead(t *testing.T) {
	t.Parallel()
	long := boxOf("moov",
		boxOf("mvhd", words(1<<24, 0xdead, 0xdead, 0xdead, 0xdead, 90000, 0, 180000)),
		boxOf("trak",
			boxOf("tkhd", words(1<<24, 0xdead, 0xdead, 0xdead, 0xdead, 1, 0, 0, 2000, 0, 0, 0, 0), onSide, words(640<<16, 360<<16)),
			boxOf("mdia", boxOf("mdhd", words(1<<24, 0xdead, 0xdead, 0xdead, 0xdead, 1000, 0, 2000)), boxOf("hdlr", words(0, 0), []byte("vide"))),
		))
	p := uploaded(t, slices.Concat(ftyp, long))
	if p.Original.Width != 360 || p.Original.Height != 640 || p.Duration != 2*time.Second {
		t.Errorf("got %dx%d, %v", p.Original.Width, p.Original.Height, p.Duration)
	}
	if n := bytes.Count(p.Original.Bytes, words(0xdead)); n != 0 {
		t.Errorf("%d words of times are still there", n)
	}
	unknown := boxOf("moov", boxOf("mvhd", words(0, 0, 0, 1000, 1<<32-1)), trackOf("vide", straight))
	if p := uploaded(t, slices.Concat(ftyp, unknown)); p.Duration != 0 {
		t.Errorf("got %v for a length that is not known", p.Duration)
	}
}
