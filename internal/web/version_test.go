package web_test

import (
	"strings"
	"testing"

	"skerry/internal/social"
	"skerry/internal/testkit"
)

func TestVersionsOfAPostAreAPage(t *testing.T) {
	neighbours(t, func(t *testing.T, anna, bert *testkit.Server) {
		p := write(t, bert, social.Draft{Text: "first words"})
		testkit.Settle(t, anna, bert)
		if _, err := bert.Publisher.Edit(t.Context(), p.ID, social.Draft{Text: "second words", Warning: "careful"}); err != nil {
			t.Fatal(err)
		}
		testkit.Settle(t, anna, bert)
		at := "/posts/" + heard(t, anna, p).ID.String()
		v := reading(t, anna)
		v.get(at).want(t, 200, `href="`+at+`/history"`)
		got := v.get(at + "/history")
		got.want(t, 200, "second words", "careful", "as it is", "first words", "as it was first written", `href="`+at+`"`)
		if strings.Index(got.body, "second words") > strings.Index(got.body, "first words") {
			t.Error("the first version stands above the second, want the newest first")
		}
		checkPage(t, "history", got)

		public := strings.TrimPrefix(p.URL, bert.Origin)
		anybody := visit(t, bert)
		anybody.get(public).want(t, 200, `/history"`)
		got = anybody.get(public + "/history")
		got.want(t, 200, "first words", "second words")
		checkPage(t, "public history", got)
		closed := write(t, bert, social.Draft{Text: "for followers", Visibility: social.FollowersOnly})
		anybody.get(strings.TrimPrefix(closed.URL, bert.Origin)+"/history").want(t, 404)
		if err := bert.Publisher.Delete(t.Context(), p.ID); err != nil {
			t.Fatal(err)
		}
		anybody.get(public+"/history").want(t, 404)
		v.get("/posts/1/history").want(t, 404)
	})
}
