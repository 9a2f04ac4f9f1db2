package mastodon_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/testkit"
)

func TestHomeShowsThoseWhoAreFollowed(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		if a := st.want(200, "GET", "/v1/timelines/home"); string(a.body) != "[]" || a.header.Get("Link") != "" {
			t.Errorf("got %s with Link %q, want an empty page", a.body, a.header.Get("Link"))
		}
		bert := st.follow(st.bert)
		note := st.write(st.bert, "1", "hello", with("published", "2026-01-02T03:04:05Z"))
		st.write(st.eve, "1", "to anna", st.naming)
		own := st.say("mine")
		st.tell(st.bert, st.bert.Activity("Announce", "a", st.eve.IRI+"/notes/1"))
		home := st.list("/v1/timelines/home")
		want := []string{"boost of <p>to anna</p>", "<p>mine</p>", "<p>hello</p>"}
		got := []string{}
		for _, o := range home {
			words := text(o, "content")
			if o["reblog"] != nil {
				words = "boost of " + text(o, "reblog", "content")
			}
			got = append(got, words)
		}
		slices.Sort(got[:2]) // both of this moment
		slices.Sort(want[:2])
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("home (-want +got):\n%s", diff)
		}
		st.post("/v1/accounts/" + bert + "/unfollow")
		if diff := cmp.Diff([]string{text(own, "id")}, ids(st.list("/v1/timelines/home"))); diff != "" {
			t.Errorf("home after the unfollow (-want +got):\n%s", diff)
		}
		st.get("/v1/statuses/" + text(note, "id"))
	})
}

func TestStatusesOfAStrangerAreShownAsFarAsTheOwnerMaySee(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		bert := st.follow(st.bert)
		words := func() (out []string) {
			t.Helper()
			for _, o := range st.list("/v1/accounts/" + bert + "/statuses") {
				out = append(out, text(o, "content"))
			}
			slices.Sort(out)
			return out
		}
		st.write(st.bert, "1", "open")
		private := st.write(st.bert, "2", "followers", only(st.bert.IRI+"/followers"))
		st.write(st.bert, "3", "direct", st.naming, only(st.Owner.IRI))
		if diff := cmp.Diff([]string{"<p>followers</p>", "<p>open</p>"}, words()); diff != "" {
			t.Errorf("to a follower (-want +got):\n%s", diff)
		}
		a, err := st.DB.ActorByIRI(t.Context(), st.bert.IRI)
		st.must(err)
		a.Featured = st.bert.IRI + "/featured"
		st.keep(a)
		pin := st.bert.Activity("Add", "pin", private["uri"])
		pin["target"] = a.Featured
		st.tell(st.bert, pin)
		pinned := "/v1/accounts/" + bert + "/statuses?pinned=true"
		if diff := cmp.Diff([]string{text(private, "id")}, ids(st.list(pinned))); diff != "" {
			t.Errorf("pins to a follower (-want +got):\n%s", diff)
		}
		st.post("/v1/accounts/" + bert + "/unfollow")
		if diff := cmp.Diff([]string{"<p>open</p>"}, words()); diff != "" {
			t.Errorf("to somebody (-want +got):\n%s", diff)
		}
		if got := st.list(pinned); len(got) != 0 {
			t.Errorf("pins to somebody: got %v, want none", ids(got))
		}
	})
}

// A page that a filter has emptied would end the list for an app.
func TestFilteredPageIsFilled(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		theirs := st.write(st.bert, "1", "hello", st.naming)
		path := "/v1/accounts/" + st.Owner.ID.String() + "/statuses?exclude_replies=true&limit=2"
		one := text(st.say("one"), "id")
		two := text(st.say("two", "in_reply_to_id", one), "id") // a thread of her own is no answer to somebody
		three := text(st.say("three #Tides"), "id")
		for i := range 7 {
			st.say(fmt.Sprint(i), "in_reply_to_id", text(theirs, "id"))
		}
		first := st.want(200, "GET", path)
		if diff := cmp.Diff([]string{three, two}, ids(first.list(t))); diff != "" {
			t.Errorf("first page (-want +got):\n%s", diff)
		}
		next, _ := around(t, st, first)
		if diff := cmp.Diff([]string{one}, ids(st.list(next))); diff != "" {
			t.Errorf("second page (-want +got):\n%s", diff)
		}
		if got := ids(st.list("/v1/accounts/" + st.Owner.ID.String() + "/statuses?min_id=1&limit=2&exclude_replies=true")); !cmp.Equal(got, []string{two, one}) {
			t.Errorf("from the oldest on: got %v, want %v", got, []string{two, one})
		}
		tagged := "/v1/accounts/" + st.Owner.ID.String() + "/statuses?limit=1&tagged=tides"
		if got := ids(st.list(tagged)); !cmp.Equal(got, []string{three}) {
			t.Errorf("tagged: got %v, want %v", got, []string{three})
		}
		media := st.want(200, "GET", "/v1/accounts/"+st.Owner.ID.String()+"/statuses?only_media=true")
		if string(media.body) != "[]" || media.header.Get("Link") != "" {
			t.Errorf("only media: got %s with Link %q, want nothing", media.body, media.header.Get("Link"))
		}
	})
}

func TestFollowersOfAStrangerAreThoseWeKnow(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		bert := st.follow(st.bert)
		if got := ids(st.list("/v1/accounts/" + bert + "/followers")); !cmp.Equal(got, []string{st.Owner.ID.String()}) {
			t.Errorf("followers: got %v, want the owner", got)
		}
		if got := st.list("/v1/accounts/" + bert + "/following"); len(got) != 0 {
			t.Errorf("following: got %v, want nobody", ids(got))
		}
	})
}

func TestNotificationsTellWhatOthersDid(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		own := st.say("hello")
		if a := st.want(200, "GET", "/v1/notifications"); string(a.body) != "[]" || a.header.Get("Link") != "" {
			t.Errorf("got %s with Link %q, want an empty page", a.body, a.header.Get("Link"))
		}
		st.tell(st.bert, st.bert.Activity("Follow", "f", st.Owner.IRI))
		st.tell(st.bert, st.bert.Activity("Like", "l", own["uri"]))
		st.tell(st.bert, st.bert.Activity("Announce", "b", own["uri"]))
		mention := st.write(st.bert, "1", "hello", st.naming)
		for parameters, want := range map[string][]string{
			"":                                        {"mention", "reblog", "favourite", "follow"},
			"?types[]=mention&types[]=follow":         {"mention", "follow"},
			"?types[]=favourite&types[]=reaction":     {"favourite"},
			"?types[]=reaction":                       {},
			"?types=reblog":                           {"reblog"},
			"?exclude_types[]=mention":                {"reblog", "favourite", "follow"},
			"?exclude_types[]=poll&types[]=follow":    {"follow"},
			"?types[]=follow&exclude_types[]=follow":  {},
			"?types[]=follow&types[]=mention&limit=1": {"mention"},
		} {
			got := []string{}
			for _, n := range st.list("/v1/notifications" + parameters) {
				got = append(got, text(n, "type"))
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", parameters, diff)
			}
		}
		for _, n := range st.list("/v1/notifications") {
			want := map[string]any{"mention": mention["id"], "reblog": own["id"], "favourite": own["id"]}[text(n, "type")]
			if at(n, "status", "id") != want || at(n, "account", "username") != "bert" {
				t.Errorf("%v: got the status %v of %v, want %v of bert", n["type"], at(n, "status", "id"), at(n, "account", "username"), want)
			}
			if _, there := n["status"]; there != (want != nil) {
				t.Errorf("%v: status is there: %v", n["type"], there)
			}
		}
		// A filter that is not built must not look like one that found everything.
		st.refused(422, "GET", "/v1/notifications?account_id=1")
		st.want(200, "DELETE", "/v1/statuses/"+text(own, "id"))
		testkit.Settle(t, st.Server)
		if got := st.list("/v1/notifications"); len(got) != 2 {
			t.Errorf("after the delete: got %v, want the follow and the mention", ids(got))
		}
	})
}
