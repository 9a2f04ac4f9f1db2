package web

import (
	"skerry/internal/markup"
	"skerry/internal/social"
)

// quoted is a post that is shown within another one, or why it is not.
type quoted struct {
	Post *shown
	Say  string
}

// quote gives what a post quotes, nil for nothing. all are the posts that may be shown
// so; what one of them quotes in turn is not. Where the quoted post is shown, the link
// that stands for it is taken out of the text.
func quote(p *social.Post, all map[social.ID]social.Post, show func(social.Post) shown) *quoted {
	if p.Quote == nil {
		return nil
	}
	within, ok := all[p.Quote.Post]
	if !ok || !p.Quote.Shown() {
		return &quoted{Say: unquoted(p.Quote)}
	}
	p.Content = markup.WithoutQuote(p.Content)
	out := show(within)
	return &quoted{Post: &out}
}

// unquoted says why a quoted post is not shown.
func unquoted(q *social.Quote) string {
	switch {
	case q.State == social.QuoteRefused:
		return "A post is quoted here whose author does not allow it."
	case q.State == social.QuoteRevoked:
		return "A post is quoted here whose author no longer allows it."
	case q.State == social.QuotePending && q.Checked.IsZero():
		return "A post is quoted here. It is being looked for: look again in a moment."
	case q.State == social.QuotePending && q.Post != 0:
		return "A post is quoted here whose author has not allowed it yet."
	case q.State == social.QuotePending:
		return "A post is quoted here that cannot be had."
	case q.Post == 0:
		return "A post is quoted here that was deleted."
	}
	return "A post is quoted here that is not shown: it is for others, or its author is blocked."
}
