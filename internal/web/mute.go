package web

import (
	"net/http"
	"strconv"
	"time"

	"skerry/internal/reply"
	"skerry/internal/social"
)

// muteLengths are for how long a person is muted, in seconds.
var muteLengths = []choice{
	{Value: "0", Say: "For good"}, {Value: "3600", Say: "For an hour"}, {Value: "28800", Say: "For eight hours"}, {Value: "86400", Say: "For a day"},
	{Value: "259200", Say: "For three days"}, {Value: "604800", Say: "For a week"}, {Value: "2592000", Say: "For 30 days"},
}

// mutePage asks for how long somebody is to be muted, and how.
type mutePage struct {
	layout
	Person  person
	Back    string
	Lengths []choice
	Told    bool // of what they do all the same
	Wrong   string
}

func (s *Site) mutePage(r *http.Request, a social.Actor, back string) mutePage {
	page := mutePage{layout: s.section(r, "Mute @"+a.Handle(), ""), Person: s.person(a), Back: wayBack(back, s.pageAbout(a)), Lengths: muteLengths}
	page.Person.At = s.pageAbout(a)
	return page
}

// beforeMute answers /people/id/mute.
func (s *Site) beforeMute(w http.ResponseWriter, r *http.Request) error {
	a, err := s.personAsked(r)
	if err != nil {
		return err
	}
	return s.show(w, r, "mute.html", s.mutePage(r, a, r.URL.Query().Get("back")))
}

// mutePerson answers its form.
func (s *Site) mutePerson(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	a, err := s.personAsked(r)
	if err != nil {
		return err
	}
	page := s.mutePage(r, a, r.PostForm.Get("back"))
	page.Told = r.PostForm.Has("told")
	seconds, err := strconv.Atoi(r.PostForm.Get("length"))
	if err != nil || seconds < 0 || time.Duration(seconds) > social.MaxMute/time.Second {
		page.Wrong = "Choose for how long."
		return s.showWith(w, http.StatusUnprocessableEntity, "mute.html", page)
	}
	err = s.Publisher.Mute(r.Context(), a.ID, !page.Told, time.Duration(seconds)*time.Second)
	if say, told := wrongOf(err); told {
		page.Wrong = say
		return s.showWith(w, http.StatusUnprocessableEntity, "mute.html", page)
	}
	if err != nil {
		return err
	}
	reply.SeeOther(w, r, page.Back)
	return nil
}

// ties are the tabs of all lists of people to whom the owner stands in some way.
func ties(at string) []tab {
	all := []tab{{Say: "Followers", At: "/followers"}, {Say: "Following", At: "/following"}, {Say: "Muted", At: "/muted"}, {Say: "Blocked", At: "/blocked"}}
	for i := range all {
		all[i].Here = all[i].At == at
	}
	return all
}

// muted answers /muted.
func (s *Site) muted(w http.ResponseWriter, r *http.Request) error {
	page := peoplePage{layout: s.section(r, "Muted", "profile"), Tabs: ties("/muted"),
		Empty: "You mute nobody. Who is muted is not in your timeline, and is not told."}
	want, err := pageAsked(r, listedPeople)
	if err != nil {
		return err
	}
	all, err := s.DB.Mutes(r.Context(), want)
	if err != nil {
		return err
	}
	var lines []listing
	for _, m := range all {
		lines = append(lines, listing{m.ID, m.Target})
	}
	return s.showPeople(w, r, page, lines)
}

// blocked answers /blocked.
func (s *Site) blocked(w http.ResponseWriter, r *http.Request) error {
	page := peoplePage{layout: s.section(r, "Blocked", "profile"), Tabs: ties("/blocked"),
		Empty: "You block nobody. Who is blocked and you see nothing of each other."}
	o, err := s.DB.Owner(r.Context())
	if err != nil {
		return err
	}
	want, err := pageAsked(r, listedPeople)
	if err != nil {
		return err
	}
	all, err := s.DB.BlocksBy(r.Context(), o.Actor.ID, want)
	if err != nil {
		return err
	}
	var lines []listing
	for _, b := range all {
		lines = append(lines, listing{b.ID, b.Target})
	}
	return s.showPeople(w, r, page, lines)
}
