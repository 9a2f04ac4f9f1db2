package app_test

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/config"
	"skerry/internal/social"
	"skerry/internal/testkit"
)

// splitHouse starts a server that is reached at social.example and whose people
// are @anna.example. at is where it listens: no name is looked up.
func splitHouse(t *testing.T, dsn string) (s *testkit.Server, at string) {
	t.Helper()
	s = testkit.Start(t, dsn, "anna", func(c *config.Config) {
		at = "http://" + c.Listen
		c.Domain, c.AccountDomain = "social.example", "anna.example"
	})
	return s, at
}

// descriptor is what WebFinger answers.
type descriptor struct {
	Subject string
	Aliases []string
	Links   []struct{ Rel, Type, Href, Template string }
}

// finger asks a server who a resource is; raw is the query as it is sent.
func finger(t *testing.T, at, raw string) (seen, descriptor) {
	t.Helper()
	got := look(t, asking(t, "GET", at+"/.well-known/webfinger"+raw, "application/jrd+json, application/json"))
	if cors := got.header.Get("Access-Control-Allow-Origin"); cors != "*" {
		t.Errorf("%s: Access-Control-Allow-Origin is %q, want *", raw, cors)
	}
	var d descriptor
	if got.status == http.StatusOK {
		if err := json.Unmarshal([]byte(got.body), &d); err != nil {
			t.Errorf("%s: got %q: %v", raw, got.body, err)
		}
	}
	return got, d
}

func about(resource string) string { return "?resource=" + url.QueryEscape(resource) }

// link gives the address and the type of the one link of a relation.
func (d descriptor) link(rel string) (href, kind string) {
	for _, l := range d.Links {
		if l.Rel == rel && href == "" {
			href, kind = l.Href, l.Type
		} else if l.Rel == rel {
			return "two links of " + rel, ""
		}
	}
	return href, kind
}

const serviceLink = "https://www.w3.org/ns/activitystreams#Service"

// wantFound asks in each way and wants the actor, under that handle.
func wantFound(t *testing.T, at, handle, actor string, ways ...string) {
	t.Helper()
	for _, raw := range ways {
		got, d := finger(t, at, raw)
		want := outline{"OK", "application/jrd+json", "public, max-age=259200", ""}
		if diff := cmp.Diff(want, got.outline()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", raw, diff)
			continue
		}
		href, kind := d.link("self")
		if d.Subject != "acct:"+handle || href != actor || kind != "application/activity+json" {
			t.Errorf("%s: got %s, %s as %s; want acct:%s, %s", raw, d.Subject, href, kind, handle, actor)
		}
		if !strings.Contains(strings.Join(d.Aliases, " ")+" ", actor+" ") {
			t.Errorf("%s: aliases %v, want %s among them", raw, d.Aliases, actor)
		}
	}
}

func TestWebFingerFindsTheOwner(t *testing.T) {
	onHouse(t, func(t *testing.T, s *testkit.Server, _ social.Post) {
		host := s.URLs().Domain
		wantFound(t, s.Origin, "anna@"+host, s.Owner.IRI,
			about("acct:anna@"+host), "?resource=acct:anna@"+host, "?resource=acct%3aanna%40"+host, about("ACCT:Anna@"+host),
			about(s.Owner.IRI), about(s.Owner.URL), "?resource="+s.Owner.IRI, about("HTTP"+strings.TrimPrefix(s.Owner.IRI, "http")),
			"?rel=self&resource="+url.QueryEscape("acct:anna@"+host), about("acct:anna@"+host)+"&rel=self&rel=nothing")
		_, d := finger(t, s.Origin, about("acct:anna@"+host))
		if href, kind := d.link("http://webfinger.net/rel/profile-page"); href != s.Owner.URL || kind != "text/html" {
			t.Errorf("the profile page is %s, %s; want %s, text/html", href, kind, s.Owner.URL)
		}
		if _, d := finger(t, s.Origin, about("acct:anna@"+host)+"&rel=http://example.com/x"); len(d.Links) != 0 || d.Subject != "acct:anna@"+host {
			t.Errorf("another relation gives %+v, want the subject without links", d)
		}
	})
}

func TestWebFingerFindsTheServer(t *testing.T) {
	onHouse(t, func(t *testing.T, s *testkit.Server, _ social.Post) {
		host, actor := s.URLs().Domain, s.Origin+"/actor"
		// At a port the server has a name that every peer can read, and the other one.
		wantFound(t, s.Origin, s.Server.Handle(), actor,
			about(s.Origin+"/"), about(s.Origin), about(actor), about("acct:"+s.Server.Handle()))
		wantFound(t, s.Origin, host+"@"+host, actor, about("acct:"+host+"@"+host))
		_, d := finger(t, s.Origin, about(s.Origin+"/"))
		if href, kind := d.link(serviceLink); href != actor || kind != "application/activity+json" {
			t.Errorf("the service is %s, %s; want %s", href, kind, actor)
		}
	})
}

func TestWebFingerOfASplitDomain(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		_, at := splitHouse(t, dsn)
		wantFound(t, at, "anna@anna.example", "https://social.example/users/anna",
			about("acct:anna@anna.example"), about("acct:anna@ANNA.example."), about("acct:anna@social.example"), about("acct:anna@social.example:443"),
			about("https://social.example/users/anna"), about("https://social.example/@anna"), about("https://SOCIAL.example/@anna"))
		wantFound(t, at, "social.example@social.example", "https://social.example/actor",
			about("https://social.example/"), about("https://anna.example/"), about("https://social.example/actor"),
			about("acct:social.example@social.example"), about("acct:anna.example@anna.example"))
	})
}

func TestWebFingerRefuses(t *testing.T) {
	onHouse(t, func(t *testing.T, s *testkit.Server, p social.Post) {
		host := s.URLs().Domain
		for raw, want := range map[string]int{
			"": 400, "?resource=": 400, "?resource=anna": 400, about("@anna@" + host): 400, about("acct:@anna@" + host): 400,
			about("acct:anna"): 400, about("acct:@" + host): 400, about("acct:anna@"): 400, "?resource=acct:%zz": 400,
			about("acct:anna@"+host) + "&resource=x": 400, "?Resource=acct:anna@" + host: 400, about("acct:an na@" + host): 400,
			about("acct:bert@" + host): 404, about("acct:anna@elsewhere.example"): 404, about(s.Origin + "/@bert"): 404,
			about("mailto:anna@" + host): 404, about("https://elsewhere.example/users/anna"): 404, about(p.IRI): 404,
			about(s.Owner.IRI + "/"): 404, about("acct:anna@" + host + ".elsewhere.example"): 400,
		} {
			got, _ := finger(t, s.Origin, raw)
			if kept := got.header.Get("Cache-Control"); got.status != want || kept != threeMinutes || strings.TrimSpace(got.body) == "" {
				t.Errorf("%s: got %d %q, %q; want %d with a sentence, %s", raw, got.status, got.body, kept, want, threeMinutes)
			}
		}
	})
}

func TestDiscoveryIsOpenToScriptsAndReadOnly(t *testing.T) {
	onHouse(t, func(t *testing.T, s *testkit.Server, _ social.Post) {
		for _, path := range []string{
			"/.well-known/webfinger" + about(s.Owner.IRI), "/.well-known/host-meta", "/.well-known/host-meta.json",
			"/.well-known/nodeinfo", "/nodeinfo/2.0", "/nodeinfo/2.1",
		} {
			for method, want := range map[string]int{"GET": 200, "HEAD": 200, "OPTIONS": 204, "POST": 405, "DELETE": 405} {
				got := look(t, asking(t, method, s.Origin+path))
				if got.status != want || got.header.Get("Access-Control-Allow-Origin") != "*" || got.header.Get("Set-Cookie") != "" {
					t.Errorf("%s %s: got %d %v, want %d, for every origin", method, path, got.status, got.header, want)
				}
			}
		}
	})
}

// TestHostMetaLeadsToWebFinger follows the template, as GoToSocial does where a
// domain has no WebFinger of its own.
func TestHostMetaLeadsToWebFinger(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		_, at := splitHouse(t, dsn)
		type links struct {
			Links []struct {
				Rel      string `xml:"rel,attr"`
				Template string `xml:"template,attr"`
			} `xml:"Link"`
		}
		for path, c := range map[string]struct {
			kind string
			read func([]byte, any) error
		}{
			"/.well-known/host-meta":      {"application/xrd+xml; charset=utf-8", xml.Unmarshal},
			"/.well-known/host-meta.json": {"application/json; charset=utf-8", json.Unmarshal},
		} {
			got := look(t, asking(t, "GET", at+path))
			if diff := cmp.Diff(outline{"OK", c.kind, "public, max-age=259200", ""}, got.outline()); diff != "" {
				t.Errorf("%s (-want +got):\n%s", path, diff)
			}
			var doc links
			if err := c.read([]byte(got.body), &doc); err != nil || len(doc.Links) != 1 || doc.Links[0].Rel != "lrdd" {
				t.Errorf("%s: got %s, %v; want one lrdd link", path, got.body, err)
				continue
			}
			there, ok := strings.CutPrefix(doc.Links[0].Template, "https://social.example/.well-known/webfinger")
			if !ok || !strings.Contains(there, "{uri}") {
				t.Errorf("%s: the template is %s, want WebFinger of this server", path, doc.Links[0].Template)
			}
			wantFound(t, at, "anna@anna.example", "https://social.example/users/anna",
				strings.Replace(there, "{uri}", url.QueryEscape("acct:anna@anna.example"), 1))
		}
	})
}

// TestIDsAreOfTheDomainHoweverAskedFor: neither the Host of a request nor what a
// proxy claims is in any answer.
func TestIDsAreOfTheDomainHoweverAskedFor(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		s, at := splitHouse(t, dsn)
		p, err := s.Publisher.Post(t.Context(), social.Draft{Text: "Hello @anna"}, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{
			"/users/anna", "/@anna", "/users/anna/posts/" + p.ID.String(), "/@anna/" + p.ID.String(), "/users/anna/outbox?page=true",
			"/users/anna/followers", "/actor", "/.well-known/nodeinfo", "/.well-known/host-meta", "/.well-known/webfinger" + about("acct:anna@anna.example"),
		} {
			for _, accept := range []string{server, browser} {
				want := look(t, asking(t, "GET", at+path, accept))
				r := asking(t, "GET", at+path, accept)
				r.Host = "elsewhere.example:8080"
				r.Header.Set("X-Forwarded-Host", "elsewhere.example")
				r.Header.Set("X-Forwarded-Proto", "http")
				r.Header.Set("Forwarded", "host=elsewhere.example;proto=http")
				got := look(t, r)
				to := got.header.Get("Location")
				if got.body != want.body || to != want.header.Get("Location") {
					t.Errorf("%s asked for as elsewhere.example gives %s %s\nwant %s %s", path, to, got.body, want.header.Get("Location"), want.body)
				}
				if strings.Contains(to+got.body, "http://social.example") || strings.Contains(to+got.body, strings.TrimPrefix(at, "http://")) ||
					!strings.Contains(to+got.body, "https://social.example/") {
					t.Errorf("%s: got %s %s; want addresses of https://social.example", path, to, got.body)
				}
			}
		}
	})
}
