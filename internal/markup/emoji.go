package markup

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// Shortcodes gives the codes of custom emojis that texts hold, each once and
// without its colons.
func Shortcodes(texts ...string) []string {
	var codes []string
	for _, text := range texts {
		for at, end := nextCode(text, 0); at >= 0; at, end = nextCode(text, end) {
			if code := text[at+1 : end-1]; !slices.Contains(codes, code) {
				codes = append(codes, code)
			}
		}
	}
	return codes
}

// nextCode finds the next code with its colons from a place on; -1 for none. It
// stands alone: within a word, or beside another colon, it is text, so that
// times and addresses of the network are left alone. [Masto: CustomEmoji]
func nextCode(text string, from int) (at, end int) {
	for at = from; at < len(text); at++ {
		if text[at] != ':' {
			continue
		}
		end = at + 1
		for end < len(text) && (isAlnum(text[end]) || text[end] == '_') {
			end++
		}
		if end-at <= 2 || end == len(text) || text[end] != ':' {
			continue
		}
		end++
		before, _ := utf8.DecodeLastRuneInString(text[:at])
		after, _ := utf8.DecodeRuneInString(text[end:])
		if !joins(before) && !joins(after) {
			return at, end
		}
	}
	return -1, -1
}

func joins(r rune) bool { return r == ':' || unicode.IsLetter(r) || unicode.IsDigit(r) }

// Emojify shows pictures in the place of their codes, in HTML that this package
// made or in escaped text. Tags stay as they are, and so do links and code: there
// an address is shown, or what somebody typed. picture gives the address for a
// code, "" for none.
func Emojify(doc string, picture func(code string) string) string {
	if !strings.Contains(doc, ":") {
		return doc
	}
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(doc))
	as := 0 // open elements whose text stays
	for {
		token := z.Next()
		raw := string(z.Raw())
		switch token {
		case html.ErrorToken:
			return b.String()
		case html.TextToken:
			if as == 0 {
				raw = pictured(raw, picture)
			}
		case html.StartTagToken:
			if name, _ := z.TagName(); literal(string(name)) {
				as++
			}
		case html.EndTagToken:
			if name, _ := z.TagName(); literal(string(name)) {
				as--
			}
		}
		b.WriteString(raw)
	}
}

func literal(element string) bool { return element == "a" || element == "code" || element == "pre" }

func pictured(text string, picture func(code string) string) string {
	var b strings.Builder
	from := 0
	for at, end := nextCode(text, 0); at >= 0; at, end = nextCode(text, end) {
		url := picture(text[at+1 : end-1])
		if !linkable(url) {
			continue
		}
		code := text[at:end]
		b.WriteString(text[from:at] + `<img class="emoji" src="` + escapeAttr(url) + `" alt="` + code + `" title="` + code + `">`)
		from = end
	}
	return b.String() + text[from:]
}
