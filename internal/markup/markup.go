// Package markup stands between text and HTML, in both directions: strangers'
// HTML is made safe to show, and the owner's plain text becomes the HTML that is
// sent out. In come strings, out go strings; nothing is fetched and nobody is asked.
//
// What Safe returns holds only the elements, attributes and addresses of policy.go,
// properly nested, so that a browser reads exactly what was written here. Every
// function takes time in proportion to its input and none fails: strangers' bytes
// are cut, escaped or dropped, never refused. The package must never hand a
// stranger's tag through as it came, and never write a tag by joining strings that
// did not pass escapeAttr or escapeText.
package markup

import (
	"strings"
	"unicode"
)

// Mention is somebody who can be linked to.
type Mention struct {
	Handle string // "user@host", or "user" when of this server
	URL    string // the profile page
	Name   string // what is shown after the @; the user part of the handle when empty
}

// Links says where the names in a text lead.
type Links struct {
	// Mentions has the lower-case handle as key, without the leading @. A handle
	// that is absent stays text.
	Mentions map[string]Mention
	// TagURL gives the page of a hashtag, which comes as written and without #.
	// When it is nil, hashtags stay text.
	TagURL func(tag string) string
}

// Replacers never change once made; making them costs more than a short text does.
var (
	lineEnds   = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\f", " ")
	textEscape = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	attrEscape = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")
)

// clean makes text that means the same to every parser: valid UTF-8, line ends
// as \n, and no control characters other than \n and \t.
func clean(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if strings.IndexFunc(s, oddControl) < 0 {
		return s
	}
	s = lineEnds.Replace(s)
	return strings.Map(func(r rune) rune {
		if oddControl(r) {
			return -1
		}
		return r
	}, s)
}

func oddControl(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }

// Quotes stay as they are in text: only what starts a tag, ends one or starts a
// character reference needs another spelling there.
func escapeText(s string) string { return textEscape.Replace(s) }

// escapeAttr writes the value of an attribute between double quotes.
func escapeAttr(s string) string { return attrEscape.Replace(s) }
