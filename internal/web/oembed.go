package web

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"skerry/internal/reply"
	"skerry/internal/social"
)

// embedding is a post for other people's pages. [oEmbed 2.3]
type embedding struct {
	Version         string `json:"version"`
	Type            string `json:"type"`
	Title           string `json:"title"`
	AuthorName      string `json:"author_name"`
	AuthorURL       string `json:"author_url"`
	ProviderName    string `json:"provider_name"`
	ProviderURL     string `json:"provider_url"`
	CacheAge        int    `json:"cache_age"`
	HTML            string `json:"html"`
	Width           int    `json:"width"`
	Height          *int   `json:"height"` // as high as its text is
	ThumbnailURL    string `json:"thumbnail_url,omitempty"`
	ThumbnailWidth  int    `json:"thumbnail_width,omitempty"`
	ThumbnailHeight int    `json:"thumbnail_height,omitempty"`
}

// The width of what is embedded, and how long it may be kept.
const (
	embedWidth = 550
	embedAge   = time.Hour
)

// oembed answers /oembed: a public post as a quotation, which needs no script.
func (s *Site) oembed(w http.ResponseWriter, r *http.Request) error {
	query := r.URL.Query()
	if f := query.Get("format"); f != "" && f != "json" {
		reply.JSONError(w, r, http.StatusNotImplemented, "only json is offered") // [oEmbed 2.3.4]
		return nil
	}
	p, err := s.embedded(r, query.Get("url"))
	if err != nil {
		return err
	}
	e := embedding{
		Version: "1.0", Type: "rich", Title: p.headline(), AuthorName: nameOf(p.By.Actor), AuthorURL: p.By.At,
		ProviderName: s.URLs.AccountDomain, ProviderURL: s.URLs.Origin + "/", CacheAge: int(embedAge.Seconds()), Width: embedWidth,
	}
	if most, err := strconv.Atoi(query.Get("maxwidth")); err == nil && most > 0 {
		e.Width = min(e.Width, most)
	}
	if c := s.postCard(p, p.By.Actor); c.Large && c.Width > 0 {
		e.ThumbnailURL, e.ThumbnailWidth, e.ThumbnailHeight = c.Picture, c.Width, c.Height
	}
	if e.HTML, err = s.quotation(p); err != nil {
		return err
	}
	return reply.JSONAs(w, r, reply.TypeJSON, e, reply.Public10m)
}

// embedded gives the open post of the owner's that an address names, by its id or its
// page.
func (s *Site) embedded(r *http.Request, address string) (shown, error) {
	none := social.Faultf(social.NotFound, "there is no such public post here")
	o, err := s.DB.Owner(r.Context())
	if err != nil {
		return shown{}, err
	}
	name := o.Actor.Username
	number, ok := strings.CutPrefix(address, s.URLs.Profile(name)+"/")
	if !ok {
		number, ok = strings.CutPrefix(address, s.URLs.Actor(name)+"/posts/")
	}
	if !ok {
		return shown{}, none
	}
	id, err := social.ParseID(number)
	if err != nil {
		return shown{}, none.Because(err)
	}
	_, open, err := s.Documents.Post(r, name, id)
	if err == nil && !open { // a signature shows more to its owner, and never here
		err = none
	}
	if err != nil {
		return shown{}, err
	}
	_, p, err := s.ownPost(r.Context(), name, id)
	return s.shown(p, o.Actor), err
}

// quotation is a post as a piece of HTML by itself.
func (s *Site) quotation(p shown) (string, error) {
	var b strings.Builder
	err := s.pages["post.html"].ExecuteTemplate(&b, "quotation", p)
	return b.String(), err
}
