package mastodon

import (
	"net/http"
	"slices"
	"strconv"

	"skerry/internal/reply"
	"skerry/internal/social"
)

// home answers GET /api/v1/timelines/home. [Masto: timelines]
func (a *API) home(w http.ResponseWriter, r *request) error {
	ctx := r.Context()
	page, err := r.page(20, 40)
	if err != nil {
		return err
	}
	entries, err := a.db.Home(ctx, page)
	if err != nil {
		return err
	}
	var ids, boosts, by []social.ID
	for _, e := range entries {
		ids, by = append(ids, e.Post), append(by, e.By)
		if e.Boost != 0 {
			boosts = append(boosts, e.Boost)
		}
	}
	posts, err := a.db.Posts(ctx, ids)
	if err != nil {
		return err
	}
	boosted, err := a.db.Boosts(ctx, boosts)
	if err != nil {
		return err
	}
	show, err := a.renderer(ctx, r.owner.Actor.ID, by, values(posts))
	if err != nil {
		return err
	}
	out := make([]status, 0, len(entries))
	for _, e := range entries {
		p, ok := posts[e.Post]
		if !ok {
			continue // deleted between the two reads
		}
		if b, ok := boosted[e.Boost]; ok {
			out = append(out, show.boost(b, p))
		} else if e.Boost == 0 {
			out = append(out, show.status(p))
		}
	}
	if len(entries) > 0 {
		a.link(w, r, entries[0].ID.String(), entries[len(entries)-1].ID.String())
	}
	return reply.JSON(w, r.Request, out)
}

func values(posts map[social.ID]social.Post) []social.Post {
	out := make([]social.Post, 0, len(posts))
	for _, p := range posts {
		out = append(out, p)
	}
	return out
}

// kinds are the notifications that we have.
var kinds = []social.NotificationKind{
	social.NotifyMention, social.NotifyFollow, social.NotifyFollowRequest, social.NotifyLike,
	social.NotifyBoost, social.NotifyUpdate, social.NotifyPoll,
}

// kinds gives the notifications that a request is about. Types that we do not know
// are no error: apps ask for all there ever were.
func (r *request) kinds() ([]social.NotificationKind, error) {
	if r.sent("account_id") {
		return nil, refuseUnbuilt("account_id")
	}
	only, not := r.list("types"), r.list("exclude_types")
	wanted := []social.NotificationKind{}
	for _, k := range kinds {
		if (len(only) == 0 || slices.Contains(only, string(k))) && !slices.Contains(not, string(k)) {
			wanted = append(wanted, k)
		}
	}
	return wanted, nil
}

// notifications answers GET /api/v1/notifications. [Masto: notifications]
func (a *API) notifications(w http.ResponseWriter, r *request) error {
	ctx := r.Context()
	page, err := r.page(40, 80)
	if err != nil {
		return err
	}
	wanted, err := r.kinds()
	if err != nil {
		return err
	}
	all, err := a.db.Notifications(ctx, wanted, page)
	if err != nil {
		return err
	}
	var from, about []social.ID
	for _, n := range all {
		from = append(from, n.From)
		if n.Post != 0 {
			about = append(about, n.Post)
		}
	}
	posts, err := a.db.Posts(ctx, about)
	if err != nil {
		return err
	}
	show, err := a.renderer(ctx, r.owner.Actor.ID, from, values(posts))
	if err != nil {
		return err
	}
	out := []notification{}
	for _, n := range all {
		id := strconv.FormatInt(n.ID, 10)
		shown := notification{ID: id, Type: string(n.Kind), CreatedAt: stamp(n.At), GroupKey: "ungrouped-" + id, Account: show.account(n.From)}
		if p, ok := posts[n.Post]; ok {
			s := show.status(p)
			shown.Status = &s
		}
		out = append(out, shown)
	}
	if len(out) > 0 {
		a.link(w, r, out[0].ID, out[len(out)-1].ID)
	}
	return reply.JSON(w, r.Request, out)
}
