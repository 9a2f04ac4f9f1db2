package outbox

import (
	"context"
	"net/http"
	"strconv"

	"skerry/internal/activitypub"
	"skerry/internal/social"
	"skerry/internal/store"
)

// pageSize is how many items a page of a collection has.
const pageSize = 20

// cursor reads which page of a collection is asked for: none is the collection itself.
func cursor(r *http.Request) (page store.PageOf, asked bool) {
	q := r.URL.Query()
	if q.Get("page") == "" {
		return page, false
	}
	page.Limit = pageSize
	if id, err := social.ParseID(q.Get("max_id")); err == nil {
		page.Before = id
	}
	return page, true
}

func firstPage(iri string) string { return iri + "?page=true" }

func nextPage(iri string, last social.ID) string {
	return iri + "?page=true&max_id=" + strconv.FormatInt(int64(last), 10)
}

// paged writes a page whose items were read with one more than its size: the
// surplus says that there is a next one.
func (d *Documents) paged(iri string, page store.PageOf, ids []social.ID, items []any, ordered bool) activitypub.Object {
	next := ""
	if len(ids) > page.Limit {
		ids, items = ids[:page.Limit], items[:page.Limit]
		next = nextPage(iri, ids[len(ids)-1])
	}
	self := firstPage(iri)
	if page.Before != 0 {
		self = nextPage(iri, page.Before)
	}
	return d.build.CollectionPage(self, iri, next, "", items, ordered)
}

// oneMore asks for an item beyond the page.
func oneMore(page store.PageOf) store.PageOf {
	page.Limit++
	return page
}

// Outbox gives what the owner said in public, newest first. [AP 5.1]
func (d *Documents) Outbox(r *http.Request, name string) (activitypub.Object, error) {
	ctx := r.Context()
	o, err := d.Owner(ctx, name)
	if err != nil {
		return nil, err
	}
	page, asked := cursor(r)
	if !asked {
		n, err := d.db.CountOutbox(ctx, o.Actor.ID)
		return d.build.Collection(o.Actor.Outbox, n, firstPage(o.Actor.Outbox), "", true), err
	}
	all, err := d.db.Outbox(ctx, o.Actor.ID, oneMore(page))
	if err != nil {
		return nil, err
	}
	posts, err := d.carried(ctx, all...)
	if err != nil {
		return nil, err
	}
	var ids []social.ID
	var items []any
	for _, a := range all {
		doc, err := d.today(ctx, a, posts)
		if social.Is(err, social.NotFound) || social.Is(err, social.Gone) {
			continue // deleted while we read
		}
		if err != nil {
			return nil, err
		}
		ids, items = append(ids, a.ID), append(items, activitypub.Embedded(doc))
	}
	return d.paged(o.Actor.Outbox, page, ids, items, true), nil
}

// Followers gives who follows the owner, or only how many when they are hidden. [AP 5.3]
func (d *Documents) Followers(r *http.Request, name string) (activitypub.Object, error) {
	return d.follows(r, name, true)
}

// Following gives whom the owner follows, or only how many. [AP 5.4]
func (d *Documents) Following(r *http.Request, name string) (activitypub.Object, error) {
	return d.follows(r, name, false)
}

func (d *Documents) follows(r *http.Request, name string, followers bool) (activitypub.Object, error) {
	ctx := r.Context()
	o, err := d.Owner(ctx, name)
	if err != nil {
		return nil, err
	}
	in, out, err := d.db.CountFollows(ctx, o.Actor.ID)
	if err != nil {
		return nil, err
	}
	iri, total := o.Actor.Following, out
	if followers {
		iri, total = o.Actor.Followers, in
	}
	page, asked := cursor(r)
	switch {
	case o.Profile.HideFollows && asked:
		return nil, social.Faultf(social.NotFound, "the owner does not show this list")
	case o.Profile.HideFollows:
		return d.build.Collection(iri, total, "", "", true), nil
	case !asked:
		return d.build.Collection(iri, total, firstPage(iri), "", true), nil
	}
	return d.followPage(ctx, o.Actor, iri, page, followers)
}

func (d *Documents) followPage(ctx context.Context, owner social.Actor, iri string, page store.PageOf, followers bool) (activitypub.Object, error) {
	read := d.db.FollowedBy
	if followers {
		read = d.db.FollowersOf
	}
	all, err := read(ctx, owner.ID, social.Accepted, oneMore(page))
	if err != nil {
		return nil, err
	}
	var ids, who []social.ID
	for _, f := range all {
		other := f.Followee
		if followers {
			other = f.Follower
		}
		ids, who = append(ids, f.ID), append(who, other)
	}
	actors, err := d.db.Actors(ctx, who)
	if err != nil {
		return nil, err
	}
	items := make([]any, len(who))
	for i, id := range who {
		items[i] = actors[id].IRI
	}
	return d.paged(iri, page, ids, items, true), nil
}

// Featured gives the owner's pinned posts.
func (d *Documents) Featured(r *http.Request, name string) (activitypub.Object, error) {
	o, err := d.Owner(r.Context(), name)
	if err != nil {
		return nil, err
	}
	pins, err := d.db.Pins(r.Context(), o.Actor.ID)
	if err != nil {
		return nil, err
	}
	var items []any
	for _, p := range pins {
		if !p.Visibility.Open() {
			continue
		}
		items = append(items, activitypub.Embedded(d.build.Post(p, o.Actor)))
	}
	return d.build.Whole(o.Actor.Featured, items, true), nil
}

// FeaturedTags gives the hashtags the owner shows on the profile: none can be chosen yet.
func (d *Documents) FeaturedTags(r *http.Request, name string) (activitypub.Object, error) {
	o, err := d.Owner(r.Context(), name)
	if err != nil {
		return nil, err
	}
	return d.build.Whole(o.Actor.FeaturedTags, nil, false), nil
}

// Replies gives the open replies to a post, oldest first.
func (d *Documents) Replies(r *http.Request, name string, id social.ID) (doc activitypub.Object, open bool, err error) {
	_, post, err := d.ownPost(r, name, id)
	if err != nil {
		return nil, false, err
	}
	iri := d.build.URLs.Replies(name, id)
	open = post.Visibility.Open()
	page, asked := cursor(r)
	if !asked {
		return d.build.Collection(iri, post.Counts.Replies, firstPage(iri), "", false), open, nil
	}
	// Oldest first: the cursor is the last one seen.
	page.After, page.Before = page.Before, 0
	all, err := d.db.RepliesTo(r.Context(), post.ID, social.Unlisted, oneMore(page))
	if err != nil {
		return nil, open, err
	}
	ids, items := named(all)
	page.Before = page.After
	return d.paged(iri, page, ids, items, false), open, nil
}

// named gives posts as a collection names them.
func named(all []social.Post) (ids []social.ID, items []any) {
	for _, p := range all {
		ids, items = append(ids, p.ID), append(items, p.IRI)
	}
	return ids, items
}

// Likes and Shares give how many; who it was is the owner's to know.
func (d *Documents) Likes(r *http.Request, name string, id social.ID) (doc activitypub.Object, open bool, err error) {
	_, post, err := d.ownPost(r, name, id)
	return d.build.Collection(d.build.URLs.Likes(name, id), post.Counts.Likes, "", "", false), post.Visibility.Open(), err
}

// Shares gives how many boosts a post has.
func (d *Documents) Shares(r *http.Request, name string, id social.ID) (doc activitypub.Object, open bool, err error) {
	_, post, err := d.ownPost(r, name, id)
	return d.build.Collection(d.build.URLs.Shares(name, id), post.Counts.Boosts, "", "", false), post.Visibility.Open(), err
}

// Context gives the open posts of a conversation that began here. [FEP-7888]
func (d *Documents) Context(r *http.Request, name string, id social.ID) (activitypub.Object, error) {
	if _, err := d.Owner(r.Context(), name); err != nil {
		return nil, err
	}
	iri := d.build.URLs.Context(name, id)
	all, err := d.db.PostsInContext(r.Context(), iri, social.Unlisted, store.PageOf{Limit: 200})
	if err != nil {
		return nil, err
	}
	_, items := named(all)
	if len(items) == 0 {
		return nil, social.Faultf(social.NotFound, "no such conversation")
	}
	return d.build.Whole(iri, items, true), nil
}

// ServerCollection gives a collection of the server's actor: they are empty.
func (d *Documents) ServerCollection(_ context.Context, iri string) (activitypub.Object, error) {
	return d.build.Collection(iri, 0, "", "", true), nil
}
