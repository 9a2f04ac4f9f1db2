package mastodon

import (
	"context"
	"net/http"

	"skerry/internal/reply"
	"skerry/internal/social"
	"skerry/internal/store"
)

// favourites answers GET /api/v1/favourites: what the owner likes. [Masto: favourites]
func (a *API) favourites(w http.ResponseWriter, r *request) error {
	return listMarked(a, w, r, a.db.LikesBy, func(l social.Like) (id, post social.ID) { return l.ID, l.Post })
}

// bookmarks answers GET /api/v1/bookmarks. [Masto: bookmarks]
func (a *API) bookmarks(w http.ResponseWriter, r *request) error {
	return listMarked(a, w, r, a.db.Bookmarks, func(b social.Bookmark) (id, post social.ID) { return b.ID, b.Post })
}

// listMarked answers with the posts that the owner marked in some way, the last
// marked first. Its pages go by the marks' own ids, which only the Link tells.
func listMarked[T any](a *API, w http.ResponseWriter, r *request,
	read func(context.Context, social.ID, store.PageOf) ([]T, error), parts func(T) (id, post social.ID)) error {
	ctx, us := r.Context(), r.owner.Actor.ID
	page, err := r.page(20, 40)
	if err != nil {
		return err
	}
	all, err := read(ctx, us, page)
	if err != nil {
		return err
	}
	var marked, about []social.ID
	for _, m := range all {
		id, post := parts(m)
		marked, about = append(marked, id), append(about, post)
	}
	posts, err := a.publisher.VisibleOf(ctx, about)
	if err != nil {
		return err
	}
	show, err := a.renderer(ctx, us, nil, values(posts))
	if err != nil {
		return err
	}
	out := []status{}
	for _, id := range about {
		if p, ok := posts[id]; ok {
			out = append(out, show.status(p))
		}
	}
	if len(all) > 0 {
		a.link(w, r, marked[0].String(), marked[len(marked)-1].String())
	}
	return reply.JSON(w, r.Request, out)
}
