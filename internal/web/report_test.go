package web_test

import (
	"net/url"
	"strings"
	"testing"

	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/testkit"
)

func TestPersonIsReportedWithAPost(t *testing.T) {
	neighbours(t, func(t *testing.T, anna, bert *testkit.Server) {
		p := write(t, bert, social.Draft{Text: "words of bert"})
		testkit.Settle(t, anna, bert)
		post, at := heard(t, anna, p).ID.String(), "/people/"+known(t, anna, bert).ID.String()
		v := reading(t, anna)
		v.get("/home").want(t, 200, at+"/report?post="+post)
		form := v.get(at + "/report?post=" + post)
		form.want(t, 200, "words of bert", `value="`+post+`" checked`, `name="forward" checked`)
		checkPage(t, "report", form)
		long := strings.Repeat("x", social.MaxReport+1)
		again := v.submit(at+"/report", url.Values{"comment": {long}, "post": {post}})
		again.want(t, 422, "1000 are allowed", long, `value="`+post+`" checked`)
		checkPage(t, "report refused", again)
		v.submit(at+"/report", url.Values{"comment": {"he is rude"}, "post": {post}, "forward": {"on"}}).leads(t, at+"/reported")
		done := v.get(at + "/reported")
		done.want(t, 200, `href="`+at+`/mute"`, `href="`+at+`/block"`)
		checkPage(t, "reported", done)
		testkit.Settle(t, anna, bert)

		list := v.get("/admin/reports?show=own")
		list.want(t, 200, "he is rude", "sent to", `href="/posts/`+post+`"`, "words of bert")
		checkPage(t, "own reports", list)
	})
}

func TestReportOfTheOwnerIsShownToThem(t *testing.T) {
	neighbours(t, func(t *testing.T, anna, bert *testkit.Server) {
		p := write(t, anna, social.Draft{Text: "words of anna"})
		theirs, err := bert.Finder.Post(t.Context(), p.IRI)
		if err != nil {
			t.Fatal(err)
		}
		said := social.Report{Target: theirs.Author, Category: "other", Comment: "she is rude", Forwarded: true}
		if _, err := bert.Publisher.Report(t.Context(), said, []social.ID{theirs.ID}); err != nil {
			t.Fatal(err)
		}
		testkit.Settle(t, anna, bert)
		v := reading(t, anna)
		v.get("/notifications").want(t, 200, "reported you", `href="/admin/reports"`)
		list := v.get("/admin/reports")
		list.want(t, 200, "she is rude", `href="/posts/`+p.ID.String()+`"`, "words of anna")
		list.lacks(t, "@bert@")
		checkPage(t, "reports", list)
		all, err := anna.DB.Reports(t.Context(), false, store.PageOf{Limit: 9})
		if err != nil || len(all) != 1 {
			t.Fatalf("got %+v, %v; want one", all, err)
		}
		if err := anna.Publisher.Delete(t.Context(), p.ID); err != nil {
			t.Fatal(err)
		}
		v.get("/admin/reports").want(t, 200, "she is rude", `href="`+p.IRI+`"`)
		v.submit("/admin/reports/"+all[0].ID.String()+"/forget", nil).leads(t, "/admin/reports")
		v.get("/admin/reports").want(t, 200, "There is none.")
	})
}
