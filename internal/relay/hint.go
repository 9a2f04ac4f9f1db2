package relay

import (
	"context"
	"errors"
	"slices"
	"time"

	"skerry/internal/queue"
	"skerry/internal/remote"
	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/transport"
)

const (
	hintLease = 2 * time.Minute
	hintTime  = 40 * time.Second // for one, with its author
	ahead     = 10 * time.Minute // by which the clock of an origin may be wrong
)

// hintRetries are the pauses after which an origin that did not answer is asked
// again. Many are asked by all members of a relay at once, and refuse for a while.
var hintRetries = queue.Schedule{6 * time.Minute}

// Lane describes the looking at hints for the queue. Its keys are the parties of the
// inbox: two for each host.
func (k *Keeper) Lane(workers int) queue.Lane[store.Hint] {
	return queue.Lane[store.Hint]{
		Name: store.LaneRelay, Workers: workers, Lease: hintLease,
		Claim: func(ctx context.Context, tx *store.Tx, l store.Lease, parties []string, n int) ([]store.Hint, error) {
			return tx.ClaimHints(ctx, l, parties, n)
		},
		Key: func(h store.Hint) string { return h.Party },
		Waiting: func(ctx context.Context, parties []string) ([]string, error) {
			return k.DB.WaitingParties(ctx, parties, k.DB.Now())
		},
		Due:  func(ctx context.Context) (time.Time, error) { return k.DB.DueJob(ctx, store.LaneRelay) },
		Work: k.work,
		GiveBack: func(ctx context.Context, tx *store.Tx, by string, all []store.Hint) error {
			return tx.GiveBackHints(ctx, by, all)
		},
	}
}

// work looks at hints of one party, one after the other. What is not begun within
// half the lease is left to whoever claims it next.
func (k *Keeper) work(ctx context.Context, hints []store.Hint) (next time.Time, err error) {
	began := time.Now()
	for i, h := range hints {
		if i > 0 && time.Since(began) > hintLease/2 {
			break
		}
		result := k.look(ctx, h)
		if ctx.Err() != nil {
			return next, ctx.Err() // stopping: not recorded, so done again
		}
		if err := k.end(ctx, h, result); err != nil {
			return next, err
		}
	}
	return k.DB.DueHintOf(ctx, hints[0].Party)
}

// result is what came of looking at a hint.
type result struct {
	counts []social.RelayCount
	bytes  int                                           // of what is stored
	change func(ctx context.Context, tx *store.Tx) error // nil: nothing changes
	failed error                                         // why nothing is known of it
	whose  social.ID                                     // the relay whose rules alone have dropped it; 0: none
	facts  *social.RelayFacts                            // by which rules have judged it; nil: they have not
	wait   time.Time                                     // until its relay's turn; zero: it was looked at
}

// sample is what is remembered of it, to try new rules on.
func (r result) sample(h store.Hint, at time.Time) social.RelaySample {
	f := *r.facts
	f.Tags = f.Tags[:min(len(f.Tags), mostTags)]
	s := social.RelaySample{Relay: h.Relay, IRI: h.IRI, At: at, Facts: &f}
	if i := slices.IndexFunc(r.counts, social.RelayCount.Decided); i >= 0 {
		s.Outcome = r.counts[i]
	}
	return s
}

func counted(what ...social.RelayCount) result { return result{counts: what} }

// asking is counted where the origin was asked.
func asking(what ...social.RelayCount) result { return counted(append(what, social.RelayFetched)...) }

// end makes the change of a hint, counts it and drops it, in one transaction. What
// failed may be tried once more.
func (k *Keeper) end(ctx context.Context, h store.Hint, r result) error {
	now := k.DB.Now()
	e := store.Ending{State: store.Done, At: now}
	if r.failed != nil {
		pause, left := hintRetries.After(h.Attempts)
		if left && !queue.Final(r.failed) {
			e.State, e.Outcome, e.Next = store.Waiting, r.failed.Error(), now.Add(pause)
		} else {
			r.counts = append(r.counts, social.RelayFailed)
		}
		k.Log.Debug("a hint of a relay led to nothing", "iri", h.IRI, "attempt", h.Attempts+1, "err", r.failed)
	}
	err := k.write(ctx, h, r, e)
	if errors.Is(err, errNoTurn) { // another one of its relay was faster
		err = k.write(ctx, h, dropped(social.RuleRate, h.Relay, r.facts), e)
	}
	if social.Is(err, social.Conflict) || social.Is(err, social.Gone) { // it came by itself meanwhile, or was deleted
		err = k.write(ctx, h, asking(social.RelayDuplicate), e)
	}
	return err
}

// write counts in the order of names, as the inbox does: who locks rows so never
// waits for who waits for them.
func (k *Keeper) write(ctx context.Context, h store.Hint, r result, e store.Ending) error {
	do := func(tx *store.Tx) error {
		if r.change != nil {
			if err := r.change(ctx, tx); err != nil {
				return err
			}
		}
		if !r.wait.IsZero() {
			late, err := tx.YieldTurn(ctx, h, r.wait)
			if err == nil && late {
				err = tx.CountRelay(ctx, h.Relay, e.At, social.Filtered(social.RuleRate), 1)
			}
			return err
		}
		if e.State == store.Done && (h.Own || r.whose != 0) {
			if err := tx.SeeHint(ctx, h.IRI, e.At, r.whose); err != nil {
				return err
			}
		}
		if r.facts != nil {
			if err := tx.AddSample(ctx, r.sample(h, e.At)); err != nil {
				return err
			}
		}
		if r.bytes > 0 {
			if err := tx.CountRelay(ctx, h.Relay, e.At, social.RelayBytes, r.bytes); err != nil {
				return err
			}
		}
		slices.Sort(r.counts)
		for _, what := range r.counts {
			if err := tx.CountRelay(ctx, h.Relay, e.At, what, 1); err != nil {
				return err
			}
		}
		return tx.FinishHint(ctx, h.ID, e)
	}
	if r.change == nil {
		return k.DB.Bookkeep(ctx, do)
	}
	return k.DB.InTx(ctx, do)
}

// look asks the origin of what a relay named.
func (k *Keeper) look(ctx context.Context, h store.Hint) result {
	if h.Attempts > len(hintRetries) { // each attempt ended the process, so this one would
		return counted(social.RelayFailed)
	}
	ctx, cancel := context.WithTimeout(ctx, hintTime)
	defer cancel()
	relay, err := k.DB.Relay(ctx, h.Relay)
	if err != nil {
		return result{failed: err}
	}
	if !relay.Believed() { // any more; what another one names is not concerned
		r := counted(social.RelayUnbelieved)
		r.whose = h.Relay
		return r
	}
	p, err := k.DB.PostByIRI(ctx, h.IRI)
	switch {
	case err == nil && (p.Via == 0 || h.Own || p.FetchedAt.After(h.Made)): // somebody else was faster
		return counted(social.RelayDuplicate)
	case err == nil:
		return k.again(ctx, p)
	case !social.Is(err, social.NotFound):
		return result{failed: err}
	}
	if _, err := k.DB.ActorByIRI(ctx, h.IRI); err == nil {
		return k.somebody(ctx, h.IRI)
	}
	return k.first(ctx, h, relay.Trial)
}

// somebody looks at an actor who is said to have changed, moved or gone.
func (k *Keeper) somebody(ctx context.Context, iri string) result {
	_, err := k.Finder.FetchActor(ctx, iri)
	switch {
	case social.Is(err, social.Gone): // the finder has noted it
		return asking(social.RelayRemoved)
	case err != nil:
		return failure(err)
	}
	return asking(social.RelayRenewed)
}

// again looks at a post that came through a relay. It goes only when its origin says
// that it is gone, whoever else says so.
func (k *Keeper) again(ctx context.Context, old social.Post) result {
	p, gone, err := k.Finder.LookAgain(ctx, old)
	r := asking(social.RelayRenewed)
	switch {
	case err != nil:
		return failure(err)
	case gone:
		r = asking(social.RelayRemoved)
		r.change = func(ctx context.Context, tx *store.Tx) error {
			t := store.Tombstone{IRI: old.IRI, FormerType: string(old.Kind), Actor: old.AuthorIRI, At: k.DB.Now()}
			if err := tx.Bury(ctx, t); err != nil {
				return err
			}
			return tx.DropPost(ctx, old.ID)
		}
	case p.Edited.After(old.Edited):
		r.change = func(ctx context.Context, tx *store.Tx) error { return tx.EditPost(ctx, old, p, remote.FoldTags(p)) }
	default:
		r = asking(social.RelayDuplicate)
		r.change = func(ctx context.Context, tx *store.Tx) error { return tx.RefreshPost(ctx, p) }
	}
	return r
}

// failure is what comes of an origin that gives nothing. What lies behind an address
// that nobody asks was not asked for.
func failure(err error) result {
	var e *transport.Error
	if errors.As(err, &e) && e.Kind == transport.TooLarge {
		return asking(social.Filtered("too large"))
	}
	r := asking()
	if errors.As(err, &e) && (e.Kind == transport.Refused || e.Kind == transport.NoName || e.Kind == transport.Crowded) {
		r = counted()
	}
	r.failed = err
	return r
}
