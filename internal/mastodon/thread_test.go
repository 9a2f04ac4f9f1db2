package mastodon_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// thread gives the ids of a status' context.
func (st *stage) thread(id string) (above, below []string) {
	st.t.Helper()
	var context struct{ Ancestors, Descendants []object }
	st.want(200, "GET", "/v1/statuses/"+id+"/context").decode(st.t, &context)
	return ids(context.Ancestors), ids(context.Descendants)
}

func TestContextIsReadFromTopToBottom(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		answer := func(to, words string) string { return text(st.say(words, "in_reply_to_id", to), "id") }
		root := text(st.say("root"), "id")
		one := answer(root, "1")
		two := answer(root, "2")
		oneOne := answer(one, "1.1")
		twoOne := answer(two, "2.1")
		oneTwo := answer(one, "1.2")
		oneOneOne := answer(oneOne, "1.1.1")
		for name, c := range map[string]struct {
			id           string
			above, below []string
		}{
			"the root":    {root, []string{}, []string{one, oneOne, oneOneOne, oneTwo, two, twoOne}},
			"a branch":    {one, []string{root}, []string{oneOne, oneOneOne, oneTwo}},
			"a leaf":      {oneOneOne, []string{root, one, oneOne}, []string{}},
			"another one": {twoOne, []string{root, two}, []string{}},
		} {
			above, below := st.thread(c.id)
			if diff := cmp.Diff([][]string{c.above, c.below}, [][]string{above, below}); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
		}
		if got := st.get("/v1/statuses/" + root); show(got["replies_count"]) != "2" {
			t.Errorf("replies_count is %v, want 2", got["replies_count"])
		}
		got := st.get("/v1/statuses/" + one)
		if got["in_reply_to_id"] != root || got["in_reply_to_account_id"] != st.Owner.ID.String() {
			t.Errorf("got %v, want an answer to %s by the owner", got, root)
		}
	})
}

// The middle of a thread may be hidden or gone: what is above it is not shown.
func TestContextLeavesOutWhatTheOwnerMaySeeNothingOf(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		root := st.say("root")
		shown := st.write(st.bert, "1", "for all", with("inReplyTo", root["uri"]))
		hidden := st.bert.Note("2", "for eve")
		hidden["inReplyTo"], hidden["to"] = root["uri"], []string{st.eve.IRI}
		st.tell(st.bert, st.bert.Activity("Create", "c2", hidden))
		if p, ok := st.stored(hidden["id"].(string)); ok {
			st.refused(404, "GET", "/v1/statuses/"+p.ID.String())
			st.refused(404, "GET", "/v1/statuses/"+p.ID.String()+"/context")
			st.refused(404, "POST", "/v1/statuses/"+p.ID.String()+"/favourite")
			st.refused(404, "POST", "/v1/statuses/"+p.ID.String()+"/reblog")
			st.refused(404, "POST", "/v1/statuses", form("status", "a", "in_reply_to_id", p.ID.String()))
		}
		if _, below := st.thread(text(root, "id")); !cmp.Equal(below, []string{text(shown, "id")}) {
			t.Errorf("got %v, want only %s", below, text(shown, "id"))
		}
		st.want(200, "DELETE", "/v1/statuses/"+text(root, "id"))
		above, _ := st.thread(text(shown, "id"))
		if got := st.get("/v1/statuses/" + text(shown, "id")); len(above) != 0 || got["in_reply_to_id"] != nil {
			t.Errorf("got %v above and %v, want no sign of the deleted one", above, got["in_reply_to_id"])
		}
	})
}

// A stranger's note may say that it answers itself, or that two answer each other.
func TestContextOfARingEnds(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		st.follow(st.bert)
		self := st.write(st.bert, "1", "I answer myself", with("inReplyTo", st.bert.IRI+"/notes/1"))
		one := st.write(st.bert, "2", "I answer three", with("inReplyTo", st.bert.IRI+"/notes/3"))
		other := st.write(st.bert, "3", "I answer two", with("inReplyTo", st.bert.IRI+"/notes/2"))
		// A server that goes round for ever must not take the test along.
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		for id, want := range map[string][2][]string{
			text(self, "id"):  {{}, {}},
			text(one, "id"):   {{text(other, "id")}, {text(other, "id")}},
			text(other, "id"): {{text(one, "id")}, {text(one, "id")}},
		} {
			var got struct{ Ancestors, Descendants []object }
			st.want(200, "GET", "/v1/statuses/"+id+"/context", within(ctx)).decode(t, &got)
			if diff := cmp.Diff(want, [2][]string{ids(got.Ancestors), ids(got.Descendants)}); diff != "" {
				t.Errorf("context of %s (-want +got):\n%s", id, diff)
			}
		}
	})
}

func TestContextOfABoostIsThatOfThePost(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		root := st.say("root")
		answer := st.say("answer", "in_reply_to_id", text(root, "id"))
		boost := st.post("/v1/statuses/" + text(root, "id") + "/reblog")
		if _, below := st.thread(text(boost, "id")); !cmp.Equal(below, []string{text(answer, "id")}) {
			t.Errorf("got %v, want %s", below, text(answer, "id"))
		}
	})
}
