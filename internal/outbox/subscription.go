package outbox

import (
	"bytes"
	"context"
	"strings"

	"skerry/internal/activitypub"
	"skerry/internal/social"
	"skerry/internal/store"
)

// Subscription is a blocklist and what reading it changes.
type Subscription struct {
	social.Blocklist
	Change FederationChange
	Own    int                // domains of ours that it names, which are left out
	Faults []social.LineFault // lines that cannot be read
}

// Waits is how many of the blocks that come with it wait for the owner's word.
func (s Subscription) Waits() (n int) {
	for _, b := range s.Change.Put {
		if b.Held {
			n++
		}
	}
	return n
}

// ReadBlocklist reads a list that the owner may subscribe to, or a Fault says why that
// is none. Nothing is changed.
func (p *Publisher) ReadBlocklist(ctx context.Context, address string, mild bool) (s Subscription, err error) {
	address, err = activitypub.CanonicalIRI(strings.TrimSpace(address))
	if err != nil {
		return s, social.Faultf(social.Unprocessable, "write the whole address of the list, such as https://example.org/blocklist.csv").Because(err)
	}
	all, err := p.db.Blocklists(ctx)
	if err != nil {
		return s, err
	}
	for _, l := range all {
		if l.URL == address {
			return s, readAlready()
		}
	}
	return p.readList(ctx, social.Blocklist{ID: p.db.IDs().New(), URL: address, Mild: mild, At: p.db.Now()})
}

func readAlready() error { return social.Faultf(social.Unprocessable, "that list is read already") }

// readList fetches a list and says what it changes.
func (p *Publisher) readList(ctx context.Context, l social.Blocklist) (s Subscription, err error) {
	s.Blocklist = l
	body, err := p.finder.File(ctx, l.URL, "text/csv, text/plain;q=0.9, */*;q=0.1", social.MaxBlocklist)
	if err != nil {
		return s, social.OfField(err)
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
		agreed := known && !was.Held && was.Severity == social.Suspended
		b.Held = b.Severity == social.Suspended && dear[b.Domain] && !agreed
		if known && was.Says(b) && was.Held == b.Held {
			continue
		}
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
	return p.changeFederation(ctx, s.Change, func(tx *store.Tx) error {
		added, err := tx.AddBlocklist(ctx, s.Blocklist)
		if err == nil && !added {
			err = readAlready()
		}
		return err
	})
}

// Refresh reads a list again. What it said stays when it cannot be read, and why is
// noted. NotFound says that the owner has unsubscribed meanwhile.
func (p *Publisher) Refresh(ctx context.Context, l social.Blocklist) error {
	s, err := p.readList(ctx, l)
	if err == nil {
		return p.changeFederation(ctx, s.Change, func(tx *store.Tx) error { return tx.NoteBlocklist(ctx, s.Blocklist) })
	}
	if ctx.Err() != nil {
		return err
	}
	l.TriedAt, l.Trouble = p.db.Now(), social.Say(err)
	if noted := p.db.InTx(ctx, func(tx *store.Tx) error { return tx.NoteBlocklist(ctx, l) }); noted != nil {
		return noted
	}
	return err
}

// RefreshDue reads the lists whose time it is.
func (p *Publisher) RefreshDue(ctx context.Context) error {
	all, err := p.db.Blocklists(ctx)
	for _, l := range all {
		if !l.Due(p.db.Now()) {
			continue
		}
		if err := p.Refresh(ctx, l); err != nil && ctx.Err() == nil && !social.Is(err, social.NotFound) {
			p.log.Warn("could not read a blocklist, will try again", "iri", l.URL, "err", err)
		}
	}
	return err
}

// Unsubscribe ends a subscription: who was blocked by the list alone is let in again.
func (p *Publisher) Unsubscribe(ctx context.Context, list social.ID) error {
	return p.changeFederation(ctx, FederationChange{}, func(tx *store.Tx) error { return tx.DropBlocklist(ctx, list) })
}
