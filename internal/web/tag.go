package web

import (
	"net/http"
	"net/url"

	"github.com/go-chi/chi/v5"

	"skerry/internal/markup"
	"skerry/internal/reply"
	"skerry/internal/social"
	"skerry/internal/store"
)

type tagPage struct {
	layout
	Card  card
	Tag   string
	By    person
	Posts []shown
	Later bool   // the newest posts are on another page
	Older string // address of the next page, "" at the end
}

// tagged reads the owner's public posts with the hashtag of the address, and how it
// is written. Others' posts are shown on their own servers. NotFound when there are
// none.
func (s *Site) tagged(r *http.Request, want store.PageOf) (o store.Owner, tag string, posts []shown, err error) {
	written, err := url.PathUnescape(chi.URLParam(r, "tag"))
	if err != nil {
		return o, "", nil, social.Faultf(social.NotFound, nothing).Because(err)
	}
	folded := markup.FoldTag(written)
	if o, err = s.DB.Owner(r.Context()); err != nil {
		return o, "", nil, err
	}
	all, err := s.DB.PostsTagged(r.Context(), folded, o.Actor.ID, social.Public, want)
	if err != nil {
		return o, "", nil, err
	}
	if len(all) == 0 {
		return o, "", nil, social.Faultf(social.NotFound, "nothing here has the hashtag #%s", markup.Line(written, 100))
	}
	for _, p := range all {
		posts = append(posts, s.shown(p, o.Actor))
	}
	return o, markup.TagAmong(folded, all[0].Hashtags), posts, nil
}

// tag answers /tags/tag.
func (s *Site) tag(w http.ResponseWriter, r *http.Request) error {
	want, err := pageAsked(r, perPage)
	if err != nil {
		return err
	}
	o, tag, posts, err := s.tagged(r, want)
	if err != nil {
		return err
	}
	page := tagPage{layout: s.layout(r, "#"+tag+", "+titleOf(o.Actor)), Tag: tag, By: s.person(o.Actor), Later: want.Before != 0}
	page.Canonical, page.NoIndex = s.URLs.Tag(tag), !o.Actor.Indexable
	page.Feeds = feedsOf("#"+tag, page.Canonical)
	page.Card = s.faceCard("website", page.Canonical, page.By)
	page.Card.Title = "#" + tag
	page.Card.About = taggedBy(o.Actor, tag)
	page.Posts, page.Older = cut(r, posts, perPage, func(p shown) social.ID { return p.ID })
	body, err := s.render(w, "tag.html", page)
	if err != nil {
		return err
	}
	return reply.Page(w, r, body, s.keeps(r, true))
}

// tagFeed is what the owner writes under a hashtag.
func (s *Site) tagFeed(r *http.Request) (feed, error) {
	o, tag, posts, err := s.tagged(r, store.PageOf{Limit: perPage})
	if err != nil {
		return feed{}, err
	}
	f := s.newFeed("#"+tag+", "+titleOf(o.Actor), s.URLs.Tag(tag), o.Actor)
	f.About = taggedBy(o.Actor, tag)
	for _, p := range posts {
		f.add(p)
	}
	return f, nil
}

// taggedBy says what is under a hashtag.
func taggedBy(a social.Actor, tag string) string {
	return "What " + nameOf(a) + " wrote with the hashtag #" + tag
}
