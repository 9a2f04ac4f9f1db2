package reply

import (
	"net/http"
	"strings"
	"testing"
)

const (
	ld      = `application/ld+json; profile="https://www.w3.org/ns/activitystreams"`
	browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
)

// either is what a request gets that does not care: the address's own form.
const either Representation = -1

var acceptCases = []struct {
	name   string
	accept []string
	want   Representation
}{
	{"mastodon fetch", []string{"application/activity+json, application/ld+json"}, ActivityJSON},
	{"mastodon search", []string{ld + ", application/activity+json, text/html;q=0.1"}, ActivityJSON},
	{"mastodon dereference", []string{ld + ", application/activity+json"}, ActivityJSON},
	{"gotosocial", []string{ld + ",application/activity+json"}, ActivityJSON},
	{"misskey", []string{"application/activity+json, " + ld}, ActivityJSON},
	{"pleroma, lemmy, wordpress", []string{"application/activity+json"}, ActivityJSON},
	{"mitra, pixelfed", []string{ld}, ActivityJSON},
	{"fedify", []string{"application/activity+json, application/ld+json"}, ActivityJSON},
	{"bridgy fed", []string{"application/activity+json, " + ld + ", text/html; charset=utf-8; q=0.5"}, ActivityJSON},
	{"gnu social", []string{"application/activity+json; application/ld+json"}, ActivityJSON},
	{"browser", []string{browser}, HTML},
	{"curl", []string{"*/*"}, either},
	{"no header", nil, either},

	{"profile without quotes", []string{"application/ld+json;profile=https://www.w3.org/ns/activitystreams"}, ActivityJSON},
	{"upper case", []string{`APPLICATION/LD+JSON; PROFILE="https://www.w3.org/ns/activitystreams", TEXT/HTML;Q=0.1`}, ActivityJSON},
	{"two lines", []string{"text/html;q=0.5", "application/activity+json"}, ActivityJSON},
	{"two lines, page liked more", []string{"text/html", "application/activity+json;q=0.5"}, HTML},
	{"8 KiB with the type last", []string{strings.Repeat("a/b,", 2000) + "application/activity+json"}, ActivityJSON},
	{"type beyond 8 KiB", []string{strings.Repeat("a/b,", 2100) + "text/html"}, either},
	{"8 KiB without a comma", []string{strings.Repeat("a", 9000)}, either},
	{"document excluded", []string{"application/ld+json;q=0, text/html"}, HTML},

	{"page excluded", []string{"text/html;q=0, */*"}, ActivityJSON},
	{"document excluded from a wildcard", []string{"application/activity+json;q=0, */*"}, HTML},
	{"everything excluded", []string{"*/*;q=0"}, either},
	{"only one of two names excluded", []string{"application/ld+json;q=0, application/activity+json"}, ActivityJSON},
	{"named lightly beside a wildcard", []string{"application/activity+json;q=0.2, */*;q=0.9"}, ActivityJSON},
	{"page named lightly beside a wildcard", []string{"text/html;q=0.2, */*"}, HTML},
	{"page covered by its kind", []string{"text/*, application/activity+json;q=0.9"}, ActivityJSON},
	{"kind of the page alone", []string{"text/*"}, HTML},
	{"kind of the document alone", []string{"application/*"}, ActivityJSON},
	{"kinds by weight", []string{"text/*;q=0.3, application/*;q=0.4"}, ActivityJSON},
	{"equal weight, document first", []string{"application/activity+json, text/html"}, ActivityJSON},
	{"equal weight, page first", []string{"text/html, application/activity+json"}, HTML},
	{"three decimals", []string{"text/html;q=0.334, application/activity+json;q=0.335"}, ActivityJSON},
	{"xhtml", []string{"application/xhtml+xml, application/activity+json;q=0.9"}, HTML},

	{"another profile", []string{`application/ld+json; profile="https://example.com/x"`}, either},
	{"another profile beside a page", []string{`application/ld+json; profile="https://example.com/x", text/html;q=0.1`}, HTML},
	{"several profiles", []string{`application/ld+json; profile="https://example.com/x https://www.w3.org/ns/activitystreams"`}, ActivityJSON},
	{"comma in a quoted string", []string{`text/plain; x="a, application/activity+json", text/html`}, HTML},
	{"escaped quote", []string{`text/plain; x="\", text/html", application/activity+json`}, ActivityJSON},
	{"plain json", []string{"application/json"}, either},
	{"weight that is none", []string{"application/activity+json;q=x, text/html;q=0.9"}, ActivityJSON},
	{"weight out of range", []string{"application/activity+json;q=7, text/html"}, ActivityJSON},
	{"negative weight", []string{"text/html;q=0.9, application/activity+json;q=-1"}, ActivityJSON},
	{"second weight is not one", []string{"application/activity+json;q=1;q=0, text/html;q=0.5"}, ActivityJSON},
	{"junk", []string{`;;,"/,/,text/,"`}, either},
	{"empty", []string{""}, either},
}

func TestNegotiate(t *testing.T) {
	t.Parallel()
	for _, c := range acceptCases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for _, fallback := range []Representation{HTML, ActivityJSON} {
				want := c.want
				if want == either {
					want = fallback
				}
				if got := Negotiate(http.Header{"Accept": c.accept}, fallback); got != want {
					t.Errorf("Accept %.200q with fallback %d: got %d, want %d", c.accept, fallback, got, want)
				}
			}
		})
	}
}

func FuzzNegotiate(f *testing.F) {
	for _, c := range acceptCases {
		if len(c.accept) == 1 {
			f.Add(c.accept[0], "")
		}
	}
	f.Add("text/html;q=0.5", "application/activity+json")
	f.Fuzz(func(t *testing.T, a, b string) {
		h := http.Header{"Accept": {a, b}}
		page, doc := Negotiate(h, HTML), Negotiate(h, ActivityJSON)
		if page != HTML && page != ActivityJSON || doc != HTML && doc != ActivityJSON {
			t.Fatalf("got %d and %d, want a representation", page, doc)
		}
		// The fallback counts only where nothing else decides.
		if page == ActivityJSON && doc == HTML {
			t.Fatalf("Accept %q, %q: each fallback gives the other", a, b)
		}
		joined := http.Header{"Accept": {a + "," + b}}
		if got := Negotiate(joined, HTML); got != page {
			t.Fatalf("two lines give %d, the same in one %d", page, got)
		}
		for _, m := range parseAccept([]string{a, b}) {
			if m.weight < 0 || m.weight > 1000 {
				t.Fatalf("weight %d of %q is out of range", m.weight, m.name)
			}
		}
	})
}
