package outbox

import (
	"context"
	"fmt"

	"skerry/internal/activitypub"
	"skerry/internal/social"
	"skerry/internal/store"
)

// followed is what is followed to follow a relay.
func followed(r social.Relay) string {
	if r.Style == social.RelayLitePub {
		return r.Actor
	}
	return activitypub.Public
}

// AskRelay makes a new Follow of a relay by the server's actor, in the transaction of
// whoever decided it, who stores r then. One that was not sent yet is not sent any
// more. Deliveries to a relay are about its inbox, so that they keep their order.
func (p *Publisher) AskRelay(ctx context.Context, tx *store.Tx, r *social.Relay) error {
	server, err := tx.ActorByIRI(ctx, p.build.URLs.Server())
	if err != nil {
		return err
	}
	now := p.db.Now()
	if err := tx.CancelDeliveries(ctx, r.Inbox, "asked anew", now); err != nil {
		return err
	}
	r.AskAgain(p.activityIRI(server), now)
	return p.say(ctx, tx, statement{
		iri: r.Follow, kind: "Follow", by: server, object: r.Inbox, visibility: social.Direct, targets: relayInbox(*r),
		document: p.build.Follow(r.Follow, server.IRI, followed(*r)),
	})
}

// LeaveRelay takes the Follow of a relay back, in the transaction of whoever decided
// it. The Follow is embedded: relays do not look one up by its id.
func (p *Publisher) LeaveRelay(ctx context.Context, tx *store.Tx, r social.Relay) error {
	server, err := tx.ActorByIRI(ctx, p.build.URLs.Server())
	if err != nil {
		return err
	}
	if err := tx.CancelDeliveries(ctx, r.Inbox, "undone before it was sent", p.db.Now()); err != nil {
		return err
	}
	var to []string
	if r.Actor != "" {
		to = []string{r.Actor}
	}
	return p.undo(ctx, tx, server, r.Inbox, activitypub.FollowObject(r.Follow, server.IRI, followed(r)), to, nil, relayInbox(r))
}

// AcceptRelay answers the Follow by which a relay follows back with yes, every time.
// Without it some send nothing.
func (p *Publisher) AcceptRelay(ctx context.Context, tx *store.Tx, r social.Relay, follow activitypub.Object) error {
	server, err := tx.ActorByIRI(ctx, p.build.URLs.Server())
	if err != nil {
		return err
	}
	iri := p.activityIRI(server)
	return p.say(ctx, tx, statement{
		iri: iri, kind: "Accept", by: server, object: r.Actor, visibility: social.Direct, targets: relayInbox(r),
		document: p.build.Accept(iri, server.IRI, follow),
	})
}

// AnsweredRelay gives the relay that an Accept or Reject of this Follow answers, when
// it is one of the server's, and the answer comes from the relay itself. NotFound
// when it is not, Forbidden when it comes from somebody else. Any of our Follows may
// be answered: the answer to an earlier one may be days late.
func (p *Publisher) AnsweredRelay(ctx context.Context, follow, by string) (social.Relay, error) {
	asked, err := p.db.ActivityByIRI(ctx, follow)
	if err != nil {
		return social.Relay{}, err
	}
	r, err := p.db.RelayByInbox(ctx, asked.Object)
	if err != nil {
		return r, err
	}
	switch {
	case asked.Kind != "Follow":
		err = social.Faultf(social.NotFound, "%s is no Follow", follow)
	case r.Actor == "" && activitypub.SameOrigin(by, r.Inbox): // its actor is learnt from this
	case r.Actor != by:
		err = social.Faultf(social.Forbidden, "%s answers for the relay %s", by, r.Inbox)
	}
	return r, err
}

func relayInbox(r social.Relay) []store.Target { return []store.Target{target(r.Inbox)} }

// RelayLeft reports whether a relay was told that we leave, or that was given up.
func (p *Publisher) RelayLeft(ctx context.Context, r social.Relay) (bool, error) {
	waits, err := p.db.AwaitsDelivery(ctx, target(r.Inbox), r.Inbox)
	if err != nil {
		return false, fmt.Errorf("leave relay %s: %w", r.Inbox, err)
	}
	return !waits, nil
}
