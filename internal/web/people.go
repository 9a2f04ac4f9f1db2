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
	Look   looking
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
	s.Scout.LookAtLinks(a)
	looking := lives(r) && s.Scout.LookAt(a)
	page, err := s.personPage(r, a, looking)
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

func (s *Site) personPage(r *http.Request, a social.Actor, looking bool) (personPage, error) {
	ctx := r.Context()
	page := personPage{layout: s.section(r, titleOf(a), "")}
	o, err := s.DB.Owner(ctx)
	if err != nil {
		return page, err
	}
	stands, err := s.DB.Relationships(ctx, o.Actor.ID, []social.ID{a.ID})
	if err != nil {
		return page, err
	}
	tally, err := s.DB.Reader.Tallies(ctx, []social.ID{a.ID})
	if err != nil {
		return page, err
	}
	page.Tally = tally[a.ID]
	page.Tabs, _ = tabsOf(s.pageAbout(a), r.URL.Query().Get("show"), writtenTabs...)
	posts, err := s.writtenAsked(r, a, stands[a.ID].Following)
	if err != nil {
		return page, err
	}
	page.Look = s.look(&page.layout, looking, s.pageAbout(a), posts)
	posts, page.Older = cut(r, posts, perPage, postID)
	v, err := s.viewer(r, posts, a.ID)
	if err != nil {
		return page, err
	}
	page.Posts, page.Person = v.posts(posts), v.stand(a.ID, stands[a.ID])
	return page, nil
}

// writtenTabs are the views of what somebody wrote.
var writtenTabs = []string{"", "Posts", "replies", "Posts and replies", "media", "Media"}

// writtenAsked reads the posts of somebody that an address asks for, one more than a
// page shows.
func (s *Site) writtenAsked(r *http.Request, a social.Actor, follows bool) ([]social.Post, error) {
	want, err := pageAsked(r, perPage)
	if err != nil {
		return nil, err
	}
	show := r.URL.Query().Get("show")
	which := store.WrittenBy{Author: a.ID, Most: social.Unlisted, Replies: show == "replies", Media: show == "media"}
	if follows {
		which.Most = social.FollowersOnly
	}
	return s.DB.Written(r.Context(), which, want)
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
