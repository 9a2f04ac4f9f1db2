package web

import (
	"net/http"
	"net/url"

	"skerry/internal/reply"
	"skerry/internal/social"
	"skerry/internal/store"
)

// newPassword is the part of a form where a password is chosen. What was typed never
// comes back.
type newPassword struct {
	Say                string
	First              bool // of the form's fields
	Min                int  // characters
	Wrong, WrongRepeat string
}

// check judges what was typed. Forms of programs have no repetition.
func (n *newPassword) check(form url.Values) {
	n.Wrong, _ = wrongOf(social.CheckPassword(form.Get("password")))
	if form.Has("repeat") && form.Get("repeat") != form.Get("password") {
		n.WrongRepeat = "These two are not the same."
	}
}

// faulty reports whether something that was typed has to be mended.
func (n newPassword) faulty() bool { return n.Wrong+n.WrongRepeat != "" }

type settingsPasswordPage struct {
	settingsPage
	Username     string // for programs that keep passwords
	New          newPassword
	WrongCurrent string
}

func (s *Site) settingsPasswordPage(r *http.Request, owner store.Owner) settingsPasswordPage {
	return settingsPasswordPage{
		settingsPage: s.settingsPage(r, "Password"), Username: owner.Actor.Username,
		New: newPassword{Say: "The new password", Min: social.MinPassword},
	}
}

// editPassword answers /settings/password.
func (s *Site) editPassword(w http.ResponseWriter, r *http.Request) error {
	owner, err := s.DB.Owner(r.Context())
	if err != nil {
		return err
	}
	return s.show(w, r, "settings_password.html", s.settingsPasswordPage(r, owner))
}

// savePassword answers the form of /settings/password. Whoever sits at a browser that
// was left open does not know the old password, and has no more guesses than at the
// login.
func (s *Site) savePassword(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	if err := s.guess(r); err != nil {
		return err
	}
	owner, err := s.DB.Reader.Owner(r.Context()) // the password as it is now
	if err != nil {
		return err
	}
	page := s.settingsPasswordPage(r, owner)
	page.New.check(r.PostForm)
	right, err := s.Passwords.Check(owner.PasswordHash, r.PostForm.Get("current"))
	if err != nil {
		return err
	}
	if !right {
		page.WrongCurrent = "This is not your password."
	}
	if !right || page.New.faulty() {
		page.Wrong = notTaken
		return s.showWith(w, http.StatusUnprocessableEntity, "settings_password.html", page)
	}
	hash := s.Passwords.Hash(r.PostForm.Get("password"))
	// This browser's session ends with the others, and a new one begins: a cookie that
	// somebody copied is worth nothing any more.
	if err := s.openAfter(w, r, func(tx *store.Tx) error { return tx.SetPassword(r.Context(), hash) }); err != nil {
		return err
	}
	s.Log.Info("the password was changed, every other session has ended")
	reply.SeeOther(w, r, "/settings/password?changed")
	return nil
}
