package mastodon

import (
	"context"
	"maps"
	"slices"

	"skerry/internal/social"
)

// quote is another post that a status shows within itself. [Masto: Quote]
type quote struct {
	State  string  `json:"state"`
	Status *status `json:"quoted_status"`
}

// shallowQuote is a quote of a status that is quoted itself. [Masto: ShallowQuote]
type shallowQuote struct {
	State string `json:"state"`
	ID    text   `json:"quoted_status_id"`
}

// quotes reads the posts that posts quote, and those that these quote, as far as the
// owner may see them.
func (a *API) quotes(ctx context.Context, posts []social.Post) (map[social.ID]social.Post, error) {
	out := map[social.ID]social.Post{}
	for range 2 {
		quoted, err := a.publisher.Quoted(ctx, posts)
		if err != nil {
			return nil, err
		}
		maps.Copy(out, quoted)
		posts = slices.Collect(maps.Values(quoted))
	}
	return out, nil
}

// quoteState is the client API's word for how a quote stands.
func (r *renderer) quoteState(q *social.Quote) string {
	switch q.State {
	case social.QuotePending:
		return "pending"
	case social.QuoteRefused:
		return "rejected"
	case social.QuoteRevoked:
		return "revoked"
	}
	if q.Post == 0 {
		return "deleted"
	}
	if _, ok := r.quoted[q.Post]; !ok {
		return "unauthorized"
	}
	return "accepted"
}

// quote shows what a post quotes, nil for nothing.
func (r *renderer) quote(p social.Post) any {
	if p.Quote == nil {
		return nil
	}
	out := quote{State: r.quoteState(p.Quote)}
	if out.State == "accepted" {
		quoted := r.quoted[p.Quote.Post]
		within := r.alone(quoted)
		if quoted.Quote != nil {
			within.Quote = r.shallow(quoted.Quote)
		}
		out.Status = &within
	}
	return out
}

// shallow tells of a quote within a quote: an app that wants to show it asks.
func (r *renderer) shallow(q *social.Quote) shallowQuote {
	out := shallowQuote{State: r.quoteState(q)}
	if out.State == "accepted" {
		out.ID = text(q.Post.String())
	}
	return out
}
