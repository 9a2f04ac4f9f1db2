package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/testkit"
)

func TestFormerVersionsAreKeptWhole(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		p := addPost(t, db, addActor(t, db, "anna", true), func(p *social.Post) {
			p.Title, p.Warning, p.Sensitive, p.Source = "title", "warning", true, "source"
			p.Emojis = []social.Emoji{{Shortcode: "cat", URL: "https://a.example/cat"}}
			p.Attachments = []social.Attachment{{URL: "https://a.example/1.png", MediaType: "image/png", Alt: "a cat"}}
			p.Poll = &social.Poll{Options: []social.PollOption{{Name: "yes", Votes: 1}, {Name: "no"}}}
		})
		edit := func(change func(*social.Post)) {
			next := p
			next.Edited = p.Version().At.Add(time.Second)
			change(&next)
			in(t, db, func(tx *store.Tx) error { return tx.EditPost(t.Context(), p, next, nil) })
			p = next
		}
		kept := func() []social.Version {
			t.Helper()
			all, err := db.Versions(t.Context(), p.ID)
			if err != nil {
				t.Fatal(err)
			}
			return all
		}
		first := p.Version()
		edit(func(p *social.Post) {
			p.Attachments = []social.Attachment{{URL: "https://a.example/1.png", MediaType: "image/png", Alt: "a black cat"}}
		})
		second := p.Version()
		edit(func(p *social.Post) { // nothing that a reader sees
			p.Language = "en"
			p.Poll = &social.Poll{Options: []social.PollOption{{Name: "yes", Votes: 7}, {Name: "no"}}}
		})
		if diff := cmp.Diff([]social.Version{first}, kept()); diff != "" {
			t.Errorf("after one edit, and one that changes nothing (-want +got):\n%s", diff)
		}
		second.At, second.Poll = p.Edited, p.Poll
		edit(func(p *social.Post) {
			p.Content, p.Title, p.Warning, p.Sensitive, p.Attachments, p.Poll = "<p>other</p>", "", "", false, nil, nil
		})
		if diff := cmp.Diff([]social.Version{second, first}, kept()); diff != "" {
			t.Errorf("after another (-want +got):\n%s", diff)
		}
		for i := range 60 {
			edit(func(p *social.Post) { p.Content = fmt.Sprint("<p>", i, "</p>") })
		}
		if all := kept(); len(all) != social.MaxVersions || all[0].Content != "<p>58</p>" || all[len(all)-1].Content != "<p>9</p>" {
			t.Errorf("of 62 versions %d are kept, from %q to %q; want the newest 50", len(all), all[0].Content, all[len(all)-1].Content)
		}
		in(t, db, func(tx *store.Tx) error { return tx.DropPost(t.Context(), p.ID) })
		if all := kept(); len(all) != 0 {
			t.Errorf("of a deleted post %d versions are kept, want none", len(all))
		}
	})
}
