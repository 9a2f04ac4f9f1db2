package outbox

import (
	"context"

	"skerry/internal/social"
	"skerry/internal/store"
)

// followerTargets gives the inboxes that reach the owner's followers: the shared
// inbox of a host where there is one. [AP 7.1.3]
func followerTargets(ctx context.Context, r store.Reader, owner social.Actor) ([]store.Target, error) {
	inboxes, err := r.FollowerInboxes(ctx, owner.ID)
	if err != nil {
		return nil, err
	}
	out := make([]store.Target, len(inboxes))
	for i, inbox := range inboxes {
		out[i] = target(inbox)
	}
	return out, nil
}

// audience gives the inboxes a post goes to: those it names, the author it
// answers, and the followers unless it is direct.
func (p *Publisher) audience(ctx context.Context, r store.Reader, owner social.Actor, post social.Post) ([]store.Target, error) {
	var ids []social.ID
	for _, m := range post.Mentions {
		ids = append(ids, m.Actor)
	}
	if post.Parent != 0 && post.Visibility != social.Direct {
		parent, err := r.Post(ctx, post.Parent)
		if err == nil {
			ids = append(ids, parent.Author)
		} else if !social.Is(err, social.NotFound) {
			return nil, err
		}
	}
	named, err := r.Actors(ctx, ids)
	if err != nil {
		return nil, err
	}
	var out []store.Target
	if post.Visibility != social.Direct {
		if out, err = followerTargets(ctx, r, owner); err != nil {
			return nil, err
		}
	}
	reached := make(map[string]bool, len(out))
	for _, t := range out {
		reached[t.Inbox] = true
	}
	for _, a := range named {
		// A host whose shared inbox has it needs no second copy for one of its people.
		if !a.Local && a.GoneAt.IsZero() && !reached[a.DeliveryInbox()] {
			out = append(out, to(a)...)
		}
	}
	relays, err := p.relays(ctx, r, post)
	return distinct(append(out, relays...)), err
}

// relays gives the inboxes of relays to which a post goes: a public one, to those that
// the owner has chosen. Both styles of relays take what it is said with.
func (p *Publisher) relays(ctx context.Context, r store.Reader, post social.Post) (out []store.Target, err error) {
	if post.Visibility != social.Public {
		return nil, nil
	}
	all, err := r.Relays(ctx)
	for _, one := range all {
		if one.Takes() {
			out = append(out, relayInbox(one)...)
		}
	}
	return out, err
}

// reach gives the inboxes that must hear of a change to a post: today's audience,
// everybody who was sent it before, and those who liked, boosted or answered it.
func (p *Publisher) reach(ctx context.Context, r store.Reader, owner social.Actor, post social.Post) ([]store.Target, error) {
	out, err := p.audience(ctx, r, owner, post)
	if err != nil {
		return nil, err
	}
	inboxes, err := r.InboxesReached(ctx, post.ID, post.IRI)
	for _, inbox := range inboxes {
		out = append(out, target(inbox))
	}
	return distinct(out), err
}
