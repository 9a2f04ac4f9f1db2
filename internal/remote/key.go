package remote

import (
	"context"
	"strings"

	"skerry/internal/activitypub"
	"skerry/internal/social"
)

// Key gives a public key and whose it is: the stored one, else fetched.
func (f *Finder) Key(ctx context.Context, iri string) (social.Key, error) {
	k, err := f.db.Key(ctx, iri)
	if !social.Is(err, social.NotFound) {
		return k, err
	}
	return f.FetchKey(ctx, iri)
}

// FetchKey fetches a key, whatever is stored. The document at the key's address
// only leads to its owner; the key counts when the owner's own document, fetched
// from the owner's id, lists it.
func (f *Finder) FetchKey(ctx context.Context, iri string) (social.Key, error) {
	iri, err := activitypub.CanonicalIRI(iri)
	if err != nil {
		return social.Key{}, social.Faultf(social.Unauthorized, "the keyId is not an http address").Because(err)
	}
	if f.urls.Own(iri) {
		return social.Key{}, social.Faultf(social.Unauthorized, "%s is a key of ours", iri)
	}
	v, err, _ := f.flight.Do("key "+iri, func() (any, error) {
		ctx := cause(context.WithoutCancel(ctx))
		owner, err := f.ownerOf(ctx, iri)
		if err != nil {
			return social.Key{}, err
		}
		if _, err := f.FetchActor(ctx, owner); err != nil {
			return social.Key{}, err
		}
		k, err := f.db.Key(ctx, iri)
		if social.Is(err, social.NotFound) || err == nil && k.ActorIRI != owner {
			return social.Key{}, social.Faultf(social.Unauthorized, "the actor %s does not list the key %s", owner, iri)
		}
		return k, err
	})
	return v.(social.Key), err
}

// ownerOf says whose key it is, by its address or by the document there.
func (f *Finder) ownerOf(ctx context.Context, key string) (string, error) {
	address, _, fragment := strings.Cut(key, "#")
	if fragment {
		// Nearly everybody's: the key is a part of the actor's document.
		if a, err := f.db.ActorByIRI(ctx, address); err == nil && !a.Local {
			return address, nil
		}
	}
	doc, _, err := f.get(ctx, address, true)
	if err != nil {
		return "", f.noteGone(ctx, address, err)
	}
	owner := doc.IRI("owner")
	if owner == "" {
		owner = doc.IRI("controller")
	}
	if owner == "" {
		// Quirk(gotosocial): …/main-key answers a stub of the actor, whose id is the actor's.
		owner = doc.ID()
	}
	if owner == "" || !activitypub.SameOrigin(owner, key) {
		return "", social.Faultf(social.Unauthorized, "the key %s does not lead to an actor on its own host", key)
	}
	return owner, nil
}
