package mastodon_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/testkit"
)

// hashtags writes a post with these hashtags.
func hashtags(names ...string) func(object) {
	return func(note object) {
		tags, _ := note["tag"].([]any)
		for _, n := range names {
			tags = append(tags, object{"type": "Hashtag", "name": "#" + n})
		}
		note["tag"] = tags
	}
}

func TestFollowedHashtagComesHome(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		st.meet(st.bert)
		before := st.get("/v1/tags/tides")
		if before["name"] != "tides" || before["following"] != false {
			t.Errorf("got %v, want tides, not followed", before)
		}
		note := st.bert.Note("1", "not followed")
		hashtags("Tides")(note)
		st.tell(st.bert, st.bert.Activity("Create", "c1", note))
		if _, kept := st.stored(note["id"].(string)); kept {
			t.Error("a post that does not concern the owner was kept")
		}
		if got := st.post("/v1/tags/tides/follow"); got["following"] != true {
			t.Errorf("after follow: got %v, want following", got)
		}
		st.post("/v1/tags/tides/follow")
		if got := st.list("/v1/followed_tags"); len(got) != 1 || got[0]["name"] != "tides" {
			t.Errorf("followed: got %v, want tides once", got)
		}
		public := st.write(st.bert, "2", "about tides", hashtags("Tides", "Moon"))
		note = st.bert.Note("3", "unlisted")
		hashtags("Tides")(note)
		note["to"], note["cc"] = []string{st.bert.IRI + "/followers"}, []string{"https://www.w3.org/ns/activitystreams#Public"}
		st.tell(st.bert, st.bert.Activity("Create", "c3", note))
		if diff := cmp.Diff([]string{text(public, "id")}, ids(st.list("/v1/timelines/home"))); diff != "" {
			t.Errorf("home (-want +got):\n%s", diff)
		}
		for path, want := range map[string][]string{
			"/v1/timelines/tag/TIDES":                             {text(public, "id")},
			"/v1/timelines/tag/x?any[]=moon":                      {text(public, "id")},
			"/v1/timelines/tag/tides?none[]=moon":                 {},
			"/v1/timelines/tag/tides?all[]=moon&all[]=x":          {},
			"/v1/timelines/tag/tides?local=true":                  {},
			"/v1/timelines/public":                                {text(public, "id")},
			"/v1/timelines/public?only_media=true":                {},
			"/v1/timelines/public?max_id=" + text(public, "id"):   {},
			"/v1/timelines/public?remote=true&min_id=1&limit=200": {text(public, "id")},
		} {
			if diff := cmp.Diff(want, ids(st.list(path))); diff != "" {
				t.Errorf("%s (-want +got):\n%s", path, diff)
			}
		}
		if got := st.post("/v1/tags/tides/unfollow"); got["following"] != false || got["name"] != "Tides" {
			t.Errorf("after unfollow: got %v, want it not followed, written as its author did", got)
		}
		if left := st.list("/v1/timelines/home"); len(left) != 0 {
			t.Errorf("home after unfollow: got %v, want nothing", ids(left))
		}
		st.refused(422, "POST", "/v1/tags/12/follow")
		st.refused(404, "GET", "/v1/tags/%23")
	})
}

func TestHashtagsThatManyUseAreFound(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		st.follow(st.bert)
		st.follow(st.eve)
		st.write(st.bert, "1", "one", hashtags("Tides"))
		st.write(st.eve, "1", "two", hashtags("tides"))
		st.must(st.DB.CountTags(t.Context(), st.clock.Now(), st.DB.InTx))
		got := st.list("/v1/trends/tags")
		if len(got) != 1 || got[0]["name"] != "tides" {
			t.Fatalf("got %v, want tides", got)
		}
		days, _ := got[0]["history"].([]any)
		if len(days) != 7 || days[0].(object)["accounts"] != "2" || days[0].(object)["uses"] != "2" {
			t.Errorf("history: got %v, want two people today and six days more", days)
		}
		found, _ := st.get("/v2/search?q=tid")["hashtags"].([]any)
		if len(found) != 2 || found[0].(object)["name"] != "tid" || found[1].(object)["name"] != "tides" {
			t.Errorf("search: got %v, want tid and tides", found)
		}
		testkit.Settle(t, st.Server)
	})
}
