// Package remote answers "who or what is this IRI or @user@host?": it looks in
// the store, else fetches, checks that what came back belongs to where it was
// found, makes it safe and stores it. It also says who signed a request.
//
// IRIs, handles and requests come in; stored actors, posts, keys and proven
// signers go out. Nothing is believed that its own origin does not serve, and a
// key only when the document of its owner lists it. It decides nothing about
// what may be done. [FEP-fe34]
package remote

import (
	"context"
	"fmt"
	"log/slog"
	"mime"
	"strings"
	"time"

	"golang.org/x/sync/singleflight"

	"skerry/internal/activitypub"
	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/transport"
	"skerry/internal/webfinger"
)

// Finder finds actors, posts and keys. It is safe to use at once; the same
// thing wanted twice at once is fetched once.
type Finder struct {
	db     *store.DB
	client *transport.Client
	asker  *webfinger.Asker
	urls   activitypub.URLs
	log    *slog.Logger
	flight singleflight.Group
	tried  *recently
}

// New makes a finder.
func New(db *store.DB, client *transport.Client, asker *webfinger.Asker, urls activitypub.URLs, log *slog.Logger) *Finder {
	return &Finder{db: db, client: client, asker: asker, urls: urls, log: log, tried: newRecently(db.Now)}
}

const (
	// accept is what Mastodon sends too; every server we know answers it.
	accept = `application/activity+json, application/ld+json; profile="https://www.w3.org/ns/activitystreams"`
	// fetches is how many requests one cause may lead to.
	fetches = 20
	// stale is the age at which a profile is looked at again when it is met.
	stale = 24 * time.Hour
)

// fetch gets a document and checks that it is what its address says: its id is
// the address asked for or the one that answered; any other id is asked for
// itself, once, and must then name itself.
func (f *Finder) fetch(ctx context.Context, iri string, fresh bool) (activitypub.Object, error) {
	doc, at, err := f.get(ctx, iri, fresh)
	if err != nil {
		return nil, err
	}
	return f.named(ctx, doc, iri, at, fresh)
}

// named is the second half of fetch, once the address has answered.
func (f *Finder) named(ctx context.Context, doc activitypub.Object, iri, at string, fresh bool) (activitypub.Object, error) {
	if id := doc.ID(); names(id, iri) || names(id, at) {
		return doc, nil
	} else if id != "" {
		again, at, err := f.get(ctx, id, fresh)
		if err != nil {
			return nil, err
		}
		if names(again.ID(), id) && names(again.ID(), at) {
			return again, nil
		}
	}
	return nil, social.Faultf(social.Invalid, "what %s answers calls itself otherwise, and cannot be believed", iri)
}

// names reports whether an id is the address.
func names(id, address string) bool {
	if id == "" || address == "" {
		return false
	}
	if id == address {
		return true
	}
	a, errA := activitypub.CanonicalIRI(id)
	b, errB := activitypub.CanonicalIRI(address)
	return errA == nil && errB == nil && a == b
}

// get fetches one ActivityStreams document and says which address answered.
func (f *Finder) get(ctx context.Context, iri string, fresh bool) (activitypub.Object, string, error) {
	res, err := f.client.Get(ctx, iri, transport.Get{Accept: accept, Fresh: fresh})
	if social.Is(err, social.Invalid) || social.Is(err, social.Forbidden) {
		return nil, "", err // an address that nobody asks, or that we do not
	}
	if err != nil { // the reason may tell of our network: it is for the log
		return nil, "", social.Faultf(social.Unavailable, "could not fetch %s", iri).Because(err)
	}
	if err := statusFault(iri, res.Status); err != nil {
		return nil, "", err
	}
	// An upload that somebody named .png must not be taken for a document.
	if !activityType(res.Header.Get("Content-Type")) {
		return nil, "", typeFault(iri, res.Header.Get("Content-Type"))
	}
	doc, err := activitypub.Decode(res.Body)
	if err != nil {
		return nil, "", fmt.Errorf("read %s: %w", iri, err)
	}
	return doc, res.URL, nil
}

// statusFault says what an answer's status means for the thing asked for.
func statusFault(iri string, status int) error {
	switch {
	case status == 200:
		return nil
	case status == 410:
		return social.Faultf(social.Gone, "%s is gone", iri)
	case status == 404:
		return social.Faultf(social.NotFound, "there is nothing at %s", iri)
	case status == 401 || status == 403:
		return social.Faultf(social.Forbidden, "%s does not let us read %s, it may have blocked us", activitypub.Host(iri), iri)
	case status == 408 || status == 425 || status == 429 || status >= 500:
		return social.Faultf(social.Unavailable, "%s answers %d", iri, status)
	}
	return social.Faultf(social.Upstream, "%s answers %d", iri, status)
}

// typeFault says that what came is no document.
func typeFault(iri, mediaType string) error {
	if t, _, _ := mime.ParseMediaType(mediaType); t == "text/html" {
		return social.Faultf(social.Invalid, "%s is a web page, and nothing that can be read by ActivityPub", iri)
	}
	return social.Faultf(social.Invalid, "%s answers %.100q, not ActivityPub", iri, mediaType)
}

// activityType reports whether a media type may carry ActivityStreams. [AP 3.2]
func activityType(header string) bool {
	t, params, err := mime.ParseMediaType(header)
	if err != nil {
		return false
	}
	switch t {
	case "application/activity+json":
		return true
	case "application/ld+json":
		// Quirk(mitra): the profile is left out. It is ActivityStreams or fails the gate.
		profile, has := params["profile"]
		return !has || strings.Contains(profile, "https://www.w3.org/ns/activitystreams")
	}
	return false
}

// cause gives ctx a budget of fetches unless it has one.
func cause(ctx context.Context) context.Context { return transport.WithBudget(ctx, fetches) }
