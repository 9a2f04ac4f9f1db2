package web

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"skerry/internal/outbox"
	"skerry/internal/social"
	"skerry/internal/store"
)

// readRoutes mounts the owner's reader.
func (s *Site) readRoutes(get, post func(path string, h outbox.Handler)) {
	get("/home", s.home)
	get("/live", s.live)
	get("/everyone", s.everyone)
	get("/hashtags", s.hashtags)
	post("/hashtags", s.followNamed)
	get("/hashtags/{tag}", s.hashtag)
	post("/hashtags/{tag}/{verb:follow|unfollow}", s.followTag)
	get("/notifications", s.notifications)
	get("/search", s.search)
	get("/authorize_interaction", s.interaction)
	get("/conversations", s.conversations)
	post("/conversations/{id}/hide", s.hideConversation)
	get("/likes", s.liked)
	get("/bookmarks", s.bookmarked)
	get("/posts/{id}", s.thread)
	get("/posts/{id}/news", s.threadNews)
	get("/posts/{id}/history", s.history)
	get("/posts/{id}/likes", s.likedBy)
	get("/posts/{id}/boosts", s.boostedBy)
	get("/people/{id}", s.someone)
	get("/people/{id}/news", s.personNews)
	get("/people/{id}/{verb}", s.beforeToward)
	post("/people/{id}/{verb}", s.toward)
	get("/people/{id}/report", s.beforeReport)
	post("/people/{id}/report", s.reportPerson)
	get("/people/{id}/mute", s.beforeMute)
	post("/people/{id}/mute", s.mutePerson)
	get("/followers", s.followers)
	get("/following", s.following)
	get("/muted", s.muted)
	get("/blocked", s.blocked)
}

// section is the layout of a page of the owner's, which belongs to this part of the
// main menu.
func (s *Site) section(r *http.Request, title, section string) layout {
	out := s.layout(r, title)
	out.Section = section
	return out
}

// pageAsked says which part of a list an address asks for, with one line more than
// a page shows, which tells that there is a next part.
func pageAsked(r *http.Request, lines int) (want store.PageOf, err error) {
	want.Limit = lines + 1
	if before := r.URL.Query().Get("before"); before != "" {
		want.Before, err = social.ParseID(before)
	}
	return want, err
}

// cut leaves out the line too many of a part that pageAsked asked for, and gives the
// address of the next part, which begins after the line with this id; "" at the end.
func cut[T any](r *http.Request, all []T, lines int, id func(T) social.ID) (part []T, older string) {
	if len(all) <= lines {
		return all, ""
	}
	query := r.URL.Query()
	query.Set("before", id(all[lines-1]).String())
	return all[:lines], "?" + query.Encode()
}

// idAsked is the id in a path.
func idAsked(r *http.Request) (social.ID, error) { return social.ParseID(chi.URLParam(r, "id")) }
