package web_test

import (
	"net/url"
	"strings"
	"testing"

	"skerry/internal/social"
	"skerry/internal/testkit"
)

func TestButtonsUnderAPostDoWhatTheySay(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		peer := testkit.NewPeer(t)
		bert := peer.Person("bert")
		p := hear(t, s, bert, bert.Note("1", "hello"))
		v := visit(t, s)
		v.login()
		at := "/posts/" + p.ID.String()
		for _, c := range []struct {
			verb string
			want social.Counts
		}{
			{"like", social.Counts{Likes: 1}}, {"like", social.Counts{Likes: 1}}, {"boost", social.Counts{Likes: 1, Boosts: 1}},
			{"unlike", social.Counts{Boosts: 1}}, {"bookmark", social.Counts{Boosts: 1}}, {"unbookmark", social.Counts{Boosts: 1}}, {"unboost", social.Counts{}}, {"unboost", social.Counts{}},
		} {
			got := v.submit(at+"/"+c.verb, url.Values{"back": {"/home?before=7"}})
			got.want(t, 303)
			if to, want := got.header.Get("Location"), "/home?before=7#p"+p.ID.String(); to != want {
				t.Errorf("%s: sent to %s, want %s", c.verb, to, want)
			}
			if post, err := s.DB.Post(t.Context(), p.ID); err != nil || post.Counts != c.want {
				t.Errorf("%s: got %+v %v, want %+v", c.verb, post.Counts, err, c.want)
			}
		}
		testkit.Settle(t, s)
		for _, kind := range []string{"Like", "Announce", "Undo"} {
			if len(peer.Got(kind)) == 0 {
				t.Errorf("no %s arrived", kind)
			}
		}
		if to := v.submit(at+"/like", url.Values{"back": {"https://evil.example/"}}).header.Get("Location"); to != at+"#p"+p.ID.String() {
			t.Errorf("sent to %s, want the post", to)
		}
		v.submit(at+"/pin", url.Values{}).want(t, 403, "somebody else")
		for _, path := range []string{"/posts/77/like", "/posts/x/like", at + "/eat"} {
			v.submit(path, url.Values{}).want(t, 404)
		}
		if got := v.get(at + "/like"); got.status != 404 && got.status != 405 {
			t.Errorf("GET: got %d, want it to do nothing", got.status)
		}
	})
}

// The script shows the count in place, or says why it could not be done.
func TestScriptsAreToldWhatBecameOfTheirPress(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		v := visit(t, s)
		v.login()
		open, closed := write(t, s, social.Draft{Text: "a"}), write(t, s, social.Draft{Text: "b", Visibility: social.Direct})
		press := func(p social.Post, verb string) page {
			return v.submit("/posts/"+p.ID.String()+"/"+verb, url.Values{}, "Accept", "application/json")
		}
		press(open, "like").want(t, 200, `{"count":1}`)
		press(open, "unlike").want(t, 200, `{"count":0}`)
		press(closed, "boost").want(t, 403, `{"error":"Only public and unlisted posts can be boosted."}`)
		press(closed, "pin").want(t, 422, `{"error":"A direct post cannot be pinned."}`)
	})
}

func TestPostIsDeletedAfterAQuestion(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		v := visit(t, s)
		v.login()
		p := write(t, s, social.Draft{Text: "short lived"})
		at := "/posts/" + p.ID.String() + "/delete"
		v.get(at).want(t, 200, "short lived", "<h1>Delete this post?</h1>", `formaction="/posts/`+p.ID.String()+`/redraft"`)
		for range 2 { // twice is once
			if got := v.submit(at, url.Values{}); got.status != 303 || got.header.Get("Location") != "/home" {
				t.Errorf("got %d %s, want the way home", got.status, got.header.Get("Location"))
			}
		}
		v.get(at).want(t, 404)
		visit(t, s).get(path(t, p.URL)).want(t, 410)
	})
}

// Who leaves the form has lost nothing: the old post goes when the new one comes.
func TestRedraftReplacesThePostWhenItIsSent(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		v := visit(t, s)
		v.login()
		root := write(t, s, social.Draft{Text: "root"})
		f := v.get("/compose?reply=" + root.ID.String()).form(t)
		f.values.Set("text", "old words")
		f.values.Set("warning", "w")
		f.values.Set("audience", "unlisted")
		f.values.Set("alt1", "a gull")
		f.files["file1"] = testkit.Picture(t, 30, 20)
		old := v.post(f).sent(t, s)
		sent := v.submit("/posts/"+old.ID.String()+"/redraft", url.Values{})
		sent.want(t, 303)
		f = v.get(sent.header.Get("Location")).form(t)
		if _, err := s.DB.Post(t.Context(), old.ID); err != nil {
			t.Fatalf("the old post is gone before the new one came: %v", err)
		}
		f.values.Set("text", strings.Repeat("x", 5001))
		v.post(f).want(t, 422)
		if _, err := s.DB.Post(t.Context(), old.ID); err != nil {
			t.Fatalf("the old post is gone though the new one was refused: %v", err)
		}
		f.values.Set("text", "new words")
		p := v.post(f).sent(t, s)
		if again := v.post(f).sent(t, s); again.ID != p.ID {
			t.Errorf("sent twice: got post %s, want %s", again.ID, p.ID)
		}
		if p.Source != "new words" || p.Warning != "w" || p.Visibility != social.Unlisted || p.Parent != root.ID || len(p.Attachments) != 1 || p.Attachments[0].Alt != "a gull" {
			t.Errorf("got %+v, want new words, and all else as it was", p)
		}
		if _, err := s.DB.Post(t.Context(), old.ID); !social.Is(err, social.NotFound) {
			t.Errorf("the old post: got %v, want it gone", err)
		}
	})
}
