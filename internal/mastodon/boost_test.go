package mastodon_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/testkit"
)

func TestBoostIsAStatusAroundThePost(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		theirs := st.write(st.bert, "1", "hello", st.naming)
		path := "/v1/statuses/" + text(theirs, "id")
		boost := st.post(path + "/reblog")
		want := object{"account": st.Owner.ID.String(), "content": theirs["content"], "visibility": "public", "reblogged": true, "inner": theirs["id"],
			"inner account": at(theirs, "account", "id"), "inner reblogged": true, "inner count": "1"}
		got := object{"account": at(boost, "account", "id"), "content": boost["content"], "visibility": boost["visibility"], "reblogged": boost["reblogged"],
			"inner": at(boost, "reblog", "id"), "inner account": at(boost, "reblog", "account", "id"), "inner reblogged": at(boost, "reblog", "reblogged"),
			"inner count": show(at(boost, "reblog", "reblogs_count"))}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("boost (-want +got):\n%s", diff)
		}
		if boost["id"] == theirs["id"] || boost["uri"] == theirs["uri"] {
			t.Errorf("got id %v and uri %v, want its own", boost["id"], boost["uri"])
		}
		if again := st.post(path + "/reblog"); again["id"] != boost["id"] {
			t.Errorf("boosted twice: got %v, want the same boost %v", again["id"], boost["id"])
		}
		if diff := cmp.Diff(boost, st.get("/v1/statuses/"+text(boost, "id"))); diff != "" {
			t.Errorf("read by its own id (-boost +got):\n%s", diff)
		}
		if home := st.list("/v1/timelines/home"); len(home) != 1 || home[0]["id"] != boost["id"] {
			t.Errorf("home has %v, want the boost %v", ids(home), boost["id"])
		}
	})
}

// Apps that show a boost may send its own id for what is meant for the post.
func TestIdOfABoostMeansThePost(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		post := st.say("hello")
		boost := "/v1/statuses/" + text(st.post("/v1/statuses/"+text(post, "id")+"/reblog"), "id")
		for _, c := range []struct {
			verb, field string
			want        bool
		}{{"favourite", "favourited", true}, {"unfavourite", "favourited", false}, {"pin", "pinned", true}, {"unpin", "pinned", false}} {
			if got := st.post(boost + "/" + c.verb); got["id"] != post["id"] || got[c.field] != c.want {
				t.Errorf("%s: got %v and %s %v, want %v and %v", c.verb, got["id"], c.field, got[c.field], post["id"], c.want)
			}
		}
		if answer := st.say("answer", "in_reply_to_id", strings.TrimPrefix(boost, "/v1/statuses/")); answer["in_reply_to_id"] != post["id"] {
			t.Errorf("answers %v, want %v", answer["in_reply_to_id"], post["id"])
		}
		if again := st.post(boost + "/reblog"); at(again, "reblog", "id") != post["id"] {
			t.Errorf("boosted %v, want %v", at(again, "reblog", "id"), post["id"])
		}
		st.refused(404, "DELETE", boost)
		st.refused(404, "PUT", boost, form("status", "x"))
		st.refused(404, "GET", boost+"/source")
		if got := st.post(boost + "/unreblog"); got["id"] != post["id"] || got["reblogged"] != false {
			t.Errorf("unreblog: got %v, want the post, not boosted", got)
		}
		st.refused(404, "GET", boost)
	})
}

func TestWhatIsNotOpenIsNotBoosted(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		bert := st.follow(st.bert)
		private := st.write(st.bert, "1", "for followers", only(st.bert.IRI+"/followers"))
		if private["visibility"] != "private" {
			t.Fatalf("visibility is %v, want private", private["visibility"])
		}
		st.refused(403, "POST", "/v1/statuses/"+text(private, "id")+"/reblog")
		st.refused(403, "POST", "/v1/statuses/"+text(st.say("to me", "visibility", "direct"), "id")+"/reblog")
		own := st.say("mine", "visibility", "private")
		if got := st.post("/v1/statuses/" + text(own, "id") + "/reblog"); got["visibility"] != "private" {
			t.Errorf("boost of a private post is %v, want private", got["visibility"])
		}
		open := "/v1/statuses/" + text(st.say("open"), "id") + "/reblog"
		st.refused(422, "POST", open, form("visibility", "direct"))
		st.refused(422, "POST", open, form("visibility", "nobody"))
		if got := st.post(open, "visibility", "unlisted"); got["visibility"] != "unlisted" {
			t.Errorf("got %v, want unlisted as asked", got["visibility"])
		}
		st.post("/v1/accounts/" + bert + "/unfollow")
		st.refused(404, "GET", "/v1/statuses/"+text(private, "id"))
	})
}

func TestMarksAreShownAndTakenBack(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		theirs := st.write(st.bert, "1", "hello", st.naming)
		path := "/v1/statuses/" + text(theirs, "id")
		for range 2 { // the second is nothing new
			if got := st.post(path + "/favourite"); got["favourited"] != true || show(got["favourites_count"]) != "1" {
				t.Errorf("got %v with %v, want it liked once", got["favourited"], got["favourites_count"])
			}
		}
		for range 2 {
			if got := st.post(path + "/unfavourite"); got["favourited"] != false || show(got["favourites_count"]) != "0" {
				t.Errorf("got %v with %v, want it not liked", got["favourited"], got["favourites_count"])
			}
			st.post(path + "/unreblog")
		}
		testkit.Settle(t, st.Server)
		if likes, undos := st.peer.Got("Like"), st.peer.Got("Undo"); len(likes) != 1 || len(undos) != 1 {
			t.Errorf("bert got %d Likes and %d Undos, want one of each", len(likes), len(undos))
		}
	})
}

func TestPinsAreListedAndBounded(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		want := []string{}
		for range 5 {
			id := text(st.say("hello"), "id")
			want = append([]string{id}, want...)
			if got := st.post("/v1/statuses/" + id + "/pin"); got["pinned"] != true {
				t.Errorf("pinned is %v, want true", got["pinned"])
			}
		}
		sixth := text(st.say("one more"), "id")
		st.refused(422, "POST", "/v1/statuses/"+sixth+"/pin")
		st.refused(422, "POST", "/v1/statuses/"+text(st.say("to me", "visibility", "direct"), "id")+"/pin")
		pinned := "/v1/accounts/" + st.Owner.ID.String() + "/statuses?pinned=true"
		if diff := cmp.Diff(want, ids(st.list(pinned))); diff != "" {
			t.Errorf("pins (-want +got):\n%s", diff)
		}
		st.post("/v1/statuses/" + want[0] + "/unpin")
		if diff := cmp.Diff(want[1:], ids(st.list(pinned))); diff != "" {
			t.Errorf("pins after one was taken off (-want +got):\n%s", diff)
		}
	})
}
