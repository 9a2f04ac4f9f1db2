package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"skerry/internal/social"
	"skerry/internal/testkit"
)

func TestBlocklistIsReadAndWhatWouldEndAFollowWaits(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		clock := new(testkit.Clock)
		s := testkit.StartAt(t, clock, dsn, "anna")
		peer := testkit.NewPeer(t)
		home := strings.TrimPrefix(peer.Origin, "http://")
		kim, err := s.Finder.Actor(t.Context(), peer.Person("kim").IRI)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Publisher.Follow(t.Context(), kim.ID); err != nil {
			t.Fatal(err)
		}
		var file atomic.Value
		file.Store("#domain,#severity,#public_comment\nbad.example,suspend,spam\nloud.example,silence,\n*.hidden*,suspend,\n" + home + ",suspend,rude\nfine.example,noop,\n")
		keeper := testkit.NewPeer(t)
		keeper.Handle("/list.csv", func(w http.ResponseWriter, _ *http.Request) {
			text := file.Load().(string)
			if text == "" {
				w.WriteHeader(http.StatusBadGateway)
			}
			_, _ = w.Write([]byte(text))
		})
		v := visit(t, s)
		const at = "/admin/blocks/lists"
		v.get(at).want(t, http.StatusSeeOther)
		v.login()
		for typed, says := range map[string]string{
			"": "whole address", "list.csv": "whole address", "ftp://there.example/": "whole address", keeper.Origin + "/none": "There is nothing at", "http://127.0.0.1:1/list": "cannot be reached",
		} {
			v.submit(at, url.Values{"url": {typed}}).want(t, http.StatusUnprocessableEntity, says, `id="url-wrong"`)
		}
		list := url.Values{"url": {keeper.Origin + "/list.csv"}}
		v.submit(at, list).want(t, http.StatusOK, "3 domains", "1 of them waits", "1 line cannot be read and is left out, the first is line 4", "Subscribe")
		holds := func(when string, want map[string]social.Severity) {
			t.Helper()
			f, err := s.DB.Federation(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for domain, severity := range want {
				if got := f.Of(domain).Severity; got != severity {
					t.Errorf("%s: %s is %s, want %s", when, domain, got, severity)
				}
			}
		}
		holds("before it is agreed to", map[string]social.Severity{"bad.example": social.Unlimited, "loud.example": social.Unlimited})
		list.Set("sure", "yes")
		v.submit(at, list).want(t, http.StatusSeeOther)
		holds("subscribed", map[string]social.Severity{"x.bad.example": social.Suspended, "loud.example": social.Silenced, home: social.Unlimited})
		v.submit(at, list).want(t, http.StatusUnprocessableEntity, "read already")
		v.get(at).want(t, http.StatusOK, "What waits for your word", home, "of which 1 waits")
		v.get("/admin/blocks").want(t, http.StatusOK, "waits for your word: suspended", strings.TrimPrefix(keeper.Origin, "http://"))

		file.Store("")
		soon := func() {
			t.Helper()
			all, err := s.DB.Blocklists(t.Context())
			if err != nil || len(all) != 1 {
				t.Fatalf("got %v, %v", all, err)
			}
			v.submit(at+"/"+all[0].ID.String()+"/read", nil).want(t, http.StatusSeeOther)
			all, err = s.DB.Blocklists(t.Context())
			if err != nil || len(all) != 1 {
				t.Fatalf("got %v, %v", all, err)
			}
			now := all[0].TriedAt
			if wait := 24 * time.Hour; all[0].Trouble == "" && (all[0].Due(now.Add(wait-time.Second)) || !all[0].Due(now.Add(wait))) {
				t.Error("it is not due after a day")
			}
			if all[0].Trouble != "" && (all[0].Due(now.Add(time.Hour-time.Second)) || !all[0].Due(now.Add(time.Hour))) {
				t.Error("it is not tried again after an hour")
			}
		}
		soon()
		v.get(at).want(t, http.StatusOK, "what it said holds: ")
		holds("away", map[string]social.Severity{"bad.example": social.Suspended, home: social.Unlimited})

		file.Store("domain,severity\nloud.example,suspend\n" + home + ",suspend\nworse.example,suspend\n")
		v.submit("/admin/blocks/new", url.Values{"domain": {"worse.example"}, "severity": {"noop"}}).want(t, http.StatusSeeOther)
		soon()
		v.get(at).lacks(t, "what it said holds")
		holds("changed", map[string]social.Severity{"bad.example": social.Unlimited, "loud.example": social.Suspended, home: social.Unlimited, "worse.example": social.Unlimited})
		owner, err := s.DB.Owner(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if f, err := s.DB.Follow(t.Context(), owner.Actor.ID, kim.ID); err != nil {
			t.Errorf("the follow: got %v, %v", f, err)
		}

		all, err := s.DB.Blocklists(t.Context())
		if err != nil || len(all) != 1 {
			t.Fatalf("got %v, %v", all, err)
		}
		file.Store("domain,severity\nloud.example,suspend\n")
		before := keeper.Asked("/list.csv")
		if err := s.Publisher.RefreshDue(t.Context()); err != nil || keeper.Asked("/list.csv") != before {
			t.Errorf("a list that was read just now is read again, %v", err)
		}
		clock.Advance(24 * time.Hour)
		if err := s.Publisher.RefreshDue(t.Context()); err != nil || keeper.Asked("/list.csv") != before+1 {
			t.Errorf("a list is not read after a day, %v", err)
		}
		v.submit(at+"/"+all[0].ID.String()+"/remove", nil).want(t, http.StatusSeeOther)
		if err := s.Publisher.Refresh(t.Context(), all[0]); !social.Is(err, social.NotFound) { // it was being read meanwhile
			t.Errorf("got %v", err)
		}
		holds("unsubscribed", map[string]social.Severity{"loud.example": social.Unlimited})
	})
}
