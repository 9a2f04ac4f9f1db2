package web_test

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/social"
	"skerry/internal/testkit"
)

// write makes a post of the owner's.
func write(t *testing.T, s *testkit.Server, d social.Draft) social.Post {
	t.Helper()
	p, err := s.Publisher.Post(t.Context(), d, nil)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// path is where on the server an address is.
func path(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.RequestURI()
}

// What is not open must look to strangers like what is not there.
func TestPrivatePostLooksAbsentToStrangers(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		owner := visit(t, s)
		owner.login()
		open := write(t, s, social.Draft{Text: "open"})
		for _, v := range []social.Visibility{social.FollowersOnly, social.Direct} {
			p := write(t, s, social.Draft{Text: "secret words", Visibility: v, InReplyTo: open.ID})
			for _, at := range []string{p.URL, p.IRI} {
				for _, accept := range []string{browser, "application/activity+json"} {
					got := visit(t, s).get(path(t, at), "Accept", accept)
					absent := visit(t, s).get(strings.Replace(path(t, at), p.ID.String(), "3765565513157857280", 1), "Accept", accept)
					if got.status == 303 && absent.status == 303 {
						continue // both lead to the page, which is the next line
					}
					got.header.Del("Date")
					absent.header.Del("Date")
					if got.status != 404 || !cmp.Equal(got.header, absent.header) || got.body != absent.body {
						t.Errorf("%s as %s: got %d %v %s, want the same as for what is not there: %v %s", at, accept, got.status, got.header, got.body, absent.header, absent.body)
					}
				}
			}
			got := owner.get(path(t, p.URL))
			got.want(t, 200, "secret words", `content="noindex"`)
			if cache := got.header.Get("Cache-Control"); cache != "private, no-store" {
				t.Errorf("%s for the owner: Cache-Control is %q, want it kept by nobody", v, cache)
			}
			owner.get(path(t, p.URL), "Accept", "application/activity+json").want(t, 404)
			if err := s.Publisher.Pin(t.Context(), p.ID); err != nil && v != social.Direct {
				t.Fatal(err)
			}
			below := write(t, s, social.Draft{Text: "below", InReplyTo: p.ID})
			for _, page := range []string{"/@anna", path(t, open.URL), path(t, below.URL)} {
				visit(t, s).get(page).lacks(t, "secret words")
			}
		}
	})
}

func TestDeletedPostIsGone(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		p := write(t, s, social.Draft{Text: "hello"})
		if err := s.Publisher.Delete(t.Context(), p.ID); err != nil {
			t.Fatal(err)
		}
		owner := visit(t, s)
		owner.login()
		for _, v := range []*visitor{visit(t, s), owner} {
			got := v.get(path(t, p.URL))
			got.want(t, 410, "Gone")
			got.lacks(t, "hello")
			doc := v.get(path(t, p.URL), "Accept", "application/activity+json")
			doc.want(t, 410, `"type":"Tombstone"`, p.IRI)
			if cache := doc.header.Get("Cache-Control"); cache != "private, no-store" {
				t.Errorf("Cache-Control is %q, want it kept by nobody", cache)
			}
		}
	})
}

func TestProfileIsPaged(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		var pinned social.Post
		for i := range 45 {
			p := write(t, s, social.Draft{Text: fmt.Sprintf("number %02d", i)})
			if i == 3 {
				pinned = p
			}
		}
		if err := s.Publisher.Pin(t.Context(), pinned.ID); err != nil {
			t.Fatal(err)
		}
		older := regexp.MustCompile(`href="([^"]+)" rel="next">`)
		number := regexp.MustCompile(`<p>number (\d\d)</p>`)
		at, got, pages := "/@anna", []string{}, 0
		for at != "" && pages < 10 {
			p := visit(t, s).get(at)
			p.want(t, 200, `<link rel="canonical" href="`+s.Origin+`/@anna">`)
			for _, m := range number.FindAllStringSubmatch(p.body, -1) {
				got = append(got, m[1])
			}
			pages++
			if m := older.FindStringSubmatch(p.body); m != nil {
				at = "/@anna" + m[1]
			} else {
				at = ""
			}
		}
		want := []string{"03"} // pinned, on the first page
		for i := 44; i >= 0; i-- {
			want = append(want, fmt.Sprintf("%02d", i))
		}
		if diff := cmp.Diff(want, got); diff != "" || pages != 3 {
			t.Errorf("%d pages, want 3; posts (-want +got):\n%s", pages, diff)
		}
		for _, before := range []string{"x", "0", "-1", "%00", "99999999999999999999"} {
			visit(t, s).get("/@anna?before="+before).want(t, 404)
		}
	})
}

func TestPostIsShownWithWhatItAnswersAndItsReplies(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		peer := testkit.NewPeer(t)
		bert := peer.Person("bert")
		root := write(t, s, social.Draft{Text: "the root"})
		middle := write(t, s, social.Draft{Text: "the middle", Warning: "a warning", InReplyTo: root.ID, Language: "en"})
		note := bert.Note("1", "the answer")
		note["inReplyTo"] = middle.IRI
		if status, said := bert.Send(s.Owner.Inbox, bert.Activity("Create", "1", note)); status != 202 {
			t.Fatalf("got %d %s, want 202", status, said)
		}
		testkit.Settle(t, s)
		p := visit(t, s).get(path(t, middle.URL))
		p.want(t, 200, "the root", `class="above"`, `<summary class="p-summary" dir="auto">a warning</summary>`, "<h2>Replies</h2>", "the answer", `href="`+bert.IRI+`/notes/1"`, "1 reply", `lang="en"`,
			`<link rel="alternate" type="application/activity+json" href="`+middle.IRI+`">`)
		if a, b, c := strings.Index(p.body, "the root"), strings.Index(p.body, "the middle"), strings.Index(p.body, "the answer"); a > b || b > c {
			t.Errorf("the order is %d, %d, %d, want root, middle, answer", a, b, c)
		}
		id := path(t, middle.URL)[len("/@anna/"):]
		for _, at := range []string{"/@bert/" + id, "/@anna/+" + id, "/@anna/0" + id, "/@anna/x", "/@anna/" + id + "/x", "/@Anna/" + id} {
			visit(t, s).get(at).want(t, 404)
		}
		other, err := s.DB.PostByIRI(t.Context(), note["id"].(string))
		if err != nil {
			t.Fatal(err)
		}
		owner := visit(t, s)
		owner.login()
		for _, v := range []*visitor{owner, visit(t, s)} {
			v.get("/@anna/"+other.ID.String()).want(t, 404) // not anna's
		}
	})
}

func TestNameThatIsEmptyShowsTheUsername(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		p := write(t, s, social.Draft{Text: "hello"})
		if err := s.Publisher.EditProfile(t.Context(), social.Profile{Indexable: true}); err != nil {
			t.Fatal(err)
		}
		visit(t, s).get("/@anna").want(t, 200, `<h1 class="p-name" dir="auto">anna</h1>`, "<title>anna (@anna@", `content="anna (@anna@`)
		visit(t, s).get(path(t, p.URL)).want(t, 200, "<title>anna: “hello”</title>", ">anna</b>")
	})
}

func TestPublicPagesLeadToTheLoginAndItDoesNotLeadToItself(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		const door = ">Owner login<"
		v := visit(t, s)
		v.get("/@anna").want(t, 200, door)
		v.get("/login").lacks(t, door)
		v.login()
		v.get("/@anna").lacks(t, door)
	})
}

func TestSearchEnginesKeepWhatTheOwnerLets(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		public, unlisted := write(t, s, social.Draft{Text: "a"}), write(t, s, social.Draft{Text: "b", Visibility: social.Unlisted})
		const no = `<meta name="robots" content="noindex">`
		v := visit(t, s)
		v.get("/@anna").lacks(t, no)
		v.get(path(t, public.URL)).lacks(t, no)
		v.get(path(t, unlisted.URL)).want(t, 200, no)
		v.get("/login").want(t, 200, no)
		if err := s.Publisher.EditProfile(t.Context(), social.Profile{Name: "Anna"}); err != nil {
			t.Fatal(err)
		}
		v.get("/@anna").want(t, 200, no)
		v.get(path(t, public.URL)).want(t, 200, no)
	})
}
