package remote

import (
	"context"
	"slices"
	"time"

	"skerry/internal/activitypub"
	"skerry/internal/social"
	"skerry/internal/store"
)

const (
	// maxRecent is how many posts of an outbox are kept at a time, and maxPinned
	// how many of those that their author pins.
	maxRecent = 20
	maxPinned = 10
	// collectionPages is how many documents the newest items of a collection may
	// take: the collection, and its first page.
	collectionPages = 2
)

// Recent stores what somebody wrote lately and what they pin, as their outbox and
// their featured collection tell, and gives how many posts are new here. Nobody
// is told of them: they are for whoever looks at the person. Boosts are left out.
// An error says what could not be read, and something may have been stored before it.
func (f *Finder) Recent(ctx context.Context, a social.Actor) (found int, err error) {
	if a.Local || !a.GoneAt.IsZero() {
		return 0, nil
	}
	ctx = cause(ctx)
	said, _, err := f.collection(ctx, a.IRI, activitypub.Item{IRI: a.Outbox}, collectionPages)
	_, found, saidErr := f.keepAll(ctx, a, said, maxRecent)
	if err == nil {
		err = saidErr
	}
	pinned, _, pinErr := f.collection(ctx, a.IRI, activitypub.Item{IRI: a.Featured}, collectionPages)
	if pinErr == nil && a.Featured != "" {
		var pins []social.ID
		var more int
		if pins, more, pinErr = f.keepAll(ctx, a, pinned, maxPinned); pinErr == nil {
			pinErr = f.putPins(ctx, a.ID, pins)
		}
		found += more
	}
	if err == nil {
		err = pinErr
	}
	return found, err
}

// keepAll stores the open posts of an actor that are in a collection of theirs, up
// to so many, and gives them in the collection's order. One that cannot be had does
// not keep the others away; a host that will not be asked any more does.
func (f *Finder) keepAll(ctx context.Context, a social.Actor, all []member, most int) (posts []social.ID, added int, err error) {
	for _, m := range all {
		iri, doc := m.post(a.IRI)
		if !activitypub.SameOrigin(iri, a.IRI) { // a post lives where its author does
			continue
		}
		p, fresh, err := f.keepOf(ctx, a, iri, doc)
		if w := way(err); w != nil || social.KindOf(err) == social.Limited || ctx.Err() != nil {
			return posts, added, err
		}
		if err != nil {
			f.log.Debug("a post in a collection was not kept", "iri", iri, "err", err)
			continue
		}
		if !slices.Contains(posts, p.ID) {
			posts = append(posts, p.ID)
		}
		if fresh {
			added++
		}
		if len(posts) == most {
			break
		}
	}
	return posts, added, nil
}

// keepOf stores one open post of an actor; doc is what came with the collection
// and is believed, nil when it has to be asked for.
func (f *Finder) keepOf(ctx context.Context, a social.Actor, iri string, doc activitypub.Object) (p social.Post, fresh bool, err error) {
	if p, err = f.db.PostByIRI(ctx, iri); err == nil || !social.Is(err, social.NotFound) {
		return p, false, err
	}
	if doc == nil {
		if doc, err = f.fetchDocument(ctx, iri); err != nil {
			return p, false, err
		}
	}
	if p, err = f.ReadPost(ctx, doc); err != nil {
		return p, false, err
	}
	if p.Author != a.ID {
		return p, false, social.Faultf(social.Invalid, "%s is by %s", p.IRI, p.AuthorIRI)
	}
	if !p.Visibility.Open() {
		return p, false, social.Faultf(social.Forbidden, "%s is not open", p.IRI)
	}
	fresh, err = f.keep(ctx, &p)
	return p, fresh, err
}

// putPins makes the pinned posts of an actor those that their collection has, in
// its order.
func (f *Finder) putPins(ctx context.Context, actor social.ID, posts []social.ID) error {
	had, err := f.db.Pins(ctx, actor)
	if err != nil {
		return err
	}
	was := make([]social.ID, len(had))
	for i, p := range had {
		was[i] = p.ID
	}
	if slices.Equal(was, posts) {
		return nil
	}
	now := f.db.Now()
	return f.db.InTx(ctx, func(tx *store.Tx) error {
		for _, id := range was {
			if _, err := tx.DropPin(ctx, actor, id); err != nil {
				return err
			}
		}
		for i, id := range posts {
			if _, err := tx.PutPin(ctx, actor, id, now.Add(-time.Duration(i)*time.Millisecond)); err != nil {
				return err
			}
		}
		return nil
	})
}
