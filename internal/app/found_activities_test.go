package app_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/social"
	"skerry/internal/testkit"
)

// spoken lets the owner say one activity of each open kind, about two posts, and
// gives what bert, a follower, was sent.
func (st *stage) spoken() (kept, gone social.Post, sent map[string]map[string]any) {
	st.t.Helper()
	st.tell(st.bert, st.bert.Activity("Follow", "f1", st.s.Owner.IRI))
	note := st.bert.Note("1", "hello")
	st.tell(st.bert, st.bert.Activity("Create", "c1", note))
	his, _ := st.post(note["id"])
	kept = st.own("stays")
	st.must(st.s.Publisher.Pin(st.ctx, kept.ID))
	_, err := st.s.Publisher.Boost(st.ctx, his.ID, social.Public)
	st.must(err)
	gone = st.own("first words")
	_, err = st.s.Publisher.Edit(st.ctx, gone.ID, social.Draft{Text: "second words"})
	st.must(err)
	testkit.Settle(st.t, st.s)
	st.must(st.s.Publisher.Delete(st.ctx, gone.ID))
	testkit.Settle(st.t, st.s)
	sent = map[string]map[string]any{}
	for _, kind := range []string{"Create", "Update", "Delete", "Announce", "Add"} {
		for _, a := range st.peer.Got(kind) {
			sent[kind] = a
			if whole, ok := a["object"].(map[string]any); ok && whole["id"] == kept.IRI {
				sent["Create of what stays"] = a
			}
		}
	}
	return kept, gone, sent
}

func TestWhatWasSentIsReadAtItsID(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		_, _, sent := st.spoken()
		for _, name := range []string{"Create of what stays", "Delete", "Announce", "Add"} {
			id, _ := sent[name]["id"].(string)
			if !strings.HasPrefix(id, st.s.Owner.IRI+"/activities/") || len(id)-strings.LastIndexByte(id, '/') < 26 {
				t.Errorf("%s: the id is %q, want one of the owner's with 128 random bits", name, id)
				continue
			}
			if diff := cmp.Diff(sent[name], documentAt(t, id)); diff != "" {
				t.Errorf("%s (-sent +read):\n%s", name, diff)
			}
		}
		tomb, _ := sent["Delete"]["object"].(map[string]any)
		if tomb["type"] != "Tombstone" || tomb["content"] != nil {
			t.Errorf("the Delete is of %v, want a Tombstone", tomb)
		}
	})
}

// What the owner took back is nowhere: neither in the Create nor in an Update.
func TestDeletedWordsAreInNoActivity(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		_, gone, sent := st.spoken()
		for _, name := range []string{"Create", "Update"} {
			if whole, ok := sent[name]["object"].(map[string]any); !ok || whole["id"] != gone.IRI {
				t.Fatalf("%s is of %v, want %s", name, sent[name]["object"], gone.IRI)
			}
			got := look(t, asking(t, "GET", sent[name]["id"].(string), server))
			if got.status != 410 || strings.Contains(got.body, "words") || object(t, got.body)["type"] != "Tombstone" {
				t.Errorf("%s: got %d %s, want 410 and a Tombstone", name, got.status, got.body)
			}
		}
	})
}

// An activity shows a post as it is today: what was edited away is not kept in view.
func TestActivitiesShowThePostAsItIs(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		st.tell(st.bert, st.bert.Activity("Follow", "f1", st.s.Owner.IRI))
		p := st.own("first words")
		for _, text := range []string{"second words", "third words"} {
			_, err := st.s.Publisher.Edit(st.ctx, p.ID, social.Draft{Text: text})
			st.must(err)
			testkit.Settle(t, st.s)
		}
		sent := append(st.peer.Got("Create"), st.peer.Got("Update")...)
		if len(sent) != 3 {
			t.Fatalf("bert was sent %d activities, want 3", len(sent))
		}
		for _, a := range sent {
			got := documentAt(t, a["id"].(string))
			if content := got["object"].(map[string]any)["content"]; content != "<p>third words</p>" {
				t.Errorf("%s shows %v, want the third words", a["type"], content)
			}
		}
	})
}

func TestActivitiesThatAreNotForAllLookAbsent(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		st.closed()
		note := st.eve.Note("2", "like me")
		st.tell(st.bert, st.bert.Activity("Announce", "a1", note["id"]))
		his, ok := st.post(note["id"])
		if !ok {
			t.Fatal("the boosted post was not kept")
		}
		st.must(st.s.Publisher.Like(st.ctx, his.ID))
		testkit.Settle(t, st.s)
		absent := look(t, asking(t, "GET", st.s.Owner.IRI+"/activities/abcdefghijklmnopqrstuvwxyz", server)).withoutID(1)
		asked := 0
		for _, kind := range []string{"Follow", "Accept", "Create", "Like"} {
			for _, a := range st.peer.Got(kind) {
				asked++
				got := look(t, asking(t, "GET", a["id"].(string), server))
				if diff := cmp.Diff(absent, got.withoutID(1)); got.status != 404 || diff != "" {
					t.Errorf("%s (-absent +got):\n%s", kind, diff)
				}
			}
		}
		if asked != 5 {
			t.Errorf("asked for %d activities, want a Follow, an Accept, two Creates and a Like", asked)
		}
	})
}
