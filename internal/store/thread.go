package store

import (
	"context"
	"slices"

	"skerry/internal/social"
)

// Ancestors gives the stored posts that a post answers, the first one first: at most
// so many, and up to the first one that is missing or more closed than most.
func (r Reader) Ancestors(ctx context.Context, id social.ID, most social.Visibility, limit int) ([]social.Post, error) {
	all, err := list(ctx, r, "read what a post answers", scanPost, `
		WITH RECURSIVE up (id, parent_id, height) AS (
			SELECT id, parent_id, 0 FROM posts WHERE id = $1
			UNION ALL
			SELECT p.id, p.parent_id, up.height + 1 FROM up JOIN posts p ON p.id = up.parent_id
			WHERE up.parent_id <> 0 AND p.visibility <= $2 AND up.height < $3
		)
		SELECT `+postColumns+postTables+`JOIN up ON up.id = p.id WHERE up.height > 0 ORDER BY up.height`, id, most, limit)
	seen := map[social.ID]bool{id: true}
	for i, p := range all {
		if seen[p.ID] { // strangers' posts can answer each other in a ring
			all = all[:i]
			break
		}
		seen[p.ID] = true
	}
	slices.Reverse(all)
	return all, err
}

// RepliesToAny gives the stored replies to any of these posts that are no more closed
// than most: the oldest ones, at most so many.
func (r Reader) RepliesToAny(ctx context.Context, parents []social.ID, most social.Visibility, limit int) ([]social.Post, error) {
	var out []social.Post
	for part := range chunks(parents) {
		all, err := list(ctx, r, "read replies", scanPost, `
			SELECT `+postColumns+postTables+`
			WHERE p.parent_id IN (`+marks(3, len(part))+`) AND p.parent_id <> 0 AND p.visibility <= $1
			ORDER BY p.id LIMIT $2`, append([]any{most, limit - len(out)}, anys(part)...)...)
		if err != nil {
			return nil, err
		}
		out = append(out, all...)
	}
	return out, nil
}
