package app_test

import (
	"maps"
	"net/http"
	"slices"
	"testing"
	"time"

	"skerry/internal/social"
	"skerry/internal/testkit"
)

// Some servers write whole seconds: of several edits within one the origin is asked
// which is the last, and the last to come counts when it does not say. An older one
// that comes late does not count.
func TestLastEditOfASecondCounts(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		note := st.bert.Note("1", "as written")
		note["published"] = "2026-05-01T12:00:00Z"
		st.tell(st.bert, st.bert.Activity("Create", "c1", note))
		path := note["id"].(string)[len(st.peer.Origin):]
		edit := func(id, text, updated string) {
			note["content"], note["updated"] = "<p>"+text+"</p>", updated
			st.tell(st.bert, st.bert.Activity("Update", id, note))
		}
		wantText := func(step, want string) {
			if p, _ := st.post(note["id"]); p.Content != "<p>"+want+"</p>" {
				t.Errorf("%s: got %s, want %s", step, p.Content, want)
			}
		}
		edit("u1", "one", "2026-05-01T12:00:00Z")
		wantText("edited in the second of publishing", "one")
		edit("u2", "two", "2026-05-01T12:00:05Z")
		edit("u3", "three", "2026-05-01T12:00:05Z")
		wantText("edited twice in one second", "three")
		st.peer.Serve(path, maps.Clone(note))
		edit("u3b", "two", "2026-05-01T12:00:05Z")
		wantText("two edits of one second that came in the wrong order", "three")
		edit("u4", "late", "2026-05-01T12:00:01Z")
		wantText("an older edit", "three")
		st.peer.Fail(path, http.StatusForbidden)
		edit("u5", "four", "2026-05-01T12:00:09Z")
		edit("u6", "five", "2026-05-01T12:00:09Z")
		wantText("edited twice in one second, and the origin does not say", "five")
	})
}

// Whom an edit names is whom the post is for from then on.
func TestEditIsForThoseWhomItNames(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		eve, err := st.s.Finder.Actor(st.ctx, st.eve.IRI)
		st.must(err)
		p := st.own("hello")
		for _, c := range []struct {
			text  string
			named bool
		}{{"hello @eve@" + eve.Domain, true}, {"hello", false}} {
			_, err := st.s.Publisher.Edit(st.ctx, p.ID, social.Draft{Text: c.text})
			st.must(err)
			testkit.Settle(t, st.s)
			got, _ := st.post(p.IRI)
			if slices.Contains(got.Cc, eve.IRI) != c.named || got.Names(eve.ID) != c.named {
				t.Errorf("%q: cc %v, names %v", c.text, got.Cc, got.Mentions)
			}
		}
		updates := st.peer.Got("Update")
		if len(updates) != 2 { // the second tells her that she is not named any more
			t.Fatalf("eve got %d Updates, want 2", len(updates))
		}
		for _, u := range updates {
			whole := u["object"].(map[string]any)
			if !slices.Equal(whole["cc"].([]any), u["cc"].([]any)) {
				t.Errorf("the Update is for %v and its post for %v", u["cc"], whole["cc"])
			}
		}
	})
}

func TestPostsOfOneSecondStandInTheOrderInWhichTheyCame(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		var want []string
		for _, id := range []string{"a", "b", "c", "d", "e"} {
			note := st.bert.Note(id, id)
			note["published"] = time.Now().UTC().Truncate(time.Second).Add(-time.Minute).Format(time.RFC3339)
			st.tell(st.bert, st.bert.Activity("Create", "c"+id, note))
			want = append([]string{note["id"].(string)}, want...)
		}
		var got []string
		for _, e := range st.home() {
			p, err := st.s.DB.Post(st.ctx, e.Post)
			st.must(err)
			got = append(got, p.IRI)
		}
		if !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}
