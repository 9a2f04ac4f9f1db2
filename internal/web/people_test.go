package web_test

import (
	"testing"

	"skerry/internal/social"
	"skerry/internal/testkit"
)

func TestPersonIsFollowedAndUnfollowedOnTheirPage(t *testing.T) {
	onServer(t, func(t *testing.T, anna *testkit.Server) {
		bert := testkit.Start(t, "", "bert")
		at := "/people/" + known(t, anna, bert).ID.String()
		v := reading(t, anna)
		got := v.get(at)
		got.want(t, 200, "@bert@", ">Follow<", bert.Owner.URL)
		checkPage(t, "person", got)
		v.submit(at+"/follow", nil).leads(t, at)
		v.get(at).want(t, 200, ">Cancel request<")
		testkit.Settle(t, anna, bert)
		v.get(at).want(t, 200, ">Unfollow<")
		v.get("/following").want(t, 200, "@bert@", ">Unfollow<")
		v.submit(at+"/unfollow", map[string][]string{"back": {"https://evil.example/"}}).leads(t, at)
		v.get(at).want(t, 200, ">Follow<")
		v.submit(at+"/steal", nil).want(t, 404)
		v.get(at+"/follow").want(t, 404)
		v.get("/people/1").want(t, 404, "Nobody is known here")
		v.get("/people/"+anna.Owner.ID.String()).leads(t, "/@anna")
	})
}

func TestPersonIsBlockedAfterAskingTwice(t *testing.T) {
	neighbours(t, func(t *testing.T, anna, bert *testkit.Server) {
		p := write(t, bert, social.Draft{Text: "words of bert"})
		testkit.Settle(t, anna, bert)
		at := "/people/" + known(t, anna, bert).ID.String()
		v := reading(t, anna)
		v.get(at+"/block").want(t, 200, "Block this person?", `action="`+at+`/block"`)
		v.submit(at+"/block", nil).leads(t, at)
		testkit.Settle(t, anna, bert)
		v.get("/home").lacks(t, "words of bert")
		v.get(at).want(t, 200, ">Unblock<")
		v.submit(at+"/unblock", nil).leads(t, at)
		v.get("/posts/"+heard(t, anna, p).ID.String()).want(t, 200, "words of bert")
	})
}

func TestPersonsPostsAreTabs(t *testing.T) {
	neighbours(t, func(t *testing.T, anna, bert *testkit.Server) {
		mine := write(t, anna, social.Draft{Text: "question"})
		theirs, err := bert.Finder.Post(t.Context(), mine.IRI)
		if err != nil {
			t.Fatal(err)
		}
		write(t, bert, social.Draft{Text: "an answer", InReplyTo: theirs.ID})
		first := write(t, bert, social.Draft{Text: "a beginning"})
		write(t, bert, social.Draft{Text: "a continuation", InReplyTo: first.ID})
		write(t, bert, social.Draft{Text: "for followers", Visibility: social.FollowersOnly})
		testkit.Settle(t, anna, bert)
		at := "/people/" + known(t, anna, bert).ID.String()
		v := reading(t, anna)
		// Of what bert sent before anna's server knew of it, only what names anna comes.
		got := v.get(at)
		got.want(t, 200, "a beginning", "a continuation", "for followers")
		got.lacks(t, "an answer")
		v.get(at+"?show=replies").want(t, 200, "an answer", "a beginning")
		v.get(at+"?show=media").want(t, 200, "Nothing of this is known here yet")
	})
}
