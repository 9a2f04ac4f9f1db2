package markup

import (
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/net/html"
)

// kind is how an element that may stay behaves towards its neighbours.
type kind int

const (
	unknown   kind = iota // does not stay; its text does
	inline                // runs within a line
	link                  // inline, and never within another
	annotated             // rt and rp: only within ruby
	lineBreak             // has no content
	paragraph             // a block that holds no other block
	heading               // holds no other heading
	block                 // holds anything
	list                  // holds anything, and list items
	item                  // only within a list
)

// kindOf is the list of what may stay.
//
// Quirk(mastodon): plain Mastodon turns h1 to h6 into bold paragraphs; its forks
// keep them, and abbr, sub, sup and small. What the forks show, we show.
func kindOf(name string) kind {
	switch name {
	case "span", "del", "s", "code", "b", "strong", "u", "i", "em", "ruby", "abbr", "sub", "sup", "small":
		return inline
	case "a":
		return link
	case "rt", "rp":
		return annotated
	case "br":
		return lineBreak
	case "p":
		return paragraph
	case "h1", "h2", "h3", "h4", "h5", "h6":
		return heading
	case "pre", "blockquote":
		return block
	case "ul", "ol":
		return list
	case "li":
		return item
	}
	return unknown
}

// parts reports whether an element that does not stay parts the words before it
// from those within and those after.
func parts(name string) bool {
	switch name {
	case "address", "article", "aside", "caption", "dd", "details", "div", "dl", "dt", "fieldset",
		"figcaption", "figure", "footer", "form", "header", "hgroup", "hr", "legend", "main", "nav",
		"option", "section", "summary", "table", "td", "th", "tr":
		return true
	}
	return false
}

// hides reports whether an element goes with all that it holds: its content is
// not text to read.
func hides(name string) bool {
	switch name {
	case "iframe", "math", "noembed", "noframes", "noscript", "plaintext", "script", "style", "svg",
		"template", "xmp":
		return true
	}
	return false
}

// foreign elements may close themselves, as <svg/>; elements of HTML may not.
func foreign(name string) bool { return name == "svg" || name == "math" }

// attributes are those of one start tag, with lower-case names.
type attributes []html.Attribute

// get gives the first attribute of this name, as a browser does.
func (a attributes) get(name string) (string, bool) {
	for _, attr := range a {
		if attr.Key == name {
			return attr.Val, true
		}
	}
	return "", false
}

// startTag writes the start tag of an element that stays. Attributes come in a
// fixed order, so that the same element is always the same bytes.
func startTag(name string, given attributes) string {
	var b strings.Builder
	b.WriteString("<" + name)
	put := func(key, value string) { b.WriteString(" " + key + `="` + escapeAttr(value) + `"`) }
	if name == "a" {
		href, _ := given.get("href")
		put("href", strings.ReplaceAll(href, " ", "%20"))
	}
	if class, ok := given.get("class"); ok && (name == "a" || name == "span" || name == "p") {
		put("class", classes(class))
	}
	if title, ok := given.get("title"); ok && name == "abbr" {
		put("title", clean(title))
	}
	for _, key := range []string{"start", "value"} {
		number, ok := given.get(key)
		if ok && (name == "ol" && key == "start" || name == "li" && key == "value") && isOrdinal(number) {
			put(key, number)
		}
	}
	if _, ok := given.get("reversed"); ok && name == "ol" {
		put("reversed", "")
	}
	if lang, ok := given.get("lang"); ok && isLanguage(lang) {
		put("lang", lang)
	}
	if translate, _ := given.get("translate"); translate == "no" && (name == "a" || name == "span") {
		put("translate", "no")
	}
	if name == "a" {
		put("rel", "nofollow noopener")
		put("target", "_blank")
	}
	b.WriteString(">")
	return b.String()
}

// classes keeps the classes that carry meaning between servers: microformats,
// mentions and hashtags, and the parts of a shortened link.
func classes(list string) string {
	var kept []string
	for _, class := range strings.Fields(list) {
		if class == "reference-link-inline" { // Quirk(kmyblue): its name for the same
			class = quoteInline
		}
		if meaningful(class) {
			kept = append(kept, class)
		}
	}
	return strings.Join(kept, " ")
}

func meaningful(class string) bool {
	switch class {
	case "mention", "hashtag", "ellipsis", "invisible", quoteInline:
		return true
	}
	prefix, rest, ok := strings.Cut(class, "-")
	switch prefix {
	case "h", "p", "u", "dt", "e":
		return ok && every(rest, isWordByte)
	}
	return false
}

func isWordByte(c byte) bool { return isAlnum(c) || c == '-' || c == '_' }

func isAlnum(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// every reports whether s has at least one byte and ok takes them all.
func every(s string, ok func(byte) bool) bool {
	for i := range len(s) {
		if !ok(s[i]) {
			return false
		}
	}
	return s != ""
}

func isOrdinal(s string) bool {
	n, err := strconv.ParseInt(s, 10, 32)
	return err == nil && strconv.FormatInt(n, 10) == s
}

func isLanguage(s string) bool {
	return len(s) <= 35 && every(s, func(c byte) bool { return isAlnum(c) || c == '-' })
}

// safeAddress reports whether a link may lead there. The scheme has to be the
// very first thing: browsers skip spaces and control characters in front of one
// and inside it, and so would be led by what we did not read as a scheme.
func safeAddress(href string) bool {
	scheme, rest, ok := strings.Cut(href, ":")
	if !ok || strings.ContainsFunc(href, func(r rune) bool { return unicode.IsControl(r) || r == unicode.ReplacementChar }) {
		return false
	}
	switch strings.ToLower(scheme) {
	case "http", "https":
		// With fewer slashes, or more, browsers take the address for one of our own
		// pages or find the host elsewhere than we do.
		authority, ok := strings.CutPrefix(rest, "//")
		return ok && authority != "" && !strings.ContainsAny(authority[:1], `/\?#:@ `)
	case "dat", "dweb", "ipfs", "ipns", "ssb", "gopher", "xmpp", "magnet", "gemini":
		return rest != ""
	}
	return false
}
