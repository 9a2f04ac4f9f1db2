package web

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"skerry/internal/markup"
	"skerry/internal/remote"
	"skerry/internal/reply"
	"skerry/internal/social"
)

const (
	maxQuery    = 2048 // bytes of what is searched for; SQLite compares with no much longer pattern
	foundPeople = 20
)

type searchPage struct {
	layout
	Query  string
	Wrong  string // why it could not be looked up
	People []acquaintance
	See    string // a hashtag that is meant perhaps
}

// search answers /search.
func (s *Site) search(w http.ResponseWriter, r *http.Request) error {
	return s.find(w, r, r.URL.Query().Get("q"))
}

// interaction answers /authorize_interaction, to which other servers send the owner
// who wants to follow or answer somebody there. [Masto: remote interaction]
func (s *Site) interaction(w http.ResponseWriter, r *http.Request) error {
	return s.find(w, r, strings.TrimPrefix(r.URL.Query().Get("uri"), "acct:"))
}

// find shows what a query means. A handle or an address is looked up where it lives,
// a hashtag has posts, and anything else is how people's handles or names begin.
func (s *Site) find(w http.ResponseWriter, r *http.Request, query string) error {
	q := strings.TrimSpace(query)
	page := searchPage{layout: s.section(r, "Search", "search"), Query: q}
	switch {
	case q == "":
		return s.show(w, r, "search.html", page)
	case len(q) > maxQuery || !social.Storable(q):
		page.Query, page.Wrong = "", "This cannot be searched for: it is too long, or no text."
		return s.showWith(w, http.StatusUnprocessableEntity, "search.html", page)
	case isAddress(q) || remote.LooksLikeHandle(q):
		return s.lookUp(w, r, page)
	case strings.HasPrefix(q, "#"):
		return s.leadToTag(w, r, page)
	}
	return s.showNamed(w, r, page)
}

func isAddress(q string) bool {
	u, err := url.Parse(q)
	return err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http")
}

// lookUp leads to the person or post that a handle or an address names, or says
// which step to it failed.
func (s *Site) lookUp(w http.ResponseWriter, r *http.Request, page searchPage) error {
	post, actor, err := s.Finder.Resolve(r.Context(), page.Query)
	if status, say, told := notFound(err); told {
		page.Wrong = say
		return s.showWith(w, status, "search.html", page)
	}
	switch {
	case err != nil:
		return err
	case post != nil:
		reply.SeeOther(w, r, readerPage(post.ID))
	default:
		reply.SeeOther(w, r, s.pageAbout(*actor))
	}
	return nil
}

// notFound gives the status and the sentence of a lookup that failed, when there is
// one for people.
func notFound(err error) (status int, say string, told bool) {
	var f *social.Fault
	if !errors.As(err, &f) {
		return 0, "", false
	}
	if status = reply.Status(err); status >= http.StatusInternalServerError {
		status = http.StatusNotFound // proxies in front put pages of their own in place of a 502
	}
	return status, sentence(f.Say), true
}

// leadToTag leads to the posts with a hashtag.
func (s *Site) leadToTag(w http.ResponseWriter, r *http.Request, page searchPage) error {
	tags := markup.Hashtags(page.Query)
	if len(tags) != 1 {
		page.Wrong = "A hashtag is one word of letters, digits and _."
		return s.showWith(w, http.StatusUnprocessableEntity, "search.html", page)
	}
	reply.SeeOther(w, r, tagInReader(tags[0]))
	return nil
}

// showNamed shows the people whose handle or name begins so, and says whether there
// are posts with that hashtag.
func (s *Site) showNamed(w http.ResponseWriter, r *http.Request, page searchPage) error {
	found, err := s.DB.SearchActors(r.Context(), strings.TrimPrefix(page.Query, "@"), foundPeople)
	if err != nil {
		return err
	}
	var lines []listing
	for _, a := range found {
		if a.Kind != social.Application || !a.Local { // not the server's own
			lines = append(lines, listing{Person: a.ID})
		}
	}
	if page.People, err = s.acquaintances(r, lines); err != nil {
		return err
	}
	if tags := markup.Hashtags("#" + page.Query); len(tags) == 1 {
		some, err := s.DB.TagsBeside(r.Context(), markup.FoldTag(tags[0]))
		if err != nil {
			return err
		}
		if len(some) > 0 {
			page.See = tags[0]
		}
	}
	return s.show(w, r, "search.html", page)
}
