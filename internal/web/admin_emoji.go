package web

import (
	"errors"
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"

	"skerry/internal/media/prepare"
	"skerry/internal/reply"
	"skerry/internal/social"
)

type emojiPage struct {
	adminPage
	Emojis    []offered
	Shortcode string // as typed
	Wrong     string
}

// offered is an emoji and where its picture is.
type offered struct {
	social.OwnEmoji
	Picture string
}

func (s *Site) emojiPage(r *http.Request) (emojiPage, error) {
	page := emojiPage{adminPage: s.adminPage(r, "Emoji")}
	all, err := s.DB.EmojisOffered(r.Context())
	for _, e := range all {
		page.Emojis = append(page.Emojis, offered{e, s.URLs.Media(e.Key)})
	}
	return page, err
}

// emoji answers /admin/emoji.
func (s *Site) emoji(w http.ResponseWriter, r *http.Request) error {
	page, err := s.emojiPage(r)
	if err != nil {
		return err
	}
	return s.show(w, r, "admin_emoji.html", page)
}

// addEmoji answers the form of /admin/emoji. What is wrong with what was chosen is
// told beside it.
func (s *Site) addEmoji(w http.ResponseWriter, r *http.Request) error {
	code, err := s.offerEmoji(w, r)
	if err == nil {
		reply.SeeOther(w, r, "/admin/emoji")
		return nil
	}
	say, told := wrongOf(err)
	if !told {
		return err
	}
	page, problem := s.emojiPage(r)
	if problem != nil {
		return problem
	}
	page.Shortcode, page.Wrong = code, say
	return s.showWith(w, reply.Status(err), "admin_emoji.html", page)
}

// offerEmoji reads the form and does what it says.
func (s *Site) offerEmoji(w http.ResponseWriter, r *http.Request) (code string, err error) {
	// More than an emoji may have is read, so that its size can be told.
	if err := readFiles(w, r, prepare.MaxImage); err != nil {
		return "", err
	}
	defer r.MultipartForm.RemoveAll()
	code = strings.Trim(strings.TrimSpace(r.PostForm.Get("shortcode")), ":")
	if err := social.CheckShortcode(code); err != nil {
		return code, err
	}
	file, _, err := r.FormFile("file")
	if errors.Is(err, http.ErrMissingFile) {
		err = social.Faultf(social.Unprocessable, "choose a picture")
	}
	if err != nil {
		return code, err
	}
	defer file.Close()
	picture, err := s.Library.Emoji(r.Context(), file)
	if err != nil {
		return code, err
	}
	_, err = s.Publisher.AddEmoji(r.Context(), code, picture)
	return code, err
}

// retireEmoji answers the button beside an emoji.
func (s *Site) retireEmoji(w http.ResponseWriter, r *http.Request) error {
	id, err := social.ParseID(chi.URLParam(r, "id"))
	if err != nil {
		return err
	}
	if err := s.Publisher.RetireEmoji(r.Context(), id); err != nil && !social.Is(err, social.NotFound) { // it was pressed twice
		return err
	}
	reply.SeeOther(w, r, "/admin/emoji")
	return nil
}
