package web

import (
	"context"
	"strings"

	"skerry/internal/social"
)

// untitled gives what a stranger's titled post says without its title, which stands
// above it. Such a post is stored as title, in a paragraph, and how it begins.
func untitled(p social.Post) string {
	switch p.Kind {
	case social.Note, social.Question:
		return p.Content
	}
	_, rest, ok := strings.Cut(p.Content, "</p>")
	if !ok {
		return p.Content
	}
	return rest
}

// wholeArticle shows all of an article on its own page. One of which only the
// beginning is here goes on where it was written.
func (s *Site) wholeArticle(ctx context.Context, out *shown) error {
	if out.ReadOn == "" {
		return nil
	}
	out.ReadOn = out.Away
	whole, err := s.DB.Article(ctx, out.ID)
	if err != nil || whole == "" {
		return err
	}
	p := out.Post
	p.Content = whole
	links, err := s.linksOf(ctx, []social.Post{p})
	if err != nil {
		return err
	}
	out.Content, out.ReadOn = links.relink(p), ""
	return nil
}
