package outbox

import (
	"context"

	"skerry/internal/social"
)

// Versions gives what a post says and what it said before each of its edits that are
// known here, newest first. Whether it may be seen is settled before.
func (p *Publisher) Versions(ctx context.Context, post social.Post) ([]social.Version, error) {
	former, err := p.db.Versions(ctx, post.ID)
	return append([]social.Version{post.Version()}, former...), err
}
