package markup

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// FieldLink gives the address that a line of a profile, which is safe HTML, links to,
// when it is nothing but that link and shows where it leads. Else "": a mark beside
// it would vouch for what the line says, not for where it goes.
func FieldLink(value string) string {
	var l soleLink
	scan(value, &l)
	if l.links != 1 || !l.alone || bare(l.said) != bare(l.href) {
		return ""
	}
	return l.href
}

// bare is an address without what people leave out of it.
func bare(address string) string {
	address = strings.TrimSpace(address)
	for _, prefix := range []string{"https://", "http://", "www."} {
		address = strings.TrimPrefix(address, prefix)
	}
	return strings.TrimSuffix(address, "/")
}

// soleLink notes the one link of a document, and whether there is more.
type soleLink struct {
	links  int
	inside bool
	alone  bool
	href   string
	said   string
}

func (l *soleLink) start(name string, attrs attributes) {
	if name != "a" {
		return
	}
	href, _ := attrs.get("href")
	l.links, l.inside, l.alone, l.href = l.links+1, true, l.said == "", href
}

func (l *soleLink) end(name string) {
	if name == "a" {
		l.inside = false
	}
}

func (l *soleLink) text(s string) {
	if !l.inside && strings.TrimSpace(s) != "" {
		l.alone = false
	}
	l.said += s
}

// LinksBack reports whether a page says by rel="me" that one of these addresses is
// of the same person. It builds no tree, so that no page can make it explode.
func LinksBack(page []byte, to ...string) bool {
	z := html.NewTokenizer(strings.NewReader(string(page)))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return false
		case html.StartTagToken, html.SelfClosingTagToken:
			if name, more := z.TagName(); more && (string(name) == "a" || string(name) == "link") && sameAsMe(z, to) {
				return true
			}
		}
	}
}

func sameAsMe(z *html.Tokenizer, to []string) bool {
	me, there := false, false
	for {
		key, value, more := z.TagAttr()
		switch string(key) {
		case "rel":
			me = slices.Contains(strings.Fields(strings.ToLower(string(value))), "me")
		case "href":
			href := strings.TrimSuffix(strings.TrimSpace(string(value)), "/")
			there = slices.ContainsFunc(to, func(s string) bool { return s != "" && strings.EqualFold(strings.TrimSuffix(s, "/"), href) })
		}
		if !more {
			return me && there
		}
	}
}
