package web

import (
	"context"
	"net/http"
	"slices"

	"skerry/internal/remote"
	"skerry/internal/social"
	"skerry/internal/store"
)

// homeLines is how many lines of the timeline a page shows.
const homeLines = 40

type homePage struct {
	layout
	New    []shown // what came since the owner was here last
	Posts  []shown
	Newest social.ID // the line on top; 0 where others are above it
	Resume string    // where the owner had read until, when that is on a later page
	Older  string    // address of the next page, "" at the end
	Lonely bool      // the owner follows nobody
}

// home answers /home, and takes what stands on top for seen.
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
	lines, page.Older = cut(r, lines, homeLines, store.HomeEntry.Line)
	posts, err := s.homePosts(r, lines)
	if err != nil {
		return err
	}
	switch {
	case len(lines) == 0:
		page.Lonely, err = s.lonely(r.Context())
	case want.Before == 0:
		page.Newest = lines[0].ID
		err = s.keepPlace(r, &page, posts)
	default:
		page.Posts = postsOf(posts)
	}
	if err != nil {
		return err
	}
	return s.show(w, r, "home.html", page)
}

// keepPlace parts what is new to the owner from what they have seen, which is all of
// it from now on.
func (s *Site) keepPlace(r *http.Request, page *homePage, posts []homePost) error {
	seen, err := s.DB.Seen(r.Context(), social.HomeTimeline)
	if err != nil {
		return err
	}
	fresh := 0
	for seen.Last != 0 && fresh < len(posts) && posts[fresh].line > seen.Last {
		fresh++
	}
	page.New, page.Posts = postsOf(posts[:fresh]), postsOf(posts[fresh:])
	if len(page.Posts) == 0 && page.Older != "" {
		page.Resume = "?before=" + (seen.Last + 1).String()
	}
	if page.Newest <= seen.Last {
		return nil
	}
	return s.saw(r, social.HomeTimeline, page.Newest)
}

// homePost is a post in the timeline, and the newest line for which it stands there.
type homePost struct {
	shown
	line social.ID
}

func postsOf(all []homePost) []shown {
	var out []shown
	for _, p := range all {
		out = append(out, p.shown)
	}
	return out
}

// homePosts shows the lines of a timeline. What several people boosted stands once,
// with all of them, where the newest line is.
func (s *Site) homePosts(r *http.Request, lines []store.HomeEntry) ([]homePost, error) {
	var ids, by []social.ID
	newest, boosters := map[social.ID]social.ID{}, map[social.ID][]social.ID{}
	for _, line := range lines {
		if newest[line.Post] == 0 {
			ids, newest[line.Post] = append(ids, line.Post), line.ID
		}
		if line.Boost != 0 {
			by, boosters[line.Post] = append(by, line.By), append(boosters[line.Post], line.By)
		}
	}
	posts, err := s.postsInOrder(r.Context(), ids)
	if err != nil {
		return nil, err
	}
	v, err := s.viewer(r, posts, by...)
	if err != nil {
		return nil, err
	}
	under, err := s.followedTags(r.Context(), v.us.ID, posts)
	if err != nil {
		return nil, err
	}
	var out []homePost
	for _, p := range v.posts(posts) {
		for _, id := range boosters[p.ID] {
			p.Via = append(p.Via, v.person(id))
		}
		if len(p.Via) == 0 {
			p.Under = under[p.ID]
		}
		out = append(out, homePost{p, newest[p.ID]})
	}
	return out, nil
}

// followedTags gives the hashtags that the owner follows of the posts whose authors
// the owner does not follow: it is for them that those are here.
func (s *Site) followedTags(ctx context.Context, us social.ID, posts []social.Post) (map[social.ID][]string, error) {
	var folded []string
	var authors []social.ID
	for _, p := range posts {
		folded, authors = append(folded, remote.FoldTags(p)...), append(authors, p.Author)
	}
	all, err := s.DB.FollowedAmong(ctx, folded)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	stands, err := s.DB.Relationships(ctx, us, authors)
	if err != nil {
		return nil, err
	}
	out := map[social.ID][]string{}
	for _, p := range posts {
		if p.Author == us || stands[p.Author].Following {
			continue
		}
		for _, t := range all {
			if slices.Contains(remote.FoldTags(p), t.Tag) {
				out[p.ID] = append(out[p.ID], t.Name)
			}
		}
	}
	return out, nil
}

// postsInOrder reads posts by their ids; one that was deleted meanwhile is left out.
func (s *Site) postsInOrder(ctx context.Context, ids []social.ID) ([]social.Post, error) {
	stored, err := s.DB.Posts(ctx, ids)
	var out []social.Post
	for _, id := range ids {
		if p, ok := stored[id]; ok {
			out = append(out, p)
		}
	}
	return out, err
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
