package markup

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// Addresses gives where the links of safe HTML lead, each once.
func Addresses(safe string) []string {
	var out []string
	eachLink(safe, nil, func(href string, _ attributes) string {
		if !slices.Contains(out, href) {
			out = append(out, href)
		}
		return ""
	})
	return out
}

// Relink gives safe HTML with links that open on the same page: those for which to
// knows a path of ours. All else stays as it is.
func Relink(safe string, to func(address string) string) string {
	var b strings.Builder
	eachLink(safe, &b, func(href string, attrs attributes) string {
		here := to(href)
		if here == "" {
			return ""
		}
		tag := `<a href="` + escapeAttr(here) + `"`
		if class, ok := attrs.get("class"); ok {
			tag += ` class="` + escapeAttr(class) + `"`
		}
		return tag + ">"
	})
	return b.String()
}

// eachLink asks for another start tag of each link, "" to leave it, and writes the
// whole when out is not nil.
func eachLink(safe string, out *strings.Builder, other func(href string, attrs attributes) string) {
	if !strings.Contains(safe, "<a ") {
		if out != nil {
			out.WriteString(safe)
		}
		return
	}
	z := html.NewTokenizer(strings.NewReader(safe))
	for kind := z.Next(); kind != html.ErrorToken; kind = z.Next() {
		raw := string(z.Raw())
		if kind == html.StartTagToken && strings.HasPrefix(raw, "<a ") {
			attrs := attributes(z.Token().Attr)
			href, _ := attrs.get("href")
			if tag := other(href, attrs); tag != "" {
				raw = tag
			}
		}
		if out != nil {
			out.WriteString(raw)
		}
	}
}
