package outbox

import (
	"context"
	"slices"

	"skerry/internal/activitypub"
	"skerry/internal/social"
	"skerry/internal/store"
)

// FederationChange is what the owner wants to be otherwise about with whom we speak.
type FederationChange struct {
	Put             []social.DomainBlock // each domain once
	Drop            []social.ID          // blocks
	Allow, Disallow []string             // domains, where federation is limited
	Mode            string               // "": as it is
}

// checkFederation says what of a change breaks a rule.
func (p *Publisher) checkFederation(c FederationChange) error {
	if c.Mode != "" && c.Mode != social.FederationOpen && c.Mode != social.FederationAllowlist {
		return social.Faultf(social.Unprocessable, "choose with whom this server speaks")
	}
	for _, b := range c.Put {
		if err := b.Check(); err != nil {
			return err
		}
		if p.OwnDomain(b.Domain) {
			return social.Faultf(social.Unprocessable, "%s is this server", b.Domain)
		}
	}
	return nil
}

// OwnDomain reports whether a block of the domain would be one of this server.
func (p *Publisher) OwnDomain(domain string) bool {
	return slices.Contains(social.Covers(p.build.URLs.Domain), domain) || slices.Contains(social.Covers(p.build.URLs.AccountDomain), domain)
}

// ChangeFederation makes a change, and ends what there is between us and those who are
// suspended by it, in one transaction. What a block ended does not come back with its
// end; what it removed is fetched when somebody looks.
func (p *Publisher) ChangeFederation(ctx context.Context, c FederationChange) error {
	return p.changeFederation(ctx, c, func(*store.Tx) error { return nil })
}

// changeFederation makes a change together with what it comes from.
func (p *Publisher) changeFederation(ctx context.Context, c FederationChange, from func(*store.Tx) error) error {
	if err := p.checkFederation(c); err != nil {
		return err
	}
	owner, err := p.owner(ctx)
	if err != nil {
		return err
	}
	return p.db.InTx(ctx, func(tx *store.Tx) error {
		if err := from(tx); err != nil {
			return err
		}
		if err := p.putFederation(ctx, tx, c); err != nil {
			return err
		}
		hosts, err := tx.ApplyFederation(ctx)
		if err != nil {
			return err
		}
		return p.sever(ctx, tx, owner, hosts)
	})
}

// HoldFederation makes what is stored of everybody agree with whom we speak with: the
// setting of the start may be another one since, and somebody may have been stored while
// a change was made.
func (p *Publisher) HoldFederation(ctx context.Context) error {
	if _, err := p.db.Owner(ctx); social.Is(err, social.NotFound) {
		return nil
	} else if err != nil {
		return err
	}
	f, err := p.db.Federation(ctx)
	if err != nil {
		return err
	}
	places, err := p.db.Places(ctx)
	if err != nil {
		return err
	}
	relays, err := p.db.Relays(ctx)
	if err != nil {
		return err
	}
	moved := slices.ContainsFunc(places, func(at store.Place) bool { return f.OfActor(at.Host, at.Domain) != at.Limits })
	heard := slices.ContainsFunc(relays, func(r social.Relay) bool { return !r.Left() && f.Suspended(activitypub.Host(r.Inbox)) })
	if !moved && !heard {
		return nil
	}
	return p.ChangeFederation(ctx, FederationChange{})
}

func (p *Publisher) putFederation(ctx context.Context, tx *store.Tx, c FederationChange) error {
	for _, id := range c.Drop {
		if err := tx.DropDomainBlock(ctx, id); err != nil {
			return err
		}
	}
	for _, b := range c.Put {
		b.ID, b.At = p.db.IDs().New(), p.db.Now()
		if err := tx.PutDomainBlock(ctx, b); err != nil {
			return err
		}
	}
	for _, domain := range c.Disallow {
		if err := tx.DropAllowedDomain(ctx, domain); err != nil {
			return err
		}
	}
	for _, domain := range c.Allow {
		if err := tx.AddAllowedDomain(ctx, social.AllowedDomain{ID: p.db.IDs().New(), Domain: domain, At: p.db.Now()}); err != nil {
			return err
		}
	}
	if c.Mode == "" {
		return nil
	}
	return tx.SetClosed(ctx, c.Mode == social.FederationAllowlist)
}

// WeighFederation says what a change would come to, and makes nothing of it.
func (p *Publisher) WeighFederation(ctx context.Context, c FederationChange) (social.Impact, error) {
	if err := p.checkFederation(c); err != nil {
		return social.Impact{}, err
	}
	owner, err := p.owner(ctx)
	if err != nil {
		return social.Impact{}, err
	}
	then, err := p.federationAfter(ctx, c)
	if err != nil {
		return social.Impact{}, err
	}
	places, err := p.db.Places(ctx)
	if err != nil {
		return social.Impact{}, err
	}
	var hit []store.Place
	for _, place := range places {
		if then.OfActor(place.Host, place.Domain).Limited == social.Suspended && place.Limited != social.Suspended {
			hit = append(hit, place)
		}
	}
	impact, err := p.db.ImpactOn(ctx, owner.ID, hit)
	if err != nil {
		return impact, err
	}
	relays, err := p.db.Relays(ctx)
	for _, r := range relays {
		if !r.Left() && then.Suspended(activitypub.Host(r.Inbox)) {
			impact.Relays = append(impact.Relays, r)
		}
	}
	return impact, err
}

// federationAfter is with whom we would speak after a change.
func (p *Publisher) federationAfter(ctx context.Context, c FederationChange) (*social.Federation, error) {
	now, err := p.db.Federation(ctx)
	if err != nil {
		return nil, err
	}
	blocks, err := p.db.AllDomainBlocks(ctx)
	if err != nil {
		return nil, err
	}
	type named struct {
		domain string
		list   social.ID
	}
	put := map[named]bool{}
	for _, b := range c.Put {
		put[named{b.Domain, b.List}] = true
	}
	blocks = slices.DeleteFunc(blocks, func(b social.DomainBlock) bool {
		return put[named{b.Domain, b.List}] || slices.Contains(c.Drop, b.ID)
	})
	allowed, err := p.db.AllowedDomains(ctx)
	if err != nil {
		return nil, err
	}
	allowed = slices.DeleteFunc(allowed, func(d social.AllowedDomain) bool { return slices.Contains(c.Disallow, d.Domain) })
	for _, domain := range c.Allow {
		allowed = append(allowed, social.AllowedDomain{Domain: domain})
	}
	closed := now.Closed
	if c.Mode != "" {
		closed = c.Mode == social.FederationAllowlist
	}
	return social.NewFederation(closed, append(blocks, c.Put...), allowed), nil
}
