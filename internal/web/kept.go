package web

import (
	"net/http"

	"skerry/internal/social"
)

// keptPage is a list of posts that the owner made by what they did.
type keptPage struct {
	layout
	Empty string
	Posts []shown
	Older string
}

// liked answers /likes.
func (s *Site) liked(w http.ResponseWriter, r *http.Request) error {
	page := keptPage{layout: s.section(r, "Likes", "likes"), Empty: "What you like is listed here."}
	o, err := s.DB.Owner(r.Context())
	if err != nil {
		return err
	}
	want, err := pageAsked(r, perPage)
	if err != nil {
		return err
	}
	all, err := s.DB.LikesBy(r.Context(), o.Actor.ID, want)
	if err != nil {
		return err
	}
	var lines []keptLine
	for _, l := range all {
		lines = append(lines, keptLine{l.ID, l.Post})
	}
	return s.showKept(w, r, page, lines)
}

// bookmarked answers /bookmarks.
func (s *Site) bookmarked(w http.ResponseWriter, r *http.Request) error {
	page := keptPage{layout: s.section(r, "Bookmarks", "bookmarks"), Empty: "What you bookmark is kept here. Nobody is told."}
	o, err := s.DB.Owner(r.Context())
	if err != nil {
		return err
	}
	want, err := pageAsked(r, perPage)
	if err != nil {
		return err
	}
	all, err := s.DB.Bookmarks(r.Context(), o.Actor.ID, want)
	if err != nil {
		return err
	}
	var lines []keptLine
	for _, b := range all {
		lines = append(lines, keptLine{b.ID, b.Post})
	}
	return s.showKept(w, r, page, lines)
}

// keptLine is a post, and the id by which its list is paged.
type keptLine struct{ Line, Post social.ID }

func (s *Site) showKept(w http.ResponseWriter, r *http.Request, page keptPage, lines []keptLine) error {
	lines, page.Older = cut(r, lines, perPage, func(l keptLine) social.ID { return l.Line })
	var ids []social.ID
	for _, l := range lines {
		ids = append(ids, l.Post)
	}
	posts, err := s.postsInOrder(r.Context(), ids)
	if err != nil {
		return err
	}
	if posts, err = s.Publisher.Readable(r.Context(), posts); err != nil {
		return err
	}
	v, err := s.viewer(r, posts)
	if err != nil {
		return err
	}
	page.Posts = v.posts(posts)
	return s.show(w, r, "kept.html", page)
}
