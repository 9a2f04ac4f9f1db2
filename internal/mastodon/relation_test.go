package mastodon_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/testkit"
)

// set gives the names of what is true in a relationship.
func set(o object) (names []string) {
	for _, name := range []string{
		"following", "requested", "followed_by", "requested_by", "blocking", "blocked_by", "muting", "notifying", "showing_reblogs", "endorsed",
	} {
		if o[name] == true {
			names = append(names, name)
		}
	}
	return names
}

func TestRelationshipFollowsWhatIsDone(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		bert := st.meet(st.bert)
		path := "/v1/accounts/" + bert
		step := func(verb string, want ...string) {
			t.Helper()
			got := st.post(path + "/" + verb)
			check(t, verb, got, relationshipRules)
			if diff := cmp.Diff(want, set(got)); diff != "" || got["id"] != bert {
				t.Errorf("%s of %v (-want +got):\n%s", verb, got["id"], diff)
			}
			if diff := cmp.Diff([]object{got}, st.list("/v1/accounts/relationships?id="+bert)); diff != "" {
				t.Errorf("after %s (-answered +read):\n%s", verb, diff)
			}
		}
		step("follow", "requested")
		step("follow", "requested")
		testkit.Settle(t, st.Server)
		asked := st.peer.Got("Follow")
		if len(asked) != 1 {
			t.Fatalf("bert got %d Follows, want 1", len(asked))
		}
		st.tell(st.bert, st.bert.Activity("Accept", "a", asked[0]))
		st.tell(st.bert, st.bert.Activity("Follow", "f", st.Owner.IRI))
		step("follow", "following", "followed_by", "showing_reblogs")
		step("remove_from_followers", "following", "showing_reblogs")
		step("unfollow")
		step("unfollow")
		step("block", "blocking")
		step("block", "blocking")
		st.refused(403, "POST", path+"/follow")
		step("unblock")
		step("unblock")
		st.tell(st.bert, st.bert.Activity("Block", "b", st.Owner.IRI))
		if got := st.list("/v1/accounts/relationships?id[]=" + bert); !cmp.Equal(set(got[0]), []string{"blocked_by"}) {
			t.Errorf("got %v, want blocked_by", set(got[0]))
		}
		for _, verb := range []string{"follow", "unfollow", "block", "unblock", "remove_from_followers"} {
			st.refused(422, "POST", "/v1/accounts/"+st.Owner.ID.String()+"/"+verb)
		}
	})
}

func TestRelationshipsAreGivenForEveryShapeOfIds(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		bert, eve := st.meet(st.bert), st.meet(st.eve)
		for name, c := range map[string]struct {
			answer answer
			want   []string
		}{
			"one":          {st.want(200, "GET", "/v1/accounts/relationships?id="+bert), []string{bert}},
			"list":         {st.want(200, "GET", "/v1/accounts/relationships?id[]="+eve+"&id[]="+bert), []string{eve, bert}},
			"numbered":     {st.want(200, "GET", "/v1/accounts/relationships?id[0]="+bert+"&id[1]="+eve), []string{bert, eve}},
			"twice":        {st.want(200, "GET", "/v1/accounts/relationships?id[]="+bert+"&id[]="+bert), []string{bert}},
			"JSON numbers": {st.want(200, "GET", "/v1/accounts/relationships", body("application/json", `{"id":[`+bert+`,`+eve+`]}`)), []string{bert, eve}},
			"with unknown": {st.want(200, "GET", "/v1/accounts/relationships?id[]=1&id[]="+bert+"&id[]=x&id[]="), []string{bert}},
			"none":         {st.want(200, "GET", "/v1/accounts/relationships"), []string{}},
		} {
			if diff := cmp.Diff(c.want, ids(c.answer.list(t))); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
		}
	})
}

func TestFollowRequestsAreAnswered(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		st.want(200, "PATCH", "/v1/accounts/update_credentials", form("locked", "true"))
		st.tell(st.bert, st.bert.Activity("Follow", "f", st.Owner.IRI))
		st.tell(st.eve, st.eve.Activity("Follow", "f", st.Owner.IRI))
		bert, eve := st.meet(st.bert), st.meet(st.eve)
		asked := st.want(200, "GET", "/v1/follow_requests")
		checkAll(t, "follow_requests", asked.list(t), accountRules)
		if diff := cmp.Diff([]string{eve, bert}, ids(asked.list(t))); diff != "" {
			t.Errorf("follow_requests (-want +got):\n%s", diff)
		}
		if got := show(at(st.get("/v1/accounts/verify_credentials"), "source", "follow_requests_count")); got != "2" {
			t.Errorf("follow_requests_count is %s, want 2", got)
		}
		for verb, want := range map[string][]string{"authorize": {"followed_by"}, "reject": nil} {
			id := map[string]string{"authorize": bert, "reject": eve}[verb]
			if got := st.post("/v1/follow_requests/" + id + "/" + verb); !cmp.Equal(set(got), want) || got["id"] != id {
				t.Errorf("%s: got %v, want %v", verb, set(got), want)
			}
		}
		testkit.Settle(t, st.Server)
		if accepts, rejects := st.peer.Got("Accept"), st.peer.Got("Reject"); len(accepts) != 1 || len(rejects) != 1 {
			t.Errorf("the peer got %d Accepts and %d Rejects, want one of each", len(accepts), len(rejects))
		}
		if left := st.list("/v1/follow_requests"); len(left) != 0 {
			t.Errorf("%v are left, want none", ids(left))
		}
		if got := ids(st.list("/v1/accounts/" + st.Owner.ID.String() + "/followers")); !cmp.Equal(got, []string{bert}) {
			t.Errorf("followers: got %v, want %s", got, bert)
		}
		st.refused(404, "POST", "/v1/follow_requests/"+eve+"/authorize")
	})
}
