package markup

import (
	"slices"
	"strings"
)

const (
	maxSafe  = 1 << 20 // bytes that Safe returns at most
	maxDepth = 64      // elements within each other; deeper ones lose their tags
)

// Safe makes strangers' HTML safe to show, much as Mastodon 4.5 does: what is not
// in the policy loses its tags and keeps its text, what hides is dropped, a link
// without a good address becomes its text. The result is at most 1 MiB: what
// exceeds it is cut off. Safe(Safe(x)) is Safe(x).
//
// The result is well-formed by stricter rules than HTML's own (a paragraph ends
// where a block begins, a style ends with the block it began in), so that no
// parser has anything to mend and nothing can change its meaning on a second
// reading.
func Safe(html string) string {
	var b builder
	scan(html, &b)
	b.closeTo(0)
	return b.out.String()
}

// builder writes the tags and text that stay, as they come.
type builder struct {
	out  strings.Builder
	open []string // the elements that are open in out, outermost first
	owed int      // bytes that their end tags will take
	last byte     // of the text, 0 right after a block's edge or a line break

	gap   bool // something was dropped that parts words
	bare  bool // within a link that lost its tags
	ateLF bool // a pre has just begun: HTML ignores a line feed there
	inPre bool // the same, seen from out
	full  bool // maxSafe is reached
}

// put writes what still fits beside the end tags that are owed, now with more.
func (b *builder) put(s string, more int) bool {
	if b.full || b.out.Len()+len(s)+b.owed+more > maxSafe {
		b.full = true
		return false
	}
	b.out.WriteString(s)
	b.inPre = false
	return true
}

func (b *builder) text(s string) {
	if b.ateLF {
		b.ateLF = false
		s = strings.TrimPrefix(s, "\n")
	}
	if s == "" {
		return
	}
	b.bridge(s[0])
	if b.inPre && s[0] == '\n' && !b.put("\n", 1) {
		return // the reader ignores the first, so that the second is seen
	}
	b.last = s[len(s)-1]
	safe := escapeText(s)
	if b.out.Len()+len(safe)+b.owed <= maxSafe {
		b.put(safe, 0)
		return
	}
	for _, r := range s {
		if !b.put(escapeText(string(r)), 0) {
			return
		}
	}
}

// bridge writes a space where what was dropped stood between two words.
func (b *builder) bridge(next byte) {
	if b.gap && !isSpace(next) && b.last != 0 && !isSpace(b.last) && b.put(" ", 0) {
		b.last = ' '
	}
	b.gap = false
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' }

func (b *builder) start(name string, attrs attributes) {
	b.ateLF = false
	kind := kindOf(name)
	if b.bare {
		switch kind {
		case inline, annotated, unknown:
			b.gap = b.gap || parts(name)
			return
		case lineBreak:
			b.gap = true
			return
		}
		b.bare = false // a block, or the next link: the bare one ends here
	}
	switch kind {
	case unknown:
		b.gap = b.gap || parts(name)
	case inline:
		b.push(name, attrs)
	case link:
		b.closeLast(is("a"))
		href, _ := attrs.get("href")
		if b.bare = !safeAddress(href); !b.bare {
			b.push(name, attrs)
		}
	case annotated:
		if i := b.find(is("ruby")); i >= 0 {
			b.closeTo(i + 1)
			b.push(name, attrs)
		}
	case lineBreak:
		b.breakLine()
	default:
		b.startBlock(name, kind, attrs)
	}
}

func (b *builder) breakLine() {
	if b.put("<br />", 0) {
		b.last, b.gap = 0, false
	}
}

func (b *builder) startBlock(name string, kind kind, attrs attributes) {
	switch kind {
	case item:
		i := b.find(func(name string) bool { return kindOf(name) == list })
		if i < 0 {
			b.gap = true
			return
		}
		b.closeTo(i + 1)
	case heading:
		b.closeLast(func(name string) bool { return kindOf(name) == heading })
	}
	b.closeLast(is("p"))
	if b.push(name, attrs) && name == "pre" {
		b.ateLF, b.inPre = true, true
	}
}

// push writes a start tag and owes the end tag.
func (b *builder) push(name string, attrs attributes) bool {
	edge := isBlock(name)
	if len(b.open) >= maxDepth {
		b.gap = b.gap || edge
		return false
	}
	if !edge {
		b.bridge(0)
	}
	owed := len(name) + len("</>")
	if !b.put(startTag(name, attrs), owed) {
		return false
	}
	b.open = append(b.open, name)
	b.owed += owed
	if edge {
		b.last, b.gap = 0, false
	}
	return true
}

func isBlock(name string) bool { return kindOf(name) >= paragraph }

func (b *builder) end(name string) {
	b.ateLF = false
	kind := kindOf(name)
	switch {
	case kind == link && b.bare:
		b.bare = false
		return
	case kind == lineBreak: // browsers read </br> as <br>
		if b.bare {
			b.gap = true
		} else {
			b.breakLine()
		}
		return
	case b.bare && (kind == inline || kind == annotated):
		return
	}
	same := is(name)
	if kind == heading {
		same = func(name string) bool { return kindOf(name) == heading }
	}
	i := b.find(same)
	if i < 0 || slices.ContainsFunc(b.open[i+1:], fence(kind)) {
		b.gap = b.gap || parts(name) || isBlock(name)
		return
	}
	if isBlock(name) {
		b.bare = false
	}
	b.closeTo(i)
}

// fence says which elements an end tag of this kind does not reach across.
func fence(of kind) func(name string) bool {
	return func(name string) bool {
		switch k := kindOf(name); of {
		case inline, link, annotated:
			return k == block || k == list || k == item
		case item:
			return k == list
		}
		return false
	}
}

func is(want string) func(string) bool { return func(name string) bool { return name == want } }

// find gives the place of the innermost open element that ok takes, or -1.
func (b *builder) find(ok func(name string) bool) int {
	for i, name := range slices.Backward(b.open) {
		if ok(name) {
			return i
		}
	}
	return -1
}

// closeLast closes the innermost open element that ok takes, with all within.
func (b *builder) closeLast(ok func(name string) bool) {
	if i := b.find(ok); i >= 0 {
		b.closeTo(i)
	}
}

// closeTo leaves n elements open. Their end tags always have room: put keeps it.
func (b *builder) closeTo(n int) {
	for len(b.open) > n {
		name := b.open[len(b.open)-1]
		b.open = b.open[:len(b.open)-1]
		b.owed -= len(name) + len("</>")
		b.out.WriteString("</" + name + ">")
		b.inPre = false
		if isBlock(name) {
			b.last, b.gap = 0, false
		}
	}
}
