package web_test

import (
	"strings"
	"testing"

	"skerry/internal/social"
	"skerry/internal/testkit"
)

func TestThreadShowsWhatIsAboveAndBelowAPost(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		root := write(t, s, social.Draft{Text: "the root"})
		focus := write(t, s, social.Draft{Text: "the middle", InReplyTo: root.ID})
		last := focus
		for range 6 { // deeper than is indented
			last = write(t, s, social.Draft{Text: "deep answer", InReplyTo: last.ID})
		}
		write(t, s, social.Draft{Text: "second answer", InReplyTo: focus.ID})
		v := reading(t, s)
		got := v.get("/posts/" + focus.ID.String())
		got.want(t, 200, "the root", "the middle", "second answer", `href="/posts/`+focus.ID.String()+`/likes"`)
		checkPage(t, "thread", got)
		if n := got.count("deep answer"); n != 6 {
			t.Errorf("got %d deep answers in %s, want 6", n, got.shown())
		}
		for _, pair := range [][2]string{{"the root", `<div class="focus">`}, {`<div class="focus">`, "the middle"}, {"the middle", "deep answer"}, {"deep answer", "second answer"}} {
			if a, b := strings.Index(got.shown(), pair[0]), strings.Index(got.shown(), pair[1]); a > b {
				t.Errorf("got %s, want %q before %q", got.shown(), pair[0], pair[1])
			}
		}
		if n := got.count(`<div class="below">`); n != 4 {
			t.Errorf("got %d levels, want 4", n)
		}
		v.get("/posts/1").want(t, 404, "This post is not here")
	})
}

func TestThreadHidesWhatIsNotForTheOwner(t *testing.T) {
	neighbours(t, func(t *testing.T, anna, bert *testkit.Server) {
		root := write(t, bert, social.Draft{Text: "the root"})
		testkit.Settle(t, anna, bert)
		stored := heard(t, anna, root)
		hidden := stored
		hidden.ID, hidden.IRI, hidden.Visibility, hidden.Content = anna.DB.IDs().New(), root.IRI+"x", social.Direct, "<p>for others</p>"
		hidden.Parent, hidden.InReplyTo = stored.ID, stored.IRI
		put(t, anna, hidden)
		v := reading(t, anna)
		v.get("/posts/"+stored.ID.String()).lacks(t, "for others")
		v.get("/posts/"+hidden.ID.String()).want(t, 404)
		v.get("/posts/"+hidden.ID.String()+"/likes").want(t, 404)
	})
}

func TestWhoLikedAndBoostedIsListed(t *testing.T) {
	neighbours(t, func(t *testing.T, anna, bert *testkit.Server) {
		p := write(t, anna, social.Draft{Text: "like me"})
		theirs, err := bert.Finder.Post(t.Context(), p.IRI)
		if err != nil {
			t.Fatal(err)
		}
		if err := bert.Publisher.Like(t.Context(), theirs.ID); err != nil {
			t.Fatal(err)
		}
		testkit.Settle(t, anna, bert)
		v := reading(t, anna)
		v.get("/posts/"+p.ID.String()+"/likes").want(t, 200, "Liked by", "@bert@", "like me")
		got := v.get("/posts/" + p.ID.String() + "/boosts")
		got.want(t, 200, "Nobody whom we know of")
		got.lacks(t, "@bert@")
	})
}

func TestLikesAndBookmarksAreListedTheLastFirst(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		v := reading(t, s)
		v.get("/likes").want(t, 200, "What you like is listed here.")
		v.get("/bookmarks").want(t, 200, "Nobody is told.")
		one, two := write(t, s, social.Draft{Text: "number one"}), write(t, s, social.Draft{Text: "number two"})
		for _, p := range []social.Post{two, one} {
			if err := s.Publisher.Like(t.Context(), p.ID); err != nil {
				t.Fatal(err)
			}
			if err := s.Publisher.Bookmark(t.Context(), p.ID); err != nil {
				t.Fatal(err)
			}
		}
		for _, at := range []string{"/likes", "/bookmarks"} {
			got := v.get(at)
			got.want(t, 200, "number one", "number two", `aria-pressed="true"`)
			if strings.Index(got.shown(), "number one") > strings.Index(got.shown(), "number two") {
				t.Errorf("%s: got %s, want what was done last on top", at, got.shown())
			}
		}
	})
}
