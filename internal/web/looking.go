package web

import (
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"net/http"
	"time"

	"skerry/internal/remote"
	"skerry/internal/reply"
	"skerry/internal/social"
)

// oneWait is how long a page that asks for what was found is let wait: a stop of the
// server waits no longer for it.
const oneWait = 4 * time.Second

// looking is whether somebody is on the way for more of what a page shows.
type looking struct {
	More bool
	At   string // the page; what came is told below it, at /news
	Mark string // stands for the posts that it shows
}

// look makes the note on a page that more is looked for, and has it go on by itself
// where there are scripts.
func (s *Site) look(page *layout, more bool, at string, posts ...[]social.Post) looking {
	if more {
		page.Scripts = append(page.Scripts, s.file("looking.js"))
	}
	return looking{more, at, markOf(posts...)}
}

// markOf changes when other posts are shown, or another version of one.
func markOf(parts ...[]social.Post) string {
	h := fnv.New64a()
	for _, posts := range parts {
		for _, p := range posts {
			fmt.Fprintln(h, p.ID, p.Edited.UnixMilli())
		}
		fmt.Fprintln(h)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// found is what a page that waits for more is told.
type found struct {
	Looking bool   `json:"looking"` // ask again
	Mark    string `json:"mark"`
}

// threadNews answers /posts/id/news.
func (s *Site) threadNews(w http.ResponseWriter, r *http.Request) error {
	p, err := s.postAsked(r)
	if err != nil {
		return err
	}
	out := found{Looking: s.Scout.Wait(r.Context(), remote.NewInThread(p.ID), oneWait)}
	a, err := s.around(r.Context(), p)
	if err != nil {
		return err
	}
	out.Mark = markOf(a.above, a.below)
	return reply.JSON(w, r, out)
}

// personNews answers /people/id/news.
func (s *Site) personNews(w http.ResponseWriter, r *http.Request) error {
	a, err := s.personAsked(r)
	if err != nil {
		return err
	}
	o, err := s.DB.Owner(r.Context())
	if err != nil {
		return err
	}
	out := found{Looking: s.Scout.Wait(r.Context(), remote.NewPosts(a.ID), oneWait)}
	follows, err := s.DB.Follows(r.Context(), o.Actor.ID, a.ID)
	if err != nil {
		return err
	}
	posts, err := s.writtenAsked(r, a, follows)
	if err != nil {
		return err
	}
	out.Mark = markOf(posts)
	return reply.JSON(w, r, out)
}
