package mastodon

import (
	"net/http"
	"slices"

	"skerry/internal/outbox"
	"skerry/internal/reply"
	"skerry/internal/social"
)

// The size of a conversation as it is shown.
const (
	maxAncestors   = 100
	maxDescendants = 400
)

// context answers GET /api/v1/statuses/:id/context: two flat lists, those above
// in order, those below as a tree read from top to bottom.
func (a *API) context(w http.ResponseWriter, r *request) error {
	id, err := r.pathID()
	if err == nil {
		id, err = a.original(r.Context(), id)
	}
	if err != nil {
		return err
	}
	post, err := a.publisher.Visible(r.Context(), id)
	if err != nil {
		return err
	}
	above, err := a.publisher.Above(r.Context(), post, maxAncestors)
	if err != nil {
		return err
	}
	below, _, err := a.publisher.Below(r.Context(), post, social.Direct, maxDescendants)
	if err != nil {
		return err
	}
	below = outbox.InReadingOrder(post, below)
	all := slices.Concat(above, below)
	if err := a.publisher.LookAtQuotes(r.Context(), all...); err != nil {
		return err
	}
	show, err := a.renderer(r.Context(), r.owner.Actor.ID, nil, all)
	if err != nil {
		return err
	}
	out := struct {
		Ancestors   []status `json:"ancestors"`
		Descendants []status `json:"descendants"`
	}{[]status{}, []status{}}
	for _, p := range above {
		out.Ancestors = append(out.Ancestors, show.status(p))
	}
	for _, p := range below {
		out.Descendants = append(out.Descendants, show.status(p))
	}
	return reply.JSON(w, r.Request, out)
}
