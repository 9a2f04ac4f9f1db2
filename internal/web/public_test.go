package web_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/social"
	"skerry/internal/testkit"
)

// answer makes a stranger's reply known to the server.
func answer(t *testing.T, s *testkit.Server, by *testkit.Stranger, id, text, to string) map[string]any {
	t.Helper()
	note := by.Note(id, text)
	note["inReplyTo"] = to
	if status, said := by.Send(s.Owner.Inbox, by.Activity("Create", "c"+id, note)); status != 202 {
		t.Fatalf("the note of a stranger: got %d %s, want 202", status, said)
	}
	testkit.Settle(t, s)
	return note
}

// inOrder reports texts of which one stands before the one that it should follow.
func (p page) inOrder(t *testing.T, texts ...string) {
	t.Helper()
	from := 0
	for _, text := range texts {
		at := strings.Index(p.body[from:], text)
		if at < 0 {
			t.Errorf("got %s, want %q in it, after %v", p.shown(), text, texts)
			return
		}
		from += at + len(text)
	}
}

func TestPostStandsInItsWholeThread(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		bert := testkit.NewPeer(t).Person("bert")
		root := write(t, s, social.Draft{Text: "one root"})
		middle := write(t, s, social.Draft{Text: "two middle", InReplyTo: root.ID})
		focus := write(t, s, social.Draft{Text: "three focus", InReplyTo: middle.ID})
		first := answer(t, s, bert, "1", "five answer", focus.IRI)
		own := write(t, s, social.Draft{Text: "four of my own", InReplyTo: focus.ID})
		answer(t, s, bert, "2", "six below the answer", first["id"].(string))
		hidden := write(t, s, social.Draft{Text: "secret words", InReplyTo: own.ID, Visibility: social.FollowersOnly})
		write(t, s, social.Draft{Text: "below what is hidden", InReplyTo: hidden.ID})

		p := visit(t, s).get(path(t, focus.URL))
		p.want(t, 200, `<h1 class="aside">A post by`)
		p.inOrder(t, `class="above"`, "one root", "two middle", `class="focus"`, "three focus", "<h2>Replies</h2>", "four of my own", "five answer", `class="below"`, "six below the answer")
		p.lacks(t, "secret words", "below what is hidden", "There are more replies")
		checkPage(t, "a thread", p)

		below := visit(t, s).get(path(t, own.URL))
		below.want(t, 200, "one root", "three focus")
		below.lacks(t, "not shown here")
	})
}

func TestThreadTellsWhatItDoesNotShow(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		hidden := write(t, s, social.Draft{Text: "secret words", Visibility: social.FollowersOnly})
		p := write(t, s, social.Draft{Text: "the visible end", InReplyTo: hidden.ID})
		got := visit(t, s).get(path(t, p.URL))
		got.want(t, 200, "begins with a post that is not shown here")
		got.lacks(t, "secret words", hidden.ID.String())

		bert := testkit.NewPeer(t).Person("bert")
		to := p.IRI
		for i := range 45 { // deeper than a page goes
			to = answer(t, s, bert, fmt.Sprint(i), fmt.Sprintf("step %02d.", i), to)["id"].(string)
		}
		got = visit(t, s).get(path(t, p.URL))
		got.want(t, 200, "step 00.", "step 39.", "There are more replies")
		got.lacks(t, "step 40.")
		if n := strings.Count(got.body, `class="below"`); n > 4 {
			t.Errorf("answers are indented %d times, want four at most: a phone is narrow", n)
		}
	})
}

func TestWhomTheOwnerBlocksIsNotOnTheirPages(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		peer := testkit.NewPeer(t)
		bert, cleo := peer.Person("bert"), peer.Person("cleo")
		p := write(t, s, social.Draft{Text: "hello"})
		rude := answer(t, s, bert, "1", "rude words", p.IRI)
		answer(t, s, cleo, "2", "about the rude", rude["id"].(string))
		visit(t, s).get(path(t, p.URL)).want(t, 200, "rude words", "about the rude")
		a, err := s.DB.ActorByIRI(t.Context(), bert.IRI)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Publisher.Block(t.Context(), a.ID); err != nil {
			t.Fatal(err)
		}
		got := visit(t, s).get(path(t, p.URL))
		got.want(t, 200, "hello")
		got.lacks(t, "rude words", "about the rude")
	})
}

func TestOwnerFindsTheReaderFromThePublicPage(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		p := write(t, s, social.Draft{Text: "hello"})
		link := `href="/posts/` + p.ID.String() + `"`
		visit(t, s).get(path(t, p.URL)).lacks(t, link)
		owner := visit(t, s)
		owner.login()
		owner.get(path(t, p.URL)).want(t, 200, link, "hello")
		visit(t, s).get(path(t, p.URL)).lacks(t, link) // what the owner sees is kept for nobody
	})
}

func TestProfileSaysWhoItIs(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		err := s.Publisher.EditProfile(t.Context(), social.Profile{Name: "Anna & co", Bio: "a bio", HideFollows: true,
			Fields: []social.ProfileField{{Name: "Pronouns", Value: "she"}, {Name: "Web", Value: "https://anna.example/"}}})
		if err != nil {
			t.Fatal(err)
		}
		write(t, s, social.Draft{Text: "hello"})
		p := visit(t, s).get("/@anna")
		p.want(t, 200, "h-card", `class="p-name" dir="auto">Anna &amp; co</h1>`, "Pronouns", `rel="me nofollow noopener"`, "<b>1</b> post<", "<b>0</b> followers", "Here since",
			`<meta property="og:type" content="profile">`, `<meta property="profile:username" content="anna">`, `<meta name="description" content="a bio">`,
			`<meta property="og:title" content="Anna &amp; co (@`)
		p.lacks(t, "og:image") // there is no picture yet
	})
}

func TestPagesLeadBackToTheNewest(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		for i := range 21 {
			write(t, s, social.Draft{Text: fmt.Sprintf("number %d #rock", i)})
		}
		for at, canonical := range map[string]string{"/@anna": "/@anna", "/tags/rock": "/tags/rock"} {
			first := visit(t, s).get(at)
			first.lacks(t, "Newest posts")
			_, rest, _ := strings.Cut(first.body, `href="?before=`)
			before, _, _ := strings.Cut(rest, `"`)
			visit(t, s).get(at+"?before="+before).want(t, 200, `<a href="`+s.Origin+canonical+`">Newest posts</a>`, "number 0 ")
		}
	})
}

func TestCardOfAPostKeepsWhatTheWarningHides(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		plain := write(t, s, social.Draft{Text: "a lighthouse & the sea"})
		warned := write(t, s, social.Draft{Text: "the butler did it", Warning: "how it ends"})
		p := visit(t, s).get(path(t, plain.URL))
		p.want(t, 200, `<meta property="og:description" content="a lighthouse &amp; the sea">`, `<meta property="og:type" content="article">`,
			`<meta property="article:published_time" content="`, `<meta property="og:site_name" content="`, `<meta name="twitter:card" content="summary">`,
			`<meta property="og:url" content="`+plain.URL+`">`)
		head, _, _ := strings.Cut(visit(t, s).get(path(t, warned.URL)).body, "</head>")
		if !strings.Contains(head, `content="how it ends"`) || strings.Contains(head, "butler") {
			t.Errorf("got the head %s, want the warning and not what it hides", head)
		}
	})
}

func TestPostIsEmbeddedAsAQuotation(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		p := write(t, s, social.Draft{Text: "the <tide> #rock", Language: "en"})
		v := visit(t, s)
		page := v.get(path(t, p.URL)).body
		_, rest, _ := strings.Cut(page, `type="application/json+oembed" href="`)
		link, _, _ := strings.Cut(rest, `"`)
		if !strings.HasPrefix(link, s.Origin+"/oembed?url=") {
			t.Fatalf("the page leads to %q, want the description of the post", link)
		}
		got := v.get(path(t, link))
		got.want(t, 200)
		var e map[string]any
		if err := json.Unmarshal([]byte(got.body), &e); err != nil {
			t.Fatal(err)
		}
		want := map[string]any{
			"version": "1.0", "type": "rich", "title": "the <tide> #rock", "author_name": "anna", "author_url": s.Origin + "/@anna", "provider_name": s.Owner.Domain,
			"provider_url": s.Origin + "/", "cache_age": 3600., "width": 550., "height": nil, "html": e["html"],
		}
		if diff := cmp.Diff(want, e); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		html := fmt.Sprint(e["html"])
		for _, part := range []string{`<blockquote cite="` + p.URL + `" lang="en"`, "the &lt;tide&gt;", `href="` + p.URL + `"`, "</blockquote>"} {
			if !strings.Contains(html, part) {
				t.Errorf("got %s, want %s in it", html, part)
			}
		}
		if strings.Contains(html, "<script") || strings.Contains(html, "class=\"emoji") {
			t.Errorf("got %s, want what stands by itself", html)
		}
		if by := v.get("/oembed?maxwidth=320&url=" + url.QueryEscape(p.IRI)); !strings.Contains(by.body, `"width":320`) {
			t.Errorf("by its id, narrow: got %s", by.body)
		}
		v.get("/oembed?format=xml&url="+url.QueryEscape(p.URL)).want(t, 501)
	})
}

func TestOnlyOpenPostsAreEmbedded(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		closed := write(t, s, social.Draft{Text: "secret words", Visibility: social.FollowersOnly})
		gone := write(t, s, social.Draft{Text: "gone"})
		if err := s.Publisher.Delete(t.Context(), gone.ID); err != nil {
			t.Fatal(err)
		}
		bert := testkit.NewPeer(t).Person("bert")
		open := write(t, s, social.Draft{Text: "open"})
		theirs := answer(t, s, bert, "1", "not ours", open.IRI)
		owner := visit(t, s)
		owner.login()
		for _, v := range []*visitor{owner, visit(t, s)} {
			for address, status := range map[string]int{
				closed.URL: 404, gone.URL: 410, theirs["id"].(string): 404, s.Origin + "/@anna": 404, s.Origin + "/@anna/x": 404, "": 404, s.Origin + "/@anna/1": 404,
			} {
				got := v.get("/oembed?url=" + url.QueryEscape(address))
				got.want(t, status, `"error"`)
				got.lacks(t, "secret words", "not ours")
			}
		}
	})
}

func TestErrorPagesAreForPeople(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		p := write(t, s, social.Draft{Text: "hello"})
		if err := s.Publisher.Delete(t.Context(), p.ID); err != nil {
			t.Fatal(err)
		}
		for at, want := range map[string][]string{
			path(t, p.URL): {"<h1>Gone</h1>", "its author deleted it"}, "/nothing": {"<h1>Nothing here</h1>", "There is nothing at this address."}, "/@nobody": {"nobody of that name"},
		} {
			got := visit(t, s).get(at)
			for _, text := range want {
				if !strings.Contains(strings.ToLower(got.body), strings.ToLower(text)) {
					t.Errorf("%s: got %s, want %q", at, got.shown(), text)
				}
			}
			checkPage(t, at, got)
		}
		if got := visit(t, s).get("/robots.txt"); got.status != 200 || !strings.Contains(got.body, "Disallow: /interact\n") || got.header.Get("Content-Type") != "text/plain; charset=utf-8" {
			t.Errorf("robots.txt: got %d %v %s", got.status, got.header, got.body)
		}
	})
}

// What is kept for strangers must not be shown once anything has changed, and what the
// owner sees is never kept.
func TestStrangersSeeEachChangeAtOnce(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		p := write(t, s, social.Draft{Text: "before"})
		v, owner := visit(t, s), visit(t, s)
		owner.login()
		for _, at := range []string{"/@anna", path(t, p.URL)} {
			v.get(at).want(t, 200, "before")
			owner.get(at).want(t, 200, `action="/logout"`)
			v.get(at).lacks(t, `action="/logout"`)
			owner.get(at).want(t, 200, `action="/logout"`)
		}
		if _, err := s.Publisher.Edit(t.Context(), p.ID, social.Draft{Text: "after"}); err != nil {
			t.Fatal(err)
		}
		for _, at := range []string{"/@anna", path(t, p.URL)} {
			v.get(at).want(t, 200, "after")
		}
		if err := s.Publisher.Delete(t.Context(), p.ID); err != nil {
			t.Fatal(err)
		}
		v.get("/@anna").lacks(t, "after")
		v.get(path(t, p.URL)).want(t, 410)
		kinds := []string{v.get("/@anna").header.Get("Content-Type"), v.get("/@anna", "Accept", "application/activity+json").header.Get("Content-Type")}
		if want := []string{"text/html; charset=utf-8", "application/activity+json; charset=utf-8"}; !slices.Equal(kinds, want) {
			t.Errorf("the kept page and the document are %v, want %v", kinds, want)
		}
	})
}
