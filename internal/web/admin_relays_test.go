package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"skerry/internal/social"
	"skerry/internal/testkit"
)

// only gives the one relay of a server.
func only(t *testing.T, s *testkit.Server) social.Relay {
	t.Helper()
	testkit.Settle(t, s)
	all, err := s.DB.Reader.Relays(t.Context())
	if err != nil || len(all) != 1 {
		t.Fatalf("relays: %+v, %v; want one", all, err)
	}
	return all[0]
}

func TestRelayIsLookedAtAndThenFollowedOnItsPage(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		relay := testkit.NewRelay(t, testkit.RelayProfile{Software: "activity-relay"})
		v := visit(t, s)
		v.get("/admin/relays").want(t, http.StatusSeeOther)
		v.submit("/admin/relays", url.Values{"url": {relay.Actor}}).want(t, http.StatusUnauthorized, "Log in")
		v.login()
		v.get("/admin/relays").want(t, http.StatusOK, "You follow none")
		v.submit("/admin/relays", url.Values{"url": {relay.Inbox}}).want(t, http.StatusOK, "activity-relay 2.0.11", relay.Actor, "Follow it")
		if all, err := s.DB.Reader.Relays(t.Context()); err != nil || len(all) != 0 {
			t.Fatalf("a look has followed %+v, %v", all, err)
		}
		v.submit("/admin/relays", url.Values{"url": {relay.Inbox}, "style": {"mastodon"}}).want(t, http.StatusSeeOther)
		one := only(t, s)
		v.get("/admin/relays").want(t, http.StatusOK, "accepted: it said yes", relay.Inbox)
		v.submit("/admin/relays", url.Values{"url": {relay.Inbox}, "style": {"mastodon"}}).want(t, http.StatusConflict, "followed already")
		for _, step := range []struct {
			verb string
			want social.RelayState
		}{{"pause", social.RelayPaused}, {"resume", social.RelayAccepted}, {"ask", social.RelayAccepted}, {"leave", social.RelayLeaving}} {
			v.submit("/admin/relays/"+one.ID.String()+"/"+step.verb, url.Values{}).want(t, http.StatusSeeOther)
			if got := only(t, s); got.State != step.want {
				t.Errorf("after %s: %s, want %s", step.verb, got.State, step.want)
			}
		}
		v.submit("/admin/relays/"+one.ID.String()+"/bite", url.Values{}).want(t, http.StatusNotFound)
		v.submit("/admin/relays/1/pause", url.Values{}).want(t, http.StatusNotFound)
	})
}

func TestWhatIsWrongWithARelaysAddressIsToldBesideIt(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		v := visit(t, s)
		v.login()
		for address, want := range map[string]string{
			"":                      "Paste the address of a relay.",
			"nothing at all <b>":    "is no address",
			s.Origin + "/inbox":     "That is this server",
			"https://10.0.0.1/":     "not only a number",
			"http://127.88.0.1:9/a": "cannot be reached",
		} {
			p := v.submit("/admin/relays", url.Values{"url": {address}})
			p.want(t, http.StatusUnprocessableEntity, want)
			if address != "" && !strings.Contains(p.body, `value="`+strings.NewReplacer("<", "&lt;", ">", "&gt;").Replace(address)+`"`) {
				t.Errorf("%q is not kept", address)
			}
		}
		v.submit("/admin/relays", url.Values{"url": {"x"}, "style": {"loud"}}).want(t, http.StatusUnprocessableEntity, "Choose how")
	})
}
