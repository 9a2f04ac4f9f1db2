package web_test

import (
	"net/url"
	"testing"

	"skerry/internal/social"
	"skerry/internal/testkit"
)

func TestHashtagIsReadAndFollowed(t *testing.T) {
	neighbours(t, func(t *testing.T, anna, bert *testkit.Server) {
		write(t, bert, social.Draft{Text: "a #Bear"})
		write(t, bert, social.Draft{Text: "a hidden #bear", Visibility: social.Unlisted})
		testkit.Settle(t, anna, bert)
		v := reading(t, anna)
		got := v.get("/hashtags/BEAR")
		got.want(t, 200, "#Bear</h1>", "a <a", "Follow</button>")
		got.lacks(t, "a hidden")
		v.get("/hashtags/bear?media=1").want(t, 200, "No public post with this hashtag")
		v.get("/hashtags/zzz").want(t, 200, "#zzz</h1>", "No public post with this hashtag")
		v.get("/hashtags/1").want(t, 404, "one word")
		v.submit("/hashtags/Bear/follow", url.Values{}).leads(t, "/hashtags/Bear")
		v.get("/hashtags/bear").want(t, 200, "You follow this hashtag", "Unfollow</button>")
		v.submit("/hashtags", url.Values{"name": {"two words"}}).want(t, 422, `value="two words"`, `aria-invalid="true"`, "one word of letters")
		v.submit("/hashtags", url.Values{"name": {"#Wolf"}}).leads(t, "/hashtags/Wolf")
		v.get("/hashtags").want(t, 200, `action="/hashtags/Bear/unfollow"`, `href="/hashtags/Wolf"`)
		v.submit("/hashtags/bear/unfollow", url.Values{"back": {"/hashtags"}}).leads(t, "/hashtags")
		v.get("/hashtags").lacks(t, "Bear")
	})
}

func TestEveryoneShowsPublicPostsOfAll(t *testing.T) {
	neighbours(t, func(t *testing.T, anna, bert *testkit.Server) {
		write(t, anna, social.Draft{Text: "ebbing", Language: "de"})
		write(t, bert, social.Draft{Text: "theirs", Language: "fr"})
		write(t, bert, social.Draft{Text: "closed", Visibility: social.FollowersOnly})
		testkit.Settle(t, anna, bert)
		v := reading(t, anna)
		got := v.get("/everyone")
		got.want(t, 200, "ebbing", "theirs", "Deutsch", "Français")
		got.lacks(t, "closed")
		got = v.get("/everyone?language=fr")
		got.want(t, 200, "theirs")
		got.lacks(t, "ebbing")
		v.get("/everyone?language=fr&media=1").want(t, 200, "Nothing here is so")
	})
}
