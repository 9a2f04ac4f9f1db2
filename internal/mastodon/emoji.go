package mastodon

import (
	"net/http"

	"skerry/internal/reply"
)

// customEmojis answers GET /api/v1/custom_emojis, which needs no token. Ours have no
// category, and then Mastodon's have no such field either. [Masto: CustomEmoji]
func (a *API) customEmojis(w http.ResponseWriter, r *http.Request) error {
	all, err := a.db.EmojisOffered(r.Context())
	if err != nil {
		return err
	}
	out := []emoji{}
	for _, e := range all {
		at := a.urls.Media(e.Key)
		out = append(out, emoji{Shortcode: e.Shortcode, URL: at, StaticURL: at, Visible: true})
	}
	return reply.JSON(w, r, out)
}
