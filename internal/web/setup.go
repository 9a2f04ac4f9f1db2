package web

import (
	"context"
	"crypto/subtle"
	"errors"
	"net/http"
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

type setupPage struct {
	layout
	Domain, Username, Name string
	MinPassword            int
	Wrong                  string
}

func (s *Site) setupPage(r *http.Request) setupPage {
	return setupPage{layout: s.layout(r, "Welcome"), Domain: s.URLs.AccountDomain, MinPassword: social.MinPassword}
}

func (s *Site) setup(w http.ResponseWriter, r *http.Request) error {
	if err := s.checkLink(r); err != nil {
		return err
	}
	return s.show(w, r, "setup.html", s.setupPage(r))
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
	page := s.setupPage(r)
	page.Username = fold(r.PostForm.Get("username"))
	page.Name = strings.TrimSpace(r.PostForm.Get("name"))
	owner, err := s.createOwner(r, page)
	var f *social.Fault
	if errors.As(err, &f) && f.Kind == social.Unprocessable {
		page.Wrong = sentence(f.Say)
		return s.showWith(w, http.StatusUnprocessableEntity, "setup.html", page)
	}
	if err != nil {
		return err
	}
	if err := s.open(w, r); err != nil {
		return err
	}
	reply.SeeOther(w, r, s.URLs.Profile(owner.Username))
	return nil
}

func (s *Site) createOwner(r *http.Request, page setupPage) (social.Actor, error) {
	password := r.PostForm.Get("password")
	profile := outbox.NewProfile(page.Username)
	if page.Name != "" {
		profile.Name = page.Name
	}
	for _, err := range []error{social.CheckUsername(page.Username), profile.Check(), social.CheckPassword(password)} {
		if err != nil {
			return social.Actor{}, err
		}
	}
	owner, err := s.Identity.CreateOwner(r.Context(), page.Username, s.Passwords.Hash(password), profile)
	if err != nil {
		return owner, err
	}
	return owner, s.DB.InTx(r.Context(), func(tx *store.Tx) error { return tx.DropSetting(r.Context(), settingSetup) })
}
