package web

import (
	"cmp"
	"context"
	"crypto/subtle"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-chi/chi/v5"

	"skerry/internal/access"
	"skerry/internal/outbox"
	"skerry/internal/reply"
	"skerry/internal/social"
	"skerry/internal/store"
)

// settingSetup keeps the hash of the one-time link while there is no owner.
const settingSetup = "setup_token"

// SetupLink makes the one-time link with which somebody becomes the owner; an
// earlier one ends. Conflict: there is an owner already.
func (s *Site) SetupLink(ctx context.Context) (string, error) {
	if _, err := s.DB.Owner(ctx); err == nil {
		return "", social.Faultf(social.Conflict, "this server has an owner already")
	} else if !social.Is(err, social.NotFound) {
		return "", err
	}
	token, hash := access.NewToken()
	err := s.DB.InTx(ctx, func(tx *store.Tx) error { return tx.SetSetting(ctx, settingSetup, hash) })
	return s.URLs.Origin + "/setup/" + token, err
}

// setupPage is one of the first two steps of the first start. Nothing is stored
// before the second is done: what the first one said goes along.
type setupPage struct {
	layout
	Step                   int
	Domain, Username, Name string
	Again                  string // back to the first step
	Password               newPassword
	Wrong                  string // with the form as a whole
	WrongUsername          string
	WrongName              string
}

func (s *Site) setupPage(r *http.Request, form url.Values) setupPage {
	page := setupPage{
		layout: s.layout(r, "Welcome"), Step: 1, Domain: s.URLs.AccountDomain, Password: newPassword{Say: "Password", First: true, Min: social.MinPassword},
		Username: fold(form.Get("username")), Name: strings.TrimSpace(form.Get("name")),
	}
	page.Again = "?" + url.Values{"username": {page.Username}, "name": {page.Name}, "again": {""}}.Encode()
	page.Scripts = []string{s.file("setup.js")}
	return page
}

// setup answers the link: the first step, and with what was typed there the second.
func (s *Site) setup(w http.ResponseWriter, r *http.Request) error {
	if err := s.checkLink(r); err != nil {
		return err
	}
	typed := r.URL.Query()
	if !social.Storable(typed.Get("username")) || !social.Storable(typed.Get("name")) {
		return social.Faultf(social.Invalid, "The form holds characters that cannot be stored.")
	}
	page := s.setupPage(r, typed)
	if typed.Has("username") && !typed.Has("again") {
		page.checkName()
	}
	return s.showSetup(w, r, page)
}

// checkName judges the first step, and opens the second when it is done.
func (p *setupPage) checkName() {
	p.Step = 2
	for _, rule := range []struct {
		err  error
		into *string
	}{{social.CheckUsername(p.Username), &p.WrongUsername}, {social.Profile{Name: p.Name}.Check(), &p.WrongName}} {
		if say, wrong := wrongOf(rule.err); wrong {
			*rule.into, p.Step = say, 1
		}
	}
}

// faulty reports whether something that was typed has to be mended.
func (p *setupPage) faulty() bool {
	return p.WrongUsername+p.WrongName != "" || p.Password.faulty()
}

// showSetup shows a step, with what is wrong in it.
func (s *Site) showSetup(w http.ResponseWriter, r *http.Request, page setupPage) error {
	if !page.faulty() {
		return s.show(w, r, "setup.html", page)
	}
	page.Wrong = notTaken
	return s.showWith(w, http.StatusUnprocessableEntity, "setup.html", page)
}

// checkLink says whether the link in the path is the one that was printed.
func (s *Site) checkLink(r *http.Request) error {
	_, err := s.DB.Owner(r.Context())
	if err == nil {
		return social.Faultf(social.Gone, "This link was used: the server has its owner. Log in instead; a lost password is replaced with: skerry owner password")
	}
	if !social.Is(err, social.NotFound) {
		return err
	}
	want, err := s.DB.Setting(r.Context(), settingSetup)
	if err != nil && !social.Is(err, social.NotFound) {
		return err
	}
	got := access.HashToken(chi.URLParam(r, "token"))
	if err != nil || subtle.ConstantTimeCompare([]byte(got), []byte(want)) != 1 {
		return social.Faultf(social.Forbidden, "This link is not the one that the server printed last. Restart the server and use the link it prints, or run: skerry owner create --username NAME")
	}
	return nil
}

// finishSetup makes the owner, and ends the link with it.
func (s *Site) finishSetup(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	if err := s.checkLink(r); err != nil {
		return err
	}
	page := s.setupPage(r, r.PostForm)
	page.checkName()
	page.Password.check(r.PostForm)
	if page.faulty() {
		return s.showSetup(w, r, page)
	}
	if err := s.createOwner(r, page.Username, page.Name, r.PostForm.Get("password")); err != nil {
		return err
	}
	if err := s.open(w, r); err != nil {
		return err
	}
	reply.SeeOther(w, r, "/welcome/profile")
	return nil
}

func (s *Site) createOwner(r *http.Request, username, name, password string) error {
	profile := outbox.NewProfile(cmp.Or(name, username))
	if _, err := s.Identity.CreateOwner(r.Context(), username, s.Passwords.Hash(password), profile); err != nil {
		return err
	}
	return s.DB.InTx(r.Context(), func(tx *store.Tx) error { return tx.DropSetting(r.Context(), settingSetup) })
}
