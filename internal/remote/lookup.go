package remote

import (
	"context"
	"errors"
	"strings"

	"skerry/internal/activitypub"
	"skerry/internal/social"
	"skerry/internal/transport"
	"skerry/internal/webfinger"
)

// LooksLikeHandle reports whether text is @user@host or user@host.
func LooksLikeHandle(text string) bool {
	return !strings.Contains(text, "/") && strings.Contains(strings.TrimPrefix(text, "@"), "@")
}

// Resolve gives what an address or a handle names: a post or an actor. When there
// is none, a Fault says in a sentence for the owner which step failed.
func (f *Finder) Resolve(ctx context.Context, what string) (*social.Post, *social.Actor, error) {
	if LooksLikeHandle(what) {
		a, err := f.ActorByHandle(ctx, what)
		return nil, &a, err
	}
	post, actor, err := f.resolve(ctx, what)
	return post, actor, Explain(err)
}

func (f *Finder) resolve(ctx context.Context, what string) (*social.Post, *social.Actor, error) {
	iri, err := activitypub.CanonicalIRI(what)
	if err != nil {
		return nil, nil, social.Faultf(social.Invalid,
			"%.100q is neither a handle such as @user@example.com nor the address of a post or a profile", what).Because(err)
	}
	iri = f.ownIRI(iri)
	if p, a, err := f.stored(ctx, iri); err == nil {
		return p, a, nil
	} else if !social.Is(err, social.NotFound) || f.urls.Own(iri) {
		return nil, nil, err
	}
	ctx = cause(ctx)
	doc, err := f.fetch(ctx, iri, true) // the owner asks, and may have mended what failed
	if err != nil {
		return nil, nil, err
	}
	if isActor(doc) {
		a, err := f.keepActor(ctx, doc)
		return nil, &a, err
	}
	p, err := f.KeepPost(ctx, doc)
	if err == nil {
		f.Thread(ctx, p)
		p = f.judged(ctx, p)
	}
	return &p, nil, err
}

func (f *Finder) stored(ctx context.Context, iri string) (*social.Post, *social.Actor, error) {
	p, err := f.db.PostByIRI(ctx, iri)
	if social.Is(err, social.NotFound) {
		p, err = f.db.PostByURL(ctx, iri)
	}
	if err == nil {
		return &p, nil, nil
	}
	if !social.Is(err, social.NotFound) {
		return nil, nil, err
	}
	a, err := f.db.ActorByIRI(ctx, iri)
	if social.Is(err, social.NotFound) {
		a, err = f.db.ActorByURL(ctx, iri)
	}
	if err != nil {
		return nil, nil, err
	}
	return nil, &a, nil
}

// ActorByHandle gives the actor of user@host: asked by WebFinger, and stored. Its
// Fault is as for Resolve.
func (f *Finder) ActorByHandle(ctx context.Context, handle string) (social.Actor, error) {
	user, host, err := webfinger.ParseHandle(handle)
	if err != nil {
		return social.Actor{}, err
	}
	if host == f.urls.AccountDomain || host == f.urls.Domain {
		a, err := f.db.ActorByHandle(ctx, user, f.urls.AccountDomain)
		if social.Is(err, social.NotFound) {
			err = social.Faultf(social.NotFound, "nobody here is called %s", user).Because(err)
		}
		return a, err
	}
	a, err := f.db.ActorByHandle(ctx, user, host)
	if err == nil && f.db.Now().Sub(a.FetchedAt) < stale {
		return a, nil
	}
	found, askErr := f.ask(cause(ctx), user+"@"+host)
	if askErr != nil && err == nil {
		return a, nil // the host is away: what we know must do
	}
	return found, Explain(askErr)
}

func (f *Finder) ask(ctx context.Context, handle string) (social.Actor, error) {
	answer, err := f.asker.Ask(ctx, handle)
	if err != nil {
		return social.Actor{}, err
	}
	return f.Current(ctx, answer.ActorIRI)
}

// Explain says of what went wrong on the way what the owner can make of it, who
// looked somebody up. Strangers are not told so much: it tells of our network.
func Explain(err error) error {
	w := way(err)
	if w == nil {
		return err
	}
	kind, say := social.Unavailable, "%s cannot be reached"
	switch w.Kind {
	case transport.NoName:
		kind, say = social.NotFound, "there is no server called %s"
	case transport.Refused:
		kind, say = social.Forbidden, "%s leads to an address that is not on the public internet, and is not asked"
	case transport.TLS:
		kind, say = social.Upstream, "the secure connection with %s failed: it has no valid certificate, or does not speak TLS"
	case transport.Timeout:
		say = "%s does not answer in time"
	case transport.TooLarge:
		kind, say = social.Upstream, "%s answers with more than we read"
	case transport.Redirects:
		kind, say = social.Upstream, "%s sends us on to where we do not go"
	case transport.Budget, transport.Crowded:
		return social.Faultf(social.Limited, "that took too many requests at once, try again in a moment").Because(err)
	case transport.Unsigned:
		return social.Faultf(social.Unavailable, "our request could not be signed").Because(err)
	}
	return social.Faultf(kind, say, w.Host).Because(err)
}

// way gives what happened on the way to a stranger, also when that is remembered;
// nil when the way was free.
func way(err error) *transport.Error {
	var e *transport.Error
	if !errors.As(err, &e) {
		return nil
	}
	if e.Kind == transport.Recently {
		if first := way(e.Err); first != nil {
			return first
		}
	}
	return e
}
