package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"skerry/internal/social"
	"skerry/internal/testkit"
)

// withRelay follows a relay that has named a post about the sea.
func withRelay(t *testing.T, s *testkit.Server) (path string, id social.ID) {
	t.Helper()
	relay := testkit.NewRelay(t, testkit.RelayProfile{})
	r, err := s.Relays.Follow(t.Context(), relay.Actor, "")
	if err != nil {
		t.Fatal(err)
	}
	testkit.Settle(t, s)
	eve := testkit.NewPeer(t).Person("eve")
	note := eve.Note("1", "about the sea")
	note["tag"] = []any{map[string]any{"type": "Hashtag", "name": "#sea"}}
	relay.Pass(eve.Activity("Create", "c1", note))
	testkit.Settle(t, s)
	return "/admin/relays/" + r.ID.String(), r.ID
}

func TestRulesAreTriedAndThenSavedOnTheRelaysPage(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		path, id := withRelay(t, s)
		v := visit(t, s)
		v.get(path).want(t, http.StatusSeeOther)
		v.submit(path, url.Values{"do": {"save"}}).want(t, http.StatusUnauthorized, "Log in")
		v.login()
		v.get("/admin/relays").want(t, http.StatusOK, path)
		v.get(path).want(t, http.StatusOK, "accepted: it sends", "/admin/relays/rules")
		rules := url.Values{"hashtags": {"#Ships, #sea"}, "no_words": {"Buy now\ncrypto"}, "media": {"without"}, "no_bots": {"on"}, "per_hour": {" 30 "}, "never": {"*.Bad.example"}}
		v.submit(path, rules).want(t, http.StatusOK, "would have kept 1 and dropped 0", "about the sea", "Nothing is saved yet", "#ships #sea")
		if book, err := s.DB.Reader.RelayRules(t.Context()); err != nil || len(book) != 0 {
			t.Fatalf("a look has saved %+v, %v", book, err)
		}
		v.submit(path, url.Values{"hashtags": {"ships"}}).want(t, http.StatusOK, "would have dropped everything", "by its hashtags")
		rules.Set("do", "save")
		v.submit(path, rules).want(t, http.StatusSeeOther)
		v.get(path+"?saved").want(t, http.StatusOK, "Saved", "#ships #sea", "buy now\ncrypto", "bad.example", `value="30"`)
		book, err := s.DB.Reader.RelayRules(t.Context())
		if got := book[id]; err != nil || got.PerHour != 30 || !got.NoBots || got.Media != social.SansMedia || len(got.Tags) != 2 || len(got.NoWords) != 2 {
			t.Errorf("saved %+v, %v", got, err)
		}
		v.submit("/admin/relays/rules", url.Values{"no_replies": {"on"}, "do": {"save"}}).want(t, http.StatusSeeOther)
		v.get("/admin/relays/rules").want(t, http.StatusOK, `name="no_replies" checked`, "of each relay")
		v.get("/admin/relays/1").want(t, http.StatusNotFound)
		v.get("/admin/relays/0").want(t, http.StatusNotFound)
		v.submit("/admin/relays/1", url.Values{"do": {"save"}}).want(t, http.StatusNotFound)
	})
}

func TestWhatIsWrongWithARuleIsToldBesideIt(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		path, _ := withRelay(t, s)
		v := visit(t, s)
		v.login()
		for field, c := range map[string]struct{ typed, want string }{
			"languages":   {"English, please!", "is a code such as en"},
			"hashtags":    {"!!!", "is no hashtag"},
			"no_words":    {"<b>\n...", "has no letters"},
			"only":        {"not/a/domain", "is no domain"},
			"never":       {"eve@", "is no handle"},
			"media":       {"loud", "Media is with, without"},
			"author_days": {"many", "is no whole number"},
			"per_hour":    {"-3", "How many an hour"},
		} {
			for _, do := range []string{"look", "save"} {
				p := v.submit(path, url.Values{field: {c.typed}, "no_replies": {"on"}, "do": {do}})
				p.want(t, http.StatusUnprocessableEntity, "Nothing is changed yet", c.want, `name="no_replies" checked`, `aria-invalid="true"`)
				if kept := strings.NewReplacer("<", "&lt;", ">", "&gt;").Replace(c.typed); field != "media" && !strings.Contains(p.body, kept) {
					t.Errorf("%s: %q is not kept", field, c.typed)
				}
			}
		}
		if book, err := s.DB.Reader.RelayRules(t.Context()); err != nil || len(book) != 0 {
			t.Errorf("what is wrong was saved: %+v, %v", book, err)
		}
	})
}

func TestRelayIsTriedAndCutOnItsPage(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		path, id := withRelay(t, s)
		v := visit(t, s)
		v.login()
		back := url.Values{"back": {path}}
		v.submit(path+"/try", back).want(t, http.StatusSeeOther)
		v.get(path).want(t, http.StatusOK, "it is on trial", "End the trial")
		v.submit(path+"/keep", back).want(t, http.StatusSeeOther)
		v.get(path).want(t, http.StatusOK, "Cut to a tenth: 1 an hour")
		v.submit(path+"/tenth", back).want(t, http.StatusSeeOther)
		v.get(path+"?cut").want(t, http.StatusOK, "Cut to a tenth", `name="per_hour" value="1"`)
		if book, err := s.DB.Reader.RelayRules(t.Context()); err != nil || book[id].PerHour != 1 {
			t.Errorf("rules: %+v, %v; want one an hour", book, err)
		}
	})
}
