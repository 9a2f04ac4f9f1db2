package web

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"skerry/internal/social"
)

// historyPage is what a post says, and what it said before.
type historyPage struct {
	layout
	By       person
	At       string // its page
	Versions []version
}

// version is a post as it was.
type version struct {
	shown
	Had  []string // descriptions of what was attached; the files may be gone
	Now  bool
	Born bool // as it was first written
}

func (s *Site) historyPage(r *http.Request, title string, p social.Post, by social.Actor) (historyPage, error) {
	page := historyPage{layout: s.section(r, title, ""), By: s.person(by)}
	all, err := s.Publisher.Versions(r.Context(), p)
	for i, v := range all {
		shown := s.shown(p.As(v), by)
		one := version{shown: shown, Now: i == 0, Born: v.At.Equal(p.Published)}
		for _, m := range shown.Media {
			one.Had = append(one.Had, m.Alt)
		}
		page.Versions = append(page.Versions, one)
	}
	return page, err
}

// history answers /posts/id/history.
func (s *Site) history(w http.ResponseWriter, r *http.Request) error {
	id, err := idAsked(r)
	if err != nil {
		return err
	}
	p, err := s.Publisher.Visible(r.Context(), id)
	if err != nil {
		return err
	}
	by, err := s.DB.Actor(r.Context(), p.Author)
	if err != nil {
		return err
	}
	page, err := s.historyPage(r, "Versions", p, by)
	if err != nil {
		return err
	}
	page.By.At, page.At = s.pageAbout(by), readerPage(p.ID)
	return s.show(w, r, "history.html", page)
}

// openHistory answers /@name/id/history: of the owner's posts what everybody could
// read. It is for people, not for search engines.
func (s *Site) openHistory(w http.ResponseWriter, r *http.Request) error {
	id, err := social.ParseID(chi.URLParam(r, "id"))
	if err != nil {
		return err
	}
	o, p, err := s.ownPost(r.Context(), chi.URLParam(r, "name"), id)
	if err == nil && !p.Visibility.Open() {
		err = social.Faultf(social.NotFound, "There is no such post.")
	}
	if err != nil {
		return err
	}
	page, err := s.historyPage(r, "Versions", p, o.Actor)
	if err != nil {
		return err
	}
	page.At = p.URL
	return s.show(w, r, "history.html", page)
}
