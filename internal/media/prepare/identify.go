package prepare

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"
)

// Identify gives the media type of what may be shown, from the first bytes of a
// file (512 are enough) and from nothing else. What it does not know must not be
// served. It knows AVIF, which others send and no upload may be.
func Identify(head []byte) (mediaType string, ok bool) {
	for _, m := range magic {
		if bytes.HasPrefix(head, []byte(m.prefix)) {
			return m.mediaType, true
		}
	}
	switch {
	case len(head) >= 16 && string(head[:4]) == "RIFF":
		return riffType(head)
	case len(head) >= 16 && string(head[4:8]) == "ftyp":
		return brandType(head)
	case bytes.HasPrefix(head, []byte(ebmlMagic)):
		// The doctype stands within the first few elements; its name is enough here.
		return "video/webm", bytes.Contains(head[:min(len(head), 64)], []byte("\x42\x82\x84webm"))
	case frameHeader(head).length > 0:
		return "audio/mpeg", true
	}
	return "", false
}

const ebmlMagic = "\x1a\x45\xdf\xa3"

// magic are the types that their first bytes alone tell.
var magic = []struct{ prefix, mediaType string }{
	{"\xff\xd8\xff", "image/jpeg"},
	{pngMagic, "image/png"},
	{"GIF87a", "image/gif"},
	{"GIF89a", "image/gif"},
	{"OggS\x00", "audio/ogg"},
	{"fLaC", "audio/flac"},
	{"ID3\x02", "audio/mpeg"},
	{"ID3\x03", "audio/mpeg"},
	{"ID3\x04", "audio/mpeg"},
}

func riffType(head []byte) (string, bool) {
	switch string(head[8:12]) {
	case "WEBP":
		return "image/webp", string(head[12:15]) == "VP8"
	case "WAVE":
		return "audio/wav", true
	}
	return "", false
}

// brandType reads the brands of an ISO media file: the first says what it is,
// unless it is the one that all pictures share. HEIC, which few browsers show,
// has none of these. [ISO 14496-12 4.3]
func brandType(head []byte) (string, bool) {
	size := int(min(binary.BigEndian.Uint32(head), 512))
	brands := []string{string(head[8:12])}
	for at := 16; at+4 <= min(size, len(head)); at += 4 {
		brands = append(brands, string(head[at:at+4]))
	}
	switch brand := brands[0]; {
	case brand == "avif", brand == "avis", brand == "mif1" && slices.Contains(brands, "avif"):
		return "image/avif", true
	case brand == "qt  ":
		return "video/quicktime", true
	case brand == "M4A ", brand == "M4B ":
		return "audio/mp4", true
	case slices.Contains([]string{"avc1", "dash", "f4v ", "M4V ", "M4VH", "M4VP", "MSNV", "XAVC", "mmp4"}, brand),
		strings.HasPrefix(brand, "iso"), strings.HasPrefix(brand, "mp4"), strings.HasPrefix(brand, "3g"):
		return "video/mp4", true
	}
	return "", false
}
