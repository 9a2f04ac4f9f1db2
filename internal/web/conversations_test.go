package web_test

import (
	"regexp"
	"testing"

	"skerry/internal/social"
	"skerry/internal/testkit"
)

func TestConversationsAreListedUntilHidden(t *testing.T) {
	neighbours(t, func(t *testing.T, anna, bert *testkit.Server) {
		v := reading(t, anna)
		v.get("/conversations").want(t, 200, "is listed here")
		first := write(t, bert, social.Draft{Text: "@" + anna.Owner.Handle() + " a word with you", Visibility: social.Direct})
		testkit.Settle(t, anna, bert)
		got := v.get("/conversations")
		got.want(t, 200, ">bert</b>", ">a word with you</span>", "New", " ago</time>")
		checkPage(t, "conversations", got)

		at := "/posts/" + heard(t, anna, first).ID.String()
		v.get(at, "Sec-Purpose", "prefetch")
		v.get("/conversations").want(t, 200, "New")
		v.get(at).want(t, 200, "a word with you")
		v.get("/conversations").lacks(t, "New")

		write(t, anna, social.Draft{Text: "@" + bert.Owner.Handle() + " say on", Visibility: social.Direct, InReplyTo: heard(t, anna, first).ID})
		v.get("/conversations").want(t, 200, ">You: say on</span>")
		hide := regexp.MustCompile(`/conversations/\d+/hide`).FindString(v.get("/conversations").body)
		for range 2 { // the second is a second press
			got = v.submit(hide, nil)
			if got.want(t, 303); got.header.Get("Location") != "/conversations" {
				t.Errorf("sent to %s, want the list", got.header.Get("Location"))
			}
		}
		v.get("/conversations").lacks(t, "say on")

		write(t, bert, social.Draft{Text: "@" + anna.Owner.Handle() + " one more thing", Visibility: social.Direct, InReplyTo: first.ID})
		testkit.Settle(t, anna, bert)
		v.get("/conversations").want(t, 200, ">one more thing</span>")
		v.submit("/conversations/1/hide", nil).want(t, 303)
		visit(t, anna).get("/conversations").lacks(t, "one more thing")
	})
}

func TestConversationsGoOnWhereTheirPageEnds(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		for range 21 {
			write(t, s, social.Draft{Text: "note to myself", Visibility: social.Direct})
		}
		v := reading(t, s)
		got := v.get("/conversations")
		if n := got.count("You: note to myself"); n != 20 {
			t.Errorf("got %d conversations, want 20", n)
		}
		older := v.get("/conversations" + regexp.MustCompile(`\?before=\d+`).FindString(got.body))
		if n := older.count("You: note to myself"); n != 1 {
			t.Errorf("the next page has %d conversations in %s, want 1", n, older.shown())
		}
		v.get("/conversations?before=x").want(t, 404)
	})
}
