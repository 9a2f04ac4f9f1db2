package app_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/social"
	"skerry/internal/testkit"
)

// What answers say of themselves.
const (
	asDocument = "application/activity+json; charset=utf-8" // every known peer takes this form
	asPage     = "text/html; charset=utf-8"

	threeMinutes = "public, max-age=180"
	tenMinutes   = "public, max-age=600"
	asksAgain    = "public, no-cache"
	keptByNobody = "private, no-store"
)

// seen is a whole answer.
type seen struct {
	status int
	header http.Header
	body   string
}

// look sends a request and gives the whole answer. No redirect is followed.
func look(t testing.TB, r *http.Request) seen {
	t.Helper()
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatalf("%s %s: %v", r.Method, r.URL, err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatalf("%s %s: %v", r.Method, r.URL, err)
	}
	return seen{res.StatusCode, res.Header, string(body)}
}

// asking makes a request with these lines of Accept.
func asking(t testing.TB, method, url string, accept ...string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(accept) > 0 {
		r.Header["Accept"] = accept
	}
	return r
}

// form is what a client wants of an address that has both forms.
type form int

const (
	either   form = iota // it does not say: the address's own
	document             // ActivityPub
	page                 // HTML
)

const (
	ld      = `application/ld+json; profile="https://www.w3.org/ns/activitystreams"`
	browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
	server  = "application/activity+json, application/ld+json"
)

// clients are what software sends as Accept.
var clients = map[string]struct {
	accept []string
	wants  form
}{
	"mastodon":              {[]string{server}, document},
	"mastodon search":       {[]string{ld + ", application/activity+json, text/html;q=0.1"}, document},
	"mastodon dereference":  {[]string{ld + ", application/activity+json"}, document},
	"gotosocial":            {[]string{ld + ",application/activity+json"}, document},
	"misskey":               {[]string{"application/activity+json, " + ld}, document},
	"pleroma, lemmy":        {[]string{"application/activity+json"}, document},
	"mitra, pixelfed":       {[]string{ld}, document},
	"fedify":                {[]string{"application/activity+json, application/ld+json"}, document},
	"bridgy fed":            {[]string{"application/activity+json, " + ld + ", text/html; charset=utf-8; q=0.5"}, document},
	"gnu social":            {[]string{"application/activity+json; application/ld+json"}, document},
	"browser":               {[]string{browser}, page},
	"curl":                  {[]string{"*/*"}, either},
	"no header":             {nil, either},
	"empty header":          {[]string{""}, either},
	"bare profile":          {[]string{"application/ld+json;profile=https://www.w3.org/ns/activitystreams"}, document},
	"another profile":       {[]string{`application/ld+json; profile="https://example.com/x"`}, either},
	"upper case":            {[]string{`APPLICATION/LD+JSON; PROFILE="https://www.w3.org/ns/activitystreams", TEXT/HTML;Q=0.1`}, document},
	"two lines":             {[]string{"text/html;q=0.5", "application/activity+json"}, document},
	"two lines, page liked": {[]string{"text/html", "application/activity+json;q=0.5"}, page},
	"8 KiB":                 {[]string{strings.Repeat("a/b,", 2000) + "application/activity+json"}, document},
	"document excluded":     {[]string{"application/ld+json;q=0, text/html"}, page},
	"named lightly":         {[]string{"application/activity+json;q=0.2, */*;q=0.9"}, document},
	"page excluded":         {[]string{"text/html;q=0, */*"}, document},
	"text of any kind":      {[]string{"text/*"}, page},
	"plain json":            {[]string{"application/json"}, either},
	"image":                 {[]string{"image/png"}, either},
}

// address is one of a server that others GET.
type address struct {
	path string
	own  form   // of those that have both forms, the one they keep for caches; else either
	page string // where the page is, if it is elsewhere
	kept string // what caches are told of the own form
}

// outline is what is known of an answer before its body is read.
type outline struct{ Status, Type, Cache, Location string }

func (s seen) outline() outline {
	o := outline{http.StatusText(s.status), s.header.Get("Content-Type"), s.header.Get("Cache-Control"), s.header.Get("Location")}
	if o.Location != "" {
		o.Type = "" // of the sentence beside it
	}
	return o
}

// wants gives what a client must get at the address.
func (a address) wants(f form, origin string) outline {
	switch {
	case a.own == either:
		return outline{"OK", asDocument, a.kept, ""}
	case a.own == document && f == page:
		return outline{"See Other", "", keptByNobody, origin + a.page}
	case a.own == document:
		return outline{"OK", asDocument, a.kept, ""}
	case f == document:
		return outline{"OK", asDocument, keptByNobody, ""}
	}
	return outline{"OK", asPage, a.kept, ""}
}

// dual gives the addresses that have both forms.
func dual(p social.Post) []address {
	id := p.ID.String()
	return []address{
		{"/users/anna", document, "/@anna", threeMinutes},
		{"/users/anna/posts/" + id, document, "/@anna/" + id, threeMinutes},
		{"/@anna", page, "", asksAgain},
		{"/@anna/" + id, page, "", asksAgain},
	}
}

// alone gives the addresses that have a document only.
func alone(t testing.TB, s *testkit.Server, p social.Post) []address {
	t.Helper()
	post := "/users/anna/posts/" + p.ID.String()
	out := []address{{path: "/actor", kept: tenMinutes}}
	for _, path := range []string{
		"/users/anna/outbox", "/users/anna/outbox?page=true", "/users/anna/followers", "/users/anna/followers?page=true",
		"/users/anna/following", "/users/anna/following?page=true", "/users/anna/collections/featured", "/users/anna/collections/tags",
		post + "/replies", post + "/replies?page=true", post + "/likes", post + "/shares", strings.TrimPrefix(p.Context, s.Origin),
		strings.TrimPrefix(firstActivity(t, s), s.Origin), "/actor/outbox", "/actor/followers", "/actor/following",
	} {
		out = append(out, address{path: path, kept: threeMinutes})
	}
	return out
}

// firstActivity gives the id of the newest activity in the owner's outbox.
func firstActivity(t testing.TB, s *testkit.Server) string {
	t.Helper()
	items := documentAt(t, s.Owner.Outbox+"?page=true")["orderedItems"].([]any)
	return items[0].(map[string]any)["id"].(string)
}

// newHouse starts a server that has one public post.
func newHouse(t *testing.T, dsn string) (*testkit.Server, social.Post) {
	t.Helper()
	s := testkit.Start(t, dsn, "anna")
	p, err := s.Publisher.Post(t.Context(), social.Draft{Text: "Hello", Language: "en"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s, p
}

// onHouse runs a test on each engine.
func onHouse(t *testing.T, test func(t *testing.T, s *testkit.Server, p social.Post)) {
	t.Helper()
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		s, p := newHouse(t, dsn)
		test(t, s, p)
	})
}

func TestEveryClientGetsTheFormItWants(t *testing.T) {
	onHouse(t, func(t *testing.T, s *testkit.Server, p social.Post) {
		for _, a := range append(dual(p), alone(t, s, p)...) {
			for name, c := range clients {
				got := look(t, asking(t, http.MethodGet, s.Origin+a.path, c.accept...))
				if diff := cmp.Diff(a.wants(c.wants, s.Origin), got.outline()); diff != "" {
					t.Errorf("%s at %s (-want +got):\n%s", name, a.path, diff)
				}
				if !varies(got, "Accept") || got.header.Get("Set-Cookie") != "" || got.status == 200 && got.body == "" {
					t.Errorf("%s at %s: got header %v, body %.80q; want Vary: Accept, no cookie, a body", name, a.path, got.header, got.body)
				}
			}
		}
	})
}

// varies reports whether an answer says that it depends on a header.
func varies(s seen, name string) bool {
	for _, had := range strings.Split(strings.Join(s.header.Values("Vary"), ","), ",") {
		if strings.EqualFold(strings.TrimSpace(had), name) {
			return true
		}
	}
	return false
}

func TestPageAddressGivesServersTheSameDocumentAsTheID(t *testing.T) {
	onHouse(t, func(t *testing.T, s *testkit.Server, p social.Post) {
		for id, page := range map[string]string{s.Owner.IRI: s.Owner.URL, p.IRI: p.URL} {
			want, got := look(t, asking(t, "GET", id, server)), look(t, asking(t, "GET", page, server))
			if want.body != got.body {
				t.Errorf("%s gives %s\nwant what %s gives: %s", page, got.body, id, want.body)
			}
		}
	})
}

// The tag is strong, and another one for another form: who has the page is never
// told that the document has not changed.
func TestEntityTagIsOfOneFormOnly(t *testing.T) {
	onHouse(t, func(t *testing.T, s *testkit.Server, p social.Post) {
		tags := map[string]string{}
		for _, a := range append(dual(p), alone(t, s, p)...) {
			accept, other := server, browser
			if a.own == page {
				accept, other = browser, server
			}
			first := look(t, asking(t, "GET", s.Origin+a.path, accept))
			tag := first.header.Get("ETag")
			if !strings.HasPrefix(tag, `"`) || tags[tag] != "" {
				t.Errorf("%s has the tag %s; want a strong one of its own (had by %q)", a.path, tag, tags[tag])
			}
			tags[tag] = a.path
			for _, given := range []string{tag, "W/" + tag, `"else", ` + tag, "*"} {
				r := asking(t, "GET", s.Origin+a.path, accept)
				r.Header.Set("If-None-Match", given)
				got := look(t, r)
				if got.status != 304 || got.body != "" || got.header.Get("ETag") != tag || !varies(got, "Accept") || got.header.Get("Cache-Control") != a.kept {
					t.Errorf("%s with %s: got %d %v %.80q, want 304 with the same tag, Vary and lifetime", a.path, given, got.status, got.header, got.body)
				}
			}
			r := asking(t, "GET", s.Origin+a.path, other)
			r.Header.Set("If-None-Match", tag)
			if got := look(t, r); a.own != either && (got.status == 304 || got.header.Get("ETag") != "") {
				t.Errorf("%s in its other form: got %d with tag %q; want an answer that nobody keeps", a.path, got.status, got.header.Get("ETag"))
			}
		}
	})
}

func TestHeadIsGetWithoutTheBody(t *testing.T) {
	onHouse(t, func(t *testing.T, s *testkit.Server, p social.Post) {
		absent := []address{{path: "/users/bert"}, {path: "/@bert"}, {path: "/users/anna/posts/1"}, {path: "/@anna/1"}}
		for _, a := range append(append(dual(p), alone(t, s, p)...), absent...) {
			for _, accept := range []string{server, browser} {
				get, head := look(t, asking(t, "GET", s.Origin+a.path, accept)), look(t, asking(t, "HEAD", s.Origin+a.path, accept))
				for _, h := range []http.Header{get.header, head.header} {
					h.Del("Date")
					if get.status == http.StatusSeeOther {
						h.Del("Content-Length") // of the sentence beside the address
					}
				}
				if diff := cmp.Diff(get.header, head.header); get.status != head.status || head.body != "" || diff != "" {
					t.Errorf("%s: HEAD gives %d, %q, GET %d; headers (-get +head):\n%s", a.path, head.status, head.body, get.status, diff)
				}
			}
		}
	})
}

// TestOtherMethodsAreRefused: inboxes are written to, all others are read.
func TestOtherMethodsAreRefused(t *testing.T) {
	onHouse(t, func(t *testing.T, s *testkit.Server, p social.Post) {
		refused := map[string][]string{}
		for _, path := range []string{"/inbox", "/users/anna/inbox", "/actor/inbox"} {
			refused[path] = []string{"GET", "HEAD", "PUT", "DELETE"}
		}
		for _, a := range append(dual(p), alone(t, s, p)...) {
			refused[a.path] = []string{"POST", "PUT", "PATCH", "DELETE"}
		}
		for path, methods := range refused {
			for _, method := range methods {
				got := look(t, asking(t, method, s.Origin+path, server))
				allow := strings.Join(got.header.Values("Allow"), ", ")
				if got.status != http.StatusMethodNotAllowed || allow == "" || strings.Contains(allow, method) {
					t.Errorf("%s %s: got %d, Allow %q; want 405 that says what is allowed", method, path, got.status, allow)
				}
			}
		}
	})
}
