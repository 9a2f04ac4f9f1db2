package web_test

import (
	"strings"
	"testing"

	"skerry/internal/social"
	"skerry/internal/testkit"
)

func TestArticleIsReadWholeOnItsOwnPage(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		peer := testkit.NewPeer(t)
		bert := peer.Person("bert")
		root := write(t, s, social.Draft{Text: "the root"})
		article := bert.Note("1", "")
		article["type"], article["name"], article["inReplyTo"] = "Article", "On tides", root.IRI
		send := func(verb, id, end string) social.Post {
			t.Helper()
			article["content"] = "<p>" + strings.Repeat("The tide comes in. ", 50) + `</p><h2>The end</h2><p onclick="x()">` + end + "</p>"
			if status, said := bert.Send(s.Owner.Inbox, bert.Activity(verb, id, article)); status != 202 {
				t.Fatalf("got %d %s, want 202", status, said)
			}
			testkit.Settle(t, s)
			p, err := s.DB.PostByIRI(t.Context(), article["id"].(string))
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		p := send("Create", "1", "It goes out.")
		v := reading(t, s)
		at := "/posts/" + p.ID.String()
		got := v.get("/posts/" + root.ID.String())
		got.want(t, 200, `<a href="`+at+`">On tides</a></h2>`, "The tide comes in.", `<a class="button small second" href="`+at+`">Read on</a>`)
		got.lacks(t, "It goes out.")
		if n := got.count(">On tides<"); n != 1 {
			t.Errorf("the title stands %d times in %s, want once", n, got.shown())
		}
		got = v.get(at)
		got.want(t, 200, "The end", "It goes out.")
		got.lacks(t, "Read on", "onclick")
		checkPage(t, "thread", got)
		visit(t, s).get(path(t, root.URL)).want(t, 200, `<a class="button small second" href="`+p.IRI+`">Read on</a>`)

		article["updated"] = "2035-01-02T03:04:05Z"
		send("Update", "2", "It comes back.")
		got = v.get(at)
		got.want(t, 200, "It comes back.")
		got.lacks(t, "It goes out.")
	})
}
