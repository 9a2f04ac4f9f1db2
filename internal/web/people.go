package web

import (
	"net/http"
	"strings"

	"skerry/internal/reply"
	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/webfinger"
)

// acquaintance is somebody beside whom the owner can follow them, or stop.
type acquaintance struct {
	person
	With   social.Relationship
	Header string // address of their header picture; "" for none
	Away   string // their page where they live
	You    bool
	Back   string // where the forms lead back to
}

// stand is how the owner and somebody stand, with what can be done about it.
func (v *viewer) stand(id social.ID, with social.Relationship) acquaintance {
	p := v.person(id)
	return acquaintance{
		person: p, With: with, Header: v.site.picture(p.Actor.Header), Away: v.site.person(p.Actor).At, You: id == v.us.ID, Back: v.back,
	}
}

type personPage struct {
	layout
	Person acquaintance
	Tally  social.Tally // as far as we know
	Tabs   []tab
	Posts  []shown
	Older  string
}

// tab is one of several views of a page.
type tab struct {
	Say, At string
	Here    bool
}

// tabsOf makes the tabs of a page: pairs of what is asked for and how it is called.
// What is not one of them is the first.
func tabsOf(at, asked string, pairs ...string) (tabs []tab, chosen string) {
	chosen = pairs[0]
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i] == asked {
			chosen = asked
		}
	}
	for i := 0; i < len(pairs); i += 2 {
		t := tab{Say: pairs[i+1], At: at, Here: pairs[i] == chosen}
		if i > 0 {
			t.At += "?show=" + pairs[i]
		}
		tabs = append(tabs, t)
	}
	return tabs, chosen
}

// someone answers /people/id.
func (s *Site) someone(w http.ResponseWriter, r *http.Request) error {
	a, err := s.personAsked(r)
	if err != nil {
		return err
	}
	if a.Local {
		reply.SeeOther(w, r, s.pageAbout(a))
		return nil
	}
	page, err := s.personPage(r, a)
	if err != nil {
		return err
	}
	return s.show(w, r, "person.html", page)
}

// personAsked reads whom a path is about.
func (s *Site) personAsked(r *http.Request) (social.Actor, error) {
	id, err := idAsked(r)
	if err != nil {
		return social.Actor{}, err
	}
	a, err := s.DB.Actor(r.Context(), id)
	if social.Is(err, social.NotFound) {
		return a, social.Faultf(social.NotFound, "Nobody is known here by this number.").Because(err)
	}
	if err == nil && !a.GoneAt.IsZero() {
		err = social.Faultf(social.Gone, "%s has left: the account was deleted.", a.Handle())
	}
	return a, err
}

func (s *Site) personPage(r *http.Request, a social.Actor) (personPage, error) {
	ctx, query := r.Context(), r.URL.Query()
	page := personPage{layout: s.section(r, titleOf(a), "")}
	o, err := s.DB.Owner(ctx)
	if err != nil {
		return page, err
	}
	stands, err := s.DB.Relationships(ctx, o.Actor.ID, []social.ID{a.ID})
	if err != nil {
		return page, err
	}
	tally, err := s.DB.Tallies(ctx, []social.ID{a.ID})
	if err != nil {
		return page, err
	}
	page.Tally = tally[a.ID]
	var show string
	page.Tabs, show = tabsOf(s.pageAbout(a), query.Get("show"), "", "Posts", "replies", "With replies", "media", "Media")
	want, err := pageAsked(r, perPage)
	if err != nil {
		return page, err
	}
	which := store.WrittenBy{Author: a.ID, Most: social.Unlisted, Replies: show == "replies", Media: show == "media"}
	if stands[a.ID].Following {
		which.Most = social.FollowersOnly
	}
	posts, err := s.DB.Written(ctx, which, want)
	if err != nil {
		return page, err
	}
	if len(posts) > perPage {
		posts = posts[:perPage]
		query.Set("before", posts[perPage-1].ID.String())
		page.Older = "?" + query.Encode()
	}
	v, err := s.viewer(r, posts, a.ID)
	if err != nil {
		return page, err
	}
	page.Posts, page.Person = v.posts(posts), v.stand(a.ID, stands[a.ID])
	return page, nil
}

// byHandle leads the owner from /@user@host to the page about them.
func (s *Site) byHandle(w http.ResponseWriter, r *http.Request, handle string) error {
	user, host, err := webfinger.ParseHandle(handle)
	if err != nil {
		return err
	}
	if host == s.URLs.Domain {
		host = s.URLs.AccountDomain
	}
	a, err := s.DB.ActorByHandle(r.Context(), user, host)
	switch {
	case social.Is(err, social.NotFound):
		reply.SeeOther(w, r, "/search?q=@"+strings.TrimPrefix(handle, "@"))
	case err != nil:
		return err
	default:
		reply.SeeOther(w, r, s.pageAbout(a))
	}
	return nil
}
