package web

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"skerry/internal/reply"
	"skerry/internal/social"
	"skerry/internal/store"
)

// perPage is how many posts a profile shows.
const perPage = 20

// dual is the rule of the pages that are also documents: the page is their own.
var dual = reply.Dual{Own: reply.HTML}

type profilePage struct {
	layout
	Card     card
	Actor    person
	Header   string // address of the wide picture, "" for none
	Interact string // where visitors follow from their own server
	Joined   time.Time
	Tally    social.Tally
	Tabs     []tab
	Pinned   []shown
	Posts    []shown
	Later    bool   // the newest posts are on another page
	Older    string // address of the next page, "" at the end
}

// profile answers /@name.
func (s *Site) profile(w http.ResponseWriter, r *http.Request) error {
	name := chi.URLParam(r, "name")
	if strings.Contains(name, "@") && s.known(r) {
		return s.byHandle(w, r, name)
	}
	if dual.Choose(r) == reply.ActivityJSON {
		doc, err := s.Documents.Actor(r.Context(), name)
		if err != nil {
			return err
		}
		return dual.Activity(w, r, doc, reply.NoStore)
	}
	o, err := s.Documents.Owner(r.Context(), name)
	if err != nil {
		return err
	}
	page, err := s.profilePage(r, o)
	if err != nil {
		return err
	}
	return s.showDual(w, r, "profile.html", page, true)
}

func (s *Site) profilePage(r *http.Request, o store.Owner) (profilePage, error) {
	ctx := r.Context()
	page := profilePage{layout: s.layout(r, titleOf(o.Actor)), Actor: s.person(o.Actor), Header: s.picture(o.Actor.Header), Joined: o.Actor.Published}
	page.Card, page.Interact = s.profileCard(page.Actor), interactAt(o.Actor.IRI)
	page.Canonical, page.Activity, page.NoIndex = s.URLs.Profile(o.Actor.Username), o.Actor.IRI, !o.Actor.Indexable
	tally, err := s.DB.Tallies(ctx, []social.ID{o.Actor.ID})
	if err != nil {
		return page, err
	}
	page.Tally = tally[o.Actor.ID]
	page.Feeds = feedsOf(titleOf(o.Actor), page.Canonical)
	var show string
	page.Tabs, show = tabsOf("/@"+o.Actor.Username, r.URL.Query().Get("show"), writtenTabs...)
	want, err := pageAsked(r, perPage)
	if err != nil {
		return page, err
	}
	if page.Later = want.Before != 0; !page.Later && show == "" {
		pins, err := s.DB.Pins(ctx, o.Actor.ID)
		if err != nil {
			return page, err
		}
		for _, p := range pins {
			if p.Visibility.Open() {
				page.Pinned = append(page.Pinned, s.pinned(p, o.Actor))
			}
		}
	}
	lines, err := s.profileLines(ctx, o.Actor.ID, show, want)
	if err != nil {
		return page, err
	}
	lines, page.Older = cut(r, lines, perPage, store.HomeEntry.Line)
	page.Posts, err = s.openLines(ctx, o.Actor, lines)
	return page, err
}

// profileLines reads what a tab of a profile lists.
func (s *Site) profileLines(ctx context.Context, author social.ID, show string, want store.PageOf) ([]store.HomeEntry, error) {
	which := store.WrittenBy{Author: author, Most: social.Unlisted, Replies: show == "replies", Media: show == "media"}
	if !which.Media {
		return s.DB.Told(ctx, which, want)
	}
	posts, err := s.DB.Written(ctx, which, want)
	var out []store.HomeEntry
	for _, p := range posts {
		out = append(out, store.HomeEntry{ID: p.ID, Post: p.ID, By: p.Author})
	}
	return out, err
}

// openLines shows lines of a profile to anybody: posts, and what was boosted of others
// as far as the owner reads them and anybody may.
func (s *Site) openLines(ctx context.Context, by social.Actor, lines []store.HomeEntry) ([]shown, error) {
	boosted := map[social.ID]bool{}
	var ids []social.ID
	for _, l := range lines {
		if _, had := boosted[l.Post]; !had {
			ids, boosted[l.Post] = append(ids, l.Post), l.Boost != 0
		}
	}
	posts, err := s.postsInOrder(ctx, ids)
	if err != nil {
		return nil, err
	}
	if posts, err = s.Publisher.Readable(ctx, posts); err != nil {
		return nil, err
	}
	posts = slices.DeleteFunc(posts, func(p social.Post) bool { return !p.Visibility.Open() })
	all, err := s.withAuthors(ctx, posts)
	for i := range all {
		if boosted[all[i].ID] {
			all[i].Via = []person{s.person(by)}
		}
	}
	return all, err
}

// postID is by what posts are paged.
func postID(p social.Post) social.ID { return p.ID }

// titleOf is an actor in a line.
func titleOf(a social.Actor) string { return nameOf(a) + " (@" + a.Handle() + ")" }

// showDual answers with a page that shares its address with a document.
func (s *Site) showDual(w http.ResponseWriter, r *http.Request, name string, page any, open bool) error {
	body, err := s.render(w, name, page)
	if err != nil {
		return err
	}
	return dual.Page(w, r, body, s.keeps(r, open))
}

// keeps says who may keep a page: of an open one caches may what strangers see.
func (s *Site) keeps(r *http.Request, open bool) reply.Cache {
	if open && !s.known(r) {
		return reply.Revalidate
	}
	return reply.NoStore
}
