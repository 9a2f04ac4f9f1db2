package mastodon_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/testkit"
)

func TestBookmarkIsKeptAndNobodyIsTold(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		theirs := st.write(st.bert, "1", "hello", st.naming)
		path := "/v1/statuses/" + text(theirs, "id")
		for range 2 {
			if got := st.post(path + "/bookmark"); got["bookmarked"] != true {
				t.Errorf("bookmarked: got %v, want true", got["bookmarked"])
			}
		}
		if diff := cmp.Diff([]string{text(theirs, "id")}, ids(st.list("/v1/bookmarks"))); diff != "" {
			t.Errorf("bookmarks (-want +got):\n%s", diff)
		}
		if got := st.list("/v1/bookmarks")[0]; got["bookmarked"] != true || got["favourited"] != false {
			t.Errorf("in the list: bookmarked is %v, favourited %v; want true, false", got["bookmarked"], got["favourited"])
		}
		if got := st.post(path + "/unbookmark"); got["bookmarked"] != false {
			t.Errorf("bookmarked after unbookmark: got %v, want false", got["bookmarked"])
		}
		st.post(path + "/unbookmark")
		testkit.Settle(t, st.Server)
		if left := st.list("/v1/bookmarks"); len(left) != 0 {
			t.Errorf("got %d bookmarks, want none", len(left))
		}
		for _, kind := range []string{"Like", "Add", "Announce", "Undo"} {
			if got := st.peer.Got(kind); len(got) != 0 {
				t.Errorf("sent %v, want nothing said", got)
			}
		}
	})
}

// Who is followed no longer shows their closed posts no longer: not in a list either.
func TestMarkedPostsAreShownAsFarAsTheOwnerMaySee(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		bert := st.follow(st.bert)
		private := st.write(st.bert, "1", "followers", only(st.bert.IRI+"/followers"))
		open := st.write(st.bert, "2", "open")
		for _, o := range []object{private, open} {
			st.post("/v1/statuses/" + text(o, "id") + "/bookmark")
			st.post("/v1/statuses/" + text(o, "id") + "/favourite")
		}
		for _, step := range []struct {
			name string
			want []string
		}{{"following", []string{text(open, "id"), text(private, "id")}}, {"not following", []string{text(open, "id")}}} {
			for _, path := range []string{"/v1/bookmarks", "/v1/favourites"} {
				if diff := cmp.Diff(step.want, ids(st.list(path))); diff != "" {
					t.Errorf("%s while %s (-want +got):\n%s", path, step.name, diff)
				}
			}
			st.post("/v1/accounts/" + bert + "/unfollow")
		}
		st.refused(404, "POST", "/v1/statuses/"+text(private, "id")+"/bookmark")
		st.post("/v1/statuses/" + text(open, "id") + "/unfavourite")
		if left := st.list("/v1/favourites"); len(left) != 0 {
			t.Errorf("favourites after unfavourite: got %v, want none", ids(left))
		}
	})
}
