package web_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"skerry/internal/testkit"
)

func TestTokensAreMadeUsedAndRevoked(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		clock := new(testkit.Clock)
		s := testkit.StartAt(t, clock, dsn, "anna")
		v := visit(t, s)
		v.login()
		v.get("/settings/tokens").want(t, 200, `value="read" checked`, `value="write"`, `value="write:statuses"`)
		p := v.submit("/settings/tokens", url.Values{"name": {" cron <b> "}, "scope": {"read:statuses", "write:statuses"}})
		p.want(t, 200, "this once", `<td data-label="Name">cron &lt;b&gt;</td>`, `<td data-label="May">read:statuses write:statuses</td>`, `<td data-label="Last used">never</td>`)
		if got := p.header.Get("Cache-Control"); got != "private, no-store" {
			t.Errorf("Cache-Control is %q, want the page kept by nobody", got)
		}
		secret := between(t, p.body, `id="made" value="`, `"`)
		v.get("/settings/tokens").lacks(t, secret)

		bearer := []string{"Authorization", "Bearer " + secret}
		visit(t, s).get("/api/v1/timelines/home", bearer...).want(t, 200)
		visit(t, s).get("/api/v1/notifications", bearer...).want(t, 403, "read:notifications")
		clock.Advance(50 * time.Minute)
		visit(t, s).get("/api/v1/timelines/home", bearer...).want(t, 200)
		v.get("/settings/tokens").want(t, 200, "50 min ago") // known to the hour
		clock.Advance(20 * time.Minute)
		visit(t, s).get("/api/v1/timelines/home", bearer...).want(t, 200)
		p = v.get("/settings/tokens")
		p.want(t, 200, "0 s ago")

		revoke := between(t, p.body[strings.Index(p.body, "cron"):], `action="`, `"`)
		sent := v.submit(revoke, url.Values{})
		sent.want(t, 303)
		p = v.get(sent.header.Get("Location"))
		p.want(t, 200, `role="status">Revoked`)
		p.lacks(t, "cron")
		visit(t, s).get("/api/v1/timelines/home", bearer...).want(t, 401)
		v.submit(revoke, url.Values{}).want(t, 303) // it was pressed twice
		v.submit("/settings/tokens/x/revoke", url.Values{}).want(t, 404)
	})
}

func TestTokenFormSaysWhatIsWrong(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		v := visit(t, s)
		v.login()
		for _, c := range []struct {
			name   string
			scopes []string
			marks  []string
		}{
			{"cron", nil, []string{`id="scopes-wrong"`, `value="cron"`}},
			{"cron", []string{"write:media", "admin:read"}, []string{`id="scopes-wrong"`, `value="write:media" checked`, "open><summary>Or only"}},
			{" ", []string{"write"}, []string{`id="name-wrong"`, `value="write" checked`}},
			{strings.Repeat("x", 101), []string{"read"}, []string{`id="name-wrong"`}},
		} {
			p := v.submit("/settings/tokens", url.Values{"name": {c.name}, "scope": c.scopes})
			p.want(t, 422, append(c.marks, "Nothing is changed yet")...)
			p.lacks(t, `id="made"`)
		}
		if all, err := s.DB.Tokens(t.Context()); err != nil || len(all) != 1 {
			t.Errorf("got the tokens %v, %v, want the one of the test", all, err)
		}
	})
}
