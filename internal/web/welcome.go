package web

import (
	"net/http"

	"skerry/internal/reply"
	"skerry/internal/social"
)

// introducePage is the last step of the first start, which may be left out.
type introducePage struct {
	layout
	profileForm
	Step  int
	Wrong string
}

func (s *Site) introducePage(r *http.Request, form profileForm) introducePage {
	return introducePage{layout: s.layout(r, "Welcome"), profileForm: form, Step: 3}
}

// introduce answers /welcome/profile.
func (s *Site) introduce(w http.ResponseWriter, r *http.Request) error {
	owner, err := s.DB.Owner(r.Context())
	if err != nil {
		return err
	}
	return s.show(w, r, "introduce.html", s.introducePage(r, s.profileForm(owner, owner.Profile)))
}

// introduced answers the form of /welcome/profile.
func (s *Site) introduced(w http.ResponseWriter, r *http.Request) error {
	form, err := s.takeProfile(w, r)
	if err == nil {
		reply.SeeOther(w, r, "/welcome")
		return nil
	}
	say, ok := wrongOf(err)
	if !ok {
		return err
	}
	page := s.introducePage(r, form)
	page.Wrong = say
	return s.showWith(w, reply.Status(err), "introduce.html", page)
}

type welcomePage struct {
	layout
	Actor social.Actor
}

// welcome answers /welcome: what to do first.
func (s *Site) welcome(w http.ResponseWriter, r *http.Request) error {
	owner, err := s.DB.Owner(r.Context())
	if err != nil {
		return err
	}
	return s.show(w, r, "welcome.html", welcomePage{s.layout(r, "Welcome"), owner.Actor})
}
