package mastodon

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"skerry/internal/reply"
	"skerry/internal/social"
)

// marker is how far the owner has read. [Masto: Marker]
type marker struct {
	LastReadID string `json:"last_read_id"`
	Version    int    `json:"version"`
	UpdatedAt  stamp  `json:"updated_at"`
}

func marked(s social.Seen) marker {
	m := marker{LastReadID: s.Last.String(), Version: s.Version, UpdatedAt: stamp(s.At)}
	if s.At.IsZero() {
		m.UpdatedAt = stamp(time.UnixMilli(0)) // apps need a date, also where nothing was read
	}
	return m
}

// markers answers GET /api/v1/markers. Some apps read a marker without looking
// whether it is there, so that each that is asked for is. [Masto: markers]
func (a *API) markers(w http.ResponseWriter, r *request) error {
	asked, out := r.list("timeline"), map[social.Timeline]marker{}
	for _, t := range social.Timelines {
		if len(asked) > 0 && !slices.Contains(asked, string(t)) {
			continue
		}
		seen, err := a.db.Seen(r.Context(), t)
		if err != nil {
			return err
		}
		out[t] = marked(seen)
	}
	return reply.JSON(w, r.Request, out)
}

// saveMarkers answers POST /api/v1/markers.
func (a *API) saveMarkers(w http.ResponseWriter, r *request) error {
	out := map[social.Timeline]marker{}
	for _, t := range social.Timelines {
		name := string(t) + "[last_read_id]"
		if !r.sent(name) {
			continue
		}
		last, err := strconv.ParseInt(r.text(name), 10, 64)
		if err != nil || last < 0 {
			return social.Faultf(social.Invalid, "%s is a number, not %.40q", name, r.text(name))
		}
		seen, err := a.publisher.Saw(r.Context(), t, social.ID(last))
		if err != nil {
			return err
		}
		out[t] = marked(seen)
	}
	return reply.JSON(w, r.Request, out)
}

// Bounds of a count of what is unread. [Masto: notifications]
const (
	usualUnread = 100
	mostUnread  = 1000
)

// unread answers GET /api/v1/notifications/unread_count.
func (a *API) unread(w http.ResponseWriter, r *request) error {
	page, err := r.page(usualUnread, mostUnread)
	if err != nil {
		return err
	}
	wanted, err := r.kinds()
	if err != nil {
		return err
	}
	n, err := a.db.UnreadNotifications(r.Context(), wanted, page.Limit)
	if err != nil {
		return err
	}
	return reply.JSON(w, r.Request, struct {
		Count int `json:"count"`
	}{n})
}
