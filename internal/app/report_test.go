package app_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/testkit"
)

// reports gives the owner's reports, or those about her.
func (st *stage) reports(local bool) []social.Report {
	st.t.Helper()
	all, err := st.s.DB.Reports(st.ctx, local, store.PageOf{Limit: 1000})
	st.must(err)
	return all
}

func TestReportIsSaidByTheServer(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		note := st.bert.Note("1", "hello")
		st.tell(st.bert, st.bert.Activity("Create", "c1", note))
		p, _ := st.post(note["id"])
		said := social.Report{Target: p.Author, Category: "spam", Comment: "he sells things", Forwarded: true}
		_, err := st.s.Publisher.Report(st.ctx, said, []social.ID{p.ID})
		st.must(err)
		said.Forwarded = false
		_, err = st.s.Publisher.Report(st.ctx, said, nil)
		st.must(err)
		st.must(st.s.Publisher.Block(st.ctx, p.Author)) // takes back what was asked of him, not what is said of him
		testkit.Settle(t, st.s)
		flags := st.peer.Got("Flag")
		if len(flags) != 1 {
			t.Fatalf("got the Flags %v, want one", flags)
		}
		want := map[string]any{"actor": st.s.URLs().Server(), "content": "he sells things", "object": []any{st.bert.IRI, note["id"]}, "to": []any{st.bert.IRI}}
		got := map[string]any{}
		for key := range want {
			got[key] = flags[0][key]
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("the Flag (-want +got):\n%s", diff)
		}
		if strings.Contains(fmt.Sprint(flags[0]), st.s.Owner.IRI) {
			t.Errorf("%v names the owner", flags[0])
		}
		if all := st.reports(true); len(all) != 2 || all[0].Forwarded || !all[1].Forwarded || !slices.Equal(all[1].Posts, []string{p.IRI}) {
			t.Errorf("kept %+v, want both", all)
		}
		own := st.own("mine")
		for name, c := range map[string]struct {
			r     social.Report
			posts []social.ID
		}{
			"of oneself":         {social.Report{Target: st.s.Owner.ID, Category: "other"}, nil},
			"another's post":     {social.Report{Target: p.Author, Category: "other"}, []social.ID{own.ID}},
			"a post not here":    {social.Report{Target: p.Author, Category: "other"}, []social.ID{1}},
			"of no category":     {social.Report{Target: p.Author, Category: "x"}, nil},
			"with a long speech": {social.Report{Target: p.Author, Category: "other", Comment: strings.Repeat("é", 1001)}, nil},
		} {
			if _, err := st.s.Publisher.Report(st.ctx, c.r, c.posts); !social.Is(err, social.Unprocessable) {
				t.Errorf("%s: got %v, want it refused", name, err)
			}
		}
	})
}

func TestReportOfTheOwnerIsKeptAndTold(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		p := st.own("mine")
		flag := func(id string, content any, object any) {
			f := st.eve.Activity("Flag", id, object)
			f["content"] = content
			st.tell(st.eve, f)
		}
		flag("1", "she is rude", []any{st.s.Owner.IRI, p.IRI, "https://elsewhere.example/1"})
		flag("2", nil, p.IRI) // as Lemmy and Mbin do
		flag("3", "somebody else", []any{st.bert.IRI})
		flag("4", strings.Repeat("é", 6000), st.s.Owner.IRI)
		all := st.reports(false)
		if len(all) != 3 {
			t.Fatalf("kept %+v, want three", all)
		}
		if all[2].Comment != "she is rude" || !slices.Equal(all[2].Posts, []string{p.IRI}) || all[2].Target != st.s.Owner.ID {
			t.Errorf("the first is %+v", all[2])
		}
		if n := len([]rune(all[0].Comment)); n != social.MaxReportHeard+1 {
			t.Errorf("of a long comment %d characters are kept, want %d and a mark", n, social.MaxReportHeard)
		}
		if told := st.told(); !slices.Equal(told, []social.NotificationKind{social.NotifyReport}) {
			t.Errorf("told of %v, want one report", told)
		}
		if got, ok := st.post(p.IRI); !ok || got.Content != p.Content {
			t.Error("the post that was reported has changed")
		}
		for i := range 25 {
			flag(fmt.Sprint("many", i), "again", st.s.Owner.IRI)
		}
		if all := st.reports(false); len(all) != 20 {
			t.Errorf("of one actor %d reports are kept, want the newest 20", len(all))
		}
	})
}
