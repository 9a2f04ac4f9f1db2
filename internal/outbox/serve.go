package outbox

import (
	"errors"
	"net/http"

	"github.com/go-chi/chi/v5"

	"skerry/internal/activitypub"
	"skerry/internal/reply"
	"skerry/internal/social"
)

// Handler is a handler whose error is written by package reply.
type Handler = func(http.ResponseWriter, *http.Request) error

// Routes mounts the addresses whose own representation is ActivityStreams. wrap
// turns a handler into one of net/http.
func (d *Documents) Routes(r chi.Router, wrap func(Handler) http.HandlerFunc) {
	get := func(path string, h Handler) {
		r.Get(path, wrap(h))
		r.Head(path, wrap(h))
	}
	get("/users/{name}", d.dual(func(r *http.Request) (activitypub.Object, bool, error) {
		doc, err := d.Actor(r.Context(), chi.URLParam(r, "name"))
		return doc, true, err
	}, func(r *http.Request) string { return d.build.URLs.Profile(chi.URLParam(r, "name")) }))
	get("/users/{name}/posts/{id}", d.dual(d.ofPost(d.Post), func(r *http.Request) string {
		id, _ := social.ParseID(chi.URLParam(r, "id"))
		return d.build.URLs.PostPage(chi.URLParam(r, "name"), id)
	}))
	get("/users/{name}/outbox", d.ofOwner(d.Outbox))
	get("/users/{name}/followers", d.ofOwner(d.Followers))
	get("/users/{name}/following", d.ofOwner(d.Following))
	get("/users/{name}/collections/featured", d.ofOwner(d.Featured))
	get("/users/{name}/collections/tags", d.ofOwner(d.FeaturedTags))
	get("/users/{name}/posts/{id}/replies", d.only(d.ofPost(d.Replies)))
	get("/users/{name}/posts/{id}/likes", d.only(d.ofPost(d.Likes)))
	get("/users/{name}/posts/{id}/shares", d.only(d.ofPost(d.Shares)))
	get("/users/{name}/contexts/{id}", d.only(d.ofPost(func(r *http.Request, name string, id social.ID) (activitypub.Object, bool, error) {
		doc, err := d.Context(r, name, id)
		return doc, true, err
	})))
	get("/users/{name}/activities/{token}", d.only(func(r *http.Request) (activitypub.Object, bool, error) {
		doc, err := d.Activity(r.Context(), d.build.URLs.Activity(chi.URLParam(r, "name"), chi.URLParam(r, "token")))
		return doc, true, err
	}))
	get("/users/{name}/votes/{id}", d.only(d.ofPost(func(r *http.Request, name string, id social.ID) (activitypub.Object, bool, error) {
		doc, err := d.Vote(r, name, id)
		return doc, false, err
	})))
	get("/emoji/{id}", d.only(func(r *http.Request) (activitypub.Object, bool, error) {
		id, err := social.ParseID(chi.URLParam(r, "id"))
		if err != nil {
			return nil, false, err
		}
		doc, err := d.Emoji(r.Context(), id)
		return doc, true, err
	}))
	d.serverRoutes(get)
}

func (d *Documents) serverRoutes(get func(string, Handler)) {
	get("/actor", func(w http.ResponseWriter, r *http.Request) error {
		doc, err := d.Server(r.Context())
		if err != nil {
			return err
		}
		return reply.Activity(w, r, doc, reply.Public10m)
	})
	for path, iri := range map[string]string{
		"/actor/outbox":    d.build.URLs.ServerOutbox(),
		"/actor/followers": d.build.URLs.ServerFollowers(),
		"/actor/following": d.build.URLs.ServerFollowing(),
	} {
		get(path, d.only(func(r *http.Request) (activitypub.Object, bool, error) {
			doc, err := d.ServerCollection(r.Context(), iri)
			return doc, true, err
		}))
	}
	get("/actor/activities/{token}", d.only(func(r *http.Request) (activitypub.Object, bool, error) {
		doc, err := d.Activity(r.Context(), d.build.URLs.ServerActivity(chi.URLParam(r, "token")))
		return doc, true, err
	}))
}

// source gives a document and whether anybody may have it.
type source = func(*http.Request) (doc activitypub.Object, open bool, err error)

func (d *Documents) ofPost(read func(*http.Request, string, social.ID) (activitypub.Object, bool, error)) source {
	return func(r *http.Request) (activitypub.Object, bool, error) {
		id, err := social.ParseID(chi.URLParam(r, "id"))
		if err != nil {
			return nil, false, err
		}
		return read(r, chi.URLParam(r, "name"), id)
	}
}

func (d *Documents) ofOwner(read func(*http.Request, string) (activitypub.Object, error)) Handler {
	return d.only(func(r *http.Request) (activitypub.Object, bool, error) {
		doc, err := read(r, chi.URLParam(r, "name"))
		return doc, true, err
	})
}

// only serves an address that has no page.
func (d *Documents) only(read source) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		doc, open, err := read(r)
		return Write(w, r, doc, open, err)
	}
}

// dual serves an address that has a page elsewhere: browsers are sent there. The
// JSON is this address's own representation and may be kept by caches; the 303
// may not, so that a cache which ignores Vary can never give it to a server.
func (d *Documents) dual(read source, page func(*http.Request) string) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		reply.Varies(w)                                                  // also when there is nothing
		if reply.Negotiate(r.Header, reply.ActivityJSON) == reply.HTML { // nothing said: JSON
			reply.SeeOther(w, r, page(r))
			return nil
		}
		doc, open, err := read(r)
		return Write(w, r, doc, open, err)
	}
}

// Write answers with a document: kept by caches for three minutes when anybody
// may have it, by nobody otherwise. A Deleted becomes 410 with its Tombstone.
func Write(w http.ResponseWriter, r *http.Request, doc activitypub.Object, open bool, err error) error {
	var gone *Deleted
	if errors.As(err, &gone) {
		return reply.ActivityStatus(w, r, http.StatusGone, gone.Tombstone, reply.Public3m)
	}
	if err != nil {
		return err
	}
	cache := reply.NoStore
	if open {
		cache = reply.Public3m
	}
	return reply.Activity(w, r, doc, cache)
}
