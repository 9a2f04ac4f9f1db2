package markup

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// may is what each element may have on it. It is written out again here, apart
// from policy.go, so that a slip there is seen.
func may() map[string][]string {
	m := map[string][]string{
		"a":    {"href", "class", "lang", "translate", "rel", "target"},
		"span": {"class", "lang", "translate"},
		"p":    {"class", "lang"},
		"ol":   {"start", "reversed", "lang"},
		"li":   {"value", "lang"},
		"abbr": {"title", "lang"},
	}
	for name := range strings.FieldsSeq("br del s pre blockquote code b strong u i em ul ruby rt rp sub sup small h1 h2 h3 h4 h5 h6") {
		m[name] = []string{"lang"}
	}
	return m
}

var (
	goodHref  = regexp.MustCompile(`^(?i:https?://[^/\\?#:@ ]|(dat|dweb|ipfs|ipns|ssb|gopher|xmpp|magnet|gemini):.)[^\x00-\x20\x7f-\x9f]*$`)
	goodClass = regexp.MustCompile(`^((h|p|u|dt|e)-[A-Za-z0-9_-]+|mention|hashtag|ellipsis|invisible|quote-inline)?$`)
	goodRel   = regexp.MustCompile(`^(tag|nofollow noopener|me nofollow noopener)$`)
)

// parse reads HTML as a browser reads the content of a page.
func parse(t testing.TB, s string) []*html.Node {
	t.Helper()
	nodes, err := html.ParseFragment(strings.NewReader(s), &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body})
	if err != nil {
		t.Fatalf("the parser refuses %.200q: %v", s, err)
	}
	return nodes
}

// trouble gives what must not be in a tree. Links that must not pass on our
// standing are those from Safe.
func trouble(nodes []*html.Node, fromSafe bool) (found []string) {
	allowed := may()
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		switch n.Type {
		case html.TextNode:
		case html.ElementNode:
			attrs, ok := allowed[n.Data]
			if !ok || n.Namespace != "" {
				found = append(found, fmt.Sprintf("element %s", n.Data))
			}
			for _, a := range n.Attr {
				if !slices.Contains(attrs, a.Key) || a.Namespace != "" || !goodValue(a) {
					found = append(found, fmt.Sprintf("%s %s=%q", n.Data, a.Key, a.Val))
				}
			}
			if rel, _ := attributes(n.Attr).get("rel"); n.Data == "a" && fromSafe && rel != "nofollow noopener" {
				found = append(found, fmt.Sprintf("a link with rel=%q", rel))
			}
			if _, ok := attributes(n.Attr).get("href"); n.Data == "a" && !ok {
				found = append(found, "a link that leads nowhere")
			}
		default:
			found = append(found, fmt.Sprintf("node of type %d", n.Type))
		}
		for c := range n.ChildNodes() {
			walk(c)
		}
	}
	for _, n := range nodes {
		walk(n)
	}
	return found
}

func goodValue(a html.Attribute) bool {
	switch a.Key {
	case "href":
		return goodHref.MatchString(a.Val)
	case "class":
		for class := range strings.FieldsSeq(a.Val) {
			if !goodClass.MatchString(class) {
				return false
			}
		}
	case "rel":
		return goodRel.MatchString(a.Val)
	case "target":
		return a.Val == "_blank"
	case "translate":
		return a.Val == "no"
	case "reversed":
		return a.Val == ""
	}
	return true
}

// render writes a tree in our spelling. When it gives back the bytes that were
// parsed, no parser found anything in them to mend.
func render(nodes []*html.Node) string {
	order := may()
	var b strings.Builder
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(escapeText(n.Data))
			return
		}
		if n.Data == "br" {
			b.WriteString("<br />")
			return
		}
		b.WriteString("<" + n.Data)
		// The parser sorts the attributes of some elements: they go back in our order.
		attrs := slices.Clone(n.Attr)
		slices.SortStableFunc(attrs, func(x, y html.Attribute) int {
			return slices.Index(order[n.Data], x.Key) - slices.Index(order[n.Data], y.Key)
		})
		for _, a := range attrs {
			b.WriteString(" " + a.Key + `="` + escapeAttr(a.Val) + `"`)
		}
		b.WriteString(">")
		if c := n.FirstChild; n.Data == "pre" && c != nil && c.Type == html.TextNode && strings.HasPrefix(c.Data, "\n") {
			b.WriteString("\n")
		}
		for c := range n.ChildNodes() {
			walk(c)
		}
		b.WriteString("</" + n.Data + ">")
	}
	for _, n := range nodes {
		walk(n)
	}
	return b.String()
}

// words gives the text of a tree.
func words(nodes []*html.Node) string {
	var b strings.Builder
	for _, n := range nodes {
		for d := range n.Descendants() {
			if d.Type == html.TextNode {
				b.WriteString(d.Data)
			}
		}
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
	}
	return b.String()
}

// checkSafe holds for whatever goes in.
func checkSafe(t testing.TB, in string) string {
	t.Helper()
	out := Safe(in)
	nodes := parse(t, out)
	if bad := trouble(nodes, true); len(bad) > 0 {
		t.Errorf("Safe(%.500q)\n got %.500q\nwith %q", in, out, bad)
	}
	if got := render(nodes); got != out {
		t.Errorf("Safe(%.500q)\n gives %.500q\nread as %.500q", in, out, got)
	}
	if again := Safe(out); again != out {
		t.Errorf("Safe(%.500q)\n first %.500q\n then %.500q", in, out, again)
	}
	if len(out) > maxSafe {
		t.Errorf("Safe of %d bytes gives %d", len(in), len(out))
	}
	return out
}

var relAndTarget = regexp.MustCompile(` rel="[a-z ]*"( target="_blank")?`)

// sansRel drops what Safe puts on every link, whoever wrote it.
func sansRel(s string) string { return relAndTarget.ReplaceAllString(s, "") }

// checkFormatted holds for whatever the owner writes.
func checkFormatted(t testing.TB, in, out string) {
	t.Helper()
	nodes := parse(t, out)
	if bad := trouble(nodes, false); len(bad) > 0 {
		t.Errorf("of %.500q\n got %.500q\nwith %q", in, out, bad)
	}
	if got := render(nodes); got != out {
		t.Errorf("of %.500q\n got %.500q\nread as %.500q", in, out, got)
	}
	if safe := Safe(out); sansRel(safe) != sansRel(out) {
		t.Errorf("of %.500q\n got %.500q\nmade safe %.500q", in, out, safe)
	}
}
