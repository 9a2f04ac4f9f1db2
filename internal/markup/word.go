package markup

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// FoldWords gives the form in which words are looked for in a text: letters, marks and
// digits as FoldTag folds them, and one space wherever something else stands between.
// What cannot be seen parts no word: who hides one so is found.
func FoldWords(text string) string {
	var b strings.Builder
	gap := false
	for _, r := range strings.ToLower(norm.NFKC.String(strings.ToValidUTF8(text, " "))) {
		switch {
		case unicode.Is(unicode.Cf, r):
		case isAlpha(r) || unicode.IsNumber(r):
			if gap && b.Len() > 0 {
				b.WriteByte(' ')
			}
			b.WriteRune(foldLatin(r))
			gap = false
		default:
			gap = true
		}
	}
	return b.String()
}
