package app_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/httpsig"
	"skerry/internal/social"
	"skerry/internal/testkit"
)

// signed makes a GET that somebody signed.
func signed(t testing.TB, who *testkit.Stranger, url, accept string) *http.Request {
	t.Helper()
	r := asking(t, http.MethodGet, url, accept)
	if err := httpsig.Sign(r, nil, who.Key, time.Now()); err != nil {
		t.Fatal(err)
	}
	return r
}

// say makes a post of the owner's of any visibility.
func (st *stage) say(v social.Visibility, text string) social.Post {
	st.t.Helper()
	p, err := st.s.Publisher.Post(st.ctx, social.Draft{Text: text, Visibility: v}, nil)
	st.must(err)
	testkit.Settle(st.t, st.s)
	return p
}

// closed makes bert a follower, and gives a post for followers, one for bert
// alone, and one of eve's that the server keeps.
func (st *stage) closed() map[string]social.ID {
	st.t.Helper()
	st.tell(st.bert, st.bert.Activity("Follow", "f1", st.s.Owner.IRI))
	note := st.bert.Note("1", "hello")
	st.tell(st.bert, st.bert.Activity("Create", "c1", note))
	kept, _ := st.post(note["id"])
	return map[string]social.ID{
		"followers only": st.say(social.FollowersOnly, "for followers").ID,
		"direct":         st.say(social.Direct, "@bert@"+st.peer.Origin[len("http://"):]+" for you").ID,
		"another's":      kept.ID,
	}
}

// knocks are the ways to ask for a post without the right to read it.
func (st *stage) knocks(id social.ID) []*http.Request {
	var out []*http.Request
	at, page := st.s.Origin+"/users/anna/posts/"+id.String(), st.s.Origin+"/@anna/"+id.String()
	for _, rest := range []string{"", "/replies", "/replies?page=true", "/likes", "/shares"} {
		out = append(out, asking(st.t, "GET", at+rest, server), asking(st.t, "HEAD", at+rest, server), signed(st.t, st.eve, at+rest, server))
	}
	out = append(out, asking(st.t, "GET", at, browser), asking(st.t, "GET", page, browser), asking(st.t, "GET", page, server))
	out = append(out, signed(st.t, st.eve, page, server), signed(st.t, st.eve, page, browser))
	return append(out, asking(st.t, "GET", st.s.Origin+"/users/anna/contexts/"+id.String(), server))
}

// withoutID gives an answer as it would be for any post.
func (s seen) withoutID(id social.ID) string {
	s.header.Del("Date")
	all, err := json.MarshalIndent(map[string]any{"status": s.status, "header": s.header, "body": s.body}, "", " ")
	if err != nil {
		panic(err) // strings always have a JSON form
	}
	return strings.ReplaceAll(string(all), id.String(), "ID")
}

func TestPostThatIsNotForTheReaderLooksAbsent(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		nowhere := st.s.DB.IDs().New()
		var want []string
		for _, r := range st.knocks(nowhere) {
			got := look(t, r)
			if got.status != 404 && got.status != 303 {
				t.Fatalf("%s %s: got %d, want 404", r.Method, r.URL, got.status)
			}
			want = append(want, got.withoutID(nowhere))
		}
		for name, id := range st.closed() {
			for i, r := range st.knocks(id) {
				if diff := cmp.Diff(want[i], look(t, r).withoutID(id)); diff != "" {
					t.Errorf("%s, %s %s Accept %s (-absent +hidden):\n%s", name, r.Method, r.URL, r.Header.Get("Accept"), diff)
				}
			}
		}
	})
}

// Whoever signs serves the key, and sees whether it is asked for: that must not
// tell a post that is hidden from one that is not there.
func TestKeyOfWhoAsksDoesNotTellHiddenFromAbsent(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		asked := func(name string, id social.ID) int {
			look(t, signed(t, st.peer.Person(name), st.s.Origin+"/users/anna/posts/"+id.String(), server))
			return st.peer.Asked("/users/" + name)
		}
		want := asked("nobody", st.s.DB.IDs().New())
		for name, id := range st.closed() {
			if got := asked(fmt.Sprint("spy", id), id); got != want {
				t.Errorf("%s: the key was asked for %d times; for an absent post %d times", name, got, want)
			}
		}
	})
}

func TestPostForSomeIsGivenToThoseWhoSign(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		closed := st.closed()
		followers, direct := closed["followers only"], closed["direct"]
		mate := st.peer.Person("mate")
		st.tell(mate, mate.Activity("Follow", "f2", st.s.Owner.IRI))
		for name, c := range map[string]struct {
			who    *testkit.Stranger
			post   social.ID
			status int
		}{
			"follower, for followers":       {st.bert, followers, 200},
			"other follower, for followers": {mate, followers, 200},
			"stranger, for followers":       {st.eve, followers, 404},
			"the one named, direct":         {st.bert, direct, 200},
			"other follower, direct":        {mate, direct, 404},
			"stranger, direct":              {st.eve, direct, 404},
		} {
			for _, url := range []string{st.s.Origin + "/users/anna/posts/" + c.post.String(), st.s.Origin + "/@anna/" + c.post.String()} {
				got := look(t, signed(t, c.who, url, server))
				if got.status != c.status || got.header.Get("Cache-Control") != keptByNobody || got.header.Get("ETag") != "" {
					t.Errorf("%s at %s: got %d %v; want %d, kept by nobody", name, url, got.status, got.header, c.status)
				}
				if c.status == 200 && !strings.Contains(got.body, `"id":"`+st.s.Origin+"/users/anna/posts/"+c.post.String()+`"`) {
					t.Errorf("%s at %s: got %s, want the post", name, url, got.body)
				}
			}
		}
	})
}

// A signature that does not hold opens nothing, and closes nothing that is open.
func TestBadSignatureIsNone(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		open, closed := st.own("for all"), st.closed()["followers only"]
		for name, spoil := range map[string]func(*http.Request){
			"of another address": func(r *http.Request) { r.URL.Path = strings.Replace(r.URL.Path, "/users/anna/posts/", "/@anna/", 1) },
			"of yesterday":       func(r *http.Request) { st.must(httpsig.Sign(r, nil, st.bert.Key, time.Now().Add(-24*time.Hour))) },
			"of another key": func(r *http.Request) {
				st.must(httpsig.Sign(r, nil, httpsig.Key{ID: st.bert.Key.ID, Private: st.eve.Key.Private}, time.Now()))
			},
			"garbled": func(r *http.Request) { r.Header.Set("Signature", "x") },
		} {
			for id, want := range map[social.ID]int{open.ID: 200, closed: 404} {
				r := signed(t, st.bert, st.s.Origin+"/users/anna/posts/"+id.String(), server)
				spoil(r)
				if got := look(t, r); got.status != want {
					t.Errorf("a signature %s: got %d, want %d", name, got.status, want)
				}
			}
		}
	})
}

func TestDeletedPostIsGone(t *testing.T) {
	onHouse(t, func(t *testing.T, s *testkit.Server, p social.Post) {
		if err := s.Publisher.Delete(t.Context(), p.ID); err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]struct {
			url, accept string
			want        outline
		}{
			"server":              {p.IRI, server, outline{"Gone", asDocument, threeMinutes, ""}},
			"server, at the page": {p.URL, server, outline{"Gone", asDocument, keptByNobody, ""}},
			"browser":             {p.IRI, browser, outline{"See Other", "", keptByNobody, p.URL}},
			"browser at the page": {p.URL, browser, outline{"Gone", asPage, keptByNobody, ""}},
		} {
			got := look(t, asking(t, "GET", c.url, c.accept))
			if diff := cmp.Diff(c.want, got.outline()); diff != "" || !varies(got, "Accept") {
				t.Errorf("%s (-want +got), Vary %q:\n%s", name, got.header.Values("Vary"), diff)
			}
			if c.accept != server {
				continue
			}
			var tomb map[string]any
			if err := json.Unmarshal([]byte(got.body), &tomb); err != nil || tomb["id"] != p.IRI || tomb["type"] != "Tombstone" ||
				tomb["formerType"] != "Note" || tomb["deleted"] == nil || tomb["content"] != nil {
				t.Errorf("%s: got %s, want a Tombstone", name, got.body)
			}
		}
	})
}

// What is not there says so in the reader's form: caches must hear of that too.
func TestAbsentSaysThatItDependsOnAccept(t *testing.T) {
	onHouse(t, func(t *testing.T, s *testkit.Server, p social.Post) {
		for _, path := range []string{"/users/bert", "/users/anna/posts/1", "/@bert", "/@anna/1", "/users/anna/posts/x", "/users/bert/posts/" + p.ID.String()} {
			for name, accept := range map[string]string{"server": server, "browser": browser} {
				got := look(t, asking(t, "GET", s.Origin+path, accept))
				if got.status != 404 && got.status != 303 || got.header.Get("Cache-Control") != keptByNobody {
					t.Errorf("%s at %s: got %d %v, want 404 or 303, kept by nobody", name, path, got.status, got.header)
				}
				if !varies(got, "Accept") {
					t.Errorf("%s at %s: got %d without Vary: Accept", name, path, got.status)
				}
			}
		}
	})
}

// A post that few could read does not show that it was there by being deleted.
func TestHiddenPostLooksAbsentAlsoWhenDeleted(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		closed := st.closed()
		nowhere := st.s.DB.IDs().New()
		for _, name := range []string{"followers only", "direct"} {
			id := closed[name]
			st.must(st.s.Publisher.Delete(st.ctx, id))
			testkit.Settle(t, st.s)
			want := st.knocks(nowhere)
			for i, r := range st.knocks(id) {
				if diff := cmp.Diff(look(t, want[i]).withoutID(nowhere), look(t, r).withoutID(id)); diff != "" {
					t.Errorf("%s, %s %s Accept %s (-absent +deleted):\n%s", name, r.Method, r.URL, r.Header.Get("Accept"), diff)
				}
			}
		}
	})
}
