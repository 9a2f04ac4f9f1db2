package web

import (
	"context"
	"net/http"

	"skerry/internal/social"
	"skerry/internal/store"
)

// homeLines is how many lines of the timeline a page shows.
const homeLines = 40

type homePage struct {
	layout
	Posts  []shown
	Newest social.ID // the line on top; 0 where others are above it
	Older  string    // address of the next page, "" at the end
	Lonely bool      // the owner follows nobody
}

// home answers /home.
func (s *Site) home(w http.ResponseWriter, r *http.Request) error {
	page := homePage{layout: s.section(r, "Home", "home")}
	want, err := pageAsked(r, homeLines)
	if err != nil {
		return err
	}
	lines, err := s.DB.Home(r.Context(), want)
	if err != nil {
		return err
	}
	if len(lines) > homeLines {
		lines = lines[:homeLines]
		page.Older = "?before=" + lines[homeLines-1].ID.String()
	}
	if len(lines) > 0 && want.Before == 0 {
		page.Newest = lines[0].ID
	}
	if page.Posts, err = s.homePosts(r, lines); err != nil {
		return err
	}
	if len(lines) == 0 {
		if page.Lonely, err = s.lonely(r.Context()); err != nil {
			return err
		}
	}
	return s.show(w, r, "home.html", page)
}

// homePosts shows the lines of a timeline. What several people boosted stands once,
// with all of them, where the newest line is.
func (s *Site) homePosts(r *http.Request, lines []store.HomeEntry) ([]shown, error) {
	var ids, by, order []social.ID
	boosters := map[social.ID][]social.ID{}
	for _, line := range lines {
		ids = append(ids, line.Post)
		if _, had := boosters[line.Post]; !had {
			order, boosters[line.Post] = append(order, line.Post), nil
		}
		if line.Boost != 0 {
			by = append(by, line.By)
			boosters[line.Post] = append(boosters[line.Post], line.By)
		}
	}
	stored, err := s.DB.Posts(r.Context(), ids)
	if err != nil {
		return nil, err
	}
	var posts []social.Post
	for _, id := range order {
		if p, ok := stored[id]; ok { // else it was deleted between the two reads
			posts = append(posts, p)
		}
	}
	v, err := s.viewer(r, posts, by...)
	if err != nil {
		return nil, err
	}
	out := v.posts(posts)
	for i := range out {
		for _, id := range boosters[out[i].ID] {
			out[i].Via = append(out[i].Via, v.person(id))
		}
	}
	return out, nil
}

// lonely reports whether the owner follows nobody and has asked nobody.
func (s *Site) lonely(ctx context.Context) (bool, error) {
	o, err := s.DB.Owner(ctx)
	if err != nil {
		return false, err
	}
	for _, state := range []social.FollowState{social.Accepted, social.Pending} {
		some, err := s.DB.FollowedBy(ctx, o.Actor.ID, state, store.PageOf{Limit: 1})
		if err != nil || len(some) > 0 {
			return false, err
		}
	}
	return true, nil
}
