package prepare

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"
	"testing"
	"time"

	"skerry/internal/social"
)

// wavOf is one second of sound, if it has bytes, with chunks before it.
func wavOf(sound []byte, chunks ...[]byte) []byte {
	about := binary.LittleEndian.AppendUint32([]byte("\x01\x00\x01\x00\x40\x1f\x00\x00"), uint32(len(sound)))
	about = append(about, "\x01\x00\x08\x00"...)
	file := appendChunk(newRIFF("WAVE", 0), "fmt ", about)
	return closeRIFF(appendChunk(append(file, bytes.Join(chunks, nil)...), "data", sound))
}

// mp3Of is so many frames of silence of 128 kbit/s.
func mp3Of(frames int) []byte {
	return bytes.Repeat(append([]byte("\xff\xfb\x90\x64"), make([]byte, 413)...), frames)
}

// id3Of is a tag before the sound.
func id3Of(body string) []byte {
	n := len(body)
	return append([]byte{'I', 'D', '3', 4, 0, 0, byte(n >> 21), byte(n >> 14 & 0x7f), byte(n >> 7 & 0x7f), byte(n & 0x7f)}, body...)
}

// flacOf has blocks between the first and the sound.
func flacOf(blocks ...[]byte) []byte {
	info := slices.Concat([]byte{0, 0, 0, 34}, make([]byte, 10), []byte{0x0a, 0xc4, 0x42, 0xf0, 0x00, 0x00, 0xac, 0x44}, make([]byte, 16))
	return slices.Concat([]byte("fLaC"), info, bytes.Join(blocks, nil), []byte("\xff\xf8\xc9\x18sound"))
}

func flacBlock(kind byte, body string) []byte {
	return append([]byte{kind, byte(len(body) >> 16), byte(len(body) >> 8), byte(len(body))}, body...)
}

func TestSoundIsAllThatStaysOfSound(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ clean, dirty []byte }{
		"mp3 with a tag before":  {mp3Of(3), append(id3Of(strings.Repeat(secret, 100)), mp3Of(3)...)},
		"mp3 tag with a foot":    {mp3Of(3), slices.Concat([]byte("ID3\x04\x00\x10\x00\x00\x00\x06SECRET3DI\x04\x00\x10\x00\x00\xff\xfb"), mp3Of(3))},
		"mp3 with two tags":      {mp3Of(3), slices.Concat(id3Of(secret), id3Of(secret), make([]byte, 20), mp3Of(3))},
		"mp3 with tags behind":   {mp3Of(3), append(mp3Of(3), "APETAGEX"+secret+"TAG"+secret...)},
		"mp3 with a tag between": {mp3Of(5), slices.Concat(mp3Of(3), id3Of(secret), mp3Of(2))},
		"mp3 cut within a frame": {mp3Of(3), append(mp3Of(3), mp3Of(1)[:400]...)},
		"wav": {wavOf([]byte("sound")), wavOf([]byte("sound"),
			appendChunk(nil, "LIST", []byte("INFOIART"+secret)), appendChunk(nil, "id3 ", []byte(secret+"!")), appendChunk(nil, "bext", []byte(secret)))},
		"flac": {flacOf(flacBlock(flacSeek|flacFinal, "points")), flacOf(
			flacBlock(4, secret), flacBlock(flacSeek, "points"), flacBlock(6, secret), flacBlock(2|flacFinal, secret))},
		"flac with a tag behind": {flacOf(flacBlock(flacSeek|flacFinal, "points")), append(
			flacOf(flacBlock(flacSeek, "points"), flacBlock(1|flacFinal, "")), "TAG"+secret+strings.Repeat(" ", 119)...)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := uploaded(t, c.dirty).Original.Bytes; !bytes.Equal(got, c.clean) {
				t.Errorf("got %d bytes, want the %d of the sound: %.200q", len(got), len(c.clean), got)
			}
		})
	}
}

func TestLengthOfSoundIsRead(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		file      []byte
		mediaType string
		want      time.Duration
	}{
		"wav":           {wavOf(make([]byte, 4000)), "audio/wav", time.Second},
		"flac":          {flacOf(flacBlock(1|flacFinal, "")), "audio/flac", time.Second},
		"mp3":           {mp3Of(100), "audio/mpeg", 2612 * time.Millisecond},
		"mp3 of 24 kHz": {bytes.Repeat(append([]byte("\xff\xf3\x84\x64"), make([]byte, 188)...), 10), "audio/mpeg", 240 * time.Millisecond},
		"real mp3":      {stored(t, "sound.mp3"), "audio/mpeg", 576 * time.Millisecond}, // with what the encoder adds
		"vorbis":        {stored(t, "vorbis.ogg"), "audio/ogg", 300 * time.Millisecond},
		"opus":          {stored(t, "opus.ogg"), "audio/ogg", 307 * time.Millisecond},
		"ogg flac":      {stored(t, "flac.ogg"), "audio/ogg", 100 * time.Millisecond},
		"flac 2":        {stored(t, "sound.flac"), "audio/flac", 100 * time.Millisecond},
		"m4a":           {stored(t, "sound.m4a"), "audio/mp4", 300 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := uploaded(t, c.file)
			if got := p.Duration.Round(time.Millisecond); got != c.want || p.Kind != Audio || p.Original.Type != c.mediaType {
				t.Errorf("got %v of %s %s, want %v of %s", got, p.Kind, p.Original.Type, c.want, c.mediaType)
			}
			if p.Preview.Bytes != nil || p.Blurhash != "" || p.Original.Width != 0 {
				t.Errorf("got a picture of sound: %q", p.Blurhash)
			}
		})
	}
}

func TestSoundThatCannotBeReadIsRefused(t *testing.T) {
	t.Parallel()
	for name, b := range map[string][]byte{
		"mp3 of one frame":       mp3Of(1),
		"mp3 tag that goes on":   {'I', 'D', '3', 4, 0, 0, 0x7f, 0x7f, 0x7f, 0x7f},
		"wav without a format":   closeRIFF(appendChunk(newRIFF("WAVE", 0), "data", []byte("sound"))),
		"wav without sound":      closeRIFF(bytes.TrimSuffix(wavOf([]byte("sound!")), appendChunk(nil, "data", []byte("sound!")))),
		"flac without sound":     []byte(strings.TrimSuffix(string(flacOf(flacBlock(1|flacFinal, ""))), "\xff\xf8\xc9\x18sound")),
		"flac that begins later": append(append([]byte("fLaC"), flacBlock(4|flacFinal, secret)...), "\xff\xf8\xc9\x18sound"...),
		"flac that does not end": flacOf(),
		"ogg of old speech":      oggOf(1, "Speex   1.2"), // which no browser plays
		"ogg of film":            oggOf(1, "\x80theora"),
		"ogg with no end":        oggOf(1, "OpusHead\x01\x02\x00\x00"),
		"ogg of other tags":      append(oggOf(1, "OpusHead\x01\x02\x00\x00"), oggPageOf(1, 0, "<html>")...),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			notTaken(t, b, social.Unprocessable, "is damaged or cut off")
		})
	}
}
