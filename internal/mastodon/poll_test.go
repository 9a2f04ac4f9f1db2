package mastodon_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPollOfTheOwnerIsMadeByAnApp(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		got := st.want(200, "POST", "/v1/statuses", body("application/json",
			`{"status":"which?","poll":{"options":["tea","coffee",""],"expires_in":600,"multiple":true,"hide_totals":true}}`)).object(t)
		check(t, "a status with a poll", got, postRules)
		poll := got["poll"].(object)
		options := `[{"title":"tea","votes_count":null},{"title":"coffee","votes_count":null}]`
		if diff := cmp.Diff(options, mustJSON(t, poll["options"])); diff != "" || poll["multiple"] != true || poll["voted"] != true || poll["expired"] != false {
			t.Errorf("poll is %v (-want +got):\n%s", poll, diff)
		}
		check(t, "its poll", st.get("/v1/polls/"+text(got, "id")), pollRules)
		said := st.refused(422, "POST", "/v1/polls/"+text(got, "id")+"/votes", form("choices[]", "0"))
		if !strings.Contains(said, "your own") {
			t.Errorf("a vote in an own poll: told %q", said)
		}
		for name, c := range map[string][]string{
			"one answer":  {"poll[options][]", "x", "poll[expires_in]", "600"},
			"five":        {"poll[options][]", "a", "poll[options][]", "b", "poll[options][]", "c", "poll[options][]", "d", "poll[options][]", "e", "poll[expires_in]", "600"},
			"no time":     {"poll[options][]", "x", "poll[options][]", "y"},
			"a moment":    {"poll[options][]", "x", "poll[options][]", "y", "poll[expires_in]", "1"},
			"for ever":    {"poll[options][]", "x", "poll[options][]", "y", "poll[expires_in]", "99999999999"},
			"a long name": {"poll[options][]", strings.Repeat("x", 51), "poll[options][]", "y", "poll[expires_in]", "600"},
		} {
			if said := st.refused(422, "POST", "/v1/statuses", form(append([]string{"status", "a"}, c...)...)); !strings.Contains(said, "poll") {
				t.Errorf("%s: told %q, want the poll in it", name, said)
			}
		}
	})
}

func TestAppVotesInEveryShape(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		st.follow(st.bert)
		at := "/v1/polls/" + text(st.write(st.bert, "1", "which?", question), "id")
		for _, wrong := range [][]string{nil, {"choices[]", "2"}, {"choices[]", "x"}, {"choices[]", "-1"}} {
			st.refused(422, "POST", at+"/votes", form(wrong...))
		}
		got := st.want(200, "POST", at+"/votes", body("application/json", `{"choices":["0",1]}`)).object(t)
		want := `[{"title":"tea","votes_count":3},{"title":"coffee","votes_count":2}]`
		if diff := cmp.Diff(want, mustJSON(t, got["options"])); diff != "" || mustJSON(t, got["own_votes"]) != "[0,1]" || got["voted"] != true {
			t.Errorf("poll is %v (-want +got):\n%s", got, diff)
		}
		st.refused(422, "POST", at+"/votes?choices[]=0")
		st.refused(404, "GET", "/v1/polls/1")
		st.refused(404, "GET", "/v1/polls/"+text(st.say("no poll"), "id"))
	})
}
