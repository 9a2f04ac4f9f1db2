package web_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"skerry/internal/social"
	"skerry/internal/testkit"
)

// comes asks for what is new on a page until nobody looks any more, as its script does,
// and gives the mark of what is there then.
func (v *visitor) comes(at string) string {
	v.t.Helper()
	for until := time.Now().Add(time.Minute); time.Now().Before(until); {
		got := v.get(at, "Accept", "application/json")
		if got.want(v.t, 200, `"mark":"`); strings.Contains(got.body, `"looking":false`) {
			return between(v.t, got.body, `"mark":"`, `"`)
		}
	}
	v.t.Fatalf("%s: somebody looks for ever", at)
	return ""
}

func TestPageTellsWhenMoreOfItHasCome(t *testing.T) {
	onServer(t, func(t *testing.T, anna *testkit.Server) {
		bert := testkit.Start(t, "", "bert")
		root := write(t, bert, social.Draft{Text: "the root"})
		middle := write(t, bert, social.Draft{Text: "the middle", InReplyTo: root.ID})
		write(t, bert, social.Draft{Text: "the last", InReplyTo: middle.ID})
		v := reading(t, anna)
		at := "/people/" + known(t, anna, bert).ID.String()
		v.get(at, "Sec-Purpose", "prefetch").lacks(t, "Looking for more")
		got := v.get(at)
		got.want(t, 200, "Looking for more", `<a href="`+at+`">Look again</a>`, "/static/looking.js")
		checkPage(t, "person", got)
		if mark := v.comes(at + "/news"); mark == between(t, got.body, `data-mark="`, `"`) {
			t.Error("the mark is the same when posts came")
		}
		got = v.get(at)
		got.want(t, 200, "the root", "the middle", "the last")
		got.lacks(t, "Looking for more", "/static/looking.js")

		at = "/posts/" + heard(t, anna, middle).ID.String()
		got = v.get(at)
		got.want(t, 200, "Looking for more")
		checkPage(t, "thread", got)
		if mark := v.comes(at + "/news"); mark != between(t, got.body, `data-mark="`, `"`) {
			t.Error("the mark is another one when all was here")
		}
		v.get("/posts/1/news").want(t, 404)
		v.get("/people/1/news").want(t, 404)
		visit(t, anna).get(at+"/news").leads(t, "/login?back="+url.QueryEscape(at+"/news"))
	})
}
