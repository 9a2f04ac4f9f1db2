package web_test

import (
	"net/url"
	"testing"

	"skerry/internal/testkit"
)

// change is the form of /settings/password.
func change(current, password, repeat string) url.Values {
	return url.Values{"current": {current}, "password": {password}, "repeat": {repeat}}
}

func TestPasswordIsChangedByWhoKnowsTheOldOne(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		const other = "another battery"
		v, elsewhere := visit(t, s), visit(t, s)
		elsewhere.login()
		copied := cookieOf(t, v.login().header)
		v.get("/settings/password").want(t, 200, `autocomplete="current-password"`, `value="anna" autocomplete="username"`)
		for name, c := range map[string]struct {
			form  url.Values
			marks []string
		}{
			"a wrong old one": {change("wrong horse battery", other, other), []string{`id="current-wrong">This is not your password.`}},
			"no old one":      {change("", other, other), []string{`id="current-wrong"`}},
			"a short one":     {change(password, "short", "short"), []string{`id="password-wrong"`, "at least 10"}},
			"two":             {change(password, other, "another batter"), []string{`id="repeat-wrong"`}},
			"all wrong":       {change("x", "short", "long"), []string{`id="current-wrong"`, `id="password-wrong"`, `id="repeat-wrong"`}},
		} {
			p := v.submit("/settings/password", c.form)
			p.want(t, 422, append(c.marks, "Nothing is changed yet")...)
			p.lacks(t, other, "wrong horse", `value="short"`)
			if !elsewhere.known() {
				t.Fatalf("%s: other browsers are signed out, want nothing changed", name)
			}
		}
		sent := v.submit("/settings/password", change(password, other, other))
		sent.want(t, 303)
		if fresh := cookieOf(t, sent.header); fresh.Value == copied.Value || fresh.MaxAge <= 0 {
			t.Errorf("got the cookie %v, want a new session", fresh)
		}
		v.get(sent.header.Get("Location")).want(t, 200, `role="status">Your password is changed`)
		if elsewhere.known() {
			t.Error("another browser is still signed in")
		}
		visit(t, s).get("/settings/password", "Cookie", "skerry="+copied.Value).want(t, 303)
		visit(t, s).submit("/login", url.Values{"username": {"anna"}, "password": {password}}).want(t, 401)
		visit(t, s).submit("/login", url.Values{"username": {"anna"}, "password": {other}}).want(t, 303)
	})
}

// A browser that was left open gives no more guesses than the login does.
func TestGuessesOfTheOldPasswordAreCounted(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		v := visit(t, s)
		v.login()
		for i := range 9 { // the login was one
			if p := v.submit("/settings/password", change("wrong password", "another battery", "another battery")); p.status != 422 {
				t.Fatalf("guess %d: got %d, want 422", i+1, p.status)
			}
		}
		v.submit("/settings/password", change(password, "another battery", "another battery")).want(t, 429, "Too many attempts")
		visit(t, s).submit("/login", url.Values{"username": {"anna"}, "password": {password}}).want(t, 429)
	})
}
