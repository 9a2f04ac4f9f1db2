package markup

import (
	"strings"
	"unicode"
)

// URLLength is what an address counts, however long it is.
const URLLength = 23

// Count measures a plain text as Mastodon does when it limits a post: in grapheme
// clusters, an http address being 23 of them and a mention only its user part.
func Count(text string) int {
	text = strings.TrimSpace(clean(text))
	var b strings.Builder
	from := 0
	for _, e := range entities(text) {
		counted := ""
		switch e.kind {
		case address:
			// Quirk(mastodon): these two are linked, and yet count in full.
			if hasScheme(e.value, "xmpp:") || hasScheme(e.value, "magnet:") {
				continue
			}
			counted = strings.Repeat("x", URLLength)
		case handle:
			user, _, _ := strings.Cut(e.value, "@")
			counted = "@" + user
		default:
			continue
		}
		b.WriteString(text[from:e.start])
		b.WriteString(counted)
		from = e.end
	}
	b.WriteString(text[from:])
	return graphemes(b.String())
}

func hasScheme(address, scheme string) bool {
	return len(address) >= len(scheme) && strings.EqualFold(address[:len(scheme)], scheme)
}

const (
	joiner        = '\u200D'
	firstTag      = '\U000E0020' // the letters behind a flag of a region
	lastTag       = '\U000E007F'
	firstSkin     = '\U0001F3FB'
	lastSkin      = '\U0001F3FF'
	firstRegional = '\U0001F1E6'
	lastRegional  = '\U0001F1FF'
)

// graphemes counts what a reader takes for one character. [UAX 29 3.1.1]
// Prepended marks and conjuncts are counted apart, as Ruby counts them.
func graphemes(s string) int {
	count := 0
	var (
		before   rune // the rune in front
		regions  int  // regional indicators in a row in front
		pictured bool // the cluster is a picture, so far with nothing but marks
	)
	for i, r := range s {
		joined := i > 0 && joins(before, r, regions, pictured)
		if !joined {
			count++
		}
		switch {
		case isPicture(r):
			pictured = true
		case !extends(r) || !joined:
			pictured = false
		}
		if r >= firstRegional && r <= lastRegional {
			regions++
		} else {
			regions = 0
		}
		before = r
	}
	return count
}

// joins reports whether r belongs to the cluster of the rune in front of it.
func joins(before, r rune, regions int, pictured bool) bool {
	switch {
	case before == '\r' && r == '\n':
		return true
	case unicode.IsControl(before) || unicode.IsControl(r):
		return false
	case extends(r) || unicode.Is(unicode.Mc, r) || r == '\u0E33' || r == '\u0EB3':
		return true // the last two are the vowel am of Thai and of Lao
	case before == joiner && pictured && isPicture(r):
		return true
	case r >= firstRegional && r <= lastRegional:
		return regions%2 == 1 // flags are pairs
	}
	return joinsHangul(before, r)
}

func extends(r rune) bool {
	return unicode.In(r, unicode.Mn, unicode.Me) || r == joiner || r == '\u200C' ||
		r == '\uFF9E' || r == '\uFF9F' || // the voicing marks of half-width kana
		r >= firstSkin && r <= lastSkin || r >= firstTag && r <= lastTag
}

// joinsHangul holds within a syllable: leading consonants, vowels, trailing ones.
func joinsHangul(before, r rune) bool {
	switch hangul(r) {
	case leading, vowelled, closed:
		return hangul(before) == leading
	case vowel:
		h := hangul(before)
		return h == leading || h == vowel || h == vowelled
	case trailing:
		h := hangul(before)
		return h == vowel || h == vowelled || h == closed || h == trailing
	}
	return false
}

type jamo int

const (
	noJamo   jamo = iota
	leading       // a consonant
	vowel         // a vowel
	trailing      // a consonant at the end
	vowelled      // a syllable that ends with a vowel
	closed        // a syllable that ends with a consonant
)

func hangul(r rune) jamo {
	switch {
	case r < 0x1100 || r > 0xD7FB:
		return noJamo
	case r <= 0x115F, 0xA960 <= r && r <= 0xA97C:
		return leading
	case r <= 0x11A7, 0xD7B0 <= r && r <= 0xD7C6:
		return vowel
	case r <= 0x11FF, 0xD7CB <= r:
		return trailing
	case 0xAC00 <= r && r <= 0xD7A3:
		if (r-0xAC00)%28 == 0 {
			return vowelled
		}
		return closed
	}
	return noJamo
}

// isPicture holds for the characters that emoji sequences are joined of.
func isPicture(r rune) bool {
	switch {
	case r < 0x2000:
		return r == '©' || r == '®'
	case r < 0x3300:
		switch r {
		case '‼', '⁉', '™', 'ℹ', '〰', '〽', '㊗', '㊙':
			return true
		}
		return 0x2194 <= r && r <= 0x21AA || 0x231A <= r && r <= 0x23FF || 0x25AA <= r && r <= 0x27BF ||
			0x2934 <= r && r <= 0x2935 || 0x2B05 <= r && r <= 0x2B55
	}
	return 0x1F000 <= r && r <= 0x1FAFF && !(firstSkin <= r && r <= lastSkin) && !(firstRegional <= r && r <= lastRegional)
}
