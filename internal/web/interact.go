package web

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"skerry/internal/access"
	"skerry/internal/remote"
	"skerry/internal/social"
)

// How often visitors may have other servers asked where they go on.
const (
	askTime        = 10 * time.Minute
	asksPerAddress = 20
	asksOfAll      = 300
)

type interactPage struct {
	layout
	URI    string // the id of what is meant
	Copy   string // what finds it in the search of any server
	Person person
	Post   *shown // nil when the person is meant
	Handle string
	Wrong  string // why the handle leads nowhere
	Way    *remote.Way
}

// interactAt is the page on which visitors go to their own server to act on
// something of ours.
func interactAt(iri string) string { return "/interact?uri=" + url.QueryEscape(iri) }

// interact answers /interact.
func (s *Site) interact(w http.ResponseWriter, r *http.Request) error {
	page, err := s.interactPage(r, r.URL.Query().Get("uri"))
	if err != nil {
		return err
	}
	return s.show(w, r, "interact.html", page)
}

// interactPage is about the owner or an open post of theirs; it never leads to
// what anybody else made.
func (s *Site) interactPage(r *http.Request, uri string) (interactPage, error) {
	ctx := r.Context()
	if name, ok := s.URLs.ParseActor(uri); ok {
		o, err := s.Documents.Owner(ctx, name)
		if err != nil {
			return interactPage{}, err
		}
		return interactPage{
			layout: s.layout(r, "Follow "+titleOf(o.Actor)), URI: o.Actor.IRI, Copy: "@" + o.Actor.Handle(), Person: s.person(o.Actor),
		}, nil
	}
	name, id, ok := s.URLs.ParsePost(uri)
	if !ok {
		return interactPage{}, social.Faultf(social.NotFound, "This page is for people and posts of this server, and nothing of that kind was named.")
	}
	return s.interactPost(ctx, r, name, id)
}

func (s *Site) interactPost(ctx context.Context, r *http.Request, name string, id social.ID) (interactPage, error) {
	o, p, err := s.ownPost(ctx, name, id)
	if err == nil && !p.Visibility.Open() {
		err = social.Faultf(social.NotFound, "There is no such post.")
	}
	if err != nil {
		return interactPage{}, err
	}
	post := s.shown(p, o.Actor)
	return interactPage{layout: s.layout(r, "Answer from your server"), URI: p.IRI, Copy: p.URL, Person: post.By, Post: &post}, nil
}

// goOn answers the form of /interact: with a link rather than a redirect, because
// the policy lets no form leave for other sites, and people see where they are sent.
func (s *Site) goOn(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	page, err := s.interactPage(r, r.PostForm.Get("uri"))
	if err != nil {
		return err
	}
	page.Handle = r.PostForm.Get("handle")
	if wait := s.asksTooOften(r); wait > 0 {
		page.Wrong = "Too many servers were asked from here. Wait a few minutes, then try again."
		return s.showWith(w, http.StatusTooManyRequests, "interact.html", page)
	}
	way, err := s.Finder.Interact(r.Context(), page.Handle, page.URI)
	if status, say, told := notFound(err); told {
		page.Wrong = say
		return s.showWith(w, status, "interact.html", page)
	}
	if err != nil {
		return err
	}
	page.Way = &way
	return s.show(w, r, "interact.html", page)
}

// asksTooOften counts a question to another server, by address and of all.
func (s *Site) asksTooOften(r *http.Request) time.Duration {
	address := s.Bus.Allow(r.Context(), "interact "+access.Address(r.RemoteAddr), asksPerAddress, askTime)
	return max(address, s.Bus.Allow(r.Context(), "interact", asksOfAll, askTime))
}
