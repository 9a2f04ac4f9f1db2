package web_test

import (
	"encoding/xml"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/social"
	"skerry/internal/testkit"
)

// read is a feed of either format, as a reader of feeds sees it.
type read struct {
	Items   []item `xml:"channel>item"`
	Entries []item `xml:"entry"`
}

type item struct {
	GUID        string   `xml:"guid"`
	ID          string   `xml:"id"`
	Title       string   `xml:"title"`
	Description string   `xml:"description"`
	Content     string   `xml:"content"`
	Categories  []string `xml:"category"`
}

// readFeed gives what a feed has, newest first.
func readFeed(t *testing.T, p page) []item {
	t.Helper()
	var f read
	if err := xml.Unmarshal([]byte(p.body), &f); err != nil || p.status != 200 {
		t.Fatalf("got %d, %v: %s", p.status, err, p.body)
	}
	return append(f.Items, f.Entries...)
}

// feeds are the two of the profile.
var feeds = map[string]string{"/@anna.rss": "application/rss+xml; charset=utf-8", "/@anna.atom": "application/atom+xml; charset=utf-8"}

func TestFeedHasWhatTheOwnerWritesForAnybody(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		for at := range feeds {
			if got := readFeed(t, visit(t, s).get(at)); len(got) != 0 {
				t.Errorf("%s has %+v before anything was written", at, got)
			}
		}
		first := write(t, s, social.Draft{Text: "the tide & the #Rock"})
		thread := write(t, s, social.Draft{Text: "more of it", InReplyTo: first.ID, Visibility: social.Unlisted})
		write(t, s, social.Draft{Text: "secret words", Visibility: social.FollowersOnly})
		peer := testkit.NewPeer(t)
		bert := peer.Person("bert")
		note := bert.Note("n1", "what a view")
		note["inReplyTo"] = first.IRI
		if status, said := bert.Send(s.Owner.Inbox, bert.Activity("Create", "c1", note)); status != 202 {
			t.Fatalf("the note of a stranger: got %d %s", status, said)
		}
		testkit.Settle(t, s)
		theirs, err := s.DB.PostByIRI(t.Context(), fmt.Sprint(note["id"]))
		if err != nil {
			t.Fatal(err)
		}
		write(t, s, social.Draft{Text: "@bert hello", InReplyTo: theirs.ID})
		warned := write(t, s, social.Draft{Text: "a storm", Warning: "weather <b>"})

		rss := readFeed(t, visit(t, s).get("/@anna.rss"))
		want := []item{
			{GUID: warned.URL, Description: "<p><strong>weather &lt;b&gt;</strong></p><hr>" + warned.Content},
			{GUID: thread.URL, Description: thread.Content},
			{GUID: first.URL, Description: first.Content, Categories: []string{"Rock"}},
		}
		if diff := cmp.Diff(want, rss); diff != "" {
			t.Errorf("RSS (-want +got):\n%s", diff)
		}
		atom := readFeed(t, visit(t, s).get("/@anna.atom"))
		want = []item{
			{ID: warned.IRI, Title: "weather <b>", Content: want[0].Description},
			{ID: thread.IRI, Title: "more of it", Content: thread.Content},
			{ID: first.IRI, Title: "the tide & the #Rock", Content: first.Content, Categories: []string{""}},
		}
		if diff := cmp.Diff(want, atom); diff != "" {
			t.Errorf("Atom (-want +got):\n%s", diff)
		}
	})
}

func TestFeedIsKeptUntilItChanges(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		write(t, s, social.Draft{Text: "one"})
		for at, kind := range feeds {
			got := visit(t, s).get(at)
			tag := got.header.Get("ETag")
			if got.header.Get("Content-Type") != kind || got.header.Get("Cache-Control") != "public, max-age=600" || tag == "" || got.header.Get("Last-Modified") == "" {
				t.Errorf("%s: got %v, want it as %s and kept for ten minutes", at, got.header, kind)
			}
			visit(t, s).get(at, "If-None-Match", tag).want(t, 304)
			write(t, s, social.Draft{Text: "another"})
			visit(t, s).get(at, "If-None-Match", tag).want(t, 200, "another")
		}
		visit(t, s).get("/@nobody.rss").want(t, 404)
		visit(t, s).get("/@anna.xml").want(t, 404)
	})
}

// A feed must be XML whatever is in it.
func TestFeedStaysReadable(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		p := write(t, s, social.Draft{Text: "a ]]> b \x1b[31m \uFFFE </item></channel> &amp;", Warning: "\u0007 \" ' <"})
		for at := range feeds {
			got := readFeed(t, visit(t, s).get(at))
			if len(got) != 1 || !strings.Contains(got[0].Description+got[0].Content, "a ]]&gt; b") {
				t.Errorf("%s: got %+v, want the post %q", at, got, p.Content)
			}
		}
	})
}

func TestPagesLeadToTheirFeeds(t *testing.T) {
	onServer(t, func(t *testing.T, s *testkit.Server) {
		write(t, s, social.Draft{Text: "#café"})
		for at, feeds := range map[string][]string{"/@anna": {"/@anna.rss", "/@anna.atom"}, "/tags/caf%C3%A9": {"/tags/caf%C3%A9.rss", "/tags/caf%C3%A9.atom"}} {
			page := visit(t, s).get(at)
			for _, feed := range feeds {
				page.want(t, 200, `href="`+s.Origin+feed+`"`)
				if got := readFeed(t, visit(t, s).get(feed)); len(got) != 1 {
					t.Errorf("%s has %+v, want the post", feed, got)
				}
			}
		}
	})
}
