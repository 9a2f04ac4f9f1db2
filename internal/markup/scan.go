package markup

import (
	"strings"

	"golang.org/x/net/html"
)

// sink takes what a document holds, in its order. Text is clean and unescaped;
// names are lower-case; nothing says that tags are balanced.
type sink interface {
	start(name string, attrs attributes)
	end(name string)
	text(s string)
}

// scanner reads a document and leaves out what hides.
type scanner struct {
	to      sink
	hidden  string   // the element whose content is being left out
	depth   int      // elements of that name that are open
	formula *formula // when that element is math
}

// scan tells the sink what the document holds. It looks at each byte once and
// builds no tree, so that neither depth nor size can make it explode.
func scan(doc string, to sink) {
	// Reading from a string never fails: the first error is the end of the document.
	z := html.NewTokenizer(strings.NewReader(strings.ToValidUTF8(doc, "\uFFFD")))
	s := scanner{to: to}
	for {
		switch z.Next() {
		case html.ErrorToken:
			s.reveal()
			return
		case html.TextToken:
			if text := clean(string(z.Text())); text != "" {
				s.text(text)
			}
		case html.StartTagToken:
			name, attrs := tag(z)
			s.start(name, attrs, false)
		case html.SelfClosingTagToken:
			name, attrs := tag(z)
			s.start(name, attrs, true)
		case html.EndTagToken:
			name, _ := z.TagName()
			s.end(string(name))
		}
	}
}

// tag reads the name of a start tag and those attributes that anybody asks for.
func tag(z *html.Tokenizer) (string, attributes) {
	name, more := z.TagName()
	element := string(name)
	var attrs attributes
	for more {
		var key, value []byte
		key, value, more = z.TagAttr()
		switch string(key) {
		case "href", "class", "title", "start", "value", "reversed", "lang", "translate", "display", "encoding":
			if _, twice := attrs.get(string(key)); !twice {
				attrs = append(attrs, html.Attribute{Key: string(key), Val: string(value)})
			}
		}
	}
	return element, attrs
}

func (s *scanner) start(name string, attrs attributes, closesItself bool) {
	switch {
	case s.hidden == "" && !hides(name):
		s.to.start(name, attrs)
	case s.hidden == "" && !(closesItself && foreign(name)):
		s.hidden, s.depth = name, 1
		if name == "math" {
			s.formula = newFormula(attrs)
		}
	case s.hidden != "":
		if s.formula != nil {
			s.formula.start(name, attrs, closesItself)
		}
		if name == s.hidden && !(closesItself && foreign(name)) {
			s.depth++
		}
	}
}

func (s *scanner) end(name string) {
	if s.hidden == "" {
		s.to.end(name)
		return
	}
	if name == s.hidden {
		if s.depth--; s.depth == 0 {
			s.reveal()
			return
		}
	}
	if s.formula != nil {
		s.formula.end()
	}
}

func (s *scanner) text(text string) {
	switch {
	case s.hidden == "":
		s.to.text(text)
	case s.formula != nil:
		s.formula.text(text)
	}
}

// reveal ends what hides. Of a formula its source stays.
func (s *scanner) reveal() {
	if s.formula != nil {
		if source := s.formula.source(); source != "" {
			s.to.text(source)
		}
	}
	s.hidden, s.formula = "", nil
}

// formula finds the source in a math element whose first child is semantics: an
// annotation in LaTeX, or else one in plain text. [FEP-dc88]
type formula struct {
	block     bool // stands on a line of its own
	depth     int  // open elements below math
	children  int  // of math
	semantics bool // the first child is semantics, and is open
	into      *annotation
	tex       annotation
	plain     annotation
}

type annotation struct {
	seen bool
	strings.Builder
}

func newFormula(attrs attributes) *formula {
	display, _ := attrs.get("display")
	return &formula{block: display == "block"}
}

func (f *formula) start(name string, attrs attributes, closesItself bool) {
	switch f.depth {
	case 0:
		f.children++
		f.semantics = name == "semantics" && f.children == 1
	case 1:
		if encoding, _ := attrs.get("encoding"); f.semantics && name == "annotation" && !closesItself {
			switch encoding {
			case "application/x-tex":
				f.open(&f.tex)
			case "text/plain":
				f.open(&f.plain)
			}
		}
	}
	if !closesItself {
		f.depth++
	}
}

// open begins an annotation, unless there was one of the same sort.
func (f *formula) open(a *annotation) {
	if !a.seen {
		a.seen, f.into = true, a
	}
}

func (f *formula) end() {
	f.depth = max(f.depth-1, 0)
	if f.depth < 2 {
		f.into = nil
	}
	f.semantics = f.semantics && f.depth > 0
}

func (f *formula) text(s string) {
	if f.into != nil {
		f.into.WriteString(s)
	}
}

func (f *formula) source() string {
	switch {
	case f.tex.Len() > 0 && f.block:
		return "$$" + f.tex.String() + "$$"
	case f.tex.Len() > 0:
		return "$" + f.tex.String() + "$"
	}
	return f.plain.String()
}
