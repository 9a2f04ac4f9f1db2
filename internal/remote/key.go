package remote

import (
	"context"
	"strings"

	"skerry/internal/activitypub"
	"skerry/internal/social"
)

// Key gives a public key and whose it is: the stored one, else fetched. What
// failed not long ago, and what is gone, is not asked for again.
func (f *Finder) Key(ctx context.Context, iri string) (social.Key, error) {
	k, err := f.storedKey(ctx, iri)
	if !social.Is(err, social.NotFound) {
		return k, err
	}
	return f.findKey(ctx, iri, false)
}

// storedKey gives a key that the stored document of its owner lists, or NotFound.
//
// Quirk(pub-relay): it names its actor where the id of its key belongs. Where the
// actor has one key, that is meant.
func (f *Finder) storedKey(ctx context.Context, iri string) (social.Key, error) {
	k, err := f.db.Key(ctx, iri)
	if social.Is(err, social.NotFound) && !strings.Contains(iri, "#") {
		return f.db.OnlyKey(ctx, iri)
	}
	return k, err
}

// FetchKey fetches a key, whatever is stored.
func (f *Finder) FetchKey(ctx context.Context, iri string) (social.Key, error) {
	return f.findKey(ctx, iri, true)
}

// findKey fetches a key. The document at the key's address only leads to its
// owner; the key counts when the owner's own document, fetched from the owner's
// id, lists it.
func (f *Finder) findKey(ctx context.Context, iri string, fresh bool) (social.Key, error) {
	iri, err := activitypub.CanonicalIRI(iri)
	if err != nil {
		return social.Key{}, social.Faultf(social.Unauthorized, "the keyId is not an http address").Because(err)
	}
	if f.urls.Own(iri) {
		return social.Key{}, social.Faultf(social.Unauthorized, "%s is a key of ours", iri)
	}
	address, _, _ := strings.Cut(iri, "#")
	if gone, err := f.departed(ctx, address); err != nil || gone {
		if err == nil {
			err = social.Faultf(social.Gone, "%s is gone", address)
		}
		return social.Key{}, err
	}
	v, err, _ := f.flight.Do("key "+iri, func() (any, error) {
		ctx := cause(context.WithoutCancel(ctx))
		owner, err := f.refreshOwner(ctx, iri, fresh)
		if err != nil {
			return social.Key{}, err
		}
		k, err := f.storedKey(ctx, iri)
		if social.Is(err, social.NotFound) || err == nil && k.ActorIRI != owner {
			return social.Key{}, social.Faultf(social.Unauthorized, "the actor %s does not list the key %s", owner, iri)
		}
		return k, err
	})
	return v.(social.Key), err
}

// refreshOwner fetches and stores the actor whose key it claims to be: nearly
// always the document that the key is a part of, so that one fetch will do.
func (f *Finder) refreshOwner(ctx context.Context, key string, fresh bool) (owner string, err error) {
	address, _, _ := strings.Cut(key, "#")
	doc, at, err := f.get(ctx, address, fresh)
	if err != nil {
		return "", f.noteGone(ctx, address, err)
	}
	if id := doc.ID(); names(id, address) && names(id, at) && isActor(doc) {
		a, err := f.keepActor(ctx, doc)
		return a.IRI, err
	}
	if owner, err = ownerOf(doc, key); err != nil {
		return "", err
	}
	if gone, err := f.departed(ctx, owner); err != nil {
		return "", err
	} else if gone { // its key may still be served: remember that too
		return "", f.noteGone(ctx, address, social.Faultf(social.Gone, "%s is gone", owner))
	}
	_, err = f.fetchActor(ctx, owner, fresh)
	return owner, err
}

// ownerOf says whose key it is, by the document at its address. It must live
// where the key lives.
func ownerOf(doc activitypub.Object, key string) (string, error) {
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

func isActor(doc activitypub.Object) bool {
	_, _, err := activitypub.ParseActor(doc)
	return err == nil
}
