package remote

import (
	"cmp"
	"context"
	"errors"
	"time"

	"skerry/internal/activitypub"
	"skerry/internal/markup"
	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/webfinger"
)

// Actor gives an actor by IRI: the stored one, else the one fetched and stored
// now. NotFound, Gone and Unavailable say why there is none.
func (f *Finder) Actor(ctx context.Context, iri string) (social.Actor, error) {
	iri, err := activitypub.CanonicalIRI(iri)
	if err != nil {
		return social.Actor{}, err
	}
	a, err := f.db.ActorByIRI(ctx, iri)
	switch {
	case err == nil && a.GoneAt.IsZero():
		return a, nil
	case err != nil && !social.Is(err, social.NotFound):
		return a, err
	case f.urls.Own(iri):
		return social.Actor{}, social.Faultf(social.NotFound, "%s is not an actor of this server", iri)
	}
	if gone, err := f.departed(ctx, iri); err != nil || gone {
		if err == nil {
			err = social.Faultf(social.Gone, "%s is gone", iri)
		}
		return a, err
	}
	return f.fetchActor(ctx, iri, true)
}

// mourning is how long what answered 410 is not asked for again.
const mourning = 30 * 24 * time.Hour

// departed reports whether an address answered not long ago that its actor is gone.
func (f *Finder) departed(ctx context.Context, iri string) (bool, error) {
	at := time.Time{}
	if a, err := f.db.ActorByIRI(ctx, iri); err == nil {
		at = a.GoneAt
	} else if !social.Is(err, social.NotFound) {
		return false, err
	} else if t, err := f.db.Tombstone(ctx, iri); err == nil && t.Actor == iri {
		at = t.At
	} else if err != nil && !social.Is(err, social.NotFound) {
		return false, err
	}
	return !at.IsZero() && f.db.Now().Sub(at) < mourning, nil
}

// Current gives an actor no older than a day where that can be had; when its
// host is away the stored one must do.
func (f *Finder) Current(ctx context.Context, iri string) (social.Actor, error) {
	a, err := f.Actor(ctx, iri)
	if err != nil || a.Local || f.db.Now().Sub(a.FetchedAt) < stale {
		return a, err
	}
	if fresh, err := f.FetchActor(ctx, iri); err == nil {
		return fresh, nil
	}
	return a, nil
}

// FetchActor fetches an actor, whatever is stored, and stores it.
func (f *Finder) FetchActor(ctx context.Context, iri string) (social.Actor, error) {
	return f.fetchActor(ctx, iri, true)
}

func (f *Finder) fetchActor(ctx context.Context, iri string, fresh bool) (social.Actor, error) {
	v, err, _ := f.flight.Do("actor "+iri, func() (any, error) {
		ctx := cause(context.WithoutCancel(ctx))
		doc, err := f.fetch(ctx, iri, fresh)
		if err != nil {
			return social.Actor{}, f.noteGone(ctx, iri, err)
		}
		return f.keepActor(ctx, doc)
	})
	return v.(social.Actor), err
}

// noteGone remembers that an origin said that its actor was deleted: what is
// stored of it goes, and it is not asked for again.
func (f *Finder) noteGone(ctx context.Context, iri string, err error) error {
	if !social.Is(err, social.Gone) {
		return err
	}
	a, lookup := f.db.ActorByIRI(ctx, iri)
	if lookup != nil && !social.Is(lookup, social.NotFound) {
		return lookup
	}
	note := f.db.InTx(ctx, func(tx *store.Tx) error {
		if a.ID == 0 {
			return tx.Bury(ctx, store.Tombstone{IRI: iri, Actor: iri, At: f.db.Now()})
		}
		return tx.MarkActorGone(ctx, a.ID, f.db.Now())
	})
	if note != nil {
		return note
	}
	return err
}

// keepActor makes an actor's own document safe and stores it with its keys. doc
// must have been fetched from its own id.
func (f *Finder) keepActor(ctx context.Context, doc activitypub.Object) (social.Actor, error) {
	a, keys, err := activitypub.ParseActor(doc)
	if err != nil {
		return social.Actor{}, err
	}
	if f.urls.Own(a.IRI) {
		return social.Actor{}, social.Faultf(social.Invalid, "%s claims to be ours", a.IRI)
	}
	if a.Domain, err = f.domainOf(ctx, a, doc); err != nil {
		return social.Actor{}, err
	}
	now := f.db.Now()
	a.FetchedAt = now
	safeActor(&a)
	err = f.db.InTx(ctx, func(tx *store.Tx) (err error) {
		if was, err := tx.ActorByIRI(ctx, a.IRI); err == nil && was.URL == a.URL {
			social.KeepVerified(was.Fields, a.Fields)
		} else if err != nil && !social.Is(err, social.NotFound) {
			return err
		}
		federation, err := tx.Federation(ctx)
		if err != nil {
			return err
		}
		a.Limits = federation.OfActor(activitypub.Host(a.IRI), a.Domain)
		if a.ID, err = tx.PutActor(ctx, a, activitypub.Host(a.IRI)); err != nil {
			return err
		}
		return tx.PutKeys(ctx, a.ID, keys, now)
	})
	return a, err
}

// domainOf gives the part after the @. A handle belongs to the actor that
// WebFinger names for it; without WebFinger only the actor's own host can be its
// domain. A handle that WebFinger gives to somebody else is refused, and one of a domain
// that is blocked: a block would end by itself with the next look. Where only the
// allowed are asked, the host alone decides.
func (f *Finder) domainOf(ctx context.Context, a social.Actor, doc activitypub.Object) (string, error) {
	claimed := doc.Str("webfinger") // [FEP-2c59]
	handle, err := f.asker.Confirm(ctx, a.IRI, a.Username, claimed)
	if err == nil {
		if _, host, err := webfinger.ParseHandle(handle); err == nil {
			return host, nil
		}
	}
	if social.Is(err, social.Forbidden) {
		federation, lookup := f.db.Federation(ctx)
		if lookup != nil || !federation.Closed || !errors.Is(err, webfinger.ErrRefused) {
			return "", cmp.Or(lookup, err)
		}
	}
	f.log.Debug("handle not confirmed by WebFinger", "actor", a.IRI, "err", err)
	return activitypub.Host(a.IRI), nil
}

// safeActor cleans what the actor says of itself.
func safeActor(a *social.Actor) {
	a.Name = markup.Line(a.Name, 255)
	a.Username = markup.Line(a.Username, 128)
	a.Summary = markup.Safe(a.Summary)
	for i := range a.Fields {
		a.Fields[i].Name = markup.Line(a.Fields[i].Name, 255)
		a.Fields[i].Value = markup.Safe(a.Fields[i].Value)
		a.Fields[i].VerifiedAt = nil
	}
}
