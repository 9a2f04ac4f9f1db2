package mastodon_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

var editRules = rules{
	"content": str, "spoiler_text": str, "sensitive": flag, "created_at": date, "account": accountRules.object(),
	"media_attachments": listOf(mediaRules.object()), "emojis": listOf(emojiRules.object()),
}

func TestHistoryBeginsWithWhatWasFirstWritten(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		own := st.say("one")
		path := "/v1/statuses/" + text(own, "id")
		said := func(path string) (out []string) {
			t.Helper()
			all := st.list(path + "/history")
			checkAll(t, "history", all, editRules)
			for _, v := range all {
				out = append(out, text(v, "spoiler_text")+text(v, "content"))
			}
			return out
		}
		if diff := cmp.Diff([]string{"<p>one</p>"}, said(path)); diff != "" {
			t.Errorf("never edited (-want +got):\n%s", diff)
		}
		st.want(200, "PUT", path, form("status", "two", "spoiler_text", "careful "))
		st.want(200, "PUT", path, form("status", "three"))
		all := st.list(path + "/history")
		if diff := cmp.Diff([]string{"<p>one</p>", "careful <p>two</p>", "<p>three</p>"}, said(path)); diff != "" {
			t.Errorf("edited twice (-want +got):\n%s", diff)
		}
		if all[0]["created_at"] != own["created_at"] || all[2]["created_at"] != st.get(path)["edited_at"] {
			t.Errorf("from %v to %v, want the times of post and last edit", all[0]["created_at"], all[2]["created_at"])
		}

		note := st.bert.Note("1", "by bert")
		note["tag"] = []any{object{"type": "Mention", "href": st.Owner.IRI, "name": "@anna"}}
		note["type"], note["oneOf"] = "Question", []any{object{"type": "Note", "name": "yes"}, object{"type": "Note", "name": "no"}}
		st.tell(st.bert, st.bert.Activity("Create", "c", note))
		note["content"], note["updated"] = "<p>edited</p>", st.clock.Now().UTC().Format("2006-01-02T15:04:05Z")
		st.tell(st.bert, st.bert.Activity("Update", "u", note))
		p, _ := st.stored(text(note, "id"))
		theirs := st.list("/v1/statuses/" + p.ID.String() + "/history")
		if len(theirs) != 2 || text(theirs[1], "content") != "<p>edited</p>" {
			t.Fatalf("of bert's post: got %v, want two versions", theirs)
		}
		if diff := cmp.Diff(any([]any{object{"title": "yes"}, object{"title": "no"}}), at(theirs[0], "poll", "options")); diff != "" {
			t.Errorf("what it asked (-want +got):\n%s", diff)
		}
		st.refused(404, "GET", "/v1/statuses/1/history")
	})
}
