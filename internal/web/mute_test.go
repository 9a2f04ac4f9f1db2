package web_test

import (
	"net/url"
	"testing"
	"time"

	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/testkit"
)

func TestPersonIsMutedForAsLongAsIsChosen(t *testing.T) {
	neighbours(t, func(t *testing.T, anna, bert *testkit.Server) {
		p := write(t, bert, social.Draft{Text: "words of bert"})
		testkit.Settle(t, anna, bert)
		at := "/people/" + known(t, anna, bert).ID.String()
		v := reading(t, anna)
		v.get("/home").want(t, 200, "words of bert", `href="`+at+`/mute?back=`)
		v.get("/muted").want(t, 200, "You mute nobody")
		form := v.get(at + "/mute?back=/home")
		form.want(t, 200, "Mute this person?", `name="back" value="/home"`, "For a day")
		checkPage(t, "mute", form)
		for _, wrong := range []string{"", "-1", "x", "999999999999", "9223372036854775807"} {
			got := v.submit(at+"/mute", url.Values{"length": {wrong}, "told": {"on"}})
			got.want(t, 422, "Choose for how long.", `name="told" checked`)
			checkPage(t, "mute refused", got)
		}
		v.submit(at+"/mute", url.Values{"length": {"86400"}, "back": {"/home"}}).leads(t, "/home")
		v.get("/home").lacks(t, "words of bert")
		v.get(at).want(t, 200, "You mute @bert@", "until <time", "words of bert", ">Unmute<", ">Unfollow<")
		v.get("/posts/"+heard(t, anna, p).ID.String()).want(t, 200, "words of bert")
		list := v.get("/muted")
		list.want(t, 200, "@bert@", "Muted until", ">Unmute<")
		checkPage(t, "muted", list)
		mutes, err := anna.DB.Mutes(t.Context(), store.PageOf{Limit: 9})
		if err != nil || len(mutes) != 1 || !mutes[0].Notifications || time.Until(mutes[0].Until).Round(time.Hour) != 24*time.Hour {
			t.Errorf("got %+v, %v; want one for a day, notifications too", mutes, err)
		}
		v.submit(at+"/unmute", url.Values{"back": {"/muted"}}).leads(t, "/muted")
		v.get("/home").want(t, 200, "words of bert")
		v.submit(at+"/mute", url.Values{"length": {"0"}, "told": {"on"}}).leads(t, at)
		v.get(at).want(t, 200, "and are told of what they do")
	})
}

func TestMutedAreNotFoundByHashtag(t *testing.T) {
	neighbours(t, func(t *testing.T, anna, bert *testkit.Server) {
		write(t, bert, social.Draft{Text: "words about #tides"})
		testkit.Settle(t, anna, bert)
		v := reading(t, anna)
		v.get("/hashtags/tides").want(t, 200, "words about")
		v.submit("/people/"+known(t, anna, bert).ID.String()+"/mute", url.Values{"length": {"0"}})
		v.get("/hashtags/tides").lacks(t, "words about")
	})
}

func TestBoostsAreHiddenWhereTheyStand(t *testing.T) {
	neighbours(t, func(t *testing.T, anna, bert *testkit.Server) {
		mine := write(t, anna, social.Draft{Text: "boost me"})
		theirs, err := bert.Finder.Post(t.Context(), mine.IRI)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := bert.Publisher.Boost(t.Context(), theirs.ID, social.Public); err != nil {
			t.Fatal(err)
		}
		testkit.Settle(t, anna, bert)
		at := "/people/" + known(t, anna, bert).ID.String()
		v := reading(t, anna)
		v.get("/home").want(t, 200, "Boosted by", `formaction="`+at+`/hideboosts"`, ">Hide boosts by @bert@")
		v.submit(at+"/hideboosts", url.Values{"back": {"/home"}}).leads(t, "/home")
		v.get("/home").lacks(t, "Boosted by")
		v.get(at).want(t, 200, "boosts is not in your timeline", ">Show their boosts<")
		v.submit(at+"/showboosts", nil).leads(t, at)
		v.get("/home").want(t, 200, "Boosted by")
	})
}

func TestConversationIsMutedWhereItIs(t *testing.T) {
	neighbours(t, func(t *testing.T, anna, bert *testkit.Server) {
		mine := write(t, anna, social.Draft{Text: "a question"})
		theirs, err := bert.Finder.Post(t.Context(), mine.IRI)
		if err != nil {
			t.Fatal(err)
		}
		write(t, bert, social.Draft{Text: "@anna@" + anna.Owner.Domain + " an answer", InReplyTo: theirs.ID})
		testkit.Settle(t, anna, bert)
		at := "/posts/" + mine.ID.String()
		v := reading(t, anna)
		v.get("/notifications").want(t, 200, "an answer")
		v.get(at).want(t, 200, `formaction="`+at+`/mute"`, ">Mute this conversation<")
		v.submit(at+"/mute", nil).leads(t, at+"#p"+mine.ID.String())
		v.get("/notifications").lacks(t, "an answer")
		v.get(at).want(t, 200, "an answer", ">Notify me of this conversation again<")
		v.submit(at+"/unmute", nil)
		v.get("/notifications").want(t, 200, "an answer")
	})
}

func TestBlockedAreListed(t *testing.T) {
	neighbours(t, func(t *testing.T, anna, bert *testkit.Server) {
		v := reading(t, anna)
		v.get("/blocked").want(t, 200, "You block nobody", `href="/muted"`)
		at := "/people/" + known(t, anna, bert).ID.String()
		v.submit(at+"/block", nil)
		list := v.get("/blocked")
		list.want(t, 200, "@bert@", ">Unblock<")
		checkPage(t, "blocked", list)
		v.submit(at+"/unblock", url.Values{"back": {"/blocked"}}).leads(t, "/blocked")
		v.get("/blocked").want(t, 200, "You block nobody")
	})
}
