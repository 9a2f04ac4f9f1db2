package mastodon_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/social"
	"skerry/internal/testkit"
)

var conversationRules = rules{"id": anID, "unread": flag, "accounts": listOf(accountRules.object()), "last_status": statusRules.object()}

// conversed gives of each conversation who takes part, what was said last, and
// whether that is unread.
func conversed(st *stage) []string {
	st.t.Helper()
	out := []string{}
	for _, c := range st.list("/v1/conversations") {
		who := ""
		for _, a := range c["accounts"].([]any) {
			who += a.(object)["username"].(string) + " "
		}
		out = append(out, who+text(c, "last_status", "content")+" unread "+show(c["unread"]))
	}
	return out
}

// direct addresses a note to the owner alone; naming comes before it.
func direct(st *stage) func(object) { return only(st.Owner.IRI) }

// aside makes bert answer a note of his for eve alone; it is kept as an answer.
func aside(st *stage, id string, parent object) social.Post {
	st.t.Helper()
	note := st.bert.Note(id, "to eve")
	only(st.eve.IRI)(note)
	note["inReplyTo"] = parent["uri"]
	st.tell(st.bert, st.bert.Activity("Create", "create-"+id, note))
	p, ok := st.stored(note["id"].(string))
	if !ok {
		st.t.Fatal("the answer is not kept, want it: the test is about what hides it")
	}
	return p
}

func TestDirectPostsAreListedAsConversations(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		eve := st.write(st.eve, "1", "from eve", st.naming, direct(st))
		// A server that names no conversation: the answers are found together anyway.
		bert := st.write(st.bert, "1", "one", st.naming, direct(st), with("published", "2026-01-02T03:04:05Z"))
		st.write(st.bert, "2", "two", st.naming, direct(st), with("inReplyTo", bert["uri"]), with("published", "2026-01-02T03:05:05Z"))
		st.write(st.bert, "3", "in the open", st.naming)
		aside(st, "4", bert)
		want := []string{"eve <p>from eve</p> unread true", "bert <p>two</p> unread true"}
		if diff := cmp.Diff(want, conversed(st)); diff != "" {
			t.Errorf("conversations (-want +got):\n%s", diff)
		}
		checkAll(t, "conversations", st.list("/v1/conversations"), conversationRules)

		host := st.peer.Origin[len("http://"):]
		answer := st.say("@bert@"+host+" three", "visibility", "direct", "in_reply_to_id", text(bert, "id"))
		all := st.list("/v1/conversations")
		if len(all) != 2 || text(all[0], "last_status", "id") != text(answer, "id") || all[0]["unread"] != false {
			t.Fatalf("after the owner's answer: got %v, want it on top and read", conversed(st))
		}
		later := time.Now().Add(time.Second).UTC().Format(time.RFC3339) // within one second nobody knows the order
		st.write(st.bert, "5", "four", st.naming, direct(st), with("inReplyTo", answer["uri"]), with("published", later))
		read := st.post("/v1/conversations/" + text(all[0], "id") + "/read")
		check(t, "read", read, conversationRules)
		want = []string{"bert <p>four</p> unread false", "eve <p>from eve</p> unread true"}
		if diff := cmp.Diff(want, conversed(st)); diff != "" {
			t.Errorf("after reading one (-want +got):\n%s", diff)
		}
		st.tell(st.eve, st.eve.Activity("Delete", "d", object{"type": "Tombstone", "id": eve["uri"]}))
		if diff := cmp.Diff(want[:1], conversed(st)); diff != "" {
			t.Errorf("after a delete (-want +got):\n%s", diff)
		}
	})
}

func TestHiddenConversationComesBackWithTheNextPost(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		note := st.write(st.bert, "1", "one", st.naming, direct(st))
		id := text(st.list("/v1/conversations")[0], "id")
		if a := st.want(200, "DELETE", "/v1/conversations/"+id); string(a.body) != "{}" {
			t.Errorf("got %s, want {}", a.body)
		}
		if got := conversed(st); len(got) != 0 {
			t.Errorf("hidden: got %v, want none", got)
		}
		st.get("/v1/statuses/" + text(note, "id"))
		st.write(st.bert, "2", "two", st.naming, direct(st), with("inReplyTo", note["uri"]))
		if diff := cmp.Diff([]string{"bert <p>two</p> unread true"}, conversed(st)); diff != "" {
			t.Errorf("after the next post (-want +got):\n%s", diff)
		}
		if got := text(st.list("/v1/conversations")[0], "id"); got != id {
			t.Errorf("its id is %s, want %s as before", got, id)
		}
		st.post("/v1/accounts/" + text(note, "account", "id") + "/block")
		if got := conversed(st); len(got) != 0 {
			t.Errorf("with somebody who is blocked: got %v, want none", got)
		}
	})
}

// What strangers say to each other is nobody's to open, by its id neither.
func TestConversationOfOthersIsNotFound(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		note := st.write(st.bert, "1", "hello", st.naming)
		for _, id := range []string{aside(st, "2", note).ID.String(), text(note, "id")} {
			st.refused(404, "POST", "/v1/conversations/"+id+"/read")
			st.refused(404, "DELETE", "/v1/conversations/"+id)
		}
	})
}

func TestConversationsArePagedByTheirLastPost(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		for _, id := range []string{"1", "2", "3", "4", "5"} {
			st.write(st.bert, id, id, st.naming, direct(st), with("context", st.peer.Origin+"/contexts/"+id))
		}
		testkit.Settle(t, st.Server)
		var down []string
		at := "/v1/conversations?limit=2"
		for at != "" && len(down) < 20 {
			a := st.want(200, "GET", at)
			down = append(down, ids(a.list(t))...)
			at, _ = around(t, st, a)
		}
		all := ids(st.list("/v1/conversations"))
		if len(all) != 5 || !slices.Equal(all, down) {
			t.Errorf("page by page: got %v, want %v", down, all)
		}
	})
}
