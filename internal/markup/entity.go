package markup

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

type entityKind int

const (
	address entityKind = iota
	handle
	hashtag
)

// entity is a part of a plain text that means more than its letters.
type entity struct {
	kind       entityKind
	start, end int    // bytes of the text
	value      string // the address as written; the handle or the tag without its sign
}

// entities finds the addresses, handles and hashtags of a clean text, in order and
// without overlap: where two could begin within each other, the first one wins.
//
// Quirk(mastodon): the rules, odd as some are, are those of its text formatter, so
// that a post reads the same there and here.
func entities(text string) []entity {
	var found []entity
	before := rune(0) // the character in front of i, 0 at the start
	for i := 0; i < len(text); {
		if e, ok := entityAt(text, i, before); ok {
			found = append(found, e)
			before, _ = utf8.DecodeLastRuneInString(text[:e.end])
			i = e.end
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		before = r
		i += size
	}
	return found
}

func entityAt(text string, i int, before rune) (entity, bool) {
	switch c := text[i]; {
	case c == '@':
		return handleAt(text, i, before)
	case c == '#' || strings.HasPrefix(text[i:], "＃"):
		return hashtagAt(text, i, before)
	case isAlnum(c):
		if n := addressLen(text[i:], before); n > 0 {
			return entity{kind: address, start: i, end: i + n, value: text[i : i+n]}, true
		}
	}
	return entity{}, false
}

// portLen measures ":8080" at the start of s: a port is part of a host's name in
// handles. A longer run of digits or letters is none.
func portLen(s string) int {
	if !strings.HasPrefix(s, ":") {
		return 0
	}
	n := 1
	for n < len(s) && '0' <= s[n] && s[n] <= '9' {
		n++
	}
	if r, _ := utf8.DecodeRuneInString(s[n:]); n < 2 || n > 6 || isWord(r) {
		return 0
	}
	return n
}

// handleAt reads "@user", "@user@host" or "@user@host:port".
func handleAt(text string, i int, before rune) (entity, bool) {
	if before == '=' || before == '/' || isWord(before) {
		return entity{}, false
	}
	rest := text[i+1:]
	n := dottedLen(rest, func(r rune) bool { return r < 0x80 && (isAlnum(byte(r)) || r == '_') })
	if n == 0 {
		return entity{}, false
	}
	if host, ok := strings.CutPrefix(rest[n:], "@"); ok {
		if m := dottedLen(host, isWord); m > 0 {
			n += 1 + m
			n += portLen(rest[n:])
		}
	}
	// What goes on like this is an address of some other sort, or a longer word.
	if r, _ := utf8.DecodeRuneInString(rest[n:]); r == '@' || r == '＠' || isLatinAccent(r) || strings.HasPrefix(rest[n:], "://") {
		return entity{}, false
	}
	return entity{kind: handle, start: i, end: i + 1 + n, value: rest[:n]}, true
}

// dottedLen measures words joined by dots and hyphens; it ends with a word.
func dottedLen(s string, word func(rune) bool) int {
	length := 0
	for i, r := range s {
		switch {
		case word(r):
			length = i + utf8.RuneLen(r)
		case r == '.' || r == '-':
			if length == 0 {
				return 0
			}
		default:
			return length
		}
	}
	return length
}

func isLatinAccent(r rune) bool {
	return '\u00C0' <= r && r <= '\u024F' && r != '×' && r != '÷'
}

// isWord and isAlpha are what Ruby's [[:word:]] and [[:alpha:]] are.
func isWord(r rune) bool {
	return isAlpha(r) || unicode.Is(unicode.Nd, r) || unicode.Is(unicode.Pc, r)
}

func isAlpha(r rune) bool { return unicode.IsLetter(r) || unicode.IsMark(r) }

// isSeparator says what may stand within a hashtag and is no part of a word.
func isSeparator(r rune) bool { return r == '_' || r == '·' || r == '・' || r == '\u200C' }

// hashtagAt reads "#tag".
func hashtagAt(text string, i int, before rune) (entity, bool) {
	if before == '=' || before == '/' || before == ')' || unicode.IsLetter(before) || unicode.Is(unicode.Nd, before) {
		return entity{}, false
	}
	_, sign := utf8.DecodeRuneInString(text[i:])
	rest := text[i+sign:]
	n := hashtagLen(rest)
	if n == 0 {
		return entity{}, false
	}
	if strings.HasPrefix(rest[n:], "://") { // an address follows without a space
		n = beforeScheme(rest[:n])
	}
	return entity{kind: hashtag, start: i, end: i + sign + n, value: rest[:n]}, true
}

func beforeScheme(tag string) int {
	for _, scheme := range []string{"https", "http"} {
		if name, ok := strings.CutSuffix(tag, scheme); ok && name != "" {
			return len(name)
		}
	}
	return len(tag)
}

// hashtagLen measures the name at the start of s. It begins and ends with a word
// character and is more than a number: either something between its ends is a
// letter or a separator, or (then without separators) any of it is a letter.
func hashtagLen(s string) int {
	var (
		words   = 0     // length up to the first separator that is no word character
		letters = false // there is a letter in words
		end     = 0     // length up to the last word character
		inner   = false // between the first character and that one is a letter or separator
		pending = false // the same, for what comes before the next word character
	)
	for i, r := range s {
		word := isWord(r)
		if !word && !isSeparator(r) || i == 0 && !word {
			break
		}
		if word {
			inner = inner || pending
			if words == i {
				words, letters = i+utf8.RuneLen(r), letters || isAlpha(r)
			}
			end = i + utf8.RuneLen(r)
		}
		pending = pending || i > 0 && (isAlpha(r) || isSeparator(r))
	}
	switch {
	case inner:
		return end
	case letters:
		return words
	}
	return 0
}

// Handles gives those whom a plain text mentions: "user" or "user@host" as
// written, in order, each once whatever its case.
func Handles(text string) []string {
	return unique(text, handle, strings.ToLower)
}

// Hashtags gives the hashtags of a plain text as written, without #, in order,
// each once by FoldTag.
func Hashtags(text string) []string {
	return unique(text, hashtag, FoldTag)
}

func unique(text string, kind entityKind, fold func(string) string) []string {
	var values []string
	seen := map[string]bool{}
	for _, e := range entities(clean(text)) {
		if key := fold(e.value); e.kind == kind && key != "" && !seen[key] {
			seen[key] = true
			values = append(values, e.value)
		}
	}
	return values
}
