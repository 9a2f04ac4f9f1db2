package web

import (
	"slices"

	"skerry/internal/social"
)

// deepest is how many steps answers are indented; what is deeper stands below them.
const deepest = 4

// branch is an answer with the answers to it.
type branch struct {
	Post  shown
	Below []branch
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
