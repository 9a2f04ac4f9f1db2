package nodeinfo

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"skerry/internal/social"
)

// peer is the server at https://a.example, and the only one there is.
type peer struct{ http.Handler }

func (p peer) get(ctx context.Context, address, accept string, _ int64) (int, string, []byte, error) {
	if !strings.HasPrefix(address, "https://a.example/") {
		return 0, "", nil, errors.New("asked another: " + address)
	}
	r := httptest.NewRequestWithContext(ctx, "GET", address, nil)
	r.Header.Set("Accept", accept)
	rec := httptest.NewRecorder()
	p.ServeHTTP(rec, r)
	return rec.Code, rec.Header().Get("Content-Type"), rec.Body.Bytes(), nil
}

// serving answers the discovery and the document at /doc.
func serving(links, document string) peer {
	mux := http.NewServeMux()
	for p, body := range map[string]string{"/.well-known/nodeinfo": links, "/doc": document} {
		mux.HandleFunc(p, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", `application/json; profile="http://nodeinfo.diaspora.software/ns/schema/2.0#"`)
			fmt.Fprint(w, body)
		})
	}
	return peer{mux}
}

func linkTo(version, href string) string {
	return `{"links":[{"rel":"http://nodeinfo.diaspora.software/ns/schema/` + version + `","href":"` + href + `"}]}`
}

func TestOurOwnDocumentsAreRead(t *testing.T) {
	t.Parallel()
	got, err := Read(t.Context(), peer{house(used, nil)}.get, "https://a.example")
	if want := (Software{Name: "skerry", Version: "0.1.0+dirty"}); err != nil || got != want {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
}

func TestDocumentsOfOthersAreRead(t *testing.T) {
	t.Parallel()
	const doc = `{"software":{"name":"Node.BB","version":"4.4.3"}}`
	for name, c := range map[string]struct {
		links, doc string
		want       Software
	}{
		"2.0":              {linkTo("2.0", "https://a.example/doc"), doc, Software{"node.bb", "4.4.3"}},
		"1.0, relative":    {linkTo("1.0", "/doc"), doc, Software{"node.bb", "4.4.3"}},
		"host in capitals": {linkTo("2.1", "https://A.EXAMPLE/doc"), doc, Software{"node.bb", "4.4.3"}},
		"best of several": {`{"links":[5,{"rel":"x"},{"rel":"http://nodeinfo.diaspora.software/ns/schema/1.0","href":"/old"},` +
			`{"rel":"http://nodeinfo.diaspora.software/ns/schema/2.1","href":"https://b.example/doc"},` +
			`{"rel":"http://nodeinfo.diaspora.software/ns/schema/2.0","href":"/doc"}]}`, doc, Software{"node.bb", "4.4.3"}},
		"no version":       {linkTo("2.0", "/doc"), `{"software":{"name":"x","version":null}}`, Software{"x", ""}},
		"version in lines": {linkTo("2.0", "/doc"), `{"software":{"name":"x","version":"1\n2\u0007\u202e3"}}`, Software{"x", "123"}},
		"version too long": {linkTo("2.0", "/doc"), `{"software":{"name":"x","version":"` + strings.Repeat("é", 99) + `"}}`, Software{"x", strings.Repeat("é", 64)}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := Read(t.Context(), lower{serving(c.links, c.doc)}.get, "https://a.example")
			if err != nil || got != c.want {
				t.Errorf("got %+v, %v, want %+v", got, err, c.want)
			}
		})
	}
}

// lower resolves host names as a resolver does, without case.
type lower struct{ peer }

func (l lower) get(ctx context.Context, address, accept string, maxBytes int64) (int, string, []byte, error) {
	return l.peer.get(ctx, strings.Replace(address, "A.EXAMPLE", "a.example", 1), accept, maxBytes)
}

func TestWhyThereIsNoName(t *testing.T) {
	t.Parallel()
	const doc = `{"software":{"name":"x","version":"1"}}`
	status := func(code int) peer {
		return peer{http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(code) })}
	}
	for name, c := range map[string]struct {
		peer peer
		want social.Kind
	}{
		"not there":                {status(404), social.NotFound},
		"broken":                   {status(502), social.Unavailable},
		"slow down":                {status(429), social.Unavailable},
		"forbidden":                {status(403), social.Upstream},
		"a page":                   {peer{http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "<html>") })}, social.Upstream},
		"no json":                  {serving("nodeinfo", doc), social.Upstream},
		"no links":                 {serving("{}", doc), social.NotFound},
		"unknown version":          {serving(linkTo("3.0", "/doc"), doc), social.NotFound},
		"document elsewhere":       {serving(linkTo("2.0", "https://b.example/doc"), doc), social.NotFound},
		"document by http":         {serving(linkTo("2.0", "http://a.example/doc"), doc), social.NotFound},
		"document at a port":       {serving(linkTo("2.0", "https://a.example:8443/doc"), doc), social.NotFound},
		"document on this machine": {serving(linkTo("2.0", "file:///doc"), doc), social.NotFound},
		"document with password":   {serving(linkTo("2.0", "https://u:p@a.example/doc"), doc), social.NotFound},
		"document missing":         {serving(linkTo("2.0", "/other"), doc), social.NotFound},
		"no software":              {serving(linkTo("2.0", "/doc"), `{}`), social.Upstream},
		"software is text":         {serving(linkTo("2.0", "/doc"), `{"software":"x"}`), social.Upstream},
		"name of many words":       {serving(linkTo("2.0", "/doc"), `{"software":{"name":"<b>x"}}`), social.Upstream},
		"a NUL in a text":          {serving(linkTo("2.0", "/doc"), `{"software":{"name":"x","version":"1\u0000"}}`), social.Upstream},
		"too long":                 {serving(linkTo("2.0", "/doc"), `{"software":{"name":"x"},"x":"`+strings.Repeat("x", maxAnswer)+`"}`), social.Upstream},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got, err := Read(t.Context(), c.peer.get, "https://a.example"); !social.Is(err, c.want) || got != (Software{}) {
				t.Errorf("got %+v, %v, want kind %d", got, err, c.want)
			}
		})
	}
	for origin, want := range map[string]social.Kind{"https://away.example": social.Unavailable, "a.example": social.Invalid, "https://%zz": social.Invalid} {
		if _, err := Read(t.Context(), serving("", "").get, origin); !social.Is(err, want) {
			t.Errorf("%s: got %v, want kind %d", origin, err, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(linkTo("2.0", "/doc"), `{"software":{"name":"x","version":"1"}}`)
	f.Add(linkTo("2.0", "//b.example/doc"), `{"software":[]}`)
	f.Add(linkTo("2.0", "https://a.example"), `{}`)
	f.Add(`{"links":[[],{"href":1}]}`, `[`)
	f.Fuzz(func(t *testing.T, links, doc string) {
		p := serving(links, doc)
		got, err := Read(t.Context(), func(ctx context.Context, address, accept string, n int64) (int, string, []byte, error) {
			u, err := url.Parse(address)
			if err != nil || u.Scheme != "https" || !strings.EqualFold(u.Host, "a.example") || u.User != nil {
				t.Fatalf("asked %q, want the origin alone", address)
			}
			if strings.HasSuffix(address, "/doc") {
				return 200, "application/json", []byte(doc), nil
			}
			return p.get(ctx, "https://a.example/.well-known/nodeinfo", accept, n)
		}, "https://a.example")
		if err == nil && (!softwareName.MatchString(got.Name) || strings.ContainsAny(got.Version, "\n\x00")) {
			t.Errorf("got %+v, want what can be shown", got)
		}
	})
}
