package web

import (
	"context"
	"slices"

	"skerry/internal/social"
)

const (
	deepest  = 4  // steps that answers are indented; what is deeper stands below them
	furthest = 40 // steps that are read
)

// branch is an answer with the answers to it.
type branch struct {
	Post  shown
	Below []branch
}

// below gives the posts that answer a post, and what answers those: at most so many,
// and whether there are more. What keep leaves out hides what is below it.
func (s *Site) below(ctx context.Context, p social.Post, most social.Visibility, limit int,
	keep func(context.Context, []social.Post) ([]social.Post, error)) (out []social.Post, more bool, err error) {
	seen := map[social.ID]bool{p.ID: true} // strangers' posts can answer each other in a ring
	from := []social.ID{p.ID}
	for step := 0; len(from) > 0 && len(out) <= limit; step++ {
		if step == furthest {
			return out, true, nil
		}
		replies, err := s.DB.RepliesToAny(ctx, from, most, limit+1)
		if err != nil {
			return nil, false, err
		}
		if replies, err = keep(ctx, replies); err != nil {
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

// branches puts answers below what they answer: an author's answers to themself first,
// which go on with what they say, then the oldest. show makes a post one to show; deep
// is when it does not stand right below what it answers.
func branches(root social.Post, posts []social.Post, show func(p social.Post, deep bool) shown) []branch {
	under := map[social.ID][]social.Post{}
	for _, p := range posts {
		under[p.Parent] = append(under[p.Parent], p)
	}
	var grow func(of social.Post, depth int) []branch
	grow = func(of social.Post, depth int) (out []branch) {
		answers := under[of.ID]
		slices.SortStableFunc(answers, func(a, b social.Post) int {
			return order(a.Author == of.Author, b.Author == of.Author)
		})
		for _, p := range answers {
			if depth < deepest {
				out = append(out, branch{show(p, false), grow(p, depth+1)})
				continue
			}
			out = append(out, branch{Post: show(p, true)})
			out = append(out, grow(p, depth)...)
		}
		return out
	}
	return grow(root, 1)
}

// order puts what is so before what is not.
func order(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}
