package web

import (
	"net/http"
	"slices"

	"skerry/internal/activitypub"
	"skerry/internal/social"
	"skerry/internal/store"
)

// everyonePage is what everybody may read of all who are known here.
type everyonePage struct {
	layout
	Languages []choice // that are written in of late, and all of them
	Relays    []choice // through which it may have come, and all ways; nil when there are none
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
	if !social.Storable(language) {
		language = ""
	}
	var err error
	if page.Languages, err = s.spoken(r, language); err != nil {
		return err
	}
	relay, err := s.relayAsked(r, &page)
	if err != nil {
		return err
	}
	page.Posts, page.Older, err = s.publicPosts(r, store.Timeline{Starts: true, Media: page.Media, Language: language, Relay: relay})
	if err != nil {
		return err
	}
	return s.show(w, r, "everyone.html", page)
}

// relayAsked is the relay that an address asks for, 0 for none, and offers all.
func (s *Site) relayAsked(r *http.Request, page *everyonePage) (relay social.ID, err error) {
	if asked := r.URL.Query().Get("relay"); asked != "" {
		if relay, err = social.ParseID(asked); err != nil {
			return 0, err
		}
	}
	all, err := s.DB.Relays(r.Context())
	if err != nil || len(all) == 0 {
		return relay, err
	}
	page.Relays = []choice{{Say: "From everywhere", Chosen: relay == 0}}
	for _, each := range all {
		page.Relays = append(page.Relays, choice{Value: each.ID.String(), Say: "Through " + relayName(each), Chosen: each.ID == relay})
	}
	return relay, nil
}

// relayName is how a relay is called on a page.
func relayName(r social.Relay) string { return activitypub.Host(r.Inbox) }

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
	all, older = cut(r, all, perPage, postID)
	v, err := s.viewer(r, all)
	if err != nil {
		return nil, "", err
	}
	return v.posts(all), older, nil
}
