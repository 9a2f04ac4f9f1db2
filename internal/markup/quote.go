package markup

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// quoteInline is the class of what stands in a text for those who do not see the
// post that it quotes. [FEP-044f]
const quoteInline = "quote-inline"

// MarkQuote gives what stands for a quoted post in the text the class that says
// so, if its author has not: "RE:" and a link to the host of that post, at the end
// of the text or in a first paragraph of their own. It takes what Safe returned and
// gives what Safe would not change.
func MarkQuote(safe, quoted string) string {
	t := read(safe)
	if slices.ContainsFunc(t, piece.quotes) {
		return safe
	}
	label, link := t.lastLine()
	if link < 0 {
		label, link = t.firstLine()
	}
	if link < 0 || !sameHost(t[link].attrs, quoted) {
		return safe
	}
	return t.marked(label, link)
}

// sameHost reports whether a link leads to the host of an address.
func sameHost(link attributes, address string) bool {
	href, _ := link.get("href")
	a, errA := url.Parse(href)
	b, errB := url.Parse(address)
	return errA == nil && errB == nil && a.Host != "" && strings.EqualFold(a.Host, b.Host)
}

// WithoutQuote leaves out what stands in the text for a quoted post, for a place
// where that is shown. It takes what Safe or MarkQuote returned.
func WithoutQuote(safe string) string {
	var b builder
	within := 0
	for _, p := range read(safe) {
		switch {
		case p.kind == html.StartTagToken && (within > 0 || p.quotes()):
			if kindOf(p.name) != lineBreak {
				within++
			}
		case p.kind == html.EndTagToken && within > 0:
			within--
		case within == 0:
			p.write(&b)
		}
	}
	b.closeTo(0)
	return emptyParagraph.ReplaceAllString(b.out.String(), "")
}

// emptyParagraph is what is left of one that held nothing else.
var emptyParagraph = regexp.MustCompile(`<p(?: [^>]*)?>(?:<br />|\s)*</p>`)

// piece is a tag or a text of safe HTML.
type piece struct {
	kind  html.TokenType // start tag, end tag or text
	name  string
	attrs attributes
	text  string
}

func (p piece) quotes() bool {
	class, _ := p.attrs.get("class")
	return p.kind == html.StartTagToken && p.name != "br" && slices.Contains(strings.Fields(class), quoteInline)
}

func (p piece) write(to sink) {
	switch p.kind {
	case html.StartTagToken:
		to.start(p.name, p.attrs)
	case html.EndTagToken:
		to.end(p.name)
	default:
		to.text(p.text)
	}
}

func (p piece) is(kind html.TokenType, name string) bool { return p.kind == kind && p.name == name }

// blank reports whether nothing is seen of the piece but where lines end.
func (p piece) blank() bool {
	switch p.kind {
	case html.TextToken:
		return strings.TrimSpace(p.text) == ""
	case html.StartTagToken, html.EndTagToken:
		return p.name == "p" || p.name == "span" || p.name == "br"
	}
	return false
}

// pieces are a safe text, read.
type pieces []piece

// read reads safe HTML; as a sink it takes what scan finds.
func read(safe string) pieces {
	var t pieces
	scan(safe, &t)
	return t
}

func (t *pieces) start(name string, attrs attributes) {
	*t = append(*t, piece{kind: html.StartTagToken, name: name, attrs: attrs})
}
func (t *pieces) end(name string)  { *t = append(*t, piece{kind: html.EndTagToken, name: name}) }
func (t *pieces) text(text string) { *t = append(*t, piece{kind: html.TextToken, text: text}) }

// quoteLabel is what authors' servers write before the link.
var quoteLabel = regexp.MustCompile(`(?:^|\n|\s)(?:RE|QT): ?$`)

// lastLine finds a line at the end that is a label and a link, and gives where
// these are; -1 when it is anything else.
func (t pieces) lastLine() (label, link int) {
	end := len(t) - 1
	for end >= 0 && t[end].blank() {
		end--
	}
	if end < 0 || !t[end].is(html.EndTagToken, "a") {
		return -1, -1
	}
	for link = end; link >= 0 && !t[link].is(html.StartTagToken, "a"); link-- {
	}
	return t.labelOf(link)
}

// firstLine is lastLine at the beginning: of a paragraph of its own.
func (t pieces) firstLine() (label, link int) {
	for link = 0; link < len(t) && !t[link].is(html.StartTagToken, "a"); link++ {
	}
	after := link
	for after < len(t) && !t[after].is(html.EndTagToken, "a") {
		after++
	}
	if after+1 >= len(t) || !t[after+1].is(html.EndTagToken, "p") {
		return -1, -1
	}
	if label, link = t.labelOf(link); label >= 0 && slices.ContainsFunc(t[:label], func(p piece) bool { return !p.blank() }) {
		return -1, -1
	}
	return label, link
}

// labelOf gives the text right before a link when it ends with a label.
func (t pieces) labelOf(link int) (label, at int) {
	for label = link - 1; label >= 0 && t[label].kind != html.TextToken; label-- {
		if !t[label].blank() || t[label].name == "br" {
			return -1, -1
		}
	}
	if label < 0 {
		return -1, -1
	}
	if !quoteLabel.MatchString(t[label].text) {
		return -1, -1
	}
	return label, link
}

// marked writes the text with the class around label and link. They may lie in
// different elements, so each gets it.
func (t pieces) marked(label, link int) string {
	var b builder
	class := attributes{{Key: "class", Val: quoteInline}}
	breaks := label
	cut := quoteLabel.FindStringIndex(t[label].text)[0]
	before, mark := t[label].text[:cut], t[label].text[cut:]
	if before == "" {
		for breaks > 0 && t[breaks-1].is(html.StartTagToken, "br") {
			breaks--
		}
	}
	for i, p := range t {
		switch {
		case i == label && breaks == label:
			b.text(before)
			b.start("span", class)
			b.text(mark)
			b.end("span")
		case i == label:
			b.text(mark)
			b.end("span")
		case i == breaks:
			b.start("span", class)
			p.write(&b)
		case i == link:
			b.start("span", class)
			p.write(&b)
		case i > link && p.is(html.EndTagToken, "a") && !t[link:i].ended():
			p.write(&b)
			b.end("span")
		default:
			p.write(&b)
		}
	}
	b.closeTo(0)
	return b.out.String()
}

// ended reports whether a link within has ended.
func (t pieces) ended() bool {
	return slices.ContainsFunc(t, func(p piece) bool { return p.is(html.EndTagToken, "a") })
}
