package web_test

import (
	"net/url"
	"testing"

	"skerry/internal/social"
	"skerry/internal/testkit"
)

// leads reports an answer that does not send the visitor to a path.
func (p page) leads(t *testing.T, to string) {
	t.Helper()
	if got := p.header.Get("Location"); p.status != 303 || got != to {
		t.Errorf("got %d to %q %s, want the way to %q", p.status, got, p.shown(), to)
	}
}

func TestSearchLeadsToWhomAHandleOrAddressNames(t *testing.T) {
	onServer(t, func(t *testing.T, anna *testkit.Server) {
		bert := testkit.Start(t, "", "bert")
		p := write(t, bert, social.Draft{Text: "hello"})
		v := reading(t, anna)
		v.get("/@bert@"+bert.Owner.Domain).leads(t, "/search?q=@bert@"+bert.Owner.Domain)
		first := v.get("/search?q=" + url.QueryEscape(" @bert@"+bert.Owner.Domain+" "))
		person := "/people/" + known(t, anna, bert).ID.String()
		first.leads(t, person)
		for _, q := range []string{"bert@" + bert.Owner.Domain, bert.Owner.IRI, bert.Owner.URL} {
			v.get("/search?q="+url.QueryEscape(q)).leads(t, person)
		}
		v.get("/authorize_interaction?uri=acct:"+url.QueryEscape(bert.Owner.Handle())).leads(t, person)
		v.get("/@bert@"+bert.Owner.Domain).leads(t, person)
		got := v.get("/search?q=" + url.QueryEscape(p.URL))
		got.leads(t, "/posts/"+heard(t, anna, p).ID.String())
		v.get("/search?q=@anna@"+anna.Owner.Domain).leads(t, "/@anna")
	})
}

func TestSearchSaysWhatFailed(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		v := reading(t, s)
		for q, say := range map[string]string{
			"@nobody@" + s.Owner.Domain: "Nobody here is called nobody.",
			"#!!":                       "A hashtag is one word",
			"\x00":                      "This cannot be searched for",
		} {
			got := v.get("/search?q=" + url.QueryEscape(q))
			if got.status < 400 || got.status >= 500 {
				t.Errorf("%q: got %d, want 4xx", q, got.status)
			}
			got.want(t, got.status, say, `aria-invalid="true"`, `role="alert"`)
		}
		gone := testkit.Listen(t)
		at := "@x@" + gone.Addr().String()
		_ = gone.Close()
		v.get("/search?q="+url.QueryEscape(at)).want(t, 404, "cannot be reached", `value="`+at+`"`)
	})
}

func TestSearchFindsKnownPeopleAndHashtags(t *testing.T) {
	neighbours(t, func(t *testing.T, anna, bert *testkit.Server) {
		write(t, bert, social.Draft{Text: "a #Bear"})
		write(t, bert, social.Draft{Text: "a hidden #bear", Visibility: social.Unlisted})
		testkit.Settle(t, anna, bert)
		v := reading(t, anna)
		v.get("/search?q=be").want(t, 200, "@bert@", "Unfollow")
		v.get("/search?q=bear").want(t, 200, `href="/hashtags/bear"`)
		v.get("/search?q=%23BEAR").leads(t, "/hashtags/BEAR")
		v.get("/search?q=zzz").want(t, 200, "Nothing was found")
		v.get("/search").want(t, 200, `role="search"`)
	})
}
