package outbox

import (
	"context"
	"slices"
	"strings"

	"skerry/internal/activitypub"
	"skerry/internal/social"
	"skerry/internal/store"
)

// parting are the kinds of activities that a suspended server is sent all the same:
// with them it forgets what it has of us.
var parting = []string{"Undo", "Reject", "Delete"}

// federate makes a change of with whom we speak, and what follows from it, in one
// transaction.
func (p *Publisher) federate(ctx context.Context, change func(tx *store.Tx) error) error {
	owner, err := p.owner(ctx)
	if err != nil {
		return err
	}
	return p.db.InTx(ctx, func(tx *store.Tx) error {
		if err := change(tx); err != nil {
			return err
		}
		hosts, err := tx.ApplyFederation(ctx)
		if err != nil || len(hosts) == 0 {
			return err
		}
		return p.sever(ctx, tx, owner, hosts)
	})
}

// sever ends what there is between us and hosts that are suspended now. Who followed
// the owner is told, so that their server sends nothing more.
func (p *Publisher) sever(ctx context.Context, tx *store.Tx, owner social.Actor, hosts []string) error {
	if err := tx.CancelDeliveriesTo(ctx, hosts, parting, "its server was blocked before it was sent", p.db.Now()); err != nil {
		return err
	}
	follows, err := tx.FollowsWith(ctx, hosts)
	if err != nil {
		return err
	}
	for _, f := range follows {
		if err := p.part(ctx, tx, owner, f); err != nil {
			return err
		}
	}
	if err := tx.DropHomeFrom(ctx, hosts); err != nil {
		return err
	}
	return p.leaveRelaysAt(ctx, tx, hosts)
}

// part ends a follow of or by the owner.
func (p *Publisher) part(ctx context.Context, tx *store.Tx, owner social.Actor, f social.Follow) error {
	end, them := p.unfollow, f.Followee
	if f.Followee == owner.ID {
		end, them = p.reject, f.Follower
	}
	who, err := tx.Actor(ctx, them)
	if err != nil {
		return err
	}
	return end(ctx, tx, owner, who)
}

func (p *Publisher) leaveRelaysAt(ctx context.Context, tx *store.Tx, hosts []string) error {
	relays, err := tx.Relays(ctx)
	if err != nil {
		return err
	}
	for _, r := range relays {
		if r.Left() || !slices.Contains(hosts, activitypub.Host(r.Inbox)) {
			continue
		}
		if r, err = tx.TakeRelay(ctx, r.ID); err != nil {
			return err
		}
		r.State, r.Reason = social.RelayLeaving, "its server is blocked"
		if err := p.LeaveRelay(ctx, tx, r); err != nil {
			return err
		}
		if err := tx.PutRelay(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

// BlockDomain says what the owner wants of a domain from now on.
func (p *Publisher) BlockDomain(ctx context.Context, b social.DomainBlock) error {
	return p.BlockDomains(ctx, []social.DomainBlock{b})
}

// BlockDomains is BlockDomain for many at once, each named once.
func (p *Publisher) BlockDomains(ctx context.Context, all []social.DomainBlock) error {
	for _, b := range all {
		if err := p.checkBlock(b); err != nil {
			return err
		}
	}
	return p.federate(ctx, func(tx *store.Tx) error {
		for _, b := range all {
			b.ID, b.At = p.db.IDs().New(), p.db.Now()
			if err := tx.PutDomainBlock(ctx, b); err != nil {
				return err
			}
		}
		return nil
	})
}

// checkBlock refuses what breaks a rule, and a block of ourselves.
func (p *Publisher) checkBlock(b social.DomainBlock) error {
	if err := b.Check(); err != nil {
		return err
	}
	if p.OwnDomain(b.Domain) {
		return social.Faultf(social.Unprocessable, "%s is this server", b.Domain)
	}
	return nil
}

// OwnDomain reports whether a block of the domain would be one of this server.
func (p *Publisher) OwnDomain(domain string) bool {
	return slices.Contains(social.Covers(strings.ToLower(p.build.URLs.Domain)), domain) ||
		slices.Contains(social.Covers(strings.ToLower(p.build.URLs.AccountDomain)), domain)
}

// UnblockDomains ends blocks. Follows that they ended do not come back, and what was
// removed is fetched when somebody looks.
func (p *Publisher) UnblockDomains(ctx context.Context, ids ...social.ID) error {
	return p.federate(ctx, func(tx *store.Tx) error {
		for _, id := range ids {
			if err := tx.DropDomainBlock(ctx, id); err != nil {
				return err
			}
		}
		return nil
	})
}

// AllowDomain lets a domain in where federation is limited.
func (p *Publisher) AllowDomain(ctx context.Context, domain string) error {
	return p.federate(ctx, func(tx *store.Tx) error {
		return tx.AddAllowedDomain(ctx, social.AllowedDomain{ID: p.db.IDs().New(), Domain: domain, At: p.db.Now()})
	})
}

// DisallowDomain ends that.
func (p *Publisher) DisallowDomain(ctx context.Context, domain string) error {
	return p.federate(ctx, func(tx *store.Tx) error { return tx.DropAllowedDomain(ctx, domain) })
}

// SetFederation says whether we speak with all who are not blocked, or with those
// alone who are allowed.
func (p *Publisher) SetFederation(ctx context.Context, mode string) error {
	if mode != social.FederationOpen && mode != social.FederationAllowlist {
		return social.Faultf(social.Unprocessable, "choose with whom this server speaks")
	}
	return p.federate(ctx, func(tx *store.Tx) error { return tx.SetClosed(ctx, mode == social.FederationAllowlist) })
}
