package mastodon

import (
	"context"
	"net/http"
	"slices"

	"skerry/internal/reply"
	"skerry/internal/social"
	"skerry/internal/store"
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
	above, err := a.above(r.Context(), post)
	if err != nil {
		return err
	}
	below, err := a.below(r.Context(), post)
	if err != nil {
		return err
	}
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

// above gives the posts that a post answers, the first one first, as far as the
// owner may see them. Strangers' posts can answer each other in a ring.
func (a *API) above(ctx context.Context, p social.Post) ([]social.Post, error) {
	var out []social.Post
	seen := map[social.ID]bool{p.ID: true}
	for p.Parent != 0 && !seen[p.Parent] && len(out) < maxAncestors {
		parent, err := a.publisher.Visible(ctx, p.Parent)
		if social.Is(err, social.NotFound) {
			break
		}
		if err != nil {
			return nil, err
		}
		out, p, seen[parent.ID] = append(out, parent), parent, true
	}
	slices.Reverse(out)
	return out, nil
}

// below gives the posts that answer a post, and what answers those. What hides
// from the owner hides what is below it.
func (a *API) below(ctx context.Context, p social.Post) ([]social.Post, error) {
	out, stack, seen := []social.Post{}, []social.Post{p}, map[social.ID]bool{p.ID: true}
	for len(stack) > 0 && len(out) < maxDescendants {
		top := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if top.ID != p.ID {
			if _, err := a.publisher.Visible(ctx, top.ID); social.Is(err, social.NotFound) {
				continue
			} else if err != nil {
				return nil, err
			}
			out = append(out, top)
		}
		replies, err := a.db.RepliesTo(ctx, top.ID, social.Direct, store.PageOf{Limit: maxDescendants})
		if err != nil {
			return nil, err
		}
		for _, r := range slices.Backward(replies) { // the oldest comes off the stack first
			if !seen[r.ID] {
				stack, seen[r.ID] = append(stack, r), true
			}
		}
	}
	return out, nil
}
