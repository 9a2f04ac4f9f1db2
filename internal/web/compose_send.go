package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"skerry/internal/markup"
	"skerry/internal/media"
	"skerry/internal/media/prepare"
	"skerry/internal/reply"
	"skerry/internal/social"
	"skerry/internal/store"
)

const (
	repeatable = time.Hour // how long sending the same form again makes nothing new

	// What a form may have: a film, pictures, and the words.
	maxLetter = prepare.MaxVideo + (social.MaxAttached-1)*prepare.MaxImage + 1<<20
)

var mediaTypes = media.Types

// send answers the form of /compose. When something is wrong nothing of it is lost:
// the words stand in the form again, and what was uploaded stays.
func (s *Site) send(w http.ResponseWriter, r *http.Request) error {
	if err := readFiles(w, r, maxLetter); err != nil {
		return err
	}
	defer r.MultipartForm.RemoveAll()
	l, wrong, err := s.readLetter(r)
	if err != nil {
		return err
	}
	if done, err := s.sentBefore(r.Context(), l); err != nil || done != 0 {
		return s.sent(w, r, l, done, err)
	}
	l.Media, wrong.Media = s.takeFiles(r, l.Media)
	wrong = l.check(wrong)
	if wrong.any() || r.PostForm.Has("attach") {
		return s.composeAgain(w, r, l, wrong, http.StatusUnprocessableEntity)
	}
	post, err := s.publish(r.Context(), &l)
	var f *social.Fault
	if errors.As(err, &f) {
		wrong.Whole = sentence(f.Say)
		return s.composeAgain(w, r, l, wrong, reply.Status(f))
	}
	return s.sent(w, r, l, post, err)
}

// sent leads on from a post that is written, and tells the browser that it need not
// keep the draft.
func (s *Site) sent(w http.ResponseWriter, r *http.Request, l letter, post social.ID, err error) error {
	if err != nil {
		return err
	}
	http.SetCookie(w, &http.Cookie{Name: "sent", Value: l.Key, Path: "/", MaxAge: 600, Secure: s.Secure, SameSite: http.SameSiteStrictMode})
	reply.SeeOther(w, r, l.afterwards(post))
	return nil
}

// composeAgain shows the form with what was typed.
func (s *Site) composeAgain(w http.ResponseWriter, r *http.Request, l letter, wrong wrongs, status int) error {
	page, err := s.composePage(r, l)
	if err != nil {
		return err
	}
	page.Wrong = wrong
	if page.Reply != 0 && page.Above == nil {
		page.Reply, page.Wrong.Whole = 0, "What you answer is gone. You can still post this by itself."
	}
	if !page.Wrong.any() {
		status = http.StatusOK
	}
	return s.showWith(w, status, "compose.html", page)
}

// readLetter reads the form but for its files.
func (s *Site) readLetter(r *http.Request) (l letter, wrong wrongs, err error) {
	form := r.PostForm
	l = letter{
		Key: form.Get("key"), Back: wayBack(form.Get("back"), ""), Warning: strings.TrimSpace(form.Get("warning")),
		Text: strings.ReplaceAll(form.Get("text"), "\r\n", "\n"), Sensitive: form.Has("sensitive"), Language: form.Get("language"),
		Ask: readQuestionnaire(form),
	}
	for name, to := range map[string]*social.ID{"reply": &l.Reply, "edit": &l.Edit, "redraft": &l.Redraft} {
		if text := form.Get(name); text != "" {
			if *to, err = social.ParseID(text); err != nil {
				return l, wrong, err
			}
		}
	}
	if len(l.Key) > 64 {
		return l, wrong, social.Faultf(social.Invalid, "The form could not be read.")
	}
	if err := social.CheckLanguage(l.Language); err != nil {
		return l, wrong, err
	}
	if l.Audience, err = social.ParseVisibility(form.Get("audience")); err != nil {
		return l, wrong, err
	}
	wrong, err = s.readEnclosed(r, &l)
	return l, wrong, err
}

// readEnclosed reads which uploads the form has, and what is now said of them.
func (s *Site) readEnclosed(r *http.Request, l *letter) (wrong wrongs, err error) {
	var had []social.Attachment
	if id := max(l.Edit, l.Redraft); id != 0 {
		p, err := s.written(r.Context(), id)
		if err != nil && !social.Is(err, social.NotFound) {
			return wrong, err
		}
		had = p.Attachments
	}
	for _, text := range r.PostForm["media"] {
		if text == "" || slices.Contains(r.PostForm["drop"], text) {
			continue // it was still on its way, or is left out
		}
		id, err := social.ParseID(text)
		if err != nil {
			return wrong, err
		}
		a, err := s.upload(r.Context(), id, had)
		if social.Is(err, social.NotFound) {
			wrong.Media = "An upload was kept for a day without a post, and then removed. Please choose it again."
			continue
		}
		if err != nil {
			return wrong, err
		}
		e := s.enclosed(a)
		e.Alt = strings.TrimSpace(r.PostForm.Get("alt-" + text))
		l.Media = append(l.Media, e)
	}
	return wrong, nil
}

// upload gives an upload: one that the post has, or one that waits for a post.
func (s *Site) upload(ctx context.Context, id social.ID, had []social.Attachment) (social.Attachment, error) {
	for _, a := range had {
		if a.Medium == id {
			return a, nil
		}
	}
	m, err := s.DB.Medium(ctx, id)
	return m.Shown, err
}

// takeFiles uploads the files of the form. What is wrong with one of them does not
// hinder the others.
func (s *Site) takeFiles(r *http.Request, all []enclosure) ([]enclosure, string) {
	var wrong []string
	for i := range social.MaxAttached {
		files := r.MultipartForm.File[fmt.Sprint("file", i+1)]
		if len(files) == 0 {
			continue
		}
		e, err := s.take(r.Context(), files[0], strings.TrimSpace(r.PostForm.Get(fmt.Sprint("alt", i+1))))
		var f *social.Fault
		switch {
		case errors.As(err, &f):
			wrong = append(wrong, files[0].Filename+": "+f.Say+".")
		case err != nil:
			s.Log.Error("could not keep an upload", "err", err)
			wrong = append(wrong, files[0].Filename+": it could not be kept, for a reason that is in the server's log.")
		default:
			all = append(all, e)
		}
	}
	return all, strings.Join(wrong, " ")
}

func (s *Site) take(ctx context.Context, h *multipart.FileHeader, alt string) (enclosure, error) {
	file, err := h.Open()
	if err != nil {
		return enclosure{}, fmt.Errorf("open the upload: %w", err)
	}
	defer file.Close()
	m, err := s.Library.Upload(ctx, file, nil, social.Described{})
	e := s.enclosed(m.Shown)
	e.Alt = alt // which may be too long: what was typed is kept
	return e, err
}

// check says what is wrong with a letter, beside what is known to be.
func (l letter) check(wrong wrongs) wrongs {
	for _, e := range l.Media {
		if n := utf8.RuneCountInString(e.Alt); n > social.MaxAlt {
			wrong.Media = fmt.Sprintf("A description has %d characters; %d are allowed.", n, social.MaxAlt)
		}
	}
	if len(l.Media) > social.MaxAttached {
		wrong.Media = fmt.Sprintf("A post has at most %d files.", social.MaxAttached)
		return wrong
	}
	d := l.draft()
	var f *social.Fault
	if err := d.Poll.Check(); errors.As(err, &f) {
		wrong.Poll = sentence(f.Say)
	} else if d.Poll != nil && len(d.Media) > 0 {
		wrong.Poll = "A post has files or a poll, not both."
	}
	d.Poll = nil // what is wrong with it stands beside it
	if err := d.Check(markup.Count); errors.As(err, &f) && (wrong.Media == "" || l.Text != "") {
		wrong.Text = sentence(f.Say)
	}
	return wrong
}

// length is what counts against social.MaxPost.
func (l letter) length() int { return markup.Count(l.Text) + utf8.RuneCountInString(l.Warning) }

// draft is what the letter says.
func (l letter) draft() social.Draft {
	d := social.Draft{
		Text: l.Text, Warning: l.Warning, Sensitive: l.Sensitive, Language: l.Language, Visibility: l.Audience,
		InReplyTo: l.Reply, Media: []social.ID{}, Described: map[social.ID]social.Described{},
	}
	for _, e := range l.Media {
		d.Media = append(d.Media, e.ID)
		d.Described[e.ID] = social.Described{Alt: &e.Alt}
	}
	if l.Edit == 0 {
		d.Poll = l.Ask.ballot()
	}
	return d
}

// publish says what the letter says, and gives its post. The post that it replaces
// goes first, so that its uploads are free: from then on the letter is a new one.
func (s *Site) publish(ctx context.Context, l *letter) (social.ID, error) {
	if l.Edit != 0 {
		return l.Edit, s.publishEdit(ctx, *l)
	}
	d := l.draft()
	if l.Reply != 0 {
		above, err := s.Publisher.Visible(ctx, l.Reply)
		if err != nil {
			return 0, err
		}
		d.Visibility = max(d.Visibility, above.Visibility)
	}
	if l.Redraft != 0 {
		if err := s.Publisher.Delete(ctx, l.Redraft); err != nil && !social.Is(err, social.NotFound) {
			return 0, err
		}
		l.Redraft = 0
	}
	now := s.DB.Now()
	post, err := s.Publisher.Post(ctx, d, func(tx *store.Tx, p social.Post) error {
		if l.Key == "" {
			return nil
		}
		return tx.Once(ctx, store.Browser, l.mark(), p.ID, now, now.Add(-repeatable))
	})
	if social.Is(err, social.Conflict) {
		// The same form came twice at once; the other one was first.
		if done, again := s.sentBefore(ctx, *l); done != 0 {
			return done, again
		}
	}
	return post.ID, err
}

// publishEdit changes a post. Saving what it says already is no edit.
func (s *Site) publishEdit(ctx context.Context, l letter) error {
	p, err := s.written(ctx, l.Edit)
	if err != nil {
		return err
	}
	same := slices.EqualFunc(l.Media, p.Attachments, func(e enclosure, a social.Attachment) bool { return e.ID == a.Medium && e.Alt == a.Alt })
	if same && l.Text == p.Source && l.Warning == p.Warning && l.Language == p.Language && (l.Sensitive || l.Warning != "") == p.Sensitive {
		return nil
	}
	_, err = s.Publisher.Edit(ctx, l.Edit, l.draft())
	return err
}

// mark tells this letter from others. The same form with other words is another
// letter: somebody went back to write more.
func (l letter) mark() string {
	sum := sha256.Sum256([]byte(l.Warning + "\x00" + l.Text))
	return l.Key + " " + hex.EncodeToString(sum[:8])
}

// sentBefore gives the post that the same form made before, 0 for none.
func (s *Site) sentBefore(ctx context.Context, l letter) (social.ID, error) {
	if l.Edit != 0 || l.Key == "" {
		return 0, nil
	}
	id, err := s.DB.Repeated(ctx, store.Browser, l.mark(), s.DB.Now().Add(-repeatable))
	if social.Is(err, social.NotFound) {
		return 0, nil
	}
	return id, err
}
