package web

import (
	"net/http"

	"skerry/internal/reply"
	"skerry/internal/social"
)

// mostCounted is how far new lines and notifications are counted.
const mostCounted = 99

// news is what a page that is open asks for now and then.
type news struct {
	Unread int `json:"unread"` // notifications
	Home   int `json:"home"`   // lines above the one that was on top
}

// live answers /live.
func (s *Site) live(w http.ResponseWriter, r *http.Request) error {
	out := news{Unread: s.unread(r)}
	if after := r.URL.Query().Get("after"); after != "" && after != "0" {
		id, err := social.ParseID(after)
		if err != nil {
			return err
		}
		if out.Home, err = s.DB.NewInHome(r.Context(), id, mostCounted); err != nil {
			return err
		}
	}
	return reply.JSON(w, r, out)
}

// unread counts the notifications that the owner has not seen.
func (s *Site) unread(r *http.Request) int {
	n, err := s.DB.UnreadNotifications(r.Context(), nil, mostCounted)
	if err != nil {
		s.Log.Warn("could not count what is unread", "err", err)
	}
	return n
}

// lives reports whether the owner sees the page. A browser that only gets ready has
// shown nothing.
func lives(r *http.Request) bool {
	return r.Method == http.MethodGet && r.Header.Get("Sec-Purpose") == ""
}

// saw remembers that the owner has seen a timeline up to a line.
func (s *Site) saw(r *http.Request, t social.Timeline, last social.ID) error {
	if last == 0 || !lives(r) {
		return nil
	}
	_, err := s.Publisher.Saw(r.Context(), t, last)
	return err
}
