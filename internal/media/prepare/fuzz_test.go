package prepare

import (
	"bytes"
	"image"
	"os"
	"testing"

	"skerry/internal/social"
)

// walkers are fuzzed each with files of its own format, and must keep nothing of
// their own making.

// fuzzPicture checks what is true of every walker of pictures.
func fuzzPicture(f *testing.F, walk func([]byte) (walked, error), seeds ...[]byte) {
	for _, b := range seeds {
		f.Add(b)
		f.Add(b[:len(b)/2])
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		given := bytes.Clone(b)
		w, err := walk(b)
		if !bytes.Equal(b, given) {
			t.Fatal("the walker wrote into the file")
		}
		if err != nil {
			return
		}
		if len(w.kept) > len(b)+1 || w.turn < 1 || w.turn > 8 || w.frames < 0 {
			t.Fatalf("got %d bytes of %d, turn %d, %d frames", len(w.kept), len(b), w.turn, w.frames)
		}
		again, err := walk(w.kept)
		if err != nil || !bytes.Equal(again.kept, w.kept) || again.turn != upright {
			t.Fatalf("what was kept is walked as %d bytes of %d, turn %d, %v", len(again.kept), len(w.kept), again.turn, err)
		}
	})
}

func FuzzJPEG(f *testing.F) {
	m := blocks("AB", "CD")
	fuzzPicture(f, walkJPEG, jpegOf(f, m), stored(f, "cmyk.jpeg"), stored(f, "progressive.jpeg"),
		jpegOf(f, m, segmentOf(app1, exifHead, "II*\x00\x08\x00\x00\x00"), segmentOf(app2, iccHead, "\x01\x01"), segmentOf(0xfe, secret)))
}

func FuzzPNG(f *testing.F) {
	fuzzPicture(f, walkPNG, pngOf(f, blocks("AB", "CD")), pngOf(f, blocks("A"), chunkOf("tEXt", secret), chunkOf("fcTL", secret)))
}

func FuzzGIF(f *testing.F) {
	fuzzPicture(f, walkGIF, gifOf(f, blocks("AB", "CD"), 2), gifOf(f, blocks("A"), 1, []byte("\x21\xfe\x06"+secret+"\x00")))
}

func FuzzWebP(f *testing.F) {
	fuzzPicture(f, walkWebP, stored(f, "lossy.webp"), stored(f, "sideways.webp"), stored(f, "animated.webp"))
}

// fuzzRecording checks what is true of every walker of what is passed through.
func fuzzRecording(f *testing.F, clean func([]byte) (Prepared, error), seeds ...string) {
	for _, name := range seeds {
		f.Add(stored(f, name))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		length := len(b)
		p, err := clean(b)
		if err != nil {
			if !social.Is(err, social.Unprocessable) || p.Original.Bytes != nil {
				t.Fatalf("got %d bytes and the error %v", len(p.Original.Bytes), err)
			}
			return
		}
		if len(p.Original.Bytes) > length+1 || p.Duration < 0 {
			t.Fatalf("got %d bytes of %d, %v long", len(p.Original.Bytes), length, p.Duration)
		}
		kept := bytes.Clone(p.Original.Bytes)
		again, err := clean(p.Original.Bytes)
		if err != nil || !bytes.Equal(again.Original.Bytes, kept) || again.Kind != p.Kind {
			t.Fatalf("what was kept is cleaned to %d bytes of %d, %v", len(again.Original.Bytes), len(kept), err)
		}
	})
}

func FuzzMP4(f *testing.F) { fuzzRecording(f, cleanMP4, "film.mp4", "fragments.mp4", "sound.m4a") }

func FuzzWebM(f *testing.F) { fuzzRecording(f, cleanWebM, "film.webm", "streamed.webm") }

func FuzzOgg(f *testing.F) {
	fuzzRecording(f, cleanOgg, "vorbis.ogg", "opus.ogg", "flac.ogg")
}

func FuzzMP3(f *testing.F) { fuzzRecording(f, cleanMP3, "sound.mp3") }

func FuzzFLAC(f *testing.F) { fuzzRecording(f, cleanFLAC, "sound.flac") }

func FuzzWAV(f *testing.F) {
	f.Add(wavOf([]byte("sound"), appendChunk(nil, "LIST", []byte(secret))))
	fuzzRecording(f, cleanWAV)
}

// FuzzUpload checks that whatever is sent is refused with a sentence, or is a
// file of the type that it is said to be.
func FuzzUpload(f *testing.F) {
	files, err := os.ReadDir("testdata")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		if !file.IsDir() {
			f.Add(stored(f, file.Name()))
		}
	}
	f.Add(jpegOf(f, blocks("AB", "CD")))
	f.Add(gifOf(f, blocks("AB", "CD"), 2))
	f.Fuzz(func(t *testing.T, b []byte) {
		// Big pictures are slow, and the decoders are not what is tested here.
		if c, _, err := image.DecodeConfig(bytes.NewReader(b)); err == nil && c.Width*c.Height > 1<<16 {
			return
		}
		p, err := Upload(t.Context(), b)
		if err != nil {
			if kind := social.KindOf(err); kind != social.Unprocessable && kind != social.TooLarge {
				t.Fatalf("got %v", err)
			}
			return
		}
		mediaType, ok := Identify(p.Original.Bytes)
		if sound := p.Original.Type == "audio/webm" || p.Original.Type == "audio/mp4"; !ok || mediaType != p.Original.Type && !sound {
			t.Fatalf("a file of type %s looks like %s", p.Original.Type, mediaType)
		}
	})
}
