package outbox

import (
	"context"
	"maps"
	"slices"

	"skerry/internal/queue"
	"skerry/internal/remote"
	"skerry/internal/social"
	"skerry/internal/store"
)

// LookAtQuotes has it found out whether what these posts quote may be shown, where
// that is not known, or was found out long ago: it is called when the owner looks at
// them. [FEP-044f]
func (p *Publisher) LookAtQuotes(ctx context.Context, posts ...social.Post) error {
	now := p.db.Now()
	due := slices.DeleteFunc(slices.Clone(posts), func(post social.Post) bool { return !post.Quote.Due(now) })
	if len(due) == 0 {
		return nil
	}
	return p.db.InTx(ctx, func(tx *store.Tx) error {
		for _, post := range due {
			if err := queue.Add(ctx, tx, p.bus, remote.QuoteJob(post.ID, now), now); err != nil {
				return err
			}
		}
		return nil
	})
}

// Quoted gives the posts that these posts quote, as far as their authors allow it and
// the owner reads them.
func (p *Publisher) Quoted(ctx context.Context, posts []social.Post) (map[social.ID]social.Post, error) {
	var ids []social.ID
	for _, post := range posts {
		if post.Quote.Shown() {
			ids = append(ids, post.Quote.Post)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	all, err := p.db.Posts(ctx, ids)
	if err != nil {
		return nil, err
	}
	read, err := p.Readable(ctx, slices.Collect(maps.Values(all)))
	out := make(map[social.ID]social.Post, len(read))
	for _, post := range read {
		out[post.ID] = post
	}
	return out, err
}
