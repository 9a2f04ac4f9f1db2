package markup

import (
	"strings"
	"testing"
)

func TestWordsAreFoldedAsTheyAreCompared(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Buy NOW!":                    "buy now",
		"  Café — Crème ":             "cafe creme",
		"vi\u00adag\u200bra":          "viagra",
		"\u202egnihton\u202c ＡＢＣ１２３":  "gnihton abc123",
		"don't_stop":                  "don t stop",
		"これは宣伝です。":                    "これは宣伝です",
		"\xff\xfe<b>":                 "b",
		"السَّلام عليكم":              "السَّلام عليكم",
		"":                            "",
		strings.Repeat("\u200d", 100): "",
	} {
		got := FoldWords(in)
		if got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
		if again := FoldWords(got); again != got {
			t.Errorf("%q folded twice: %q", in, again)
		}
	}
}
