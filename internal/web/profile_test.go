package web_test

import (
	"regexp"
	"testing"

	"skerry/internal/social"
	"skerry/internal/testkit"
)

func TestProfileHasTabsAndBoosts(t *testing.T) {
	neighbours(t, func(t *testing.T, anna, bert *testkit.Server) {
		theirs := write(t, bert, social.Draft{Text: "words of bert"})
		closed := write(t, bert, social.Draft{Text: "for followers", Visibility: social.FollowersOnly})
		testkit.Settle(t, anna, bert)
		heard(t, anna, closed)
		mine := write(t, anna, social.Draft{Text: "a beginning"})
		write(t, anna, social.Draft{Text: "a continuation", InReplyTo: mine.ID})
		write(t, anna, social.Draft{Text: "an answer", InReplyTo: heard(t, anna, theirs).ID})
		for _, p := range []social.Post{heard(t, anna, theirs), mine} {
			if _, err := anna.Publisher.Boost(t.Context(), p.ID, social.Public); err != nil {
				t.Fatal(err)
			}
		}
		v := visit(t, anna)
		got := v.get("/@anna")
		got.want(t, 200, "a beginning", "a continuation", "words of bert", "Boosted by ", `href="/@anna?show=replies"`, `href="/@anna?show=media"`, `href="`+theirs.URL+`"`)
		got.lacks(t, "an answer", "for followers")
		if n := got.count(">a beginning<"); n != 1 {
			t.Errorf("got what anna wrote and boosted %d times in %s, want once", n, got.shown())
		}
		checkPage(t, "profile", got)
		if got.header.Get("ETag") == "" {
			t.Error("the page has no entity tag")
		}
		v.get("/@anna", "If-None-Match", got.header.Get("ETag")).want(t, 304)
		v.get("/@anna?show=replies").want(t, 200, "an answer", "words of bert")
		v.get("/@anna?show=media").lacks(t, "a beginning", "words of bert")
		if err := anna.Publisher.Block(t.Context(), known(t, anna, bert).ID); err != nil {
			t.Fatal(err)
		}
		v.get("/@anna").lacks(t, "words of bert")
	})
}

func TestTabOfAProfileGoesOnWhereItsPageEnds(t *testing.T) {
	neighbours(t, func(t *testing.T, anna, bert *testkit.Server) {
		theirs := write(t, bert, social.Draft{Text: "words of bert"})
		testkit.Settle(t, anna, bert)
		if _, err := anna.Publisher.Boost(t.Context(), heard(t, anna, theirs).ID, social.Public); err != nil {
			t.Fatal(err)
		}
		for range 20 {
			write(t, anna, social.Draft{Text: "an answer", InReplyTo: heard(t, anna, theirs).ID})
		}
		v := visit(t, anna)
		got := v.get("/@anna?show=replies")
		if n := got.count(">an answer<"); n != 20 {
			t.Errorf("got %d answers, want 20", n)
		}
		next := regexp.MustCompile(`href="(\?before=\d+&amp;show=replies)" rel="next"`).FindStringSubmatch(got.body)
		if next == nil {
			t.Fatalf("got %s, want a next page", got.shown())
		}
		v.get("/@anna"+regexp.MustCompile(`&amp;`).ReplaceAllString(next[1], "&")).want(t, 200, "words of bert")
	})
}
