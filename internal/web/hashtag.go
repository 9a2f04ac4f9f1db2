package web

import (
	"net/http"
	"net/url"

	"github.com/go-chi/chi/v5"

	"skerry/internal/markup"
	"skerry/internal/outbox"
	"skerry/internal/reply"
	"skerry/internal/social"
	"skerry/internal/store"
)

const (
	mostTrends       = 20
	dayOnly, allWeek = 1, 7
)

// hashtagsPage is what is talked of, and what of it the owner follows.
type hashtagsPage struct {
	layout
	Name, Wrong string // in the form
	Followed    []social.FollowedTag
	Day, Week   []trend
}

// trend is a hashtag that many people use.
type trend struct {
	Name          string
	People, Posts int
}

// hashtags answers /hashtags.
func (s *Site) hashtags(w http.ResponseWriter, r *http.Request) error {
	return s.showHashtags(w, r, http.StatusOK, "", "")
}

func (s *Site) showHashtags(w http.ResponseWriter, r *http.Request, status int, name, wrong string) error {
	page := hashtagsPage{layout: s.section(r, "Hashtags", "hashtags"), Name: name, Wrong: wrong}
	var err error
	if page.Followed, err = s.DB.FollowedTags(r.Context(), store.PageOf{Limit: outbox.MaxFollowedTags}); err != nil {
		return err
	}
	if page.Day, err = s.trends(r, dayOnly); err != nil {
		return err
	}
	if page.Week, err = s.trends(r, allWeek); err != nil {
		return err
	}
	return s.showWith(w, status, "hashtags.html", page)
}

func (s *Site) trends(r *http.Request, days int) (out []trend, err error) {
	uses, err := s.Publisher.Trending(r.Context(), days, 0, mostTrends)
	for _, u := range uses {
		u.Days = u.Days[:days]
		all := u.Total()
		out = append(out, trend{u.Name, all.People, all.Posts})
	}
	return out, err
}

// followNamed answers the form in which a hashtag to follow is written.
func (s *Site) followNamed(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	name := r.PostForm.Get("name")
	t, err := s.Publisher.FollowTag(r.Context(), name)
	if say, told := wrongOf(err); told {
		return s.showHashtags(w, r, http.StatusUnprocessableEntity, name, say)
	}
	if err != nil {
		return err
	}
	reply.SeeOther(w, r, tagInReader(t.Name))
	return nil
}

// hashtagPage is the posts with one hashtag.
type hashtagPage struct {
	layout
	Tag      string
	Followed bool
	Public   string // the page of the owner's own posts with it; "" for none
	Tabs     []tab
	Posts    []shown
	Older    string
}

// tagInReader is where the owner reads the posts with a hashtag.
func tagInReader(name string) string { return "/hashtags/" + url.PathEscape(name) }

// hashtag answers /hashtags/tag.
func (s *Site) hashtag(w http.ResponseWriter, r *http.Request) error {
	name, tag, err := tagAsked(r)
	if err != nil {
		return err
	}
	media := r.URL.Query().Get("media") != ""
	page := hashtagPage{Tabs: []tab{{At: tagInReader(name), Say: "Posts", Here: !media}, {At: tagInReader(name) + "?media=1", Say: "Media", Here: media}}}
	if page.Posts, page.Older, err = s.publicPosts(r, store.Timeline{Any: []string{tag}, Media: media}); err != nil {
		return err
	}
	written, err := s.DB.TagsBeside(r.Context(), tag)
	if err != nil {
		return err
	}
	if page.Tag = markup.TagAmong(tag, written); page.Tag == tag {
		page.Tag = name
	}
	followed, err := s.DB.FollowedAmong(r.Context(), []string{tag})
	if err != nil {
		return err
	}
	page.Followed = len(followed) > 0
	o, err := s.DB.Owner(r.Context())
	if err != nil {
		return err
	}
	own, err := s.DB.PostsTagged(r.Context(), tag, o.Actor.ID, social.Public, store.PageOf{Limit: 1})
	if err != nil {
		return err
	}
	if len(own) > 0 {
		page.Public = "/tags/" + url.PathEscape(page.Tag)
	}
	page.layout = s.section(r, "#"+page.Tag, "hashtags")
	return s.show(w, r, "hashtag.html", page)
}

// tagAsked is the hashtag of an address, as it is written and folded.
func tagAsked(r *http.Request) (name, tag string, err error) {
	name, err = url.PathUnescape(chi.URLParam(r, "tag"))
	if read := markup.Hashtags("#" + name); err != nil || !social.Storable(name) || len(read) != 1 || read[0] != name {
		return "", "", social.Faultf(social.NotFound, "A hashtag is one word of letters, digits and _.")
	}
	return name, markup.FoldTag(name), nil
}

// followTag answers the buttons on the page of a hashtag.
func (s *Site) followTag(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	name, _, err := tagAsked(r)
	if err != nil {
		return err
	}
	do := s.Publisher.FollowTag
	if chi.URLParam(r, "verb") == "unfollow" {
		do = s.Publisher.UnfollowTag
	}
	if _, err := do(r.Context(), name); err != nil {
		return err
	}
	reply.SeeOther(w, r, wayBack(r.PostForm.Get("back"), tagInReader(name)))
	return nil
}
