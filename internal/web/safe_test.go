package web_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/social"
	"skerry/internal/testkit"
)

// Every page that a server shows, to strangers and to the owner.
func TestNothingRunsInAnyPage(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		p := write(t, s, social.Draft{Text: "hello #tag https://example.org/<b>", Warning: `"><script>`})
		owner := visit(t, s)
		owner.login()
		for _, v := range []*visitor{visit(t, s), owner} {
			for _, at := range []string{"/@anna", path(t, p.URL), "/login", "/nothing", "/setup/x", "/@anna?before=1"} {
				got := v.get(at)
				checkPage(t, at, got)
			}
		}
		got := visit(t, s).submit("/login", url.Values{"username": {`"><script>x</script>`}, "password": {"x"}})
		got.lacks(t, "<script")
		checkPage(t, "a wrong login", got)
	})
}

var (
	inline = regexp.MustCompile(`(?i)<script[^>]*>[^<]|<style|<iframe|<object|<embed|<base|\sstyle=|\son[a-z]+=|javascript:|data:`)
	loaded = regexp.MustCompile(`(?:src|<link rel="(?:stylesheet|icon)" href)="([^"]+)"`)
)

// checkPage looks at what every page must keep to.
func checkPage(t *testing.T, what string, p page) {
	t.Helper()
	want := map[string]string{
		"Content-Type":            "text/html; charset=utf-8",
		"Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
		"Referrer-Policy":         "same-origin", "X-Content-Type-Options": "nosniff",
	}
	for name, value := range want {
		if got := p.header.Get(name); got != value {
			t.Errorf("%s: %s is %q, want %q", what, name, got, value)
		}
	}
	if found := inline.FindString(p.body); found != "" {
		t.Errorf("%s: got %s, want no %q in it", what, p.body, found)
	}
	for _, m := range loaded.FindAllStringSubmatch(p.body, -1) {
		if !strings.HasPrefix(m[1], "/static/") {
			t.Errorf("%s loads %s, want only what is ours", what, m[1])
		}
	}
}

func TestStaticFilesAreServedAndNothingElse(t *testing.T) {
	t.Parallel()
	s := testkit.Start(t, "", "anna")
	v := visit(t, s)
	sheet := regexp.MustCompile(`href="(/static/style\.css\?v=[0-9a-f]{8})"`).FindStringSubmatch(v.get("/login").body)
	if sheet == nil {
		t.Fatal("the login page has no stylesheet")
	}
	for at, kind := range map[string]string{sheet[1]: "text/css; charset=utf-8", "/static/missing.png": "image/png"} {
		p := v.get(at)
		want := []string{kind, "public, max-age=259200", "nosniff"}
		got := []string{p.header.Get("Content-Type"), p.header.Get("Cache-Control"), p.header.Get("X-Content-Type-Options")}
		if diff := cmp.Diff(want, got); diff != "" || p.status != 200 {
			t.Errorf("%s: got %d, want 200; headers (-want +got):\n%s", at, p.status, diff)
		}
	}
	for _, at := range []string{
		"/static/", "/static/none.css", "/static/%00", "/static/style.css/x",
		"/static/..%2ftemplates%2flayout.html", "/static/../templates/layout.html", "/templates/layout.html",
	} {
		v.get(at).want(t, 404)
	}
}
