package web_test

import (
	"testing"

	"skerry/internal/social"
	"skerry/internal/testkit"
)

func TestNotificationsOfOneThingAreOne(t *testing.T) {
	neighbours(t, func(t *testing.T, anna, bert *testkit.Server) {
		cora := testkit.Start(t, "", "cora")
		p := write(t, anna, social.Draft{Text: "like me"})
		for _, s := range []*testkit.Server{bert, cora} {
			theirs, err := s.Finder.Post(t.Context(), p.IRI)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Publisher.Like(t.Context(), theirs.ID); err != nil {
				t.Fatal(err)
			}
			follow(t, s, anna)
		}
		at := heard(t, bert, p)
		write(t, bert, social.Draft{Text: "@" + anna.Owner.Handle() + " my answer", InReplyTo: at.ID})
		testkit.Settle(t, anna, bert, cora)
		v := reading(t, anna)
		v.get("/likes").want(t, 200, `id="unread">5<`, "<title>(5) ")
		v.get("/live").want(t, 200, `{"unread":5,"home":0}`)
		v.get("/notifications?show=mentions").want(t, 200, "my answer", "(5)")
		got := v.get("/notifications")
		got.want(t, 200, "followed you", "liked your post", ">like me</a>", "answered", "my answer", `id="unread" hidden`)
		checkPage(t, "notifications", got)
		for text, want := range map[string]int{"liked your post": 1, "followed you": 1, `class="told new"`: 3, ">New<": 3} {
			if n := got.count(text); n != want {
				t.Errorf("got %q %d times in %s, want %d", text, n, got.shown(), want)
			}
		}
		v.get("/notifications").lacks(t, ">New<")
		v.get("/notifications?show=mentions").lacks(t, "liked your post")
	})
}

func TestFollowRequestsAreAnsweredFromNotifications(t *testing.T) {
	onServer(t, func(t *testing.T, anna *testkit.Server) {
		if err := anna.Publisher.EditProfile(t.Context(), social.Profile{Name: "Anna", Locked: true}); err != nil {
			t.Fatal(err)
		}
		bert, cora := testkit.Start(t, "", "bert"), testkit.Start(t, "", "cora")
		follow(t, bert, anna)
		follow(t, cora, anna)
		v := reading(t, anna)
		v.get("/notifications").want(t, 200, "2 people ask to follow you", ">Accept<", ">Reject<")
		for verb, s := range map[string]*testkit.Server{"accept": bert, "reject": cora} {
			got := v.submit("/people/"+known(t, anna, s).ID.String()+"/"+verb, map[string][]string{"back": {"/notifications"}})
			if got.status != 303 || got.header.Get("Location") != "/notifications" {
				t.Errorf("%s: got %d to %q, want the way back", verb, got.status, got.header.Get("Location"))
			}
		}
		testkit.Settle(t, anna, bert, cora)
		v.get("/notifications").lacks(t, "ask to follow you", "asks to follow you")
		v.get("/followers").want(t, 200, "@bert@", "Follow back")
		v.get("/followers").lacks(t, "@cora@")
	})
}
