package markup

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// addressLen measures the address at the start of s, 0 when there is none. An
// address names its scheme; before is the character in front of it.
func addressLen(s string, before rune) int {
	if before == '@' || before == '＠' || before == '$' || before == '#' || before == '＃' ||
		before < 0x80 && isAlnum(byte(before)) {
		return 0
	}
	// The longest scheme has six letters: most words are done with here.
	colon := strings.IndexByte(s[:min(len(s), len("gopher:"))], ':')
	if colon < 0 {
		return 0
	}
	after := s[colon+1:]
	n := 0
	switch strings.ToLower(s[:colon]) {
	case "http", "https", "dat", "dweb", "ipfs", "ipns", "ssb", "gopher", "gemini":
		if rest, ok := strings.CutPrefix(after, "//"); ok {
			if n = placeLen(rest); n > 0 {
				n += len("//")
			}
		}
	case "xmpp":
		n = chatLen(after)
	case "magnet":
		n = queryLen(after)
	}
	if n == 0 || !safeAddress(s[:colon+1+n]) {
		return 0
	}
	return colon + 1 + n
}

// placeLen measures host, port, path and query.
func placeLen(s string) int {
	n := hostLen(s)
	if n == 0 {
		return 0
	}
	if port, ok := strings.CutPrefix(s[n:], ":"); ok {
		if digits := len(port) - len(strings.TrimLeft(port, "0123456789")); digits > 0 {
			n += 1 + digits
		}
	}
	n += pathLen(s[n:])
	return n + queryLen(s[n:])
}

// hostLen measures a host name with at least one dot. Its last label is letters
// of one sort, so that a sentence may go on right behind it in another script;
// whether there is such a top domain nobody can say for long.
func hostLen(s string) int {
	end, dots, from := 0, 0, 0 // from is where the label begins
	for {
		length := labelLen(s[from:])
		if length == 0 {
			break
		}
		label := s[from : from+length]
		if top := topLen(label); dots > 0 && top > 0 && endsHost(s[from+top:]) {
			end = from + top
		}
		from += length
		if !strings.HasPrefix(s[from:], ".") {
			break
		}
		from++
		dots++
	}
	return end
}

func labelLen(s string) int {
	n := 0
	for i, r := range s {
		if r != '-' && r != '_' && !isAlpha(r) && !unicode.Is(unicode.Nd, r) {
			break
		}
		if i == 0 && (r == '-' || unicode.IsMark(r)) {
			return 0
		}
		n = i + utf8.RuneLen(r)
	}
	return n
}

// topLen measures the part of a label that can be a top domain.
func topLen(label string) int {
	if len(label) > 4 && strings.EqualFold(label[:4], "xn--") {
		return len(label) - len(strings.TrimLeftFunc(label, func(r rune) bool { return r < 0x80 && isWordByte(byte(r)) }))
	}
	ascii := label[0] < 0x80
	n, runes := 0, 0
	for i, r := range label {
		if !isAlpha(r) || (r < 0x80) != ascii {
			break
		}
		n, runes = i+utf8.RuneLen(r), runes+1
	}
	if runes < 2 {
		return 0
	}
	return n
}

// endsHost reports whether a host name can end where this follows: not within a
// word, and not where what was read so far turns out to be a user's name.
func endsHost(rest string) bool {
	return rest == "" || !isAlnum(rest[0]) && !strings.ContainsAny(rest[:1], "@+-")
}

func isPathRune(r rune) bool { return !unicode.IsSpace(r) && !strings.ContainsRune("<>()?", r) }

// pathLen measures a path. Punctuation at its end belongs to the sentence, and so
// does a parenthesis that the path did not open.
func pathLen(s string) int {
	if !strings.HasPrefix(s, "/") {
		return 0
	}
	end := 1
	for i := 1; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == '(' {
			size = balancedLen(s[i:])
			if size == 0 {
				break
			}
			i += size
			end = i
			continue
		}
		if !isPathRune(r) {
			break
		}
		i += size
		if !strings.ContainsRune("!*\"'「」;:=,.$%[]~&|", r) {
			end = i
		}
	}
	return end
}

// balancedLen measures a parenthesis with at most one more within.
func balancedLen(s string) int {
	n := len("(") + runLen(s[1:])
	if strings.HasPrefix(s[n:], "(") {
		inner := runLen(s[n+1:])
		n += 1 + inner
		if inner == 0 || !strings.HasPrefix(s[n:], ")") {
			return 0
		}
		n += 1 + runLen(s[n+1:])
	}
	if n == 1 || !strings.HasPrefix(s[n:], ")") {
		return 0
	}
	return n + 1
}

func runLen(s string) int {
	if i := strings.IndexFunc(s, func(r rune) bool { return !isPathRune(r) }); i >= 0 {
		return i
	}
	return len(s)
}

// queryLen measures a query with its question mark; a bare one is none.
func queryLen(s string) int {
	if !strings.HasPrefix(s, "?") {
		return 0
	}
	end := 0
	for i, r := range s {
		ascii := r < 0x80
		switch {
		case ascii && (isAlnum(byte(r)) || strings.ContainsRune("_&=#/-", r)), !ascii && !unicode.IsSpace(r):
			end = i + utf8.RuneLen(r)
		case ascii && strings.ContainsRune("!?*'();:+$%[].,~|@^", r):
		default:
			return end
		}
	}
	return end
}

// chatLen measures what follows "xmpp:": an authority, a user, a host, a resource
// and a query, of which only the host must be there.
func chatLen(s string) int {
	n := 0
	if rest, ok := strings.CutPrefix(s, "//"); ok {
		user := nodeLen(rest)
		host := hostLen(rest[user:])
		if user == 0 || host == 0 || !strings.HasPrefix(rest[user+host:], "/") {
			return 0
		}
		n = len("//") + user + host + len("/")
	}
	n += nodeLen(s[n:])
	host := hostLen(s[n:])
	if host == 0 {
		return 0
	}
	n += host
	if resource, ok := strings.CutPrefix(s[n:], "/"); ok {
		if m := nodeRun(resource); m > 0 {
			n += 1 + m
		}
	}
	return n + queryLen(s[n:])
}

// nodeLen measures a user's name and the @ behind it.
func nodeLen(s string) int {
	if n := nodeRun(s); n > 0 && strings.HasPrefix(s[n:], "@") {
		return n + 1
	}
	return 0
}

func nodeRun(s string) int {
	n := 0
	for n < len(s) && (isAlnum(s[n]) || strings.IndexByte("-._~%!$()*+,;=", s[n]) >= 0) {
		n++
	}
	return n
}
