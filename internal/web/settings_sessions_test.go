package web_test

import (
	"net/url"
	"testing"
	"time"

	"skerry/internal/access"
	"skerry/internal/testkit"
)

// from logs in with a browser that calls itself something, from an address.
func (v *visitor) from(agent, address string) {
	v.t.Helper()
	v.submit("/login", url.Values{"username": {"anna"}, "password": {password}}, "User-Agent", agent, "X-Forwarded-For", address).want(v.t, 303)
}

func TestSessionsAreListedAndEnded(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		clock := new(testkit.Clock)
		s := testkit.StartAt(t, clock, dsn, "anna")
		here, phone, stranger := visit(t, s), visit(t, s), visit(t, s)
		here.from("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "192.0.2.1")
		here.get("/settings/sessions").want(t, 200, "Firefox on Linux", "192.0.2.1", "This browser", "nowhere else")
		phone.from("Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0", "2001:db8:1:2:3:4:5:6")
		stranger.from(`<script>alert(1)</script>`, "203.0.113.9")
		clock.Advance(3 * time.Hour)
		phone.get("/home", "X-Forwarded-For", "198.51.100.7")
		p := here.get("/settings/sessions")
		p.want(t, 200, "Firefox on Linux", "Firefox on Android", "198.51.100.7", "&lt;script&gt;alert(1)", "203.0.113.9", "3 h ago", "Sign out all other browsers")
		p.lacks(t, "2001:db8", "<script>alert")

		evil := between(t, p.body[len(between(t, p.body, "<!doctype", "Firefox on Android")):], "&lt;script&gt;", "Sign out")
		here.submit("/settings/sessions/end", url.Values{"session": {between(t, evil, `name="session" value="`, `"`)}}).want(t, 303)
		if stranger.known() || !phone.known() || !here.known() {
			t.Error("want the stranger signed out, and nobody else")
		}
		here.submit("/settings/sessions/end", url.Values{"session": {"none"}}).want(t, 303) // it was pressed twice
		stranger.from("curl/8", "203.0.113.9")
		out := here.submit("/settings/sessions/others", url.Values{})
		out.want(t, 303)
		if stranger.known() || phone.known() || !here.known() {
			t.Error("want all others signed out, and this browser signed in")
		}
		p = here.get(out.header.Get("Location"))
		p.want(t, 200, `role="status">Signed out`, "nowhere else")
		p.lacks(t, "Firefox on Android", "curl")
	})
}

// What the page shows lets nobody in.
func TestSessionsDoNotTellTheirCookies(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		v, other := visit(t, s), visit(t, s)
		v.login()
		secret := cookieOf(t, other.login().header).Value
		p := v.get("/settings/sessions")
		p.want(t, 200, access.HashToken(secret))
		p.lacks(t, secret)
		visit(t, s).get("/settings/sessions", "Cookie", "skerry="+access.HashToken(secret)).want(t, 303)
	})
}
