package web

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"skerry/internal/access"
	"skerry/internal/outbox"
	"skerry/internal/reply"
	"skerry/internal/social"
	"skerry/internal/store"
)

const (
	sessionTime = 30 * 24 * time.Hour
	seenEvery   = time.Hour        // how exactly is known when a browser was last here
	uploadTime  = 10 * time.Minute // how long a form with files may take

	// How often a password may be tried before the door stays shut for a while.
	guessTime         = 15 * time.Minute
	guessesPerAddress = 10
	guessesOfAll      = 100
)

// cookieName binds the cookie to this host where the browser can enforce it.
func (s *Site) cookieName() string {
	if s.Secure {
		return "__Host-skerry"
	}
	return "skerry"
}

func (s *Site) setCookie(w http.ResponseWriter, value string, age time.Duration) {
	http.SetCookie(w, &http.Cookie{
		Name: s.cookieName(), Value: value, Path: "/", MaxAge: int(age.Seconds()),
		HttpOnly: true, Secure: s.Secure, SameSite: http.SameSiteLaxMode,
	})
}

// known reports whether the owner has logged in with this browser.
func (s *Site) known(r *http.Request) bool {
	_, ok := s.session(r)
	return ok
}

// session gives the session of this browser, if the owner has logged in with it.
func (s *Site) session(r *http.Request) (store.Session, bool) {
	c, err := r.Cookie(s.cookieName())
	if err != nil {
		return store.Session{}, false
	}
	session, err := s.DB.Session(r.Context(), access.HashToken(c.Value), s.DB.Now())
	if err != nil && !social.Is(err, social.NotFound) {
		s.Log.Warn("could not read a session, the visitor counts as a stranger", "err", err)
	}
	return session, err == nil
}

// see notes that a browser of the owner's was here.
func (s *Site) see(r *http.Request, session store.Session) {
	now := s.DB.Now()
	if now.Sub(session.Seen) < seenEvery {
		return
	}
	err := s.DB.Bookkeep(r.Context(), func(tx *store.Tx) error {
		return tx.SeeSession(r.Context(), session.Hash, access.Address(r.RemoteAddr), now)
	})
	if err != nil {
		s.Log.Warn("could not note that a browser was here", "err", err)
	}
}

// open begins a session with this browser.
func (s *Site) open(w http.ResponseWriter, r *http.Request) error {
	return s.openAfter(w, r, func(tx *store.Tx) error { return tx.DropOldSessions(r.Context(), s.DB.Now()) })
}

// openAfter begins a session with this browser, in the transaction that did
// something else first.
func (s *Site) openAfter(w http.ResponseWriter, r *http.Request, first func(*store.Tx) error) error {
	token, hash := access.NewToken()
	now := s.DB.Now()
	agent := strings.ToValidUTF8(r.UserAgent()[:min(len(r.UserAgent()), 200)], "")
	err := s.DB.InTx(r.Context(), func(tx *store.Tx) error {
		if err := first(tx); err != nil {
			return err
		}
		return tx.AddSession(r.Context(), store.Session{
			Hash: hash, Agent: agent, Address: access.Address(r.RemoteAddr), Created: now, Seen: now, ExpiresAt: now.Add(sessionTime),
		})
	})
	if err != nil {
		return err
	}
	s.setCookie(w, token, sessionTime)
	return nil
}

type loginPage struct {
	layout
	Username string
	Wrong    string
}

func (s *Site) login(w http.ResponseWriter, r *http.Request) error {
	return s.show(w, r, "login.html", loginPage{layout: s.layout(r, "Log in")})
}

// mine keeps a page or form for the owner: others log in first and come back, a
// form that was sent without a session is refused.
func (s *Site) mine(h outbox.Handler) outbox.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		session, known := s.session(r)
		switch {
		case known:
			s.see(r, session)
			return h(w, r)
		case r.Method == http.MethodPost:
			return social.Faultf(social.Unauthorized, "Your session has ended. Log in, then do this again.")
		}
		reply.SeeOther(w, r, "/login?back="+url.QueryEscape(r.URL.RequestURI()))
		return nil
	}
}

// wayBack gives a path of ours to which a form or link wants to return, else
// another one: nobody is sent to other sites.
func wayBack(to, otherwise string) string {
	u, err := url.Parse(to)
	if err != nil || u.Scheme != "" || u.Host != "" || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\r\n\t") {
		return otherwise
	}
	return to
}

// enter answers the login form. A wrong name takes as long as a wrong password
// and is told the same way.
func (s *Site) enter(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	if err := s.guess(r); err != nil {
		return err
	}
	owner, err := s.DB.Reader.Owner(r.Context()) // the password as it is now
	if err != nil && !social.Is(err, social.NotFound) {
		return err
	}
	username, hash := r.PostForm.Get("username"), owner.PasswordHash
	if owner.Actor.Username != fold(username) {
		hash = ""
	}
	right, err := s.Passwords.Check(hash, r.PostForm.Get("password"))
	if err != nil {
		return err
	}
	if !right {
		return s.showWith(w, http.StatusUnauthorized, "login.html", loginPage{
			layout: s.layout(r, "Log in"), Username: username, Wrong: "This name and this password do not belong together.",
		})
	}
	if err := s.open(w, r); err != nil {
		return err
	}
	reply.SeeOther(w, r, wayBack(r.URL.Query().Get("back"), s.URLs.Profile(owner.Actor.Username)))
	return nil
}

// guess counts an attempt to say the password, by address and of all, and refuses
// one too many.
func (s *Site) guess(r *http.Request) error {
	address := s.Bus.Allow(r.Context(), "login "+access.Address(r.RemoteAddr), guessesPerAddress, guessTime)
	all := s.Bus.Allow(r.Context(), "login", guessesOfAll, guessTime)
	if address <= 0 && all <= 0 {
		return nil
	}
	f := social.Faultf(social.Limited, "Too many attempts to say the password. Wait a quarter of an hour, then try again.")
	f.After = guessTime
	return f
}

// leave ends the session.
func (s *Site) leave(w http.ResponseWriter, r *http.Request) error {
	if c, err := r.Cookie(s.cookieName()); err == nil {
		err := s.DB.InTx(r.Context(), func(tx *store.Tx) error {
			return tx.DropSession(r.Context(), access.HashToken(c.Value))
		})
		if err != nil {
			return err
		}
	}
	s.setCookie(w, "", -time.Second)
	reply.SeeOther(w, r, "/")
	return nil
}

// fold gives the username that somebody means: usernames are lower case, and
// many people write the @ in front.
func fold(typed string) string {
	return strings.ToLower(strings.TrimPrefix(strings.TrimSpace(typed), "@"))
}

// readForm reads a form of ours, which is never long. Its values are text that
// every database takes: Postgres takes no NUL.
func readForm(w http.ResponseWriter, r *http.Request) error { return readLong(w, r, 64<<10) }

// readLong is readForm for a form that may be long, of at most so many bytes.
func readLong(w http.ResponseWriter, r *http.Request, most int64) error {
	r.Body = http.MaxBytesReader(w, r.Body, most)
	return checkForm(r, r.ParseForm())
}

// readFiles is readForm for a form with files, of at most so many bytes in all. They
// lie in the system's folder of temporary files until r.MultipartForm.RemoveAll.
func readFiles(w http.ResponseWriter, r *http.Request, most int64) error {
	until := time.Now().Add(uploadTime)
	c := http.NewResponseController(w)
	_, _ = c.SetReadDeadline(until), c.SetWriteDeadline(until) // not all that may stand before us can
	r.Body = http.MaxBytesReader(w, r.Body, most)
	err := r.ParseMultipartForm(1 << 20)
	var cut *http.MaxBytesError
	if errors.As(err, &cut) {
		return social.Faultf(social.TooLarge, "The form has more than %d MiB.", most>>20)
	}
	return checkForm(r, err)
}

// checkForm judges a form that was read, or could not be.
func checkForm(r *http.Request, err error) error {
	if err != nil {
		return social.Faultf(social.Invalid, "The form could not be read.").Because(err)
	}
	for _, values := range r.PostForm {
		for _, v := range values {
			if !social.Storable(v) {
				return social.Faultf(social.Invalid, "The form holds characters that cannot be stored.")
			}
		}
	}
	return nil
}
