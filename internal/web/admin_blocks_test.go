package web_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"skerry/internal/social"
	"skerry/internal/testkit"
)

// list sends a blocklist; sure takes it.
func (v *visitor) list(text string, sure bool) page {
	v.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	fields := map[string]string{"text": text}
	if sure {
		fields["sure"] = "yes"
	}
	for name, value := range fields {
		if err := m.WriteField(name, value); err != nil {
			v.t.Fatal(err)
		}
	}
	if err := m.Close(); err != nil {
		v.t.Fatal(err)
	}
	return v.send("POST", "/admin/blocks/import", &b, "Origin", v.origin, "Sec-Fetch-Site", "same-origin", "Content-Type", m.FormDataContentType())
}

// follows has the owner follow somebody of a peer, whose domain is given.
func follows(t *testing.T, s *testkit.Server) (domain string) {
	t.Helper()
	peer := testkit.NewPeer(t)
	a, err := s.Finder.Actor(t.Context(), peer.Person("bert").IRI)
	if err == nil {
		err = s.Publisher.Follow(t.Context(), a.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	testkit.Settle(t, s)
	return strings.TrimPrefix(peer.Origin, "http://")
}

func TestBlockIsWeighedBeforeItIsMade(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		domain := follows(t, s)
		v := visit(t, s)
		v.get("/admin/blocks").want(t, http.StatusSeeOther)
		form := url.Values{"domain": {domain}, "severity": {"suspend"}, "private": {"<b>rude"}}
		v.submit("/admin/blocks/new", form).want(t, http.StatusUnauthorized, "Log in")
		v.login()
		v.get("/admin/blocks").want(t, http.StatusOK, "You block no server")
		v.submit("/admin/blocks/new", form).want(t, http.StatusOK, "1 person whom you follow", "@bert@"+domain, "&lt;b&gt;rude", `value="suspend" checked`, "Yes, suspend")
		v.get("/admin/blocks").want(t, http.StatusOK, "You block no server")
		form.Set("sure", "other.example") // that is not what was asked
		v.submit("/admin/blocks/new", form).want(t, http.StatusOK, "Yes, suspend")
		form.Set("sure", domain)
		v.submit("/admin/blocks/new", form).want(t, http.StatusSeeOther)
		v.get("/admin/blocks?q="+url.QueryEscape(domain[:7])).want(t, http.StatusOK, domain, "suspended", "&lt;b&gt;rude", "1 block in all")
		v.get("/admin/blocks?q=elsewhere").want(t, http.StatusOK, "No block has that")
		v.get("/admin/blocks.csv").want(t, http.StatusOK, "#domain,#severity", domain+",suspend,false")

		all, err := s.DB.AllDomainBlocks(t.Context())
		if err != nil || len(all) != 1 {
			t.Fatalf("blocks: %+v, %v; want one", all, err)
		}
		one := "/admin/blocks/" + all[0].ID.String()
		v.get(one).want(t, http.StatusOK, "readonly", "&lt;b&gt;rude")
		form.Set("severity", "silence")
		form.Set("media", "on")
		v.submit("/admin/blocks/new", form).want(t, http.StatusSeeOther) // nothing more ends by it
		v.get("/admin/blocks").want(t, http.StatusOK, "silenced, no media")
		v.submit(one+"/remove", url.Values{}).want(t, http.StatusSeeOther)
		v.submit(one+"/remove", url.Values{}).want(t, http.StatusSeeOther)
		v.get("/admin/blocks").want(t, http.StatusOK, "You block no server")
		v.get(one).want(t, http.StatusNotFound)
	})
}

func TestExceptionIsWeighedBeforeItEnds(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		domain := follows(t, s)
		wide, _, _ := strings.Cut(domain, ":")
		v := visit(t, s)
		v.login()
		v.submit("/admin/blocks/new", url.Values{"domain": {domain}, "severity": {"noop"}}).want(t, http.StatusSeeOther)
		v.submit("/admin/blocks/new", url.Values{"domain": {wide}, "severity": {"suspend"}}).want(t, http.StatusSeeOther)
		b, err := s.DB.DomainBlockOf(t.Context(), domain)
		if err != nil {
			t.Fatal(err)
		}
		remove := "/admin/blocks/" + b.ID.String() + "/remove"
		v.submit(remove, url.Values{}).want(t, http.StatusOK, "Without what you say of "+domain, "@bert@"+domain, `action="`+remove+`"`)
		if _, err := s.DB.DomainBlockOf(t.Context(), domain); err != nil {
			t.Errorf("the exception ended unasked: %v", err)
		}
		v.submit(remove, url.Values{"sure": {"yes"}}).want(t, http.StatusSeeOther)
		if _, err := s.DB.DomainBlockOf(t.Context(), domain); !social.Is(err, social.NotFound) {
			t.Errorf("the exception is there still: %v", err)
		}
	})
}

func TestWhatIsWrongWithABlockIsToldBesideIt(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		v := visit(t, s)
		v.login()
		for name, c := range map[string]struct {
			form url.Values
			want string
		}{
			"no domain":        {url.Values{"severity": {"suspend"}, "domain": {"nothing at all"}}, "is no domain"},
			"this server":      {url.Values{"severity": {"suspend"}, "domain": {s.URLs().Domain}}, "is this server"},
			"severity":         {url.Values{"severity": {"loud"}, "domain": {"a.example"}}, "severity is suspend"},
			"too long a story": {url.Values{"severity": {"silence"}, "domain": {"a.example"}, "public": {strings.Repeat("x", 1001)}}, "at most 1000"},
		} {
			p := v.submit("/admin/blocks/new", c.form)
			p.want(t, http.StatusUnprocessableEntity, c.want, `value="`+c.form.Get("domain")+`"`)
			if t.Failed() {
				t.Fatal(name)
			}
		}
		v.submit("/admin/blocks/federation", url.Values{"allow": {"a.example\nb c*"}}).want(t, http.StatusUnprocessableEntity, "is no domain", "b c*")
		v.submit("/admin/blocks/federation", url.Values{"mode": {"loud"}}).want(t, http.StatusUnprocessableEntity)
	})
}

func TestBlocklistShowsWhatItChangesBeforeItDoes(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		domain := follows(t, s)
		v := visit(t, s)
		v.login()
		v.get("/admin/blocks/import").want(t, http.StatusOK, "Or paste it")
		v.list("", false).want(t, http.StatusUnprocessableEntity, "Choose a file")
		v.list("#domain,#severity\nb*d.example,suspend\n", false).want(t, http.StatusUnprocessableEntity, "Line 2", "There is no domain in it")
		text := "#domain,#severity,#reject_media\nbad.example,suspend,true\nloud.example,silence,false\n" + domain + ",suspend,false\n" + s.URLs().Domain + ",suspend,false\nb*d.example,suspend\n"
		v.list(text, false).want(t, http.StatusOK, "3 new", "names this server", "Line 6", "@bert@"+domain, "Import and end that")
		v.get("/admin/blocks").want(t, http.StatusOK, "You block no server")
		v.list(text, true).want(t, http.StatusSeeOther)
		v.get("/admin/blocks").want(t, http.StatusOK, "bad.example", "loud.example", domain, "a file of yours", "3 blocks in all")
		v.list(text, false).want(t, http.StatusOK, "All of it is there already")
		v.list("bad.example\nloud.example", false).want(t, http.StatusOK, "0 new", "1 that you block otherwise", "1 that are there already")
	})
}

func TestLimitedFederationIsWeighedBeforeItHolds(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		domain := follows(t, s)
		v := visit(t, s)
		v.login()
		mode := url.Values{"mode": {social.FederationAllowlist}}
		v.submit("/admin/blocks/federation", mode).want(t, http.StatusOK, "With the allowed alone this ends", "@bert@"+domain)
		v.submit("/admin/blocks/federation", url.Values{"allow": {"https://" + domain + "/users/bert\nfriend.example"}}).want(t, http.StatusSeeOther)
		v.submit("/admin/blocks/federation", mode).want(t, http.StatusSeeOther)
		v.get("/admin/blocks").want(t, http.StatusOK, "With the servers below alone", domain, "friend.example")
		off := url.Values{"disallow": {domain}}
		v.submit("/admin/blocks/federation", off).want(t, http.StatusOK, "Without "+domain+" this ends", "@bert@"+domain)
		off.Set("sure", "yes")
		v.submit("/admin/blocks/federation", off).want(t, http.StatusSeeOther)
		v.get("/admin/blocks").lacks(t, domain)
		v.submit("/admin/blocks/federation", url.Values{"mode": {social.FederationOpen}}).want(t, http.StatusSeeOther)
		v.get("/admin/blocks").want(t, http.StatusOK, "With all that are not blocked")
	})
}
