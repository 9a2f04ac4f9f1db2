package outbox

import (
	"bytes"
	"context"
	"errors"
	"net/url"
	"strings"

	"skerry/internal/activitypub"
	"skerry/internal/social"
	"skerry/internal/store"
)

// Subscription is a blocklist and what reading it changes.
type Subscription struct {
	social.Blocklist
	Change FederationChange
	New    int
	Own    int                // domains of ours that it names, which are left out
	Faults []social.LineFault // lines that cannot be read
}

// ReadBlocklist reads a list that the owner may subscribe to, or a Fault says why that
// is none. Nothing is changed.
func (p *Publisher) ReadBlocklist(ctx context.Context, address string, mild bool) (s Subscription, err error) {
	address = strings.TrimSpace(address)
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return s, social.Faultf(social.Unprocessable, "write the whole address of the list, such as https://example.org/blocklist.csv")
	}
	all, err := p.db.Blocklists(ctx)
	if err != nil {
		return s, err
	}
	for _, l := range all {
		if l.URL == address {
			return s, social.Faultf(social.Unprocessable, "that list is read already")
		}
	}
	now := p.db.Now()
	return p.readList(ctx, social.Blocklist{ID: p.db.IDs().New(), URL: address, Mild: mild, At: now})
}

// readList fetches a list and says what it changes.
func (p *Publisher) readList(ctx context.Context, l social.Blocklist) (s Subscription, err error) {
	s.Blocklist = l
	body, err := p.finder.File(ctx, l.URL, "text/csv, text/plain;q=0.9, */*;q=0.1", social.MaxBlocklist)
	if err != nil {
		return s, unprocessable(err)
	}
	text, err := social.ReadBlocklist(bytes.NewReader(body))
	if err != nil {
		return s, err
	}
	lines, faults := social.ParseBlocklist(text)
	s.Faults = faults
	if len(lines) == 0 || len(faults) > len(lines) {
		return s, social.Faultf(social.Unprocessable, "that is no list of domains: the address must lead to a file as Mastodon exports it, or to domains, one a line")
	}
	s.TriedAt, s.ReadAt, s.Trouble = p.db.Now(), p.db.Now(), ""
	return s, p.compare(ctx, &s, lines)
}

// unprocessable makes a fault on the way one of the address.
func unprocessable(err error) error {
	var f *social.Fault
	if !errors.As(err, &f) {
		return err
	}
	return social.Faultf(social.Unprocessable, "%s", f.Say).Because(err)
}

// compare says what a list changes of what it said before. What would end a follow, in
// either direction, or a relay waits for the owner's word.
func (p *Publisher) compare(ctx context.Context, s *Subscription, lines []social.ListedBlock) error {
	had, err := p.saidBy(ctx, s.ID)
	if err != nil {
		return err
	}
	dear, err := p.dear(ctx)
	if err != nil {
		return err
	}
	for _, line := range lines {
		b, any := s.Block(line)
		if p.OwnDomain(b.Domain) {
			s.Own++
			continue
		}
		if !any {
			continue
		}
		was, known := had[b.Domain]
		delete(had, b.Domain)
		if known && was.Says(b) {
			continue
		}
		if !known {
			s.New++
		}
		held := !known || was.Held || was.Severity < social.Suspended
		b.Held = held && b.Severity == social.Suspended && dear[b.Domain]
		s.Change.Put = append(s.Change.Put, b)
	}
	for _, gone := range had {
		s.Change.Drop = append(s.Change.Drop, gone.ID)
	}
	return nil
}

// saidBy gives what a list said when it was last read, by domain.
func (p *Publisher) saidBy(ctx context.Context, list social.ID) (map[string]social.DomainBlock, error) {
	all, err := p.db.AllDomainBlocks(ctx)
	had := map[string]social.DomainBlock{}
	for _, b := range all {
		if b.List == list {
			had[b.Domain] = b
		}
	}
	return had, err
}

// dear are the domains whose suspension would end a follow or a relay.
func (p *Publisher) dear(ctx context.Context) (map[string]bool, error) {
	owner, err := p.owner(ctx)
	if err != nil {
		return nil, err
	}
	hosts, err := p.db.FollowedPlaces(ctx, owner.ID)
	if err != nil {
		return nil, err
	}
	relays, err := p.db.Relays(ctx)
	for _, r := range relays {
		if !r.Left() {
			hosts = append(hosts, activitypub.Host(r.Inbox))
		}
	}
	all := map[string]bool{}
	for _, host := range hosts {
		for _, domain := range social.Covers(host) {
			all[domain] = true
		}
	}
	return all, err
}

// Subscribe takes a list as it was read: what it says holds from now on, and it is read
// every day.
func (p *Publisher) Subscribe(ctx context.Context, s Subscription) error {
	return p.changeFederation(ctx, s.Change, func(tx *store.Tx) error { return tx.PutBlocklist(ctx, s.Blocklist) })
}

// Refresh reads a list again. What it said stays when it cannot be read, and why is
// noted.
func (p *Publisher) Refresh(ctx context.Context, l social.Blocklist) error {
	s, err := p.readList(ctx, l)
	if err == nil {
		return p.Subscribe(ctx, s)
	}
	if ctx.Err() != nil {
		return err
	}
	l.TriedAt, l.Trouble = p.db.Now(), social.Say(err)
	if noted := p.db.InTx(ctx, func(tx *store.Tx) error { return tx.PutBlocklist(ctx, l) }); noted != nil {
		return noted
	}
	return err
}

// Unsubscribe ends a subscription: who was blocked by the list alone is let in again.
func (p *Publisher) Unsubscribe(ctx context.Context, list social.ID) error {
	return p.changeFederation(ctx, FederationChange{}, func(tx *store.Tx) error { return tx.DropBlocklist(ctx, list) })
}
