package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/google/go-cmp/cmp"

	"skerry/internal/access"
	"skerry/internal/activitypub"
	"skerry/internal/social"
	"skerry/internal/testkit"
	"skerry/internal/web"
)

func TestLoginOpensASessionAndLogoutEndsIt(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		v := visit(t, s)
		if v.known() {
			t.Fatal("a new browser is taken for the owner")
		}
		p := v.login()
		if got := p.header.Get("Location"); got != s.Origin+"/@anna" {
			t.Errorf("sent to %s, want the profile", got)
		}
		cookie := cookieOf(t, p.header)
		want := http.Cookie{Name: "skerry", Path: "/", MaxAge: 30 * 24 * 60 * 60, HttpOnly: true, SameSite: http.SameSiteLaxMode}
		if diff := cmp.Diff(want, attributes(cookie)); diff != "" {
			t.Errorf("cookie (-want +got):\n%s", diff)
		}
		if !v.known() || visit(t, s).known() {
			t.Error("want this browser known and no other one")
		}
		now := s.DB.Now()
		if _, err := s.DB.Session(t.Context(), access.HashToken(cookie.Value), now); err != nil {
			t.Errorf("the session is not stored under its hash: %v", err)
		}
		if _, err := s.DB.Session(t.Context(), cookie.Value, now); !social.Is(err, social.NotFound) {
			t.Errorf("the session is stored as it is in the cookie: %v", err)
		}
		out := v.submit("/logout", url.Values{})
		out.want(t, 303)
		if gone := cookieOf(t, out.header); gone.MaxAge >= 0 || gone.Value != "" {
			t.Errorf("got the cookie %v, want it taken away", gone)
		}
		if v.known() {
			t.Error("still known after logging out")
		}
		// Whoever copied the cookie is out too.
		visit(t, s).get("/login", "Cookie", "skerry="+cookie.Value).lacks(t, `action="/logout"`)
		visit(t, s).submit("/logout", url.Values{}).want(t, 303)
	})
}

func cookieOf(t *testing.T, h http.Header) *http.Cookie {
	t.Helper()
	all := (&http.Response{Header: h}).Cookies()
	if len(all) != 1 {
		t.Fatalf("got the cookies %v, want one", all)
	}
	return all[0]
}

// attributes is a cookie without its value.
func attributes(c *http.Cookie) http.Cookie {
	return http.Cookie{Name: c.Name, Path: c.Path, Domain: c.Domain, MaxAge: c.MaxAge, HttpOnly: c.HttpOnly, Secure: c.Secure, SameSite: c.SameSite}
}

// With https the cookie is bound to the host and never sent in the clear.
func TestCookieOfAPublicServerIsSecure(t *testing.T) {
	t.Parallel()
	s := testkit.Start(t, "", "anna")
	site, err := web.New(web.Options{
		DB: s.DB, Bus: s.Bus, Identity: s.Identity, URLs: activitypub.URLs{Origin: "https://anna.example"}, Passwords: s.Passwords, Secure: true, Log: testkit.Log(t),
	})
	if err != nil {
		t.Fatal(err)
	}
	router := chi.NewRouter()
	site.Routes(router)
	post := func(path string, form url.Values) http.Header {
		r := httptest.NewRequest("POST", "https://anna.example"+path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", "https://anna.example")
		w := httptest.NewRecorder()
		router.ServeHTTP(w, r)
		if w.Code != 303 {
			t.Fatalf("%s: got %d %s, want 303", path, w.Code, w.Body)
		}
		return w.Header()
	}
	want := http.Cookie{Name: "__Host-skerry", Path: "/", MaxAge: 30 * 24 * 60 * 60, HttpOnly: true, Secure: true, SameSite: http.SameSiteLaxMode}
	if diff := cmp.Diff(want, attributes(cookieOf(t, post("/login", url.Values{"username": {"anna"}, "password": {password}})))); diff != "" {
		t.Errorf("cookie of the login (-want +got):\n%s", diff)
	}
	want.MaxAge = -1
	if diff := cmp.Diff(want, attributes(cookieOf(t, post("/logout", url.Values{})))); diff != "" {
		t.Errorf("cookie of the logout (-want +got):\n%s", diff)
	}
}

func TestSessionEndsAfterThirtyDays(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		clock := new(testkit.Clock)
		s := testkit.StartAt(t, clock, dsn, "anna")
		v := visit(t, s)
		v.login()
		clock.Advance(30*24*time.Hour - time.Minute)
		if !v.known() {
			t.Error("unknown within thirty days")
		}
		clock.Advance(2 * time.Minute)
		if v.known() {
			t.Error("known after thirty days")
		}
	})
}

// A wrong name must not be told from a wrong password.
func TestWrongNameAndWrongPasswordLookAlike(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		try := func(name, word string) (page, string) {
			p := visit(t, s).submit("/login", url.Values{"username": {name}, "password": {word}})
			p.want(t, 401, "do not belong together", `value="`+name+`"`)
			p.lacks(t, word)
			p.header.Del("Date")
			p.header.Del("Content-Length")
			return p, strings.ReplaceAll(p.body, name, "NAME")
		}
		one, body := try("anna", "wrong password")
		for _, c := range [][2]string{{"nobody", "wrong password"}, {"nobody", password}, {"ann", password}} {
			other, text := try(c[0], c[1])
			if text != body || !cmp.Equal(one.header, other.header) {
				t.Errorf("%v: got %v %s, want what a wrong password gets: %v %s", c, other.header, text, one.header, body)
			}
		}
		if len((&http.Response{Header: one.header}).Cookies()) != 0 {
			t.Error("a wrong password gets a cookie")
		}
	})
}

func TestNameIsTakenAsItIsTyped(t *testing.T) {
	t.Parallel()
	s := testkit.Start(t, "", "anna")
	for _, name := range []string{"anna", "Anna", " anna ", "@anna"} {
		visit(t, s).submit("/login", url.Values{"username": {name}, "password": {password}}).want(t, 303)
	}
}

// Programs say odd things of themselves; Postgres takes only UTF-8.
func TestLoginOfAnOddBrowserIsALogin(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		for _, agent := range []string{"\xff\xfe", strings.Repeat("x", 199) + "ü", strings.Repeat("ü", 5000), ""} {
			v := visit(t, s)
			p := v.submit("/login", url.Values{"username": {"anna"}, "password": {password}}, "User-Agent", agent)
			if p.status != 303 {
				t.Errorf("%.20q: got %d %s, want 303", agent, p.status, p.shown())
			}
		}
	})
}

func TestGuessesAreCountedByAddress(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		try := func(from, word string) page {
			return visit(t, s).submit("/login", url.Values{"username": {"anna"}, "password": {word}}, "X-Forwarded-For", from)
		}
		for i := range 10 {
			if p := try("192.0.2.1", "wrong password"); p.status != 401 {
				t.Fatalf("guess %d: got %d, want 401", i+1, p.status)
			}
		}
		p := try("192.0.2.1", password)
		p.want(t, 429, "Too many attempts")
		if got := p.header.Get("Retry-After"); got != "900" {
			t.Errorf("Retry-After is %q, want a quarter of an hour", got)
		}
		try("203.0.113.9, 192.0.2.1", password).want(t, 429) // what a stranger says of the way before the proxy
		try("192.0.2.2", password).want(t, 303)
	})
}

// A page elsewhere must not be able to send our forms.
func TestFormsOfOtherSitesAreRefused(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		v := visit(t, s)
		v.login()
		form := url.Values{"username": {"anna"}, "password": {password}}
		for name, headers := range map[string][]string{
			"another site":       {"Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"},
			"a sister":           {"Origin", "https://x." + s.URLs().Domain, "Sec-Fetch-Site", "same-site"},
			"an older browser":   {"Origin", "https://evil.example", "Sec-Fetch-Site", ""},
			"a hidden origin":    {"Origin", "null", "Sec-Fetch-Site", ""},
			"another port of us": {"Origin", "http://127.0.0.1:1", "Sec-Fetch-Site", ""},
		} {
			for _, path := range []string{"/login", "/logout", "/setup/x"} {
				p := v.submit(path, form, headers...)
				if p.status != 403 || !strings.Contains(p.body, "another site") || len((&http.Response{Header: p.header}).Cookies()) != 0 {
					t.Errorf("%s, %s: got %d %s, want a page with 403 and no cookie", name, path, p.status, p.shown())
				}
			}
		}
		if !v.known() {
			t.Error("another site has logged the owner out")
		}
		v.submit("/logout", url.Values{}, "Origin", "", "Sec-Fetch-Site", "").want(t, 303) // a program, which has no cookies of ours by itself
	})
}
