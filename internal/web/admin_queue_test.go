package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"testing"

	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/testkit"
)

// owned is a server whose owner is logged in, and a follower elsewhere.
type owned struct {
	*testing.T
	s    *testkit.Server
	v    *visitor
	peer *testkit.Peer
	host string // the follower's
}

func onOwned(t *testing.T, test func(*owned)) {
	t.Helper()
	onServer(t, func(t *testing.T, s *testkit.Server) {
		o := &owned{T: t, s: s, v: visit(t, s), peer: testkit.NewPeer(t)}
		at, err := url.Parse(o.peer.Origin)
		if err != nil {
			t.Fatal(err)
		}
		o.host = at.Host
		bert := o.peer.Person("bert")
		if status, said := bert.Send(s.Owner.Inbox, bert.Activity("Follow", "1", s.Owner.IRI)); status != 202 {
			t.Fatalf("follow: %d %s", status, said)
		}
		testkit.Settle(t, s)
		o.v.login()
		test(o)
	})
}

// post posts while the follower's inbox answers with a status.
func (o *owned) post(status int) social.Post {
	o.Helper()
	o.answer(status)
	p, err := o.s.Publisher.Post(o.Context(), social.Draft{Text: "hello"}, nil)
	if err != nil {
		o.Fatal(err)
	}
	testkit.Settle(o.T, o.s)
	return p
}

func (o *owned) answer(status int) { o.peer.Fail("/users/bert/inbox", status) }

// press sends the first form of a page that does this, and follows it back.
func (o *owned) press(path, verb, name string) page {
	o.Helper()
	form := regexp.MustCompile(`action="/admin/queue/` + verb + `"><input type="hidden" name="` + name + `" value="([^"]+)"><input type="hidden" name="back" value="([^"]+)">`).
		FindStringSubmatch(o.v.get(path).body)
	if form == nil {
		o.Fatalf("%s has no button to %s by %s:\n%s", path, verb, name, o.v.get(path).shown())
	}
	sent := o.v.submit("/admin/queue/"+verb, url.Values{name: {form[1]}, "back": {form[2]}})
	sent.want(o.T, http.StatusSeeOther)
	if got := sent.header.Get("Location"); got != path {
		o.Errorf("sent back to %s, want %s", got, path)
	}
	testkit.Settle(o.T, o.s)
	return o.v.get(path)
}

func TestQueuesAreTheOwnersAlone(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		v := visit(t, s)
		for _, path := range []string{"/admin/queue", "/admin/queue/hosts?state=ill", "/admin/queue/host?name=a.example", "/admin/queue/posts/1"} {
			p := v.get(path)
			p.want(t, http.StatusSeeOther)
			if got, want := p.header.Get("Location"), "/login?back="+url.QueryEscape(path); got != want {
				t.Errorf("%s: sent to %s, want %s", path, got, want)
			}
		}
		for _, verb := range []string{"retry", "abandon", "pause", "resume"} {
			v.submit("/admin/queue/"+verb, url.Values{"host": {"a.example"}}).want(t, http.StatusUnauthorized, "Log in")
		}
		in := v.submit("/login?back=%2Fadmin%2Fqueue", url.Values{"username": {"anna"}, "password": {password}})
		if got := in.header.Get("Location"); got != "/admin/queue" {
			t.Errorf("after the login sent to %s, want the page that was asked for", got)
		}
		v.submit("/admin/queue/pause", url.Values{"host": {"a.example"}}, "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site").want(t, http.StatusForbidden)
	})
}

func TestQueuesTellWhatWasGivenUpAndSendItAgain(t *testing.T) {
	onOwned(t, func(o *owned) {
		p := o.post(http.StatusNotFound)
		o.v.get("/admin/queue").want(o.T, http.StatusOK, "given up: answered 404", o.host, p.IRI)
		o.answer(0)
		o.press("/admin/queue", "retry", "id").lacks(o.T, "answered 404")
		if n := len(o.peer.Order(p.IRI)); n != 1 {
			o.Errorf("%d came, want the post", n)
		}
	})
}

func TestWhereAPostWentIsToldHostByHost(t *testing.T) {
	onOwned(t, func(o *owned) {
		p := o.post(http.StatusForbidden)
		where := fmt.Sprint("/admin/queue/posts/", p.ID)
		o.v.get(fmt.Sprint("/@anna/", p.ID)).want(o.T, http.StatusOK, `href="`+where+`"`)
		visit(o.T, o.s).get(fmt.Sprint("/@anna/", p.ID)).lacks(o.T, where)
		o.v.get(where).want(o.T, http.StatusOK, "Create", "0 of 1 inbox has it, 1 waiting", "waiting: answered 403, next try", o.host)
		o.answer(0)
		o.press(where, "retry", "id").want(o.T, http.StatusOK, "1 of 1 inbox has it.", "delivered <time")
		if err := o.s.Publisher.Delete(o.Context(), p.ID); err != nil {
			o.Fatal(err)
		}
		testkit.Settle(o.T, o.s)
		o.v.get(where).want(o.T, http.StatusOK, "Delete", "Create")
		o.v.get("/admin/queue/posts/7").want(o.T, http.StatusNotFound, "Nothing was ever said")
	})
}

func TestHostIsPausedResumedAndAbandonedByItsOwner(t *testing.T) {
	onOwned(t, func(o *owned) {
		host := "/admin/queue/host?name=" + url.QueryEscape(o.host)
		o.press(host, "pause", "host").want(o.T, http.StatusOK, "<dd>paused</dd>")
		p := o.post(0)
		o.v.get("/admin/queue/hosts?state=ill").want(o.T, http.StatusOK, o.host, "paused")
		o.v.get("/admin/queue/hosts?state=failing").lacks(o.T, o.host)
		o.press(host, "resume", "host").want(o.T, http.StatusOK, "<dd>healthy</dd>")
		if n := len(o.peer.Order(p.IRI)); n != 1 {
			o.Errorf("%d came after the host was resumed, want the post", n)
		}
		o.post(http.StatusServiceUnavailable)
		o.v.get(host).want(o.T, http.StatusOK, "failing since", "answered 503")
		o.answer(0)
		o.press(host, "abandon", "host").lacks(o.T, "Deliveries")
		o.post(http.StatusServiceUnavailable)
		o.answer(0)
		o.press(host, "retry", "host").want(o.T, http.StatusOK, "<dd>healthy</dd>")
		o.v.get("/admin/queue/host?name=never.example").want(o.T, http.StatusNotFound, "Nothing was ever sent to a host")
	})
}

func TestLaneIsRetriedFromItsPage(t *testing.T) {
	onOwned(t, func(o *owned) {
		row := store.Inbound{ID: o.s.DB.IDs().New(), Fingerprint: "f", Signer: "https://nobody.invalid/a", Kind: "Like", Body: []byte("{}"), ReceivedAt: o.s.DB.Now()}
		err := o.s.DB.InTx(o.Context(), func(tx *store.Tx) error {
			if err := tx.AddInbound(o.Context(), row); err != nil {
				return err
			}
			return tx.FinishInbound(o.Context(), row.ID, store.Ending{State: store.Parked, Outcome: "the moon", At: o.s.DB.Now()})
		})
		if err != nil {
			o.Fatal(err)
		}
		o.v.get("/admin/queue").want(o.T, http.StatusOK, "given up: the moon")
		o.press("/admin/queue", "retry", "lane").lacks(o.T, "the moon")
	})
}

func TestButtonsThatAreNotThereDoNothing(t *testing.T) {
	onOwned(t, func(o *owned) {
		for verb, form := range map[string]url.Values{
			"sing": {"host": {o.host}}, "pause": {"lane": {"ingest"}}, "abandon": {"lane": {"ingest"}}, "retry": {}, "resume": {"id": {"1"}},
		} {
			o.v.submit("/admin/queue/"+verb, form).want(o.T, http.StatusNotFound)
		}
		o.v.submit("/admin/queue/retry", url.Values{"id": {"7"}}).want(o.T, http.StatusNotFound, "No queued work has the id 7")
		o.v.get("/admin/queue?before=x").want(o.T, http.StatusNotFound)
		o.v.get("/admin/queue/hosts?state=sad").want(o.T, http.StatusOK, "None.")
		o.v.get("/admin/queue/hosts?after=%00").want(o.T, http.StatusNotFound)
	})
}
