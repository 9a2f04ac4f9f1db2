package mastodon

import (
	"context"
	"net/http"
	"slices"

	"skerry/internal/markup"
	"skerry/internal/reply"
	"skerry/internal/social"
	"skerry/internal/store"
)

// accountStatuses answers GET /api/v1/accounts/:id/statuses: what the account has
// written, as far as the owner may see it.
func (a *API) accountStatuses(w http.ResponseWriter, r *request) error {
	ctx := r.Context()
	id, err := r.pathID()
	if err != nil {
		return err
	}
	page, err := r.page(20, 40)
	if err != nil {
		return err
	}
	author, err := a.db.Actor(ctx, id)
	if err == nil {
		err = alive(author)
	}
	if err != nil {
		return err
	}
	most, err := a.reads(ctx, r.owner.Actor.ID, id)
	if err != nil {
		return err
	}
	if r.flag("pinned", false) {
		return a.answerPins(w, r, id, most)
	}
	posts, err := a.written(r, id, most, page)
	if err != nil {
		return err
	}
	if len(posts) > 0 {
		a.link(w, r, posts[0].ID.String(), posts[len(posts)-1].ID.String())
	}
	return a.answerPosts(w, r, posts)
}

// reads gives the most closed of an author's posts that the owner may list.
func (a *API) reads(ctx context.Context, owner, author social.ID) (social.Visibility, error) {
	if author == owner {
		return social.Direct, nil
	}
	follows, err := a.db.Follows(ctx, owner, author)
	if follows {
		return social.FollowersOnly, err
	}
	return social.Unlisted, err
}

func (a *API) answerPins(w http.ResponseWriter, r *request, id social.ID, most social.Visibility) error {
	pins, err := a.db.Pins(r.Context(), id)
	if err != nil {
		return err
	}
	pins = slices.DeleteFunc(pins, func(p social.Post) bool { return p.Visibility > most })
	return a.answerPosts(w, r, pins)
}

func (a *API) answerPosts(w http.ResponseWriter, r *request, posts []social.Post) error {
	show, err := a.renderer(r.Context(), r.owner.Actor.ID, nil, posts)
	if err != nil {
		return err
	}
	out := make([]status, 0, len(posts))
	for _, p := range posts {
		out = append(out, show.status(p))
	}
	return reply.JSON(w, r.Request, out)
}

const (
	atOnce  = 100 // posts that are read to fill a filtered page
	maxRead = 20  // how often
)

// written gives a page of an author's posts. What a filter leaves out is made up
// for by reading on: apps take an empty page for the end of the list.
func (a *API) written(r *request, id social.ID, most social.Visibility, page store.PageOf) ([]social.Post, error) {
	if !r.filtered() {
		return a.db.PostsBy(r.Context(), id, most, page)
	}
	var posts []social.Post
	read := page
	read.Limit = atOnce
	for range maxRead {
		more, err := a.db.PostsBy(r.Context(), id, most, read)
		if err != nil {
			return nil, err
		}
		kept, err := a.filter(r, more)
		if err != nil {
			return nil, err
		}
		if page.Oldest {
			posts = slices.Concat(kept, posts)
		} else {
			posts = slices.Concat(posts, kept)
		}
		if len(posts) >= page.Limit || len(more) < atOnce {
			break
		}
		read = on(read, more)
	}
	if over := len(posts) - page.Limit; over > 0 && page.Oldest {
		return posts[over:], nil
	}
	return posts[:min(len(posts), page.Limit)], nil
}

// on is where to read on after these posts, newest first.
func on(page store.PageOf, read []social.Post) store.PageOf {
	if page.Oldest {
		page.After = read[0].ID
	} else {
		page.Before = read[len(read)-1].ID
	}
	return page
}

// filtered reports whether some posts are to be left out.
func (r *request) filtered() bool {
	return r.flag("exclude_replies", false) || r.flag("only_media", false) || r.sent("tagged")
}

// filter gives the posts that are asked for. Answers to oneself are no replies: a
// thread is read as a whole.
func (a *API) filter(r *request, posts []social.Post) (kept []social.Post, err error) {
	var parents []social.ID
	for _, p := range posts {
		parents = append(parents, p.Parent)
	}
	parent, err := a.db.Posts(r.Context(), parents)
	if err != nil {
		return nil, err
	}
	tagged := func(t string) bool { return markup.FoldTag(t) == markup.FoldTag(r.text("tagged")) }
	for _, p := range posts {
		switch {
		case r.flag("exclude_replies", false) && p.InReplyTo != "" && parent[p.Parent].Author != p.Author:
		case r.flag("only_media", false) && len(p.Attachments) == 0:
		case r.sent("tagged") && !slices.ContainsFunc(p.Hashtags, tagged):
		default:
			kept = append(kept, p)
		}
	}
	return kept, nil
}
