package mastodon

import (
	"net/http"
	"strings"

	"skerry/internal/markup"
	"skerry/internal/media"
	"skerry/internal/media/prepare"
	"skerry/internal/reply"
	"skerry/internal/social"
	"skerry/internal/store"
)

// claims is the version of Mastodon whose API this is a part of: apps compare it
// and would ask a later one for grouped notifications.
const claims = "4.2.0"

func (a *API) versionLine() string { return claims + " (compatible; Skerry " + a.version + ")" }

// limits is what a post may have. [Masto: Instance configuration]
type limits struct {
	Statuses struct {
		MaxCharacters int `json:"max_characters"`
		MaxMedia      int `json:"max_media_attachments"`
		PerURL        int `json:"characters_reserved_per_url"`
	} `json:"statuses"`
	Media struct {
		Types      []string `json:"supported_mime_types"`
		ImageBytes int      `json:"image_size_limit"`
		ImageArea  int      `json:"image_matrix_limit"`
		VideoBytes int      `json:"video_size_limit"`
		VideoRate  int      `json:"video_frame_rate_limit"`
		VideoArea  int      `json:"video_matrix_limit"`
		MaxAlt     int      `json:"description_limit"`
	} `json:"media_attachments"`
	Polls struct {
		MaxOptions    int `json:"max_options"`
		MaxCharacters int `json:"max_characters_per_option"`
		MinExpiration int `json:"min_expiration"`
		MaxExpiration int `json:"max_expiration"`
	} `json:"polls"`
	Accounts struct {
		MaxFeaturedTags int `json:"max_featured_tags"`
		MaxPinned       int `json:"max_pinned_statuses"`
	} `json:"accounts"`
}

func newLimits() limits {
	var l limits
	l.Statuses.MaxCharacters, l.Statuses.PerURL = social.MaxPost, markup.URLLength
	l.Statuses.MaxMedia = social.MaxAttached
	l.Media.Types, l.Media.MaxAlt = media.Types, social.MaxAlt
	l.Media.ImageBytes, l.Media.ImageArea = prepare.MaxImage, prepare.MaxPixels
	l.Media.VideoBytes, l.Media.VideoArea, l.Media.VideoRate = prepare.MaxVideo, prepare.MaxPixels, 120
	l.Polls.MaxOptions, l.Polls.MaxCharacters = social.MaxOptions, social.MaxOptionRunes
	l.Polls.MinExpiration, l.Polls.MaxExpiration = int(social.MinPoll.Seconds()), int(social.MaxPoll.Seconds())
	l.Accounts.MaxPinned = social.MaxPins
	return l
}

// instanceOwner reads who the server belongs to; before the first start is
// finished it is nobody.
func (a *API) instanceOwner(r *http.Request) (store.Owner, *account, error) {
	owner, err := a.db.Owner(r.Context())
	if social.Is(err, social.NotFound) {
		return owner, nil, nil
	}
	if err != nil {
		return owner, nil, err
	}
	show, err := a.renderer(r.Context(), owner.Actor.ID, []social.ID{owner.Actor.ID}, nil)
	if err != nil {
		return owner, nil, err
	}
	shown := show.account(owner.Actor.ID)
	return owner, &shown, nil
}

func (a *API) title(owner store.Owner) string {
	if owner.Actor.Name != "" {
		return owner.Actor.Name
	}
	return a.urls.Domain
}

// instanceV1 answers GET /api/v1/instance. [Masto: V1::Instance]
func (a *API) instanceV1(w http.ResponseWriter, r *http.Request) error {
	owner, contact, err := a.instanceOwner(r)
	if err != nil {
		return err
	}
	peers, err := a.db.Peers(r.Context())
	if err != nil {
		return err
	}
	about := markup.Text(owner.Actor.Summary)
	out := struct {
		URI              string            `json:"uri"`
		Title            string            `json:"title"`
		ShortDescription string            `json:"short_description"`
		Description      string            `json:"description"`
		Email            string            `json:"email"`
		Version          string            `json:"version"`
		URLs             map[string]string `json:"urls"`
		Stats            map[string]int    `json:"stats"`
		Thumbnail        string            `json:"thumbnail"`
		Languages        []string          `json:"languages"`
		Registrations    bool              `json:"registrations"`
		Approval         bool              `json:"approval_required"`
		Invites          bool              `json:"invites_enabled"`
		Configuration    limits            `json:"configuration"`
		Contact          *account          `json:"contact_account"`
		Rules            []string          `json:"rules"`
	}{
		URI: a.urls.Domain, Title: a.title(owner), ShortDescription: about, Description: about, Version: a.versionLine(),
		URLs:      map[string]string{"streaming_api": strings.Replace(a.urls.Origin, "http", "ws", 1)},
		Stats:     map[string]int{"user_count": 0, "status_count": 0, "domain_count": len(peers)},
		Thumbnail: a.urls.Origin + "/static/missing.png", Languages: []string{}, Configuration: newLimits(), Contact: contact, Rules: []string{},
	}
	if contact != nil {
		out.Stats["user_count"], out.Stats["status_count"] = 1, contact.StatusesCount
	}
	return reply.JSONAs(w, r, reply.TypeJSON, out, reply.Public3m)
}

// instanceV2 answers GET /api/v2/instance. [Masto: Instance]
func (a *API) instanceV2(w http.ResponseWriter, r *http.Request) error {
	owner, contact, err := a.instanceOwner(r)
	if err != nil {
		return err
	}
	type link struct {
		URL string `json:"url"`
	}
	type configuration struct {
		URLs struct{} `json:"urls"`
		limits
		Translation struct {
			Enabled bool `json:"enabled"`
		} `json:"translation"`
	}
	out := struct {
		Domain        string         `json:"domain"`
		Title         string         `json:"title"`
		Version       string         `json:"version"`
		SourceURL     text           `json:"source_url"`
		Description   string         `json:"description"`
		Usage         any            `json:"usage"`
		Thumbnail     link           `json:"thumbnail"`
		Languages     []string       `json:"languages"`
		Configuration configuration  `json:"configuration"`
		Registrations map[string]any `json:"registrations"`
		Contact       any            `json:"contact"`
		Rules         []string       `json:"rules"`
	}{
		Domain: a.urls.Domain, Title: a.title(owner), Version: a.versionLine(), Description: markup.Text(owner.Actor.Summary),
		Thumbnail: link{a.urls.Origin + "/static/missing.png"}, Languages: []string{},
		Configuration: configuration{limits: newLimits()},
		Registrations: map[string]any{"enabled": false, "approval_required": false, "message": nil},
		Contact: struct {
			Email   string   `json:"email"`
			Account *account `json:"account"`
		}{"", contact},
		Rules: []string{},
	}
	active := 0
	if contact != nil && contact.LastStatusAt >= text(a.db.Now().AddDate(0, 0, -30).Format("2006-01-02")) {
		active = 1
	}
	out.Usage = map[string]any{"users": map[string]int{"active_month": active}}
	return reply.JSONAs(w, r, reply.TypeJSON, out, reply.Public3m)
}

// peers answers GET /api/v1/instance/peers: the hosts we have met.
func (a *API) peers(w http.ResponseWriter, r *http.Request) error {
	all, err := a.db.Peers(r.Context())
	if err != nil {
		return err
	}
	if all == nil {
		all = []string{}
	}
	return reply.JSONAs(w, r, reply.TypeJSON, all, reply.Public3m)
}

// preferences answers GET /api/v1/preferences.
func (a *API) preferences(w http.ResponseWriter, r *request) error {
	prefs := r.owner.Preferences
	return reply.JSON(w, r.Request, map[string]any{
		"posting:default:visibility": prefs.Visibility.String(), "posting:default:sensitive": prefs.Sensitive, "posting:default:language": text(prefs.Language),
		"reading:expand:media": "default", "reading:expand:spoilers": false, "reading:autoplay:gifs": false,
	})
}
