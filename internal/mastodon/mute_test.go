package mastodon_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/testkit"
)

func TestMutedAreNotHeardOf(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		bert := st.follow(st.bert)
		post := st.write(st.bert, "1", "hello anna", st.naming)
		seen := func(when string, home, told int) {
			t.Helper()
			if got := st.list("/v1/timelines/home"); len(got) != home {
				t.Errorf("%s: %d lines in home, want %d", when, len(got), home)
			}
			if got := st.list("/v1/notifications"); len(got) != told {
				t.Errorf("%s: %d notifications, want %d", when, len(got), told)
			}
		}
		path := "/v1/accounts/" + bert
		stands := func(when string, muting, notes bool, also ...string) {
			t.Helper()
			got := st.list("/v1/accounts/relationships?id=" + bert)[0]
			if got["muting"] != muting || got["muting_notifications"] != notes || !slices.Contains(set(got), "following") {
				t.Errorf("%s: got %v, want muting %v, its notifications %v, and still following", when, got, muting, notes)
			}
		}
		seen("at first", 1, 1)
		if diff := cmp.Diff(st.post(path+"/mute"), st.list("/v1/accounts/relationships?id=" + bert)[0]); diff != "" {
			t.Errorf("mute (-answered +read):\n%s", diff)
		}
		stands("muted", true, true)
		seen("muted", 0, 0)
		st.get("/v1/statuses/" + text(post, "id"))
		st.post(path+"/mute", "notifications", "false")
		stands("muted, told all the same", true, false)
		seen("muted, told all the same", 0, 1)
		st.post(path + "/unmute")
		st.post(path + "/unmute")
		stands("unmuted", false, false)
		seen("unmuted", 1, 1)
		testkit.Settle(t, st.Server)
		if got := st.peer.Got("Block"); len(got) != 0 {
			t.Errorf("sent %v, want nothing said", got)
		}
		st.refused(422, "POST", "/v1/accounts/"+st.Owner.ID.String()+"/mute")
		for _, wrong := range []string{"-1", "x", "99999999999", "1.5"} {
			st.refused(422, "POST", path+"/mute", form("duration", wrong))
		}
	})
}

func TestMutesAndBlocksAreListed(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		bert, eve := st.meet(st.bert), st.meet(st.eve)
		for _, at := range []string{"/v1/mutes", "/v1/blocks"} {
			if got := st.list(at); len(got) != 0 {
				t.Errorf("%s: got %v, want none", at, ids(got))
			}
		}
		st.post("/v1/accounts/" + bert + "/mute")
		st.want(200, "POST", "/v1/accounts/"+eve+"/mute", body("application/json", `{"duration":3600}`))
		got := st.list("/v1/mutes")
		if diff := cmp.Diff([]string{eve, bert}, ids(got)); diff != "" {
			t.Fatalf("mutes (-want +got):\n%s", diff)
		}
		until, err := time.Parse(time.RFC3339, text(got[0], "mute_expires_at"))
		if end, has := got[1]["mute_expires_at"]; err != nil || until.Sub(st.clock.Now()).Round(time.Minute) != time.Hour || end != nil || !has {
			t.Errorf("they end at %v (%v) and %v, want it in an hour and null", until, err, end)
		}
		st.post("/v1/accounts/" + bert + "/block")
		st.post("/v1/accounts/" + eve + "/block")
		page := st.want(200, "GET", "/v1/blocks?limit=1")
		if diff := cmp.Diff([]string{eve}, ids(page.list(t))); diff != "" || page.header.Get("Link") == "" {
			t.Errorf("blocks with %q (-want +got):\n%s", page.header.Get("Link"), diff)
		}
		checkAll(t, "blocks", st.list("/v1/blocks"), accountRules)
	})
}

func TestBoostsOfSomebodyFollowedAreHidden(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		bert := st.follow(st.bert)
		post := st.write(st.eve, "1", "hello anna", st.naming)
		st.tell(st.bert, st.bert.Activity("Announce", "boost", post["uri"]))
		for _, step := range []struct {
			pairs []string
			shown bool
		}{{nil, true}, {[]string{"reblogs", "false"}, false}, {nil, false}, {[]string{"reblogs", "true"}, true}} {
			got := st.post("/v1/accounts/"+bert+"/follow", step.pairs...)
			if lines := st.list("/v1/timelines/home"); got["showing_reblogs"] != step.shown || (len(lines) == 1) != step.shown {
				t.Errorf("follow with %v: showing_reblogs %v, %d lines in home; want %v", step.pairs, got["showing_reblogs"], len(lines), step.shown)
			}
		}
		st.post("/v1/accounts/"+bert+"/follow", "reblogs", "false")
		st.post("/v1/accounts/" + bert + "/unfollow")
		if again := st.post("/v1/accounts/" + bert + "/follow"); again["showing_reblogs"] != false { // asked, not accepted yet
			t.Errorf("followed anew: got %v, want not shown before they accept", again)
		}
	})
}

func TestMutedConversationTellsNothing(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		own := st.say("a question")
		answer := st.write(st.bert, "1", "an answer", st.naming, with("inReplyTo", own["uri"]))
		for _, c := range []struct {
			verb  string
			muted bool
			told  int
		}{{"mute", true, 0}, {"mute", true, 0}, {"unmute", false, 1}} {
			got := st.post("/v1/statuses/" + text(own, "id") + "/" + c.verb)
			check(t, c.verb, got, statusRules)
			if told := st.list("/v1/notifications"); got["muted"] != c.muted || len(told) != c.told {
				t.Errorf("%s: muted %v, %d notifications; want %v, %d", c.verb, got["muted"], len(told), c.muted, c.told)
			}
			if below := st.get("/v1/statuses/" + text(answer, "id")); below["muted"] != c.muted {
				t.Errorf("%s: the answer is muted %v, want %v", c.verb, below["muted"], c.muted)
			}
		}
		st.refused(404, "POST", "/v1/statuses/1/mute")
	})
}
