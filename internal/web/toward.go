package web

import (
	"context"
	"net/http"

	"github.com/go-chi/chi/v5"

	"skerry/internal/reply"
	"skerry/internal/social"
)

// towards gives the verb that changes how the owner stands to somebody; nil for none.
func (s *Site) towards(verb string) func(context.Context, social.ID) error {
	switch verb {
	case "follow":
		return s.Publisher.Follow
	case "unfollow":
		return s.Publisher.Unfollow
	case "accept":
		return s.Publisher.AcceptFollower
	case "reject", "remove":
		return s.Publisher.RejectFollower
	case "block":
		return s.Publisher.Block
	case "unblock":
		return s.Publisher.Unblock
	case "unmute":
		return s.Publisher.Unmute
	case "hideboosts":
		return s.Publisher.HideBoosts
	case "showboosts":
		return s.Publisher.ShowBoosts
	}
	return nil
}

// toward answers the forms about somebody.
func (s *Site) toward(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	a, err := s.personAsked(r)
	if err != nil {
		return err
	}
	do := s.towards(chi.URLParam(r, "verb"))
	if do == nil {
		return social.Faultf(social.NotFound, nothing)
	}
	if err := do(r.Context(), a.ID); err != nil {
		return err
	}
	reply.SeeOther(w, r, wayBack(r.PostForm.Get("back"), s.pageAbout(a)))
	return nil
}

type towardPage struct {
	layout
	Person person
	Verb   string
	Back   string
}

// beforeToward answers the pages on which the owner makes sure.
func (s *Site) beforeToward(w http.ResponseWriter, r *http.Request) error {
	a, err := s.personAsked(r)
	if err != nil {
		return err
	}
	titles := map[string]string{"block": "Block", "reported": "Reported"}
	verb := chi.URLParam(r, "verb")
	title, ok := titles[verb]
	if !ok {
		return social.Faultf(social.NotFound, nothing)
	}
	page := towardPage{layout: s.section(r, title+" @"+a.Handle(), ""), Person: s.person(a), Verb: verb, Back: s.pageAbout(a)}
	page.Person.At = page.Back
	if verb == "reported" {
		return s.show(w, r, "reported.html", page)
	}
	return s.show(w, r, "toward.html", page)
}
