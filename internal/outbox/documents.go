package outbox

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"skerry/internal/activitypub"
	"skerry/internal/httpsig"
	"skerry/internal/remote"
	"skerry/internal/social"
	"skerry/internal/store"
)

// Documents gives what others may GET from us: actors, posts, activities and
// collections, as ActivityStreams. What a reader may not see is NotFound, the
// same as what is not there; what was deleted is a Deleted.
type Documents struct {
	db       *store.DB
	identity *Identity
	verifier *remote.Verifier
	build    activitypub.Builder
}

// NewDocuments makes the documents.
func NewDocuments(db *store.DB, identity *Identity, v *remote.Verifier, urls activitypub.URLs) *Documents {
	return &Documents{db: db, identity: identity, verifier: v, build: activitypub.Builder{URLs: urls}}
}

// Deleted is the error of a thing of ours that was deleted: 410 with a Tombstone. [AP 6.4]
type Deleted struct{ Tombstone activitypub.Object }

// Error implements error.
func (d *Deleted) Error() string { return "it was deleted" }

// Unwrap makes it a Gone for those who only want the status.
func (d *Deleted) Unwrap() error { return social.Faultf(social.Gone, "it was deleted") }

// Owner gives the owner's actor under that username.
func (d *Documents) Owner(ctx context.Context, name string) (store.Owner, error) {
	o, err := d.db.Owner(ctx)
	if err == nil && o.Actor.Username != name {
		err = social.Faultf(social.NotFound, "nobody of that name lives here")
	}
	return o, err
}

// Actor gives the owner's document.
func (d *Documents) Actor(ctx context.Context, name string) (activitypub.Object, error) {
	o, err := d.Owner(ctx, name)
	if err != nil {
		return nil, err
	}
	return d.actor(ctx, o.Actor)
}

// Server gives the document of the server's own actor.
func (d *Documents) Server(ctx context.Context) (activitypub.Object, error) {
	a, err := d.identity.Server(ctx)
	if err != nil {
		return nil, err
	}
	return d.actor(ctx, a)
}

func (d *Documents) actor(ctx context.Context, a social.Actor) (activitypub.Object, error) {
	keys, err := d.identity.PublicKeys(ctx, a)
	if err != nil {
		return nil, err
	}
	return d.build.Actor(a, keys), nil
}

// Post gives a post of the owner's and whether anybody may have it. A post that
// is not open is given to a signed request of somebody it is for.
func (d *Documents) Post(r *http.Request, name string, id social.ID) (doc activitypub.Object, open bool, err error) {
	o, post, err := d.ownPost(r, name, id)
	if err != nil {
		return nil, false, err
	}
	return d.build.Post(post, o.Actor), post.Visibility.Open(), nil
}

// ownPost gives a post of the owner's that this request may see.
func (d *Documents) ownPost(r *http.Request, name string, id social.ID) (store.Owner, social.Post, error) {
	ctx := r.Context()
	o, err := d.Owner(ctx, name)
	if err != nil {
		return o, social.Post{}, err
	}
	post, err := d.db.Post(ctx, id)
	if social.Is(err, social.NotFound) {
		return o, post, d.deletedOr(ctx, d.build.URLs.Post(name, id), err)
	}
	if err != nil {
		return o, post, err
	}
	if post.Author != o.Actor.ID || !post.Visibility.Open() && !d.mayRead(r, post) {
		return o, post, social.Faultf(social.NotFound, "not found")
	}
	return o, post, nil
}

// mayRead reports whether a signed request comes from somebody the post is for.
// Only keys that are here already are tried: whoever may read is known, and the
// fetch of a key would tell its owner that there is something to hide.
func (d *Documents) mayRead(r *http.Request, post social.Post) bool {
	if !httpsig.Signed(r.Header) {
		return false
	}
	signer, err := d.verifier.Known(r.Context(), httpsig.FromRequest(r, nil))
	if err != nil {
		return false
	}
	a, err := d.db.ActorByIRI(r.Context(), signer.Actor())
	if err != nil {
		return false
	}
	follows, err := d.db.Follows(r.Context(), a.ID, post.Author)
	return err == nil && post.VisibleTo(social.Reader{Actor: a.ID, Follows: follows})
}

// Vote gives a vote of the owner's to the server of whoever asked: for all others it
// is secret.
func (d *Documents) Vote(r *http.Request, name string, id social.ID) (activitypub.Object, error) {
	ctx := r.Context()
	o, err := d.Owner(ctx, name)
	if err != nil {
		return nil, err
	}
	v, err := d.db.Vote(ctx, id)
	if err != nil {
		return nil, err
	}
	post, err := d.db.Post(ctx, v.Post)
	if err != nil {
		return nil, err
	}
	if v.By != o.Actor.ID || post.Poll == nil || v.Choice >= len(post.Poll.Options) || !httpsig.Signed(r.Header) {
		return nil, social.Faultf(social.NotFound, "not found")
	}
	signer, err := d.verifier.Verify(ctx, httpsig.FromRequest(r, nil))
	if err != nil || !activitypub.SameOrigin(signer.Actor(), post.AuthorIRI) {
		return nil, social.Faultf(social.NotFound, "not found").Because(err)
	}
	return d.build.VoteNote(v, post, o.Actor), nil
}

// deletedOr gives a Deleted when there is a tombstone, else the error at hand.
func (d *Documents) deletedOr(ctx context.Context, iri string, err error) error {
	t, lookup := d.db.Tombstone(ctx, iri)
	if social.Is(lookup, social.NotFound) {
		return err
	}
	if lookup != nil {
		return lookup
	}
	return &Deleted{d.build.Tombstone(t.IRI, t.FormerType, t.At)}
}

// Activity gives an activity that anybody may see.
func (d *Documents) Activity(ctx context.Context, iri string) (activitypub.Object, error) {
	a, err := d.db.ActivityByIRI(ctx, iri)
	if err != nil {
		return nil, err
	}
	if !a.Visibility.Open() {
		return nil, social.Faultf(social.NotFound, "not found")
	}
	posts, err := d.carried(ctx, a)
	if err != nil {
		return nil, err
	}
	return d.today(ctx, a, posts)
}

// carried reads the posts that activities carry.
func (d *Documents) carried(ctx context.Context, all ...store.Activity) (map[social.ID]social.Post, error) {
	var ids []social.ID
	for _, a := range all {
		if carries(a) {
			ids = append(ids, a.Post)
		}
	}
	return d.db.Posts(ctx, ids)
}

func carries(a store.Activity) bool { return a.Post != 0 && (a.Kind == "Create" || a.Kind == "Update") }

// today gives an activity as it is now: what carries a post has the post as it is
// today, so that what was edited away or deleted is nowhere in view; a boost is
// there as long as it holds.
func (d *Documents) today(ctx context.Context, a store.Activity, posts map[social.ID]social.Post) (activitypub.Object, error) {
	if a.Kind == "Announce" {
		if _, err := d.db.BoostByIRI(ctx, a.IRI); err != nil {
			return nil, err
		}
	}
	var doc activitypub.Object
	if err := json.Unmarshal([]byte(a.Document), &doc); err != nil {
		return nil, fmt.Errorf("read stored activity %s: %w", a.IRI, err)
	}
	if !carries(a) {
		return doc, nil
	}
	post, ok := posts[a.Post]
	if !ok {
		return nil, d.deletedOr(ctx, a.Object, social.Faultf(social.NotFound, "not found"))
	}
	o, err := d.db.Owner(ctx) // nobody else posts here
	if err != nil {
		return nil, err
	}
	doc["object"] = activitypub.Embedded(d.build.Post(post, o.Actor))
	return doc, nil
}
