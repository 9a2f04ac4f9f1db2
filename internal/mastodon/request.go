package mastodon

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"skerry/internal/access"
	"skerry/internal/social"
	"skerry/internal/store"
)

// request is a request of a program that acts for the owner.
type request struct {
	*http.Request
	params
	owner store.Owner
	token store.Token
}

const (
	uploadTime = 10 * time.Minute // how long a request with files may take
	usedEvery  = time.Hour        // how exactly is known when a token was last used
)

// handler answers such a request.
type handler func(http.ResponseWriter, *request) error

// with lets h be reached by those whose token has the scope.
func (a *API) with(scope string, h handler) http.HandlerFunc { return a.reading(scope, h) }

// withFiles is with for requests that may carry files under these names, and then
// take their time.
func (a *API) withFiles(scope string, h handler, names ...string) http.HandlerFunc {
	read := a.reading(scope, h, names...)
	return func(w http.ResponseWriter, r *http.Request) {
		until := time.Now().Add(uploadTime)
		c := http.NewResponseController(w)
		if err := errors.Join(c.SetReadDeadline(until), c.SetWriteDeadline(until)); err != nil {
			a.errors.Log.Debug("an upload has no more time than other requests", "err", err)
		}
		read(w, r)
		if r.MultipartForm != nil {
			_ = r.MultipartForm.RemoveAll() // what stays lies in the system's folder of temporary files
		}
	}
}

// reading lets h be reached with a request whose parameters are read.
func (a *API) reading(scope string, h handler, files ...string) http.HandlerFunc {
	return a.errors.Handle(func(w http.ResponseWriter, r *http.Request) error {
		token, err := a.authorize(r, scope)
		if err != nil {
			w.Header().Set("WWW-Authenticate", `Bearer realm="api"`)
			return err
		}
		owner, err := a.db.Owner(r.Context())
		if err != nil {
			return err
		}
		p, err := readParams(w, r, files...)
		if err != nil {
			return err
		}
		return h(w, &request{Request: r, params: p, owner: owner, token: token})
	})
}

// authorize gives the token of a request when it grants the scope. [RFC 6750]
func (a *API) authorize(r *http.Request, scope string) (store.Token, error) {
	given := bearer(r)
	if given == "" {
		return store.Token{}, social.Faultf(social.Unauthorized, "this needs an access token: send the header Authorization: Bearer TOKEN")
	}
	token, err := a.db.Token(r.Context(), access.HashToken(given))
	if social.Is(err, social.NotFound) {
		return token, social.Faultf(social.Unauthorized, "The access token is invalid")
	}
	if err != nil {
		return token, err
	}
	a.use(r, token)
	if !access.Scopes(strings.Fields(token.Scopes)).Grant(scope) {
		return token, social.Faultf(social.Forbidden, "This action is outside the authorized scopes: it needs %s", scope)
	}
	return token, nil
}

// use notes, now and then, that a program has used its token.
func (a *API) use(r *http.Request, token store.Token) {
	now := a.db.Now()
	if now.Sub(token.Used) < usedEvery {
		return
	}
	err := a.db.Bookkeep(r.Context(), func(tx *store.Tx) error { return tx.UseToken(r.Context(), token.ID, now) })
	if err != nil {
		a.errors.Log.Warn("could not note that a token was used", "err", err)
	}
}

func bearer(r *http.Request) string {
	kind, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if strings.EqualFold(kind, "Bearer") {
		return strings.TrimSpace(token)
	}
	return ""
}

// pathID gives the number in the path; what is none is not found.
func (r *request) pathID() (social.ID, error) { return social.ParseID(chi.URLParam(r.Request, "id")) }

// page reads which part of a list is wanted. [Masto: paginating]
func (r *request) page(usual, most int) (store.PageOf, error) {
	p := store.PageOf{Limit: usual}
	if text := r.text("limit"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return p, social.Faultf(social.Invalid, "limit is a number from 1 to %d, not %.40q", most, text)
		}
		p.Limit = min(n, most)
	}
	for _, bound := range []struct {
		name string
		into *social.ID
	}{{"max_id", &p.Before}, {"since_id", &p.After}, {"min_id", &p.After}} { // min_id, the last, wins
		text := r.text(bound.name)
		if text == "" {
			continue
		}
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < 0 {
			return p, social.Faultf(social.Invalid, "%s is a number, not %.40q", bound.name, text)
		}
		*bound.into = social.ID(n)
		p.Oldest = p.Oldest || bound.name == "min_id"
	}
	return p, nil
}

// pathText gives a word of the path; what cannot be read is "".
func (r *request) pathText(name string) string {
	text, err := url.PathUnescape(chi.URLParam(r.Request, name))
	if err != nil || !social.Storable(text) {
		return ""
	}
	return text
}

// offset reads how many lines of a list that has no ids are passed over.
func (r *request) offset() (int, error) {
	n, err := strconv.Atoi(cmp.Or(r.text("offset"), "0"))
	if err != nil || n < 0 {
		return 0, social.Faultf(social.Invalid, "offset is a number, not %.40q", r.text("offset"))
	}
	return n, nil
}

// link adds the header by which apps find the next pages: absolute, next before
// prev, and none on an empty page, where some would ask for ever.
func (a *API) link(w http.ResponseWriter, r *request, newest, oldest string) {
	if newest == "" || oldest == "" {
		return
	}
	at := func(name, id string) string {
		q := url.Values{}
		for key, values := range r.URL.Query() {
			if !slices.Contains([]string{"max_id", "min_id", "since_id", "access_token"}, key) {
				q[key] = values
			}
		}
		q.Set(name, id)
		return a.urls.Origin + r.URL.Path + "?" + q.Encode()
	}
	w.Header().Set("Link", fmt.Sprintf(`<%s>; rel="next", <%s>; rel="prev"`, at("max_id", oldest), at("min_id", newest)))
}
