package outbox

import (
	"context"
	"slices"

	"skerry/internal/social"
)

// furthest is how many steps answers are read below a post.
const furthest = 40

// Above gives the posts that a post answers, the first one first: at most so many.
// What the owner does not read hides what is above it.
func (p *Publisher) Above(ctx context.Context, post social.Post, limit int) ([]social.Post, error) {
	all, err := p.db.Ancestors(ctx, post.ID, social.Direct, limit)
	if err != nil {
		return nil, err
	}
	read, err := p.Readable(ctx, all)
	for i := range read { // both end with what is answered directly
		if read[len(read)-1-i].ID != all[len(all)-1-i].ID {
			return read[len(read)-i:], err
		}
	}
	return read, err
}

// Below gives the posts that answer a post and are no more closed than most, and what
// answers those: at most so many, and whether there are more. What the owner does not
// read hides what is below it.
func (p *Publisher) Below(ctx context.Context, post social.Post, most social.Visibility, limit int) (out []social.Post, more bool, err error) {
	seen := map[social.ID]bool{post.ID: true} // strangers' posts can answer each other in a ring
	from := []social.ID{post.ID}
	for step := 0; len(from) > 0 && len(out) <= limit; step++ {
		if step == furthest {
			return out, true, nil
		}
		replies, err := p.db.RepliesToAny(ctx, from, most, limit+1)
		if err != nil {
			return nil, false, err
		}
		if replies, err = p.Readable(ctx, replies); err != nil {
			return nil, false, err
		}
		from = nil
		for _, r := range replies {
			if !seen[r.ID] {
				out, from, seen[r.ID] = append(out, r), append(from, r.ID), true
			}
		}
	}
	return out[:min(len(out), limit)], len(out) > limit, nil
}

// InReadingOrder puts what Below gave as a tree is read: answers right after what they
// answer, the oldest first.
func InReadingOrder(root social.Post, posts []social.Post) []social.Post {
	under := map[social.ID][]social.Post{}
	for _, p := range posts {
		under[p.Parent] = append(under[p.Parent], p)
	}
	out, stack := make([]social.Post, 0, len(posts)), slices.Clone(under[root.ID])
	for slices.Reverse(stack); len(stack) > 0; {
		top := stack[len(stack)-1]
		out, stack = append(out, top), stack[:len(stack)-1]
		for _, answer := range slices.Backward(under[top.ID]) { // the oldest comes off the stack first
			stack = append(stack, answer)
		}
	}
	return out
}
