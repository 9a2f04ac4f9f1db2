package markup

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// FoldTag gives the form in which hashtags are compared and stored: compatibility
// forms made plain, lower case, the accents of Latin letters dropped, and nothing
// but letters, marks, digits and the separators of a tag. A leading # is dropped.
//
// Quirk(mastodon): #Café and #cafe are one tag there, and so they are here.
func FoldTag(tag string) string {
	folded := strings.ToLower(norm.NFKC.String(strings.ToValidUTF8(tag, "")))
	return strings.Map(func(r rune) rune {
		if !isAlpha(r) && !unicode.IsNumber(r) && !isSeparator(r) {
			return -1
		}
		return foldLatin(r)
	}, folded)
}

// foldLatin gives the plain letter of those in Latin-1 and Latin Extended-A; what
// is written with marks elsewhere (й, が, ế) is another letter and stays.
func foldLatin(r rune) rune {
	if r < 'ß' || r > 'ž' {
		return r
	}
	switch r {
	case 'ð', 'đ':
		return 'd'
	case 'ħ':
		return 'h'
	case 'ı':
		return 'i'
	case 'ĸ':
		return 'k'
	case 'ł':
		return 'l'
	case 'ŋ':
		return 'n'
	case 'ø':
		return 'o'
	case 'ŧ':
		return 't'
	}
	if base := norm.NFD.String(string(r))[0]; base < 0x80 {
		return rune(base)
	}
	return r // ß, æ, þ and œ have no single plain letter
}

// TagAmong gives how a folded hashtag is written among others, or the folded form
// when it is not there.
func TagAmong(folded string, written []string) string {
	for _, t := range written {
		if FoldTag(t) == folded {
			return t
		}
	}
	return folded
}
