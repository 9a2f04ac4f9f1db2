package web

import (
	"context"
	"net/http"

	"skerry/internal/social"
	"skerry/internal/store"
)

// listedPeople is how many people a page lists.
const listedPeople = 60

type peoplePage struct {
	layout
	Tabs   []tab
	About  *shown // the post that they liked or boosted
	People []acquaintance
	Empty  string // what is said when there is nobody
	Older  string
}

// listing is one person in a list, and the id by which the list is paged.
type listing struct{ Line, Person social.ID }

// showPeople answers with a list of people, of which there may be one too many.
func (s *Site) showPeople(w http.ResponseWriter, r *http.Request, page peoplePage, lines []listing) error {
	lines, page.Older = cut(r, lines, listedPeople, func(l listing) social.ID { return l.Line })
	var err error
	if page.People, err = s.acquaintances(r, lines); err != nil {
		return err
	}
	return s.show(w, r, "people.html", page)
}

// acquaintances reads how the owner stands with each of some people.
func (s *Site) acquaintances(r *http.Request, lines []listing) ([]acquaintance, error) {
	var ids []social.ID
	for _, l := range lines {
		ids = append(ids, l.Person)
	}
	v, err := s.viewer(r, nil, ids...)
	if err != nil {
		return nil, err
	}
	stands, err := s.DB.Relationships(r.Context(), v.us.ID, ids)
	if err != nil {
		return nil, err
	}
	var out []acquaintance
	for _, id := range ids {
		if _, ok := v.actors[id]; ok {
			out = append(out, v.stand(id, stands[id]))
		}
	}
	return out, nil
}

type readFollows = func(context.Context, social.ID, social.FollowState, store.PageOf) ([]social.Follow, error)

// followers answers /followers.
func (s *Site) followers(w http.ResponseWriter, r *http.Request) error {
	return s.follows(w, r, "Followers", "/followers", s.DB.FollowersOf, func(f social.Follow) social.ID { return f.Follower },
		"Nobody follows you yet. Tell people your handle, and answer those whose posts you like.")
}

// following answers /following.
func (s *Site) following(w http.ResponseWriter, r *http.Request) error {
	return s.follows(w, r, "Following", "/following", s.DB.FollowedBy, func(f social.Follow) social.ID { return f.Followee },
		"You follow nobody yet. Search for a handle such as @user@example.com, and press Follow.")
}

func (s *Site) follows(w http.ResponseWriter, r *http.Request, title, at string, read readFollows, who func(social.Follow) social.ID, empty string) error {
	page := peoplePage{layout: s.section(r, title, "profile"), Empty: empty, Tabs: ties(at)}
	o, err := s.DB.Owner(r.Context())
	if err != nil {
		return err
	}
	want, err := pageAsked(r, listedPeople)
	if err != nil {
		return err
	}
	all, err := read(r.Context(), o.Actor.ID, social.Accepted, want)
	if err != nil {
		return err
	}
	var lines []listing
	for _, f := range all {
		lines = append(lines, listing{f.ID, who(f)})
	}
	return s.showPeople(w, r, page, lines)
}

// likedBy answers /posts/id/likes.
func (s *Site) likedBy(w http.ResponseWriter, r *http.Request) error {
	return s.reacted(w, r, "Liked by", func(ctx context.Context, post social.ID, want store.PageOf) (out []listing, err error) {
		all, err := s.DB.LikesOf(ctx, post, want)
		for _, l := range all {
			out = append(out, listing{l.ID, l.By})
		}
		return out, err
	})
}

// boostedBy answers /posts/id/boosts.
func (s *Site) boostedBy(w http.ResponseWriter, r *http.Request) error {
	return s.reacted(w, r, "Boosted by", func(ctx context.Context, post social.ID, want store.PageOf) (out []listing, err error) {
		all, err := s.DB.BoostsOf(ctx, post, want)
		for _, b := range all {
			out = append(out, listing{b.ID, b.By})
		}
		return out, err
	})
}

func (s *Site) reacted(w http.ResponseWriter, r *http.Request, title string, read func(context.Context, social.ID, store.PageOf) ([]listing, error)) error {
	id, err := idAsked(r)
	if err != nil {
		return err
	}
	p, err := s.Publisher.Visible(r.Context(), id)
	if err != nil {
		return err
	}
	want, err := pageAsked(r, listedPeople)
	if err != nil {
		return err
	}
	lines, err := read(r.Context(), p.ID, want)
	if err != nil {
		return err
	}
	v, err := s.viewer(r, []social.Post{p})
	if err != nil {
		return err
	}
	about := v.post(p)
	return s.showPeople(w, r, peoplePage{layout: s.section(r, title, ""), About: &about, Empty: "Nobody whom we know of."}, lines)
}
