package markup

import (
	"strings"
	"unicode"

	"github.com/abadojack/whatlanggo"
)

// Of shorter texts nobody can tell the language, and of longer ones the beginning does.
const (
	leastLetters = 24
	leastSigns   = 8 // of scripts whose signs are syllables or words
	mostLetters  = 400
	mostLooked   = 4_000 // runes, with all that is no letter
)

// Language tells the language of a plain text, "" when that is not sure. Addresses,
// handles and hashtags are of no language.
func Language(text string) string {
	letters, signs, kana := 0, 0, 0
	var b strings.Builder
	for _, r := range strings.ToValidUTF8(sansEntities(cut(text, mostLooked)), " ") {
		switch {
		case unicode.In(r, unicode.Hiragana, unicode.Katakana):
			kana++
			signs++
		case unicode.In(r, unicode.Han, unicode.Hangul):
			signs++
		case unicode.IsLetter(r):
			letters++
		}
		b.WriteRune(r)
		if letters+signs >= mostLetters {
			break
		}
	}
	if letters < leastLetters && signs < leastSigns {
		return ""
	}
	found := whatlanggo.Detect(b.String())
	switch {
	case kana > 1 && found.Lang == whatlanggo.Cmn: // it counts the signs, of which Japanese may have most from Chinese
		return "ja"
	case found.Lang == whatlanggo.Pes: // it has no short code for it
		return sure(found, "fa")
	}
	return sure(found, found.Lang.Iso6391())
}

func sure(found whatlanggo.Info, code string) string {
	if !found.IsReliable() {
		return ""
	}
	return code
}

// sansEntities drops addresses, handles and hashtags from a text.
func sansEntities(text string) string {
	var b strings.Builder
	from := 0
	for _, e := range entities(text) {
		b.WriteString(text[from:e.start])
		b.WriteByte(' ')
		from = e.end
	}
	return b.String() + text[from:]
}
