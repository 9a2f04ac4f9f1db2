package mastodon_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/testkit"
)

func TestStatusIsShownAsItWasWritten(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		got := st.say("Hello #World & <all>", "spoiler_text", "greeting", "visibility", "unlisted", "language", "en")
		id := text(got, "id")
		want := object{
			"uri": st.Origin + "/users/anna/posts/" + id, "url": st.Origin + "/@anna/" + id,
			"content":      `<p>Hello <a href="` + st.Origin + `/tags/world" class="mention hashtag" rel="tag">#<span>World</span></a> &amp; &lt;all&gt;</p>`,
			"spoiler_text": "greeting", "sensitive": true, "visibility": "unlisted", "language": "en", "edited_at": nil,
			"in_reply_to_id": nil, "in_reply_to_account_id": nil, "reblog": nil, "poll": nil, "card": nil, "mentions": []any{}, "media_attachments": []any{},
			"tags": []any{object{"name": "World", "url": st.Origin + "/tags/world"}},
		}
		names := []string{}
		for name := range want {
			names = append(names, name)
		}
		if diff := cmp.Diff(want, pick(got, names...)); diff != "" {
			t.Errorf("as answered (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(got, st.get("/v1/statuses/"+id)); diff != "" {
			t.Errorf("as read again (-first +second):\n%s", diff)
		}
		if _, ok := got["text"]; ok {
			t.Error("the source is in the status, want it only where it is deleted")
		}
	})
}

func TestVisibilitiesAreThoseOfTheAPI(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		for _, v := range []string{"public", "unlisted", "private", "direct"} {
			if got := st.say("hello", "visibility", v); got["visibility"] != v {
				t.Errorf("got %v, want %s", got["visibility"], v)
			}
		}
		if got := st.say("hello", "visibility", ""); got["visibility"] != "public" {
			t.Errorf("got %v, want public where none is told", got["visibility"])
		}
		for _, v := range []string{"followers", "Public", "0", "limited"} {
			st.refused(422, "POST", "/v1/statuses", form("status", "hello", "visibility", v))
		}
	})
}

func TestStatusThatBreaksARuleIsRefused(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		for name, c := range map[string]struct {
			status int
			pairs  []string
			says   string
		}{
			"nothing":          {422, nil, "empty"},
			"blank":            {422, []string{"status", " \n"}, "empty"},
			"only a warning":   {422, []string{"spoiler_text", "a"}, "empty"},
			"too long":         {422, []string{"status", strings.Repeat("a", 5001)}, "5000"},
			"long with it":     {422, []string{"status", strings.Repeat("a", 4990), "spoiler_text", strings.Repeat("b", 11)}, "5000"},
			"answers nothing":  {404, []string{"status", "a", "in_reply_to_id", "1"}, "not found"},
			"answers no id":    {404, []string{"status", "a", "in_reply_to_id", "x"}, "no such"},
			"no language":      {422, []string{"status", "a", "language", "<b>"}, "language"},
			"a long language":  {422, []string{"status", "a", "language", strings.Repeat("a", 100)}, "language"},
			"media":            {422, []string{"status", "a", "media_ids[]", "1"}, "no upload 1"},
			"a poll":           {422, []string{"status", "a", "poll[options][]", "x", "poll[expires_in]", "600"}, "poll"},
			"later":            {422, []string{"status", "a", "scheduled_at", "2031-01-01T00:00:00.000Z"}, "scheduled_at"},
			"a quote":          {422, []string{"status", "a", "quoted_status_id", "1"}, "quoted_status_id"},
			"an older quote":   {422, []string{"status", "a", "quote_id", "1"}, "quote_id"},
			"markdown":         {422, []string{"status", "*a*", "content_type", "text/markdown"}, "content_type"},
			"not to be sent":   {422, []string{"status", "a", "local_only", "true"}, "local_only"},
			"a media list":     {422, []string{"status", "a", "media_ids", "x"}, "no upload"},
			"media attributes": {422, []string{"status", "a", "media_attributes[0][id]", "x"}, "media_attributes"},
		} {
			if said := st.refused(c.status, "POST", "/v1/statuses", form(c.pairs...)); !strings.Contains(said, c.says) {
				t.Errorf("%s: told %q, want %q in it", name, said, c.says)
			}
		}
		if left := st.list("/v1/timelines/home"); len(left) != 0 {
			t.Errorf("%d statuses were made, want none", len(left))
		}
	})
}

// What apps send along with every status must not keep it from being posted.
func TestWhatMeansNothingIsNoReasonToRefuse(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		st.want(200, "POST", "/v1/statuses", body("application/json", `{"status":"a","media_ids":[],"poll":null,"scheduled_at":"",
			"in_reply_to_id":null,"quoted_status_id":null,"local_only":false,"content_type":"text/plain",
			"media_attributes":[],"language":"pt-BR","quote_approval_policy":"public"}`))
		st.say("b", "media_ids[]", "", "in_reply_to_id", "", "language", "")
		if got := st.say("c", "language", "zh_Hant_TW"); got["language"] != "zh-Hant-TW" {
			t.Errorf("language: got %v, want zh-Hant-TW", got["language"])
		}
	})
}

func TestMentionOfAStrangerIsLookedUp(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		host := strings.TrimPrefix(st.peer.Origin, "http://")
		id := st.meet(st.bert)
		got := st.say("@bert@"+host+" and @nobody@"+host, "visibility", "direct")
		want := []any{object{"id": id, "username": "bert", "acct": "bert@" + host, "url": st.bert.IRI}}
		if diff := cmp.Diff(want, got["mentions"]); diff != "" {
			t.Errorf("mentions (-want +got):\n%s", diff)
		}
		testkit.Settle(t, st.Server)
		if got := st.peer.Got("Create"); len(got) != 1 {
			t.Errorf("bert got %d Creates, want 1", len(got))
		}
	})
}

func TestEditChangesTheTextAndKeepsThePlace(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		root := st.say("root")
		was := st.say("before", "visibility", "unlisted", "language", "de", "in_reply_to_id", text(root, "id"))
		path := "/v1/statuses/" + text(was, "id")
		got := st.want(200, "PUT", path, form("status", "after", "spoiler_text", "changed", "visibility", "direct")).object(t)
		want := pick(was, "id", "uri", "url", "created_at", "visibility", "language", "in_reply_to_id")
		want["content"], want["spoiler_text"] = "<p>after</p>", "changed"
		if diff := cmp.Diff(want, pick(got, "id", "uri", "url", "created_at", "visibility", "language", "in_reply_to_id", "content", "spoiler_text")); diff != "" {
			t.Errorf("after the edit (-want +got):\n%s", diff)
		}
		if say := date(got["edited_at"]); say != "" {
			t.Errorf("edited_at %s", say)
		}
		if source := st.get(path + "/source"); !cmp.Equal(source, object{"id": was["id"], "text": "after", "spoiler_text": "changed"}) {
			t.Errorf("source: got %v, want what was written", source)
		}
		if got := st.want(200, "PUT", path, form("status", "again", "language", "fr")).object(t); got["language"] != "fr" || got["spoiler_text"] != "" {
			t.Errorf("got %v, want it in fr and without a warning", got)
		}
		st.refused(422, "PUT", path, form("status", ""))
		st.refused(422, "PUT", path, form("status", "a", "media_ids[]", "1"))
		if got := st.get(path); got["content"] != "<p>again</p>" {
			t.Errorf("got %v after edits that were refused, want no change", got["content"])
		}
	})
}

// Apps that delete and redraft take the text from the answer.
func TestDeleteGivesTheTextBack(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		was := st.say("as *typed* #here", "spoiler_text", "cw")
		path := "/v1/statuses/" + text(was, "id")
		gone := st.want(200, "DELETE", path, body("application/json", `{"delete_media":true}`)).object(t)
		check(t, "the deleted status", gone, joined(statusRules, rules{"text": str}))
		if gone["text"] != "as *typed* #here" || gone["spoiler_text"] != "cw" || gone["id"] != was["id"] {
			t.Errorf("got %v, want the status with its text", gone)
		}
		for _, again := range []string{"GET", "DELETE"} {
			st.refused(404, again, path)
		}
		st.refused(404, "GET", path+"/source")
		st.refused(404, "GET", path+"/context")
		if left := st.list("/v1/timelines/home"); len(left) != 0 {
			t.Errorf("home has %v, want nothing", ids(left))
		}
	})
}

func TestStatusOfSomebodyElseIsNotTheOwnersToChange(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		theirs := st.write(st.bert, "1", "hello", st.naming)
		path := "/v1/statuses/" + text(theirs, "id")
		st.refused(403, "PUT", path, form("status", "mine now"))
		st.refused(403, "DELETE", path)
		st.refused(403, "GET", path+"/source")
		st.refused(403, "POST", path+"/pin")
		if got := st.get(path); got["content"] != "<p>hello</p>" {
			t.Errorf("got %v, want it as bert wrote it", got["content"])
		}
	})
}
