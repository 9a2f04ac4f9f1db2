package web

import (
	"encoding/xml"
	"html/template"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"

	"skerry/internal/markup"
	"skerry/internal/outbox"
	"skerry/internal/reply"
	"skerry/internal/social"
	"skerry/internal/store"
)

// feed is what readers of feeds are told, in either format.
type feed struct {
	Title   string
	About   string
	Page    string // its address for people
	Author  social.Actor
	Posts   []shown
	Updated time.Time
}

// format is a way to write a feed.
type format struct {
	ending string // of its address, behind that of the page
	kind   string // media type
	write  func(f feed, self string) any
}

var formats = []format{{".rss", "application/rss+xml", rssOf}, {".atom", "application/atom+xml", atomOf}}

// feedLink leads from a page to a feed of it.
type feedLink struct{ Title, Kind, Href string }

// feedsOf are the links to the feeds of a page.
func feedsOf(title, page string) (all []feedLink) {
	for _, f := range formats {
		all = append(all, feedLink{title, f.kind, page + f.ending})
	}
	return all
}

// feedOf answers with what read gives.
func (s *Site) feedOf(f format, read func(*http.Request) (feed, error)) outbox.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		all, err := read(r)
		if err != nil {
			return err
		}
		body, err := xml.Marshal(f.write(all, all.Page+f.ending))
		if err != nil {
			return err
		}
		cache := reply.Public10m.Changed(all.Updated)
		return reply.Document(w, r, f.kind+"; charset=utf-8", append([]byte(xml.Header), body...), cache)
	}
}

// profileFeed is what the owner writes: answers to others are left out.
func (s *Site) profileFeed(r *http.Request) (feed, error) {
	ctx := r.Context()
	o, err := s.Documents.Owner(ctx, chi.URLParam(r, "name"))
	if err != nil {
		return feed{}, err
	}
	posts, err := s.DB.PostsBy(ctx, o.Actor.ID, social.Unlisted, store.PageOf{Limit: 3 * perPage})
	if err != nil {
		return feed{}, err
	}
	f := s.newFeed(titleOf(o.Actor), s.URLs.Profile(o.Actor.Username), o.Actor)
	f.About = markup.Text(o.Actor.Summary)
	for _, p := range posts {
		answers, err := s.answersOthers(r, p)
		if err != nil {
			return f, err
		}
		if !answers {
			f.add(s.shown(p, o.Actor))
		}
	}
	return f, nil
}

// answersOthers reports whether a post answers somebody else than its author.
func (s *Site) answersOthers(r *http.Request, p social.Post) (bool, error) {
	if p.InReplyTo == "" || p.Parent == 0 {
		return p.InReplyTo != "", nil
	}
	above, err := s.DB.Post(r.Context(), p.Parent)
	if social.Is(err, social.NotFound) {
		return true, nil
	}
	return above.Author != p.Author, err
}

func (s *Site) newFeed(title, page string, by social.Actor) feed {
	return feed{Title: title, Page: page, Author: by, Updated: by.Published}
}

// add puts a post at the end of a feed that has room for it.
func (f *feed) add(p shown) {
	if len(f.Posts) == perPage {
		return
	}
	f.Posts = append(f.Posts, p)
	if at := changed(p); at.After(f.Updated) {
		f.Updated = at
	}
}

// changed is when a post was written or last edited.
func changed(p shown) time.Time {
	if p.Edited.After(p.Published) {
		return p.Edited
	}
	return p.Published
}

// body is a post as one piece of HTML: its warning stands before it.
func (p shown) body() string {
	if p.Warning == "" {
		return p.Content
	}
	return "<p><strong>" + template.HTMLEscapeString(p.Warning) + "</strong></p><hr>" + p.Content
}

// headline is a post in a line, for formats that want a title: a warning hides the
// rest here too.
func (p shown) headline() string {
	for _, text := range []string{p.Title, p.Warning, markup.Text(p.Content)} {
		if line := markup.Line(text, 80); line != "" {
			return line
		}
	}
	return p.Published.UTC().Format("2 January 2006, 15:04")
}
