package markup

import (
	"strings"
	"unicode"
)

// Text gives what a person would read of some HTML: <br> is a line's end,
// paragraphs stand apart by a blank line, other white space is one space as in a
// browser. It is text, not HTML: whoever shows it in a page escapes it.
func Text(html string) string {
	var p plain
	scan(html, &p)
	return strings.TrimRight(p.out.String(), " \t")
}

// plain is the sink of Text. White space is remembered and written only when a
// word follows; but within pre, where it counts, spaces are words.
type plain struct {
	out    strings.Builder
	breaks int  // line ends before the next word
	space  bool // a space before it, when it stands on the same line
	pre    int  // elements within which white space counts
}

func (p *plain) start(name string, _ attributes) {
	switch name {
	case "br":
		p.breaks++
	case "pre":
		p.pre++
	}
	p.edge(name)
}

func (p *plain) end(name string) {
	switch name {
	case "br": // browsers read </br> as <br>
		p.breaks++
	case "pre":
		p.pre = max(p.pre-1, 0)
	}
	p.edge(name)
}

// edge parts the words on both sides of a block's edge.
func (p *plain) edge(name string) {
	switch kindOf(name) {
	case paragraph, heading, block:
		p.breaks = max(p.breaks, 2)
	case list, item:
		p.breaks = max(p.breaks, 1)
	case unknown:
		if name == "td" || name == "th" {
			p.space = true
		} else if parts(name) {
			p.breaks = max(p.breaks, 1)
		}
	}
}

func (p *plain) text(s string) {
	for _, r := range s {
		switch {
		case r == '\n' && p.pre > 0:
			p.breaks++
		case r < 0x80 && isSpace(byte(r)) && (p.pre == 0 || p.out.Len() == 0):
			p.space = true
		default:
			p.flush()
			p.out.WriteRune(r)
		}
	}
}

func (p *plain) flush() {
	switch {
	case p.out.Len() == 0:
	case p.breaks > 0:
		p.out.WriteString("\n\n"[:min(p.breaks, 2)])
	case p.space:
		p.out.WriteByte(' ')
	}
	p.breaks, p.space = 0, false
}

// Line makes one line of plain text, of at most limit runes, the last of which is
// an ellipsis when something was cut off. Runs of white space become one space.
//
// Marks that turn the direction of all that follows are dropped: a stranger's name
// stands in sentences that are not theirs to turn around.
func Line(s string, limit int) string {
	if limit <= 0 {
		return ""
	}
	var b strings.Builder
	count, gap := 0, false
	for _, r := range strings.ToValidUTF8(s, "\uFFFD") {
		switch {
		case unicode.IsSpace(r) || r == '\u2028' || r == '\u2029':
			gap = count > 0
			continue
		case unicode.IsControl(r) || turns(r):
			continue
		}
		if gap {
			b.WriteByte(' ')
			count, gap = count+1, false
		}
		b.WriteRune(r)
		if count++; count > limit {
			return strings.TrimRight(cut(b.String(), limit-1), " ") + "…"
		}
	}
	return b.String()
}

func turns(r rune) bool {
	return '\u202A' <= r && r <= '\u202E' || '\u2066' <= r && r <= '\u2069'
}

// cut gives the first n runes of s, or all of it.
func cut(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}
