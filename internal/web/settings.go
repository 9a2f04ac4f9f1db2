package web

import (
	"errors"
	"net/http"
	"strings"

	"skerry/internal/reply"
	"skerry/internal/social"
)

// settingsPage is what every page of the owner's settings shows.
type settingsPage struct {
	layout
	Tab   string // which part of the settings
	Saved bool   // what was sent is kept
	Wrong string // with the form as a whole
}

func (s *Site) settingsPage(r *http.Request, title string) settingsPage {
	tab, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/settings/"), "/")
	page := settingsPage{layout: s.layout(r, title), Tab: tab, Saved: r.URL.Query().Has("saved")}
	page.Section = "settings"
	return page
}

// settings leads to the first of the settings.
func (s *Site) settings(w http.ResponseWriter, r *http.Request) error {
	reply.SeeOther(w, r, "/settings/profile")
	return nil
}

// notTaken stands above a form with faults that are told where they are.
const notTaken = "Nothing is changed yet: look at what is marked below."

// wrongOf is what a page says of a form that breaks a rule; other errors are not
// for the page.
func wrongOf(err error) (say string, ok bool) {
	var f *social.Fault
	if !errors.As(err, &f) || f.Kind != social.Unprocessable && f.Kind != social.TooLarge && f.Kind != social.Conflict {
		return "", false
	}
	return sentence(f.Say), true
}
