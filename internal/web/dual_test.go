package web_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/social"
	"skerry/internal/testkit"
)

// Caches that ignore Vary must not swap answers: on each address only its own
// form is public, the page at /@ and the document at /users.
func TestPageAndDocumentShareAnAddress(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		p := write(t, s, social.Draft{Text: "hello"})
		const html, doc = "text/html; charset=utf-8", "application/activity+json; charset=utf-8"
		for _, c := range []struct {
			path, accept string
			status       int
			kind, cache  string
			location     string
		}{
			{"/@anna", browser, 200, html, "public, no-cache", ""},
			{"/@anna", "*/*", 200, html, "public, no-cache", ""},
			{"/@anna", "", 200, html, "public, no-cache", ""},
			{"/@anna", "application/activity+json", 200, doc, "private, no-store", ""},
			{"/@anna", `application/ld+json; profile="https://www.w3.org/ns/activitystreams"`, 200, doc, "private, no-store", ""},
			{path(t, p.URL), browser, 200, html, "public, no-cache", ""},
			{path(t, p.URL), "application/activity+json", 200, doc, "private, no-store", ""},
			{"/users/anna", browser, 303, html, "private, no-store", s.Origin + "/@anna"},
			{"/users/anna", "application/activity+json", 200, doc, "public, max-age=180", ""},
			{"/users/anna", "*/*", 200, doc, "public, max-age=180", ""},
			{path(t, p.IRI), browser, 303, html, "private, no-store", p.URL},
			{path(t, p.IRI), "application/activity+json", 200, doc, "public, max-age=180", ""},
			{"/@nobody", browser, 404, html, "private, no-store", ""},
			{"/@nobody", "application/activity+json", 404, "text/plain; charset=utf-8", "private, no-store", ""},
			{"/@anna/1", browser, 404, html, "private, no-store", ""},
			{"/@anna/1", "application/activity+json", 404, "text/plain; charset=utf-8", "private, no-store", ""},
			{"/nothing", browser, 404, html, "private, no-store", ""},
		} {
			for _, method := range []string{"GET", "HEAD"} {
				got := visit(t, s).send(method, c.path, nil, "Accept", c.accept)
				h := got.header
				same := got.status == c.status && h.Get("Content-Type") == c.kind && h.Get("Cache-Control") == c.cache && h.Get("Location") == c.location
				if !same || !slices.Contains(h.Values("Vary"), "Accept") {
					t.Errorf("%s %s as %q: got %d %v, want %+v that varies by Accept", method, c.path, c.accept, got.status, h, c)
				}
				if method == "HEAD" && got.body != "" {
					t.Errorf("HEAD %s has a body", c.path)
				}
			}
		}
	})
}

func TestDocumentAtThePageIsThatOfTheID(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		p := write(t, s, social.Draft{Text: "hello"})
		for at, id := range map[string]string{"/@anna": s.Owner.IRI, p.URL: p.IRI} {
			var docs [2]map[string]any
			for i, address := range []string{at, id} {
				got := visit(t, s).get(path(t, address), "Accept", "application/activity+json")
				if err := json.Unmarshal([]byte(got.body), &docs[i]); err != nil {
					t.Fatalf("%s: got %s, want JSON: %v", address, got.body, err)
				}
			}
			if docs[0]["id"] != id {
				t.Errorf("%s: got the id %v, want %s", at, docs[0]["id"], id)
			}
			if diff := cmp.Diff(docs[1], docs[0]); diff != "" {
				t.Errorf("%s (-document +page):\n%s", at, diff)
			}
		}
	})
}

func TestKnownPageIsNotSentAgain(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		p := write(t, s, social.Draft{Text: "hello"})
		for _, at := range []string{"/@anna", path(t, p.URL), "/static/style.css"} {
			v := visit(t, s)
			first := v.get(at)
			tag := first.header.Get("ETag")
			if again := v.get(at, "If-None-Match", tag); again.status != 304 || again.body != "" || tag == "" {
				t.Errorf("%s: got %d for the tag %q, want 304", at, again.status, tag)
			}
			if at == "/static/style.css" {
				continue
			}
			write(t, s, social.Draft{Text: "more", InReplyTo: p.ID})
			v.get(at, "If-None-Match", tag).want(t, 200, "<p>hello</p>")
			// The owner's page has a way to log out: it is theirs alone.
			v.login()
			own := v.get(at, "If-None-Match", tag)
			if own.status != 200 || own.header.Get("Cache-Control") != "private, no-store" || own.header.Get("ETag") != "" {
				t.Errorf("%s for the owner: got %d %v, want 200, kept by nobody", at, own.status, own.header)
			}
		}
	})
}
