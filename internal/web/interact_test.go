package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"skerry/internal/social"
	"skerry/internal/testkit"
)

// goOn sends the form of /interact with a handle.
func (v *visitor) goOn(iri, handle string) page {
	v.t.Helper()
	return v.submit("/interact", url.Values{"uri": {iri}, "handle": {handle}})
}

func TestVisitorGoesOnAtTheirOwnServer(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		bert, anna := testkit.Start(t, dsn, "bert"), testkit.Start(t, "", "anna")
		p := write(t, bert, social.Draft{Text: "come and see"})
		v := visit(t, bert)
		for _, c := range []struct{ page, iri, shows, leads string }{
			{"/@bert", bert.Owner.IRI, "Follow from your server", "/people/"},
			{path(t, p.URL), p.IRI, "come and see", "/posts/"},
		} {
			ask := "/interact?uri=" + url.QueryEscape(c.iri)
			v.get(c.page).want(t, 200, `href="`+ask+`"`)
			v.get(ask).want(t, 200, c.shows, `name="handle"`)
			at := "/authorize_interaction?uri=" + url.QueryEscape(c.iri)
			got := v.goOn(c.iri, " @Anna@"+anna.Owner.Domain)
			got.want(t, 200, `href="`+anna.Origin+at+`"`, "Go on at "+anna.Owner.Domain)
			if cache := got.header.Get("Cache-Control"); !strings.Contains(cache, "no-store") {
				t.Errorf("a page for one visitor is cached %q", cache)
			}
			there := visit(t, anna)
			there.get(at).leads(t, "/login?back="+url.QueryEscape(at))
			there.login()
			if to := there.get(at).header.Get("Location"); !strings.HasPrefix(to, c.leads) {
				t.Errorf("%s leads to %q there, want %s…", c.iri, to, c.leads)
			}
		}
		v.goOn(bert.Owner.IRI, "bert@"+bert.Owner.Domain).want(t, 200, `href="`+bert.Origin+"/authorize_interaction?uri=")
	})
}

func TestVisitorHearsWhyTheyCannotGoOn(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		gone := testkit.Listen(t)
		closed := gone.Addr().String()
		_ = gone.Close()
		v := visit(t, s)
		for handle, say := range map[string]string{
			"":                          "is not a handle",
			"bert":                      "is not a handle",
			"nobody@" + s.Owner.Domain:  "Nobody here is called nobody.",
			"bert@" + closed:            "cannot be reached",
			"bert@localhost":            "Localhost is no server that can be asked",
			`"><script>@b.example`:      "is not a handle",
			strings.Repeat("x", 600):    "is not a handle",
			"bert@b.example/?x=https:/": "is not a handle",
		} {
			got := v.goOn(s.Owner.IRI, handle)
			if got.status < 400 || got.status >= 500 {
				t.Errorf("%q: got %d, want 4xx", handle, got.status)
			}
			got.want(t, got.status, say, `aria-invalid="true"`, `role="alert"`)
			got.lacks(t, "Go on at", "<script>@")
			checkPage(t, handle, got)
		}
		v.goOn(s.Owner.IRI, "bert@"+closed).want(t, 404, `value="bert@`+closed+`"`)
	})
}

func TestServerThatTellsNoPageIsSearchedByHand(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		p := write(t, s, social.Draft{Text: "hello"})
		for name, link := range map[string]string{
			"none":         `{"rel":"x","template":"https://b.example/{uri}"}`,
			"a script":     `{"rel":"http://ostatus.org/schema/1.0/subscribe","template":"javascript:alert({uri})"}`,
			"no place":     `{"rel":"http://ostatus.org/schema/1.0/subscribe","template":"https://b.example/"}`,
			"no template":  `{"rel":"http://ostatus.org/schema/1.0/subscribe","href":"https://b.example/{uri}"}`,
			"by http":      `{"rel":"http://ostatus.org/schema/1.0/subscribe","template":"http://b.example/{uri}"}`,
			"a name in it": `{"rel":"http://ostatus.org/schema/1.0/subscribe","template":"https://a:b@b.example/{uri}"}`,
			"as the host":  `{"rel":"http://ostatus.org/schema/1.0/subscribe","template":"https://{uri}/"}`,
		} {
			peer := testkit.NewPeer(t)
			cleo := peer.Person("cleo")
			peer.Handle("/.well-known/webfinger", func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/jrd+json")
				fmt.Fprintf(w, `{"links":[{"rel":"self","type":"application/activity+json","href":%q},%s]}`, cleo.IRI, link)
			})
			host := strings.TrimPrefix(peer.Origin, "http://")
			v := visit(t, s)
			v.goOn(s.Owner.IRI, "cleo@"+host).want(t, 200, host+" does not say", `value="@`+s.Owner.Handle()+`"`)
			got := v.goOn(p.IRI, "cleo@"+host)
			got.want(t, 200, host+" does not say", `value="`+p.URL+`"`)
			got.lacks(t, "Go on at")
			checkPage(t, name, got)
		}
	})
}

func TestOnlyWhatIsOpenAndOursIsActedOnFromElsewhere(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		hidden := write(t, s, social.Draft{Text: "secret words", Visibility: social.FollowersOnly})
		v := visit(t, s)
		for _, iri := range []string{"", "x", "https://b.example/users/anna", s.Origin + "/users/nobody", s.Origin + "/@anna/1", s.Origin + "/login", hidden.IRI, hidden.URL} {
			v.get("/interact?uri="+url.QueryEscape(iri)).want(t, 404)
			v.goOn(iri, "a@b.example").want(t, 404)
		}
		v.send("POST", "/interact", strings.NewReader("uri=x"), "Sec-Fetch-Site", "cross-site", "Content-Type", "application/x-www-form-urlencoded").want(t, 403)
	})
}

func TestServersAreNotAskedWithoutEnd(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		v := visit(t, s)
		for range 20 {
			v.goOn(s.Owner.IRI, "nobody@"+s.Owner.Domain).want(t, 404)
		}
		v.goOn(s.Owner.IRI, "nobody@"+s.Owner.Domain).want(t, 429, "Wait a few minutes", `value="nobody@`)
	})
}
