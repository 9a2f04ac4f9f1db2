package web_test

import (
	"bytes"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"skerry/internal/testkit"
)

// visitor is a browser: it keeps cookies and says where it is sent to.
type visitor struct {
	t      *testing.T
	origin string
	client *http.Client
}

// visit opens a new browser on a server.
func visit(t *testing.T, s *testkit.Server) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return &visitor{t: t, origin: s.Origin, client: client}
}

// page is what a visitor got.
type page struct {
	status int
	header http.Header
	body   string
}

// browser is what browsers accept.
const browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

// get asks for a path, with pairs of names and values as headers.
func (v *visitor) get(path string, headers ...string) page {
	v.t.Helper()
	return v.send("GET", path, nil, headers...)
}

// submit sends a form as the page at that path would.
func (v *visitor) submit(path string, form url.Values, headers ...string) page {
	v.t.Helper()
	sent := []string{"Origin", v.origin, "Sec-Fetch-Site", "same-origin", "Content-Type", "application/x-www-form-urlencoded"}
	return v.send("POST", path, strings.NewReader(form.Encode()), append(sent, headers...)...)
}

// upload sends a form with files as the page at that path would.
func (v *visitor) upload(path string, form url.Values, files map[string][]byte) page {
	v.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	var all []error
	for name, values := range form {
		for _, value := range values {
			all = append(all, m.WriteField(name, value))
		}
	}
	for name, file := range files {
		part, err := m.CreateFormFile(name, name+".png")
		if err == nil {
			_, err = part.Write(file)
		}
		all = append(all, err)
	}
	if err := errors.Join(append(all, m.Close())...); err != nil {
		v.t.Fatal(err)
	}
	return v.send("POST", path, &b, "Origin", v.origin, "Sec-Fetch-Site", "same-origin", "Content-Type", m.FormDataContentType())
}

func (v *visitor) send(method, path string, form io.Reader, headers ...string) page {
	v.t.Helper()
	r, err := http.NewRequestWithContext(v.t.Context(), method, v.origin+path, form)
	if err != nil {
		v.t.Fatal(err)
	}
	r.Header.Set("Accept", browser)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := v.client.Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return page{res.StatusCode, res.Header, string(body)}
}

// shown is what is in the page's main part, for failure texts.
func (p page) shown() string {
	_, rest, ok := strings.Cut(p.body, "<main")
	if !ok {
		return p.body
	}
	main, _, _ := strings.Cut(rest, "</main>")
	return main
}

// want reports a page with another status, or without one of these texts.
func (p page) want(t *testing.T, status int, texts ...string) {
	t.Helper()
	if p.status != status {
		t.Errorf("got %d %s, want %d", p.status, p.shown(), status)
	}
	for _, text := range texts {
		if !strings.Contains(p.body, text) {
			t.Errorf("got %s, want %q in it", p.shown(), text)
		}
	}
}

// lacks reports a page that has one of these texts.
func (p page) lacks(t *testing.T, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(p.body, text) {
			t.Errorf("got %s, want no %q in it", p.body, text)
		}
	}
}

// password is that of the owners whom testkit makes.
const password = "correct horse battery"

// login logs the owner in.
func (v *visitor) login() page {
	v.t.Helper()
	p := v.submit("/login", url.Values{"username": {"anna"}, "password": {password}})
	if p.status != 303 {
		v.t.Fatalf("login: got %d %s, want 303", p.status, p.body)
	}
	return p
}

// known reports whether the server takes the visitor for the owner.
func (v *visitor) known() bool {
	v.t.Helper()
	return strings.Contains(v.get("/login").body, `action="/logout"`)
}

// onServer runs a test on each engine.
func onServer(t *testing.T, test func(*testing.T, *testkit.Server)) {
	t.Helper()
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) { test(t, testkit.Start(t, dsn, "anna")) })
}

// count is how often the page has a text.
func (p page) count(text string) int { return strings.Count(p.body, text) }

// between is what stands in a text between two others.
func between(t *testing.T, text, before, after string) string {
	t.Helper()
	_, rest, ok := strings.Cut(text, before)
	out, _, end := strings.Cut(rest, after)
	if !ok || !end {
		t.Fatalf("got %s, want something between %q and %q in it", text, before, after)
	}
	return out
}
