package web

import (
	"net/http"
	"net/url"
	"slices"

	"skerry/internal/store"
)

// everyonePage is what everybody may read of all who are known here.
type everyonePage struct {
	layout
	Languages []choice // that are written in of late, and all of them
	Media     bool     // only posts with files
	Posts     []shown
	Older     string
}

// newestLooked is how many of the newest posts tell which languages are offered.
const newestLooked = 1000

// everyone answers /everyone.
func (s *Site) everyone(w http.ResponseWriter, r *http.Request) error {
	asked := r.URL.Query()
	page := everyonePage{layout: s.section(r, "Everyone", "everyone"), Media: asked.Get("media") != ""}
	language := asked.Get("language")
	if !storable(language) {
		language = ""
	}
	var err error
	if page.Languages, err = s.spoken(r, language); err != nil {
		return err
	}
	page.Posts, page.Older, err = s.publicPosts(r, store.Timeline{Starts: true, Media: page.Media, Language: language})
	if err != nil {
		return err
	}
	return s.show(w, r, "everyone.html", page)
}

// spoken offers the languages of the newest posts, the most frequent first.
func (s *Site) spoken(r *http.Request, chosen string) ([]choice, error) {
	codes, err := s.DB.Languages(r.Context(), newestLooked)
	if err != nil {
		return nil, err
	}
	if chosen != "" && !slices.Contains(codes, chosen) {
		codes = append(codes, chosen)
	}
	out := []choice{{Say: "Every language", Chosen: chosen == ""}}
	for _, code := range codes {
		out = append(out, choice{Value: code, Say: languageName(code), Chosen: code == chosen})
	}
	return out, nil
}

// languageName is what a language is called by those who speak it, or its code.
func languageName(code string) string {
	for _, l := range languages {
		if l.Value == code {
			return l.Say
		}
	}
	return code
}

// publicPosts reads the page of a timeline that the address asks for, and gives the
// address of the next.
func (s *Site) publicPosts(r *http.Request, t store.Timeline) (posts []shown, older string, err error) {
	want, err := pageAsked(r, perPage)
	if err != nil {
		return nil, "", err
	}
	o, err := s.DB.Owner(r.Context())
	if err != nil {
		return nil, "", err
	}
	all, err := s.DB.PublicPosts(r.Context(), o.Actor.ID, t, want)
	if err != nil {
		return nil, "", err
	}
	if len(all) > perPage {
		all = all[:perPage]
		next := url.Values{}
		for name, values := range r.URL.Query() {
			next[name] = values
		}
		next.Set("before", all[perPage-1].ID.String())
		older = "?" + next.Encode()
	}
	v, err := s.viewer(r, all)
	if err != nil {
		return nil, "", err
	}
	return v.posts(all), older, nil
}
