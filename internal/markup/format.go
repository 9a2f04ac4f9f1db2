package markup

import (
	"net/url"
	"strings"
	"unicode/utf8"
)

// shown is how many runes of an address are seen; the rest is there for copying.
const shown = 30

// Format makes HTML of the owner's plain text, as Mastodon does: paragraphs, line
// breaks, and links for addresses, mentions and hashtags. Nothing in the text is
// read as HTML. Safe changes in the result only rel and target of the links to
// people and tags.
func Format(text string, links Links) string {
	text = strings.TrimSpace(clean(text))
	if text == "" {
		return ""
	}
	var b strings.Builder
	for i, part := range splitParagraphs(links.inline(text, "nofollow noopener")) {
		if i > 0 {
			b.WriteString("</p>")
		}
		b.WriteString("<p>" + strings.ReplaceAll(part, "\n", "<br />"))
	}
	b.WriteString("</p>")
	return b.String()
}

// FormatField makes HTML of the value of a profile field: one line, in which an
// address claims the page as the owner's own (rel="me").
func FormatField(value string) string {
	value = strings.Join(strings.Fields(clean(value)), " ")
	return Links{}.inline(value, "me nofollow noopener")
}

// splitParagraphs cuts where one or more lines are empty.
func splitParagraphs(s string) []string {
	var parts []string
	for part := range strings.SplitSeq(s, "\n\n") {
		// A third line end in a row is left at the edge of a part.
		if part = strings.Trim(part, "\n"); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}

// inline makes HTML of a clean text, with line ends left as they are: no link
// holds one.
func (l Links) inline(text, rel string) string {
	var b strings.Builder
	from := 0
	for _, e := range entities(text) {
		made := ""
		switch e.kind {
		case address:
			made = linkAddress(e.value, rel)
		case handle:
			made = l.linkHandle(e.value)
		case hashtag:
			made = l.linkTag(e.value)
		}
		if made == "" {
			continue // stays text
		}
		b.WriteString(escapeText(text[from:e.start]))
		b.WriteString(made)
		from = e.end
	}
	b.WriteString(escapeText(text[from:]))
	return b.String()
}

// linkAddress shows the beginning of an address and hides the rest of it.
func linkAddress(address, rel string) string {
	prefix := ""
	for _, p := range []string{"https://www.", "http://www.", "https://", "http://", "xmpp:"} {
		if strings.HasPrefix(address, p) {
			prefix = p
			break
		}
	}
	seen, class := address[len(prefix):], ""
	if cut(seen, shown+1) != seen { // an ellipsis for a single rune would save nothing
		seen, class = cut(seen, shown), "ellipsis"
	}
	rest := address[len(prefix)+len(seen):]
	return `<a href="` + escapeAttr(address) + `" translate="no" rel="` + rel + `" target="_blank">` +
		`<span class="invisible">` + escapeText(prefix) + `</span>` +
		`<span class="` + class + `">` + escapeText(seen) + `</span>` +
		`<span class="invisible">` + escapeText(rest) + `</span></a>`
}

// linkHandle gives "" for somebody unknown, or whose page cannot be linked to.
func (l Links) linkHandle(handle string) string {
	mention, ok := l.Mentions[strings.ToLower(handle)]
	if !ok || !linkable(mention.URL) {
		return ""
	}
	name := Line(mention.Name, 128)
	if name == "" {
		name, _, _ = strings.Cut(handle, "@")
	}
	return `<span class="h-card" translate="no"><a href="` + escapeAttr(mention.URL) + `" class="u-url mention">@<span>` +
		escapeText(name) + `</span></a></span>`
}

func (l Links) linkTag(tag string) string {
	if l.TagURL == nil {
		return ""
	}
	page := escapeAddress(l.TagURL(tag))
	if !linkable(page) {
		return ""
	}
	return `<a href="` + escapeAttr(page) + `" class="mention hashtag" rel="tag">#<span>` + escapeText(tag) + `</span></a>`
}

// linkable holds for an address that Safe would leave exactly as it is.
func linkable(address string) bool {
	return safeAddress(address) && !strings.Contains(address, " ") && utf8.ValidString(address)
}

// escapeAddress writes what is not ASCII in an address as percent and hexadecimal.
func escapeAddress(address string) string {
	var b strings.Builder
	for _, r := range address {
		if r < 0x80 {
			b.WriteRune(r)
		} else {
			b.WriteString(url.PathEscape(string(r)))
		}
	}
	return b.String()
}
