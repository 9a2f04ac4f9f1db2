package media

import (
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"skerry/internal/social"
)

// Routes mounts the addresses of media. wrap turns a handler into one of net/http.
func (l *Library) Routes(r chi.Router, wrap func(func(http.ResponseWriter, *http.Request) error) http.HandlerFunc) {
	for path, h := range map[string]func(http.ResponseWriter, *http.Request) error{
		"/media/own/{name}":                   l.serveOwn,
		"/media/remote/{signature}/{address}": l.serveRemote,
	} {
		answer := wrap(func(w http.ResponseWriter, r *http.Request) error {
			// Not all that may stand before us can; then the limit of documents holds.
			_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(answerTime))
			return h(w, r)
		})
		r.Get(path, answer)
		r.Head(path, answer)
	}
}

// answerTime is how long an answer may take until it is read: the server's own
// limit is for documents.
const answerTime = 10 * time.Minute

// How long others keep what we served.
const (
	immutable = "public, max-age=31536000, immutable" // our own: no key ever gets other bytes
	week      = "public, max-age=604800"              // strangers'
	day       = "public, max-age=86400"               // a redirect, since settings change
)

// serveOwn answers with an upload of the owner's.
func (l *Library) serveOwn(w http.ResponseWriter, r *http.Request) error {
	key := own + chi.URLParam(r, "name")
	mediaType := typeOf(key)
	if mediaType == "" {
		return social.Faultf(social.NotFound, "there is no such medium")
	}
	return l.serve(w, r, key, mediaType, immutable)
}

// typeOf is the media type that a key of ours ends in.
func typeOf(key string) string {
	for mediaType, ending := range endings {
		if path.Ext(key) == ending {
			return mediaType
		}
	}
	return ""
}

// serve answers with the bytes under a key, or sends the reader to where everybody
// can read them.
func (l *Library) serve(w http.ResponseWriter, r *http.Request, key, mediaType, cache string) error {
	if at := l.Blobs.Public(key); at != "" {
		w.Header().Set("Cache-Control", day)
		http.Redirect(w, r, at, http.StatusFound)
		return nil
	}
	o, err := l.Blobs.Get(r.Context(), key)
	if err != nil {
		return err
	}
	defer o.Close()
	begin(w, mediaType, cache)
	w.Header().Set("ETag", `"`+path.Base(key)+`"`)
	http.ServeContent(w, r, "", o.Modified, o)
	return nil
}

// begin says what of an answer holds for every medium: it has this type and no
// other, and nothing in it runs. Apps in browsers may read it.
func begin(w http.ResponseWriter, mediaType, cache string) {
	h := w.Header()
	h.Set("Content-Type", mediaType)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Cache-Control", cache)
	if !strings.HasPrefix(mediaType, "image/") {
		h.Set("Content-Disposition", "attachment")
	}
}
