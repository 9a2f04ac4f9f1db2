package web

import (
	"errors"
	"net/http"
	"strings"

	"skerry/internal/outbox"
	"skerry/internal/reply"
	"skerry/internal/social"
)

// settingsPage is what every page of the owner's settings shows.
type settingsPage struct {
	layout
	Tab   string // which part of the settings
	Done  string // what was just done
	Wrong string // with the form as a whole
}

// done says what was just done: the address to which a form leads ends with it.
var done = map[string]string{
	"saved":   "Saved.",
	"changed": "Your password is changed, and all other browsers are signed out.",
	"ended":   "Signed out.",
	"revoked": "Revoked: whoever has this token can do nothing with it any more.",
}

func (s *Site) settingsPage(r *http.Request, title string) settingsPage {
	tab, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/settings/"), "/")
	page := settingsPage{layout: s.layout(r, title), Tab: tab, Done: done[r.URL.RawQuery]}
	page.Section = "settings"
	return page
}

// settingsRoutes mounts the settings.
func (s *Site) settingsRoutes(get, post func(string, outbox.Handler)) {
	get("/settings", s.settings)
	get("/settings/profile", s.editProfile)
	post("/settings/profile", s.saveProfile)
	get("/settings/posting", s.editPosting)
	post("/settings/posting", s.savePosting)
	get("/settings/password", s.editPassword)
	post("/settings/password", s.savePassword)
	get("/settings/sessions", s.sessions)
	post("/settings/sessions/end", s.endSession)
	post("/settings/sessions/others", s.endOthers)
	get("/settings/tokens", s.tokens)
	post("/settings/tokens", s.addToken)
	post("/settings/tokens/{id}/revoke", s.revokeToken)
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
