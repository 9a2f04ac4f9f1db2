package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"skerry/internal/media/prepare"
	"skerry/internal/reply"
	"skerry/internal/social"
	"skerry/internal/store"
)

type settingsProfilePage struct {
	settingsPage
	profileForm
}

// profileForm is a profile as it is typed. Rows are the fields; Spare those that
// nobody has needed yet.
type profileForm struct {
	Profile             social.Profile
	WrongName, WrongBio string
	Rows, Spare         []fieldRow
	Avatar, Header      pictureRow
}

// fieldRow is one field of a profile as it is typed.
type fieldRow struct {
	N           int // from 1
	Name, Value string
	Verified    time.Time
	Wrong       string
}

// pictureRow is one picture of a profile as it is chosen.
type pictureRow struct {
	social.Image
	Name      string // of its part of the form
	Say, Hint string
	Shown     string // where it is read; "" for none
	Removed   bool   // it is to be taken off
	Wrong     string
}

// profileForm puts a profile into a form.
func (s *Site) profileForm(owner store.Owner, p social.Profile) profileForm {
	form := profileForm{Profile: p, Avatar: s.pictureRow(owner.Profile.Avatar, p.Avatar), Header: s.pictureRow(owner.Profile.Header, p.Header)}
	form.Avatar.Name, form.Avatar.Say = "avatar", "Picture"
	form.Avatar.Hint = "JPEG, PNG, GIF or WebP, up to 16 MiB; the middle becomes a square. Where and when it was taken is removed from it."
	form.Header.Name, form.Header.Say = "header", "Header"
	form.Header.Hint = "A wide picture above your page, three times as wide as high."
	for i := range social.MaxFields {
		row := fieldRow{N: i + 1}
		if i < len(p.Fields) {
			row.Name, row.Value = p.Fields[i].Name, p.Fields[i].Value
			row.Verified = verified(owner, p.Fields[i])
		}
		if i < max(len(p.Fields)+1, 2) {
			form.Rows = append(form.Rows, row)
		} else {
			form.Spare = append(form.Spare, row)
		}
	}
	return form
}

// pictureRow shows a picture as it is chosen. One that was taken off is still seen,
// so that this can be taken back.
func (s *Site) pictureRow(was, is social.Image) pictureRow {
	row := pictureRow{Image: is, Shown: s.picture(is), Removed: was.URL != "" && is.URL == ""}
	if row.Removed {
		row.Image.Alt, row.Shown = was.Alt, s.picture(was)
	}
	return row
}

// verified tells since when a link of the owner's is known to link back.
func verified(owner store.Owner, f social.ProfileField) time.Time {
	for i, had := range owner.Profile.Fields {
		if had == f && i < len(owner.Actor.Fields) && owner.Actor.Fields[i].VerifiedAt != nil {
			return *owner.Actor.Fields[i].VerifiedAt
		}
	}
	return time.Time{}
}

// mark tells what is wrong where it is.
func (f *profileForm) mark(all []social.Mistake) {
	for _, m := range all {
		say, _ := wrongOf(m.Err)
		switch m.Part {
		case "name":
			f.WrongName = say
		case "bio":
			f.WrongBio = say
		case "avatar":
			f.Avatar.Wrong = say
		case "header":
			f.Header.Wrong = say
		case "field":
			f.Rows[m.Row].Wrong = say
		}
	}
}

func (s *Site) settingsProfilePage(r *http.Request, form profileForm) settingsProfilePage {
	return settingsProfilePage{s.settingsPage(r, "Profile"), form}
}

// editProfile answers /settings/profile.
func (s *Site) editProfile(w http.ResponseWriter, r *http.Request) error {
	owner, err := s.DB.Owner(r.Context())
	if err != nil {
		return err
	}
	return s.show(w, r, "settings_profile.html", s.settingsProfilePage(r, s.profileForm(owner, owner.Profile)))
}

// saveProfile answers the form of /settings/profile.
func (s *Site) saveProfile(w http.ResponseWriter, r *http.Request) error {
	form, err := s.takeProfile(w, r)
	if err == nil {
		reply.SeeOther(w, r, "/settings/profile?saved")
		return nil
	}
	say, ok := wrongOf(err)
	if !ok {
		return err
	}
	page := s.settingsProfilePage(r, form)
	page.Wrong = say
	return s.showWith(w, reply.Status(err), "settings_profile.html", page)
}

// takeProfile reads a form with a profile and does what it says. What the form does
// not have stays. Where it is not taken, the form comes back with what was typed,
// with the pictures that were uploaded, and with what is wrong.
func (s *Site) takeProfile(w http.ResponseWriter, r *http.Request) (form profileForm, err error) {
	if err := readFiles(w, r, 2*prepare.MaxImage+64<<10); err != nil {
		return form, err
	}
	defer r.MultipartForm.RemoveAll()
	owner, err := s.DB.Reader.Owner(r.Context())
	if err != nil {
		return form, err
	}
	p := profileTyped(r, owner.Profile)
	mistakes, err := s.newPictures(r, &p)
	if err != nil {
		return form, err
	}
	mistakes = append(mistakes, p.Mistakes()...)
	form = s.profileForm(owner, p)
	form.mark(mistakes)
	if len(mistakes) > 0 {
		return form, social.Faultf(social.Unprocessable, notTaken)
	}
	err = s.Publisher.EditProfile(r.Context(), p)
	if social.Is(err, social.Conflict) { // a picture that was kept too long
		p.Avatar, p.Header = owner.Profile.Avatar, owner.Profile.Header
		form = s.profileForm(owner, p)
	}
	return form, err
}

// profileTyped puts what a form has into a profile.
func profileTyped(r *http.Request, p social.Profile) social.Profile {
	if r.PostForm.Has("name") {
		p.Name = strings.TrimSpace(r.PostForm.Get("name"))
	}
	if r.PostForm.Has("bio") {
		p.Bio = strings.TrimSpace(plainLines(r.PostForm.Get("bio")))
	}
	if r.PostForm.Has("field_name_1") {
		p.Fields = nil
		for i := range social.MaxFields {
			f := social.ProfileField{
				Name:  strings.TrimSpace(r.PostForm.Get(fmt.Sprint("field_name_", i+1))),
				Value: strings.TrimSpace(r.PostForm.Get(fmt.Sprint("field_value_", i+1))),
			}
			if f.Name != "" || f.Value != "" {
				p.Fields = append(p.Fields, f)
			}
		}
		// A box that is not checked is not sent: those of the whole form are read together.
		p.Discoverable, p.Indexable = r.PostForm.Has("discoverable"), r.PostForm.Has("indexable")
		p.HideFollows, p.Locked, p.Bot = r.PostForm.Has("hide_follows"), r.PostForm.Has("locked"), r.PostForm.Has("bot")
	}
	return p
}

// newPictures puts the pictures of a form on a profile: those that it brings, or
// those that it brought when something else was wrong with it.
func (s *Site) newPictures(r *http.Request, p *social.Profile) (mistakes []social.Mistake, err error) {
	for _, one := range []struct {
		name string
		keep func(context.Context, io.Reader) (social.Image, error)
		into *social.Image
	}{{"avatar", s.Library.Avatar, &p.Avatar}, {"header", s.Library.Header, &p.Header}} {
		err := s.newPicture(r, one.name, one.keep, one.into)
		if _, ok := wrongOf(err); ok {
			mistakes = append(mistakes, social.Mistake{Part: one.name, Err: err})
		} else if err != nil {
			return nil, err
		}
		if r.PostForm.Has(one.name + "_alt") {
			one.into.Alt = strings.TrimSpace(plainLines(r.PostForm.Get(one.name + "_alt")))
		}
		if one.into.URL == "" {
			one.into.Alt = ""
		}
	}
	return mistakes, nil
}

func (s *Site) newPicture(r *http.Request, name string, keep func(context.Context, io.Reader) (social.Image, error), into *social.Image) error {
	if had := r.PostForm.Get(name + "_kept"); had != into.URL {
		if kept, ok := s.Library.Kept(had); ok {
			*into = kept
		}
	}
	if r.PostForm.Has(name + "_remove") {
		*into = social.Image{}
	}
	file, head, err := r.FormFile(name)
	if errors.Is(err, http.ErrMissingFile) || err == nil && head.Size == 0 {
		return nil
	}
	if err != nil {
		return social.Faultf(social.Invalid, "The form could not be read.").Because(err)
	}
	defer file.Close()
	picture, err := keep(r.Context(), file)
	if err == nil {
		*into = picture
	}
	return err
}

// plainLines gives a text as it was typed: browsers send other ends of lines.
func plainLines(text string) string { return strings.ReplaceAll(text, "\r\n", "\n") }
