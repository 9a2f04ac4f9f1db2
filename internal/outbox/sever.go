package outbox

import (
	"context"
	"slices"

	"skerry/internal/activitypub"
	"skerry/internal/social"
	"skerry/internal/store"
)

// parting are the kinds of activities that a suspended server is sent all the same:
// with them it forgets what it has of us.
var parting = []string{"Undo", "Reject", "Delete"}

// sever ends what there is between us and people of these hosts who are suspended now. Who
// followed the owner is told, so that their server sends nothing more.
func (p *Publisher) sever(ctx context.Context, tx *store.Tx, owner social.Actor, hosts []string) error {
	f, err := tx.Federation(ctx)
	if err != nil {
		return err
	}
	// What is named by a domain elsewhere shares its inbox with others.
	whole := slices.DeleteFunc(slices.Clone(hosts), func(host string) bool { return !f.Suspended(host) })
	if err := tx.CancelDeliveriesTo(ctx, whole, parting, "its server was blocked before it was sent", p.db.Now()); err != nil {
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
	return p.leaveRelays(ctx, tx)
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

// leaveRelays leaves those on suspended servers.
func (p *Publisher) leaveRelays(ctx context.Context, tx *store.Tx) error {
	f, err := tx.Federation(ctx)
	if err != nil {
		return err
	}
	relays, err := tx.Relays(ctx)
	if err != nil {
		return err
	}
	for _, r := range relays {
		if r.Left() || !f.Suspended(activitypub.Host(r.Inbox)) {
			continue
		}
		if r, err = tx.TakeRelay(ctx, r.ID); err != nil {
			return err
		}
		r.Leave("its server is blocked")
		if err := p.LeaveRelay(ctx, tx, r); err != nil {
			return err
		}
		if err := tx.PutRelay(ctx, r); err != nil {
			return err
		}
	}
	return nil
}
