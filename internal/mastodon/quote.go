package mastodon

import (
	"context"

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
func (a *API) quotes(ctx context.Context, us social.ID, posts []social.Post) (map[social.ID]social.Post, error) {
	out := map[social.ID]social.Post{}
	for range 2 {
		var ids []social.ID
		for _, p := range posts {
			if p.Quote.Shown() {
				ids = append(ids, p.Quote.Post)
			}
		}
		all, err := a.db.Posts(ctx, ids)
		if err != nil {
			return nil, err
		}
		posts = nil
		for id, p := range all {
			ties, err := a.db.Ties(ctx, us, p.Author)
			if err != nil {
				return nil, err
			}
			if !ties.Blocks && p.VisibleTo(social.Reader{Actor: us, Follows: ties.Follows}) {
				out[id], posts = p, append(posts, p)
			}
		}
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
