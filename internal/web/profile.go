package web

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"

	"skerry/internal/activitypub"
	"skerry/internal/outbox"
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
	Actor  person
	Tally  social.Tally
	Pinned []shown
	Posts  []shown
	Older  string // address of the next page, "" at the end
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
	page := profilePage{layout: s.layout(r, nameOf(o.Actor)), Actor: s.person(o.Actor)}
	page.Canonical, page.Activity, page.NoIndex = s.URLs.Profile(o.Actor.Username), o.Actor.IRI, !o.Actor.Indexable
	tally, err := s.DB.Tallies(ctx, []social.ID{o.Actor.ID})
	if err != nil {
		return page, err
	}
	page.Tally = tally[o.Actor.ID]
	page.Feeds = feedsOf(titleOf(o.Actor), page.Canonical)
	want, err := newestPage(r)
	if err != nil {
		return page, err
	}
	if want.Before == 0 {
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
	posts, err := s.DB.PostsBy(ctx, o.Actor.ID, social.Unlisted, want)
	if err != nil {
		return page, err
	}
	for _, p := range posts {
		page.Posts = append(page.Posts, s.shown(p, o.Actor))
	}
	page.Posts, page.Older = pageOf(page.Posts)
	return page, nil
}

// newestPage says which posts an address asks for, one more than a page shows.
func newestPage(r *http.Request) (want store.PageOf, err error) {
	want.Limit = perPage + 1
	if before := r.URL.Query().Get("before"); before != "" {
		want.Before, err = social.ParseID(before)
	}
	return want, err
}

// pageOf leaves out the post too many, and gives the address of the page that has
// it; "" when there is none.
func pageOf(posts []shown) (page []shown, older string) {
	if len(posts) <= perPage {
		return posts, ""
	}
	page = posts[:perPage]
	return page, "?before=" + page[perPage-1].ID.String()
}

// titleOf is an actor in a line.
func titleOf(a social.Actor) string { return nameOf(a) + " (@" + a.Handle() + ")" }

type postPage struct {
	layout
	Post    shown
	Above   *shown // what it answers
	Replies []shown
}

// post answers /@name/id.
func (s *Site) post(w http.ResponseWriter, r *http.Request) error {
	name := chi.URLParam(r, "name")
	id, err := social.ParseID(chi.URLParam(r, "id"))
	if err != nil {
		return err
	}
	doc, open, err := s.Documents.Post(r, name, id)
	if dual.Choose(r) == reply.ActivityJSON {
		return s.postDocument(w, r, doc, err)
	}
	if social.Is(err, social.NotFound) && s.known(r) {
		open, err = false, nil // the owner sees all of their own
	}
	if err != nil {
		return err
	}
	page, err := s.postPage(r, name, id)
	if err != nil {
		return err
	}
	return s.showDual(w, r, "post.html", page, open)
}

func (s *Site) postDocument(w http.ResponseWriter, r *http.Request, doc activitypub.Object, err error) error {
	var gone *outbox.Deleted
	if errors.As(err, &gone) {
		return reply.ActivityStatus(w, r, http.StatusGone, gone.Tombstone, reply.NoStore)
	}
	if err != nil {
		return err
	}
	return dual.Activity(w, r, doc, reply.NoStore)
}

func (s *Site) postPage(r *http.Request, name string, id social.ID) (postPage, error) {
	ctx := r.Context()
	o, err := s.Documents.Owner(ctx, name)
	if err != nil {
		return postPage{}, err
	}
	p, err := s.DB.Post(ctx, id)
	if err == nil && p.Author != o.Actor.ID {
		err = social.Faultf(social.NotFound, "There is no such post.")
	}
	if err != nil {
		return postPage{}, err
	}
	page := postPage{layout: s.layout(r, nameOf(o.Actor)), Post: s.shown(p, o.Actor)}
	page.Canonical, page.Activity, page.NoIndex = p.URL, p.IRI, !o.Actor.Indexable || p.Visibility != social.Public
	if p.Parent != 0 {
		above, err := s.openPost(ctx, p.Parent)
		if err != nil && !social.Is(err, social.NotFound) {
			return page, err
		}
		if err == nil {
			page.Above = &above
		}
	}
	replies, err := s.DB.RepliesTo(ctx, p.ID, social.Unlisted, store.PageOf{Limit: 100})
	if err != nil {
		return page, err
	}
	page.Replies, err = s.openOf(ctx, replies)
	return page, err
}

// openPost gives a post that anybody may see, with its author.
func (s *Site) openPost(ctx context.Context, id social.ID) (shown, error) {
	p, err := s.DB.Post(ctx, id)
	if err != nil {
		return shown{}, err
	}
	all, err := s.openOf(ctx, []social.Post{p})
	if err == nil && len(all) == 0 {
		err = social.Faultf(social.NotFound, "There is no such post.")
	}
	if err != nil {
		return shown{}, err
	}
	return all[0], nil
}

// openOf gives those of the posts that anybody may see, with their authors.
func (s *Site) openOf(ctx context.Context, posts []social.Post) ([]shown, error) {
	var ids []social.ID
	for _, p := range posts {
		ids = append(ids, p.Author)
	}
	authors, err := s.DB.Actors(ctx, ids)
	if err != nil {
		return nil, err
	}
	var out []shown
	for _, p := range posts {
		if by, ok := authors[p.Author]; ok && p.Visibility.Open() {
			out = append(out, s.shown(p, by))
		}
	}
	return out, nil
}

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
