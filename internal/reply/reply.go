// Package reply writes answers: ActivityPub documents, JSON, pages, redirects
// and errors, with the headers that caches and peers need.
//
// Values, bytes and errors come in from the faces; status, headers and body go
// out. It decides which of two representations a request wants, and it holds the
// one table from error kind to status code. It must never let a shared cache
// keep an answer that was meant for one reader, or the representation that is
// not the address's own.
package reply

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Media types of what we write. Every peer that we know takes this form of
// ActivityPub, and Lemmy and GoToSocial take few others.
const (
	TypeActivity = "application/activity+json; charset=utf-8"
	TypeJSON     = "application/json; charset=utf-8"
	TypeHTML     = "text/html; charset=utf-8"
	TypeText     = "text/plain; charset=utf-8"
)

// Activity writes an ActivityPub document. doc is anything encoding/json takes.
// An address that also has a page goes through Dual instead.
func Activity(w http.ResponseWriter, r *http.Request, doc any, c Cache) error {
	vary(w.Header(), "Accept")
	return JSONAs(w, r, TypeActivity, doc, c)
}

// ActivityStatus is Activity with another status than 200, as the 410 of a
// Tombstone. It answers no conditional request.
func ActivityStatus(w http.ResponseWriter, r *http.Request, status int, doc any, c Cache) error {
	body, err := encode(doc)
	if err != nil {
		return err
	}
	vary(w.Header(), "Accept")
	w.Header().Set("Cache-Control", c.String())
	write(w, r, status, TypeActivity, body)
	return nil
}

// JSON writes v for one reader: no cache keeps it.
func JSON(w http.ResponseWriter, r *http.Request, v any) error {
	return JSONStatus(w, r, http.StatusOK, v)
}

// JSONStatus is JSON with another status than 200.
func JSONStatus(w http.ResponseWriter, r *http.Request, status int, v any) error {
	body, err := encode(v)
	if err != nil {
		return err
	}
	write(w, r, status, TypeJSON, body)
	return nil
}

// JSONAs writes v as JSON under a media type of its own.
func JSONAs(w http.ResponseWriter, r *http.Request, mediaType string, v any, c Cache) error {
	body, err := encode(v)
	if err != nil {
		return err
	}
	return Document(w, r, mediaType, body, c)
}

// Page writes HTML. An address that also has an ActivityPub document goes
// through Dual instead.
func Page(w http.ResponseWriter, r *http.Request, body []byte, c Cache) error {
	return Document(w, r, TypeHTML, body, c)
}

// Document writes bytes of any media type with status 200. What may be kept
// carries a strong entity tag of bytes and type, so that the two representations
// of one address never share one; a reader who has it already gets 304.
func Document(w http.ResponseWriter, r *http.Request, mediaType string, body []byte, c Cache) error {
	h := w.Header()
	h.Set("Cache-Control", c.String())
	if !c.kept() {
		write(w, r, http.StatusOK, mediaType, body)
		return nil
	}
	h.Set("Content-Type", mediaType)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("ETag", entityTag(mediaType, body))
	http.ServeContent(w, r, "", c.changed, bytes.NewReader(body))
	return nil
}

// SeeOther sends the reader to the page of what they asked for. The answer is
// never the address's own representation, so it is kept by nobody.
func SeeOther(w http.ResponseWriter, r *http.Request, url string) {
	h := w.Header()
	vary(h, "Accept")
	h.Set("Cache-Control", NoStore.String())
	http.Redirect(w, r, url, http.StatusSeeOther)
}

// Open lets scripts of every origin read what h answers, and refuses methods
// other than GET and HEAD. It is for the discovery documents, which are public
// and the same for everybody.
func Open(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		switch r.Method {
		case http.MethodGet, http.MethodHead:
			h.ServeHTTP(w, r)
		case http.MethodOptions:
			w.Header().Set("Access-Control-Allow-Methods", "GET, HEAD")
			w.WriteHeader(http.StatusNoContent)
		default:
			w.Header().Set("Allow", "GET, HEAD, OPTIONS")
			Text(w, r, http.StatusMethodNotAllowed, "only GET is answered here")
		}
	})
}

// write sends a whole answer that no condition of the request changes. Unless
// the caller said otherwise, nobody keeps it.
func write(w http.ResponseWriter, r *http.Request, status int, mediaType string, body []byte) {
	h := w.Header()
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", NoStore.String())
	}
	h.Set("Content-Type", mediaType)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		w.Write(body) // fails when the reader has left: nobody to tell
	}
}

// encode gives the JSON of v without escaping HTML: it is served as JSON, with
// nosniff, and escapes would double the weight of a post.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("encode answer: %w", err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// entityTag is 128 bits of SHA-256: enough that nobody finds two bodies with one
// tag. [RFC 9110 8.8.3]
func entityTag(mediaType string, body []byte) string {
	sum := sha256.New()
	sum.Write([]byte(mediaType))
	sum.Write([]byte{0})
	sum.Write(body)
	return `"` + base64.RawURLEncoding.EncodeToString(sum.Sum(nil)[:16]) + `"`
}

// Varies says that the answer depends on Accept, for those whose answer may be
// an error.
func Varies(w http.ResponseWriter) { vary(w.Header(), "Accept") }

// vary adds a name to Vary once; middleware may have put others there.
func vary(h http.Header, name string) {
	for _, line := range h.Values("Vary") {
		for _, had := range strings.Split(line, ",") {
			if strings.EqualFold(strings.TrimSpace(had), name) {
				return
			}
		}
	}
	h.Add("Vary", name)
}

// Cache says who may keep an answer, and how long. The zero value is NoStore.
type Cache struct {
	Public bool          // shared caches may keep it
	MaxAge time.Duration // how long without asking again; whole seconds

	changed time.Time
}

// The lifetimes in use, those of Mastodon.
var (
	NoStore    = Cache{}             // for one reader, kept by nobody
	Revalidate = Cache{Public: true} // kept, but asked about before each use
	Public3m   = Cache{Public: true, MaxAge: 3 * time.Minute}
	Public10m  = Cache{Public: true, MaxAge: 10 * time.Minute}
	Public30m  = Cache{Public: true, MaxAge: 30 * time.Minute}
	Public3d   = Cache{Public: true, MaxAge: 72 * time.Hour}
)

// Changed gives c with a Last-Modified. The zero time says nothing.
func (c Cache) Changed(at time.Time) Cache {
	c.changed = at
	return c
}

// String gives the value of Cache-Control. [RFC 9111 5.2.2]
func (c Cache) String() string {
	seconds := int64(c.MaxAge / time.Second)
	switch {
	case c.Public && seconds > 0:
		return fmt.Sprintf("public, max-age=%d", seconds)
	case c.Public:
		return "public, no-cache"
	case seconds > 0:
		return fmt.Sprintf("private, max-age=%d", seconds)
	}
	return "private, no-store"
}

func (c Cache) kept() bool { return c.Public || c.MaxAge >= time.Second }
