package reply

import (
	"net/http"
	"strings"
)

// Representation is one of the two forms of an address that has both.
type Representation int

const (
	HTML         Representation = iota // a page for people
	ActivityJSON                       // a document for servers
)

// Dual is an address with both representations. Only Own is ever public there:
// caches that ignore Vary, as Cloudflare's does, would otherwise serve the page
// to servers or the document to people.
type Dual struct{ Own Representation }

// Choose says which representation the request wants. Own is what requests get
// that do not care.
func (d Dual) Choose(r *http.Request) Representation { return Negotiate(r.Header, d.Own) }

// Activity writes the document; c counts only where the document is the
// address's own.
func (d Dual) Activity(w http.ResponseWriter, r *http.Request, doc any, c Cache) error {
	return Activity(w, r, doc, d.bound(ActivityJSON, c))
}

// Page writes the page; c counts only where the page is the address's own.
func (d Dual) Page(w http.ResponseWriter, r *http.Request, body []byte, c Cache) error {
	vary(w.Header(), "Accept")
	return Page(w, r, body, d.bound(HTML, c))
}

func (d Dual) bound(rep Representation, c Cache) Cache {
	if rep != d.Own {
		return NoStore
	}
	return c
}

// maxAccept is how many bytes of Accept are read. What begins later is not seen.
const maxAccept = 8 << 10

// Negotiate decides for an address that has both. fallback is what no Accept at
// all, `*/*`, or nothing acceptable gets: a refusal would help nobody. A form
// that the request names beats one that only a wildcard covers; between two that
// are named the weights decide, then the order. [RFC 9110 12.5.1]
func Negotiate(h http.Header, fallback Representation) Representation {
	page, doc := scores(parseAccept(h.Values("Accept")))
	switch {
	case page.weight == 0 && doc.weight == 0:
		return fallback
	case page.weight == 0:
		return ActivityJSON
	case doc.weight == 0:
		return HTML
	case doc.named != page.named:
		if doc.named {
			return ActivityJSON
		}
		return HTML
	case doc.weight != page.weight:
		if doc.weight > page.weight {
			return ActivityJSON
		}
		return HTML
	case !doc.named:
		return fallback
	case doc.place < page.place:
		return ActivityJSON
	}
	return HTML
}

// score is how well a request likes a representation.
type score struct {
	weight int  // thousandths; 0: not acceptable
	named  bool // by its own type, not by a wildcard
	place  int  // of the range, from the left
}

// better reports whether s says more for a representation than t does.
func (s score) better(t score) bool {
	switch {
	case (s.weight > 0) != (t.weight > 0):
		return s.weight > 0
	case s.named != t.named:
		return s.named
	case s.weight != t.weight:
		return s.weight > t.weight
	}
	return s.place < t.place
}

// scores gives what the ranges say of the page and of the document. Each has two
// names; of the wildcards only the first name profits, as that is what we send.
func scores(ranges []mediaRange) (page, doc score) {
	page = scoreOf(ranges, "text/html", "text/*")
	if x := scoreOf(ranges, "application/xhtml+xml"); x.better(page) {
		page = x
	}
	doc = scoreOf(ranges, "application/activity+json", "application/*")
	if x := scoreOf(ranges, "application/ld+json"); x.better(doc) {
		doc = x
	}
	return page, doc
}

// scoreOf gives the score of one media type: its most specific range counts,
// though its weight is less. With a wildcard of its own, */* covers it too.
func scoreOf(ranges []mediaRange, name string, wildcard ...string) score {
	best, rank := score{}, 0
	for i, m := range ranges {
		specific := 0
		switch {
		case m.name == name:
			specific = 3
		case len(wildcard) == 0:
		case m.name == wildcard[0]:
			specific = 2
		case m.name == "*/*":
			specific = 1
		}
		if specific == 0 || specific < rank || specific == rank && m.weight <= best.weight {
			continue
		}
		best, rank = score{weight: m.weight, named: specific == 3, place: i}, specific
	}
	return best
}

// mediaRange is one element of Accept.
type mediaRange struct {
	name   string // lower case
	weight int    // thousandths
}

// activityStreams is the profile that makes JSON-LD ActivityPub. [AP 3.2]
const activityStreams = "https://www.w3.org/ns/activitystreams"

// parseAccept reads the lines as one list. Elements that cannot be read, and
// JSON-LD of another profile, are left out.
func parseAccept(lines []string) []mediaRange {
	all := strings.Join(lines, ",")
	if len(all) > maxAccept {
		all = all[:strings.LastIndexByte(all[:maxAccept+1], ',')+1]
	}
	var out []mediaRange
	for _, element := range split(all, ',') {
		if m, ok := parseRange(element); ok {
			out = append(out, m)
		}
	}
	return out
}

func parseRange(element string) (m mediaRange, ok bool) {
	parts := split(element, ';')
	m = mediaRange{name: strings.ToLower(strings.TrimSpace(parts[0])), weight: 1000}
	kind, sub, found := strings.Cut(m.name, "/")
	if !found || kind == "" || sub == "" {
		return m, false
	}
	weighed := false
	for _, p := range parts[1:] {
		key, value, _ := strings.Cut(p, "=")
		switch strings.ToLower(strings.TrimSpace(key)) {
		case "q":
			if !weighed {
				m.weight, weighed = parseWeight(strings.TrimSpace(value)), true
			}
		case "profile":
			if m.name == "application/ld+json" && !hasProfile(unquote(value)) {
				return m, false
			}
		}
	}
	return m, true
}

// hasProfile reports whether the list of profiles has ours. [RFC 6906 4]
func hasProfile(list string) bool {
	for _, profile := range strings.Fields(list) {
		if profile == activityStreams {
			return true
		}
	}
	return false
}

// parseWeight reads a weight in thousandths. What is no weight counts as none
// given, which is 1. [RFC 9110 12.4.2]
func parseWeight(s string) int {
	whole, fraction, _ := strings.Cut(s, ".")
	if whole+fraction == "" || strings.Trim(whole+fraction, "0123456789") != "" {
		return 1000
	}
	if strings.Trim(whole, "0") != "" {
		return 1000
	}
	weight := 0
	for i, unit := 0, 100; i < len(fraction) && unit > 0; i, unit = i+1, unit/10 {
		weight += int(fraction[i]-'0') * unit
	}
	return weight
}

// split cuts s at each sep that stands outside a quoted string. It gives at
// least one part.
func split(s string, sep byte) []string {
	var parts []string
	start, quoted := 0, false
	for i := 0; i < len(s); i++ {
		switch {
		case quoted && s[i] == '\\':
			i++
		case s[i] == '"':
			quoted = !quoted
		case s[i] == sep && !quoted:
			parts = append(parts, s[start:i])
			start = i + 1
		}
	}
	return append(parts, s[start:])
}

// unquote gives the content of a quoted string, or s itself: some clients send
// the profile bare, which the grammar forbids and nobody misunderstands.
func unquote(s string) string {
	s = strings.TrimSpace(s)
	if len(s) < 2 || s[0] != '"' || s[len(s)-1] != '"' {
		return s
	}
	return strings.ReplaceAll(s[1:len(s)-1], `\`, "")
}
