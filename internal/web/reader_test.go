package web_test

import (
	"net/url"
	"strings"
	"testing"

	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/testkit"
)

// neighbours runs a test on each engine with a server whose owner anna follows bert,
// the owner of another.
func neighbours(t *testing.T, test func(t *testing.T, anna, bert *testkit.Server)) {
	t.Helper()
	onServer(t, func(t *testing.T, anna *testkit.Server) {
		bert := testkit.Start(t, "", "bert")
		follow(t, anna, bert)
		test(t, anna, bert)
	})
}

// follow lets the owner of one server follow that of another.
func follow(t *testing.T, who, whom *testkit.Server) {
	t.Helper()
	if err := who.Publisher.Follow(t.Context(), known(t, who, whom).ID); err != nil {
		t.Fatal(err)
	}
	testkit.Settle(t, who, whom)
}

// known is a server's owner as another server knows them.
func known(t *testing.T, at, of *testkit.Server) social.Actor {
	t.Helper()
	a, err := at.Finder.Actor(t.Context(), of.Owner.IRI)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// heard is a post as another server has stored it.
func heard(t *testing.T, at *testkit.Server, p social.Post) social.Post {
	t.Helper()
	got, err := at.DB.PostByIRI(t.Context(), p.IRI)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// reading opens a browser in which the owner of a server has logged in.
func reading(t *testing.T, s *testkit.Server) *visitor {
	t.Helper()
	v := visit(t, s)
	v.login()
	return v
}

func TestReaderIsForTheOwnerAlone(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		p := write(t, s, social.Draft{Text: "hello"})
		id, me := p.ID.String(), s.Owner.ID.String()
		for _, at := range []string{
			"/home", "/posts/" + id, "/posts/" + id + "/likes", "/posts/" + id + "/history", "/posts/" + id + "/boosts",
			"/people/" + me, "/people/" + me + "/block", "/people/" + me + "/mute", "/people/" + me + "/report", "/admin/reports", "/followers", "/following", "/muted", "/blocked",
			"/everyone", "/hashtags", "/hashtags/x", "/notifications", "/search", "/search?q=@a@b.example", "/authorize_interaction?uri=x", "/likes", "/bookmarks", "/live",
		} {
			got := visit(t, s).get(at)
			if want := "/login?back=" + url.QueryEscape(at); got.status != 303 || got.header.Get("Location") != want {
				t.Errorf("%s: got %d to %q, want the way to the login and back", at, got.status, got.header.Get("Location"))
			}
		}
		visit(t, s).submit("/people/"+me+"/block", nil).want(t, 401)
	})
}

func TestHomeShowsWhatFollowedPeopleWrite(t *testing.T) {
	neighbours(t, func(t *testing.T, anna, bert *testkit.Server) {
		first := write(t, bert, social.Draft{Text: "the first words"})
		write(t, bert, social.Draft{Text: "an answer to myself", InReplyTo: first.ID})
		testkit.Settle(t, anna, bert)
		stored := heard(t, anna, first)
		v := reading(t, anna)
		got := v.get("/home")
		got.want(t, 200, "the first words", `href="/posts/`+stored.ID.String()+`"`, `href="/people/`+stored.Author.String()+`"`,
			"Answers <a", `action="/posts/`+stored.ID.String()+`/like"`, `aria-current="page"`)
		checkPage(t, "home", got)
	})
}

func TestHomeSaysWhatToDoWhenNobodyIsFollowed(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		reading(t, s).get("/home").want(t, 200, "Nobody is here yet", `action="/search"`)
	})
}

func TestHomeGoesOnWhereItsPageEnds(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		for range 41 {
			write(t, s, social.Draft{Text: "words"})
		}
		first := write(t, s, social.Draft{Text: "newest"})
		v := reading(t, s)
		got := v.get("/home")
		got.want(t, 200, "newest")
		older := between(t, got.body, `href="?before=`, `"`)
		if n := v.get("/home?before=" + older).count(`<article`); n != 2 {
			t.Errorf("got %d posts on the second page, want 2", n)
		}
		if n := got.count(`<article`); n != 40 {
			t.Errorf("got %d posts on the first page, want 40", n)
		}
		v.get("/home?before="+first.ID.String()).lacks(t, "newest")
		v.get("/home?before=x").want(t, 404)
	})
}

func TestSeveralBoostsOfAPostStandOnceInHome(t *testing.T) {
	neighbours(t, func(t *testing.T, anna, bert *testkit.Server) {
		cora := testkit.Start(t, "", "cora")
		follow(t, anna, cora)
		p := write(t, anna, social.Draft{Text: "boost me"})
		for _, s := range []*testkit.Server{bert, cora} {
			theirs, err := s.Finder.Post(t.Context(), p.IRI)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.Publisher.Boost(t.Context(), theirs.ID, social.Public); err != nil {
				t.Fatal(err)
			}
		}
		testkit.Settle(t, anna, bert, cora)
		got := reading(t, anna).get("/home")
		got.want(t, 200, "Boosted by ", ">bert</a>", ">cora</a>", ", <a")
		if n := got.count("boost me"); n != 1 {
			t.Errorf("got the post %d times in %s, want it once", n, got.shown())
		}
	})
}

func TestHomeKeepsThePlaceOfItsReader(t *testing.T) {
	neighbours(t, func(t *testing.T, anna, bert *testkit.Server) {
		v := reading(t, anna)
		write(t, bert, social.Draft{Text: "old words"})
		testkit.Settle(t, anna, bert)
		v.get("/home", "Sec-Purpose", "prefetch").want(t, 200, "old words")
		got := v.get("/home")
		got.lacks(t, "You had read until here")
		newest := between(t, got.body, `data-after="`, `"`)
		write(t, bert, social.Draft{Text: "new words"})
		testkit.Settle(t, anna, bert)
		v.get("/live?after="+newest).want(t, 200, `"home":1`)
		v.get("/live?after=x").want(t, 404)
		got = v.get("/home")
		got.want(t, 200, "You had read until here")
		if strings.Index(got.body, "new words") > strings.Index(got.body, "You had read") || strings.Index(got.body, "old words") < strings.Index(got.body, "You had read") {
			t.Errorf("got %s, want new words, the line, old words", got.shown())
		}
		v.get("/home").lacks(t, "You had read until here")
	})
}

// put stores a post as it is.
func put(t *testing.T, s *testkit.Server, p social.Post) {
	t.Helper()
	if err := s.DB.InTx(t.Context(), func(tx *store.Tx) error { return tx.AddPost(t.Context(), p, nil) }); err != nil {
		t.Fatal(err)
	}
}
