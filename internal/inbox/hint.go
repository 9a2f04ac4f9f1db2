package inbox

import (
	"cmp"
	"context"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"skerry/internal/activitypub"
	"skerry/internal/remote"
	"skerry/internal/social"
	"skerry/internal/store"
)

// Whatever a relay sends of others is a hint: it names a thing, and the thing is
// looked at where it lives. No row of the recorded inbox is written for it, for the
// bytes of one busy relay would be more than all else. [FEP-ae0c]

const (
	oncePerPost = time.Minute      // how often the origin of a post is asked when it is said to have changed
	calm        = 5 * time.Minute  // how long a post that is named again is as it was
	spread      = 10 * time.Second // all members of a relay are told at once, and must not all ask at once
	heardEvery  = time.Minute      // how often it is noted that a relay sends
	perOrigin   = 2                // how many things of an origin are looked at at once
)

// hint is something that a relay named.
type hint struct {
	relay   social.ID
	iri     string
	party   string            // those of one party are looked at one after the other
	changed bool              // it is said to be another now, or gone
	gone    bool              // or just that
	vague   bool              // its relay says no more when something has changed or gone
	actor   bool              // it is somebody, no post
	wrong   social.RelayCount // why it is not looked at
	wait    time.Duration     // before it is
}

// relayOf gives the relay that a signer is; the zero Relay when it is none.
func (r *Receiver) relayOf(ctx context.Context, signer remote.Signer) (social.Relay, error) {
	all, err := r.db.Relays(ctx)
	for _, one := range all {
		if one.Actor == signer.Actor() && one.Actor != "" {
			return one, err
		}
	}
	return social.Relay{}, err
}

// speaks reports whether a relay says something of itself: that is no hint.
func (r *Receiver) speaks(a activitypub.Activity, relay social.Relay) bool {
	if a.Actor != relay.Actor || a.Type == "Announce" {
		return false
	}
	switch a.Type {
	case "Create", "Update", "Delete", "Move":
		return a.ObjectIRI == a.Actor
	}
	return true
}

// hintOf reads what a relay names. An id must be of the host of whoever is said to
// act on it, else it is nobody's to speak of.
func (r *Receiver) hintOf(a activitypub.Activity, relay social.Relay) hint {
	h := hint{relay: relay.ID, iri: a.ObjectIRI, actor: a.ObjectIRI == a.Actor, gone: a.Type == "Delete"}
	switch a.Type {
	case "Announce":
		h.vague = relay.Style == social.RelayLitePub
		if a.Actor != relay.Actor {
			h.wrong = social.Filtered("no post")
		}
	case "Create", "Update", "Delete", "Move":
		h.changed = a.Type != "Create"
		if !activitypub.SameOrigin(a.ObjectIRI, a.Actor) {
			h.wrong = social.Filtered("other host")
		}
	default:
		h.wrong = social.Filtered("no post")
	}
	switch {
	case h.iri == "" || activitypub.IsPublic(h.iri):
		h.wrong = social.Filtered("no post")
	case r.urls.Own(h.iri):
		h.wrong = social.Filtered("ours")
	}
	host := activitypub.Host(h.iri)
	sum := fnv.New32a()
	_, _ = sum.Write([]byte(h.iri)) // never fails
	h.party = host + " " + strconv.Itoa(int(sum.Sum32()%perOrigin))
	if !r.exempt(host) {
		h.wait = rand.N(spread)
	}
	return h
}

// wanted drops a hint at what the owner does not want through relays.
func (r *Receiver) wanted(ctx context.Context, h hint) (hint, error) {
	f, err := r.db.Federation(ctx)
	if err != nil || h.wrong != "" {
		return h, err
	}
	if b := f.Of(activitypub.Host(h.iri)); b.RejectRelayed || b.Severity == social.Suspended {
		h.wrong = social.Filtered("blocked")
	}
	return h, nil
}

// due says when a hint is looked at, by what we have of the thing already; or what
// it is counted as when it is not.
func (h hint) due(held store.Held, now time.Time) (at time.Time, not social.RelayCount) {
	if held.SeenBy != 0 && held.SeenBy != h.relay {
		held.Seen = time.Time{} // only the rules of another relay kept it out
	}
	last := held.Seen
	if held.FetchedAt.After(last) {
		last = held.FetchedAt
	}
	switch {
	case h.wrong != "":
		return at, h.wrong
	case h.actor && !held.Actor:
		return at, social.Filtered("no post")
	case held.Buried, held.Seen.After(now), // nothing more to know
		held.Post && held.Via == 0,                    // whoever sent it tells us of it
		h.gone && !held.Post && !held.Actor,           // nothing to delete
		!held.Post && !h.actor && !held.Seen.IsZero(), // whatever came of it
		!h.changed && !(h.vague && held.Via == h.relay) && !last.IsZero() && now.Sub(last) < calm:
		return at, social.RelayDuplicate
	}
	// Whether something has changed or gone that is only named again is seen a little
	// later, by one look.
	pause := oncePerPost
	if !h.changed {
		pause = calm
	}
	at = now.Add(h.wait)
	if soonest := last.Add(pause); !last.IsZero() && soonest.After(at) {
		at = soonest
	}
	return at, ""
}

// keepHints stores the hints that are worth a look, and counts all.
func (r *Receiver) keepHints(ctx context.Context, all []hint) error {
	ctx, cancel := context.WithTimeout(ctx, keepTime)
	defer cancel()
	book, err := r.db.RelayRules(ctx)
	if err != nil {
		return err
	}
	return r.db.Bookkeep(ctx, func(tx *store.Tx) error {
		now := r.db.Now()
		n := tally{}
		for id, hints := range byRelay(all) {
			n.add(id, social.RelayReceived, len(hints))
			relay, err := hear(ctx, tx, id, now)
			if err != nil {
				return err
			}
			if !relay.Believed() {
				n.add(id, social.RelayUnbelieved, len(hints))
				continue
			}
			for _, h := range hints {
				if err := r.keepHint(ctx, tx, h, relay, book, now, n); err != nil {
					return err
				}
			}
		}
		dropped, err := tx.CrowdedHints(ctx, store.MostHints, now)
		if err != nil {
			return err
		}
		for _, h := range dropped {
			n.add(h.Relay, social.RelayOverflow, 1)
		}
		return n.write(ctx, tx, now)
	})
}

// byRelay gives the hints of each relay, in the order of relays: who locks them so
// never waits for who waits for them.
func byRelay(all []hint) func(yield func(social.ID, []hint) bool) {
	of := map[social.ID][]hint{}
	for _, h := range all {
		of[h.relay] = append(of[h.relay], h)
	}
	return func(yield func(social.ID, []hint) bool) {
		for _, id := range slices.Sorted(maps.Keys(of)) {
			if !yield(id, of[id]) {
				return
			}
		}
	}
}

// hear notes that a relay sends, and gives it as it is now, whatever is remembered.
func hear(ctx context.Context, tx *store.Tx, id social.ID, now time.Time) (relay social.Relay, err error) {
	relay, err = tx.Relay(ctx, id)
	if err != nil || relay.Left() || now.Sub(relay.HeardAt) < heardEvery && relay.State != social.RelaySilent {
		return relay, err
	}
	if relay, err = tx.TakeRelay(ctx, id); err != nil {
		return relay, err
	}
	relay.Spoke(now)
	return relay, tx.PutRelay(ctx, relay)
}

// keepHint stores a hint, unless it is not worth a look or a rule that needs none
// drops it. Of a relay that may bring less than others do it is its own.
func (r *Receiver) keepHint(ctx context.Context, tx *store.Tx, h hint, relay social.Relay, book social.RelayBook, now time.Time, n tally) error {
	held := store.Held{}
	if h.wrong == "" {
		var err error
		if held, err = tx.Held(ctx, h.iri); err != nil {
			return err
		}
	}
	at, not := h.due(held, now)
	known := held.Post || held.Actor // rules are for what is new
	if not == "" && !known {
		if rule, _ := book.JudgeHost(h.relay, activitypub.Host(h.iri)); rule != "" {
			not = social.Filtered(rule)
			if err := tx.AddSample(ctx, social.RelaySample{Relay: h.relay, IRI: h.iri, At: now, Outcome: not}); err != nil {
				return err
			}
		}
	}
	if err := countShared(ctx, tx, h, held, n); err != nil {
		return err
	}
	if not != "" {
		n.add(h.relay, not, 1)
		return nil
	}
	look := store.Hint{ID: r.db.IDs().New(), Relay: h.relay, IRI: h.iri, Party: h.party, Due: at}
	if !known && book.Turn(h.relay) > 0 {
		return r.keepTurn(ctx, tx, look, now, n)
	}
	by := social.ID(0)
	if look.Own = !known && (relay.Trial || !book[h.relay].Empty()); look.Own {
		by = h.relay
	}
	if err := tx.SeeHint(ctx, h.iri, at, by); err != nil {
		return err
	}
	tx.Afterwards(func() { r.bus.Ready(store.LaneRelay, at, h.party) })
	return tx.AddHint(ctx, look, now)
}

// keepTurn stores a hint for the next turn of its relay. Older ones make way for it.
func (r *Receiver) keepTurn(ctx context.Context, tx *store.Tx, look store.Hint, now time.Time, n tally) error {
	due, dropped, err := tx.AddTurn(ctx, look, now)
	if err != nil {
		return err
	}
	rate := social.Filtered(social.RuleRate)
	n.add(look.Relay, rate, len(dropped))
	for _, old := range dropped {
		if err := tx.AddSample(ctx, social.RelaySample{Relay: old.Relay, IRI: old.IRI, At: now, Outcome: rate}); err != nil {
			return err
		}
	}
	tx.Afterwards(func() { r.bus.Ready(store.LaneRelay, due, look.Party) })
	return tx.SeeHint(ctx, look.IRI, due, look.Relay)
}

// countShared counts what another relay has named before, as far as it waits or is here.
func countShared(ctx context.Context, tx *store.Tx, h hint, held store.Held, n tally) (err error) {
	by := held.Via
	if !held.Post && !held.Seen.IsZero() { // it waits, or nothing came of it
		if by, err = tx.HintedBy(ctx, h.iri); err != nil {
			return err
		}
	}
	if by != 0 && by != h.relay {
		n.add(h.relay, social.NamedAlso(by), 1)
	}
	return nil
}

// tally sums what is counted of relays.
type tally map[social.ID]map[social.RelayCount]int

func (t tally) add(relay social.ID, what social.RelayCount, n int) {
	if n == 0 {
		return
	}
	if t[relay] == nil {
		t[relay] = map[social.RelayCount]int{}
	}
	t[relay][what] += n
}

// write writes the sums, always in one order.
func (t tally) write(ctx context.Context, tx *store.Tx, now time.Time) error {
	for _, relay := range slices.SortedFunc(maps.Keys(t), cmp.Compare[social.ID]) {
		for _, what := range slices.Sorted(maps.Keys(t[relay])) {
			if err := tx.CountRelay(ctx, relay, now, what, t[relay][what]); err != nil {
				return err
			}
		}
	}
	return nil
}
