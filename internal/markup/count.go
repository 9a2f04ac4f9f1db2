package markup

import (
	"strings"

	"github.com/rivo/uniseg"
)

// URLLength is what an address counts, however long it is.
const URLLength = 23

// Count measures a plain text as Mastodon does when it limits a post: in grapheme
// clusters, an http address being 23 of them and a mention only its user part.
func Count(text string) int {
	text = strings.TrimSpace(clean(text))
	var b strings.Builder
	from := 0
	for _, e := range entities(text) {
		counted := ""
		switch e.kind {
		case address:
			// Quirk(mastodon): these two are linked, and yet count in full.
			if hasScheme(e.value, "xmpp:") || hasScheme(e.value, "magnet:") {
				continue
			}
			counted = strings.Repeat("x", URLLength)
		case handle:
			user, _, _ := strings.Cut(e.value, "@")
			counted = "@" + user
		default:
			continue
		}
		b.WriteString(text[from:e.start])
		b.WriteString(counted)
		from = e.end
	}
	b.WriteString(text[from:])
	return uniseg.GraphemeClusterCount(b.String())
}

func hasScheme(address, scheme string) bool {
	return len(address) >= len(scheme) && strings.EqualFold(address[:len(scheme)], scheme)
}
