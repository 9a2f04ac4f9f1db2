package inbox

import (
	"context"
	"log/slog"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"skerry/internal/activitypub"
	"skerry/internal/bus"
	"skerry/internal/outbox"
	"skerry/internal/queue"
	"skerry/internal/remote"
	"skerry/internal/social"
	"skerry/internal/store"
)

// Worker acts on what the door kept.
type Worker struct {
	db        *store.DB
	finder    *remote.Finder
	publisher *outbox.Publisher
	urls      activitypub.URLs
	bus       bus.Bus
	log       *slog.Logger
	spoke     *lru.Cache[string, time.Time] // hosts that were heard of lately
	decisions store.Gatherer[*decision]
}

// NewWorker makes a worker.
func NewWorker(db *store.DB, f *remote.Finder, p *outbox.Publisher, urls activitypub.URLs, b bus.Bus, log *slog.Logger) *Worker {
	spoke, _ := lru.New[string, time.Time](4096) // fails only for a size below one
	w := &Worker{db: db, finder: f, publisher: p, urls: urls, bus: b, log: log, spoke: spoke}
	w.decisions.Write = w.write
	return w
}

// Verified is an activity whose sender is proven: there is no other way to one
// than a row that the door wrote.
type Verified struct {
	activitypub.Activity
	row      social.ID
	by       social.Actor // who acts
	owner    social.Actor
	ties     store.Ties // of the owner with by
	at       time.Time  // when it came
	via      string     // begins the outcome when there is more to tell of how it came
	recorded *bool      // set when the outcome is on disk
}

// leaseTime is longer than acting on an activity takes with all its fetches.
const leaseTime = 2 * time.Minute

// Lane describes the worker's work for the queue. Its keys are signers.
func (w *Worker) Lane(workers int) queue.Lane[store.Inbound] {
	rows := queue.Rows[store.Inbound]{
		Lane: Lane, Lease: leaseTime, DB: w.db, Log: w.log, Do: w.Act,
		Finish: func(ctx context.Context, tx *store.Tx, i store.Inbound, e store.Ending) error {
			return tx.FinishInbound(ctx, i.ID, e)
		},
		Next:    func(ctx context.Context, i store.Inbound) (time.Time, error) { return w.db.DueInboundOf(ctx, i.Signer) },
		Attempt: func(i store.Inbound) int { return i.Attempts },
		Retries: queue.Schedule{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour},
	}
	return queue.Lane[store.Inbound]{
		Name: Lane, Workers: workers, Lease: leaseTime,
		Claim: func(ctx context.Context, tx *store.Tx, l store.Lease, signers []string, n int) ([]store.Inbound, error) {
			return tx.ClaimInbound(ctx, l, signers, n)
		},
		Key: func(i store.Inbound) string { return i.Signer },
		Waiting: func(ctx context.Context, signers []string) ([]string, error) {
			return w.db.WaitingSigners(ctx, signers, w.db.Now())
		},
		Due:  w.db.DueInbound,
		Work: rows.Work,
		GiveBack: func(ctx context.Context, tx *store.Tx, by string, all []store.Inbound) error {
			return tx.GiveBackInbound(ctx, by, all)
		},
	}
}

// Act does what an accepted activity says and tells in a few words what that was;
// recorded is true when the row says so already.
func (w *Worker) Act(ctx context.Context, row store.Inbound) (outcome string, recorded bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, leaseTime*3/4)
	defer cancel()
	host := activitypub.Host(row.Signer)
	federation, err := w.db.Federation(ctx)
	if err != nil {
		return "", false, err
	}
	if federation.Suspended(host) { // since it came
		return "ignored: its server is blocked", false, nil
	}
	w.heard(ctx, host)
	doc, err := activitypub.Decode(row.Body)
	if err != nil {
		return "", false, err
	}
	a, err := activitypub.ParseActivity(doc)
	if err != nil {
		return "", false, err
	}
	owner, err := w.db.Owner(ctx)
	if err != nil {
		return "", false, err
	}
	if a.Actor != row.Signer {
		v := Verified{row: row.ID, owner: owner.Actor, at: row.ReceivedAt, via: "forwarded: ", recorded: &recorded}
		outcome, err = w.forwarded(ctx, v, a)
		return v.via + outcome, recorded, err
	}
	v := Verified{Activity: a, row: row.ID, owner: owner.Actor, at: row.ReceivedAt, recorded: &recorded}
	if v.by, err = w.finder.Actor(ctx, a.Actor); err != nil {
		return "", false, err
	}
	if v.ties, err = w.db.Ties(ctx, owner.Actor.ID, v.by.ID); err != nil {
		return "", false, err
	}
	if v.by.Limited == social.Suspended { // by the domain that it is named by
		return "ignored: its server is blocked", false, nil
	}
	if v.ties.Blocks {
		return "ignored: the owner blocks its actor", false, nil
	}
	outcome, err = w.dispatch(ctx, v)
	return outcome, recorded, err
}

// dispatch hands an activity to the file of its type.
func (w *Worker) dispatch(ctx context.Context, v Verified) (string, error) {
	switch v.Type {
	case "Follow":
		return w.follow(ctx, v)
	case "Accept":
		return w.accept(ctx, v)
	case "Reject":
		return w.reject(ctx, v)
	case "Create":
		return w.create(ctx, v)
	case "Update":
		return w.update(ctx, v)
	case "Delete":
		return w.delete(ctx, v)
	case "Like":
		return w.like(ctx, v)
	case "Announce":
		return w.announce(ctx, v)
	case "Undo":
		return w.undo(ctx, v)
	case "Block":
		return w.block(ctx, v)
	case "Flag":
		return w.flag(ctx, v)
	case "Add":
		return w.pin(ctx, v, true)
	case "Remove":
		return w.pin(ctx, v, false)
	}
	return w.other(ctx, v)
}

// notify tells the owner what v's actor did.
func (v Verified) notify(ctx context.Context, tx *store.Tx, kind social.NotificationKind, post social.ID) error {
	_, err := tx.Notify(ctx, social.Notification{Kind: kind, From: v.by.ID, Post: post, At: v.at})
	return err
}

// ownActor reports which actor of ours an IRI names, by id or by page.
func (w *Worker) ownActor(ctx context.Context, iri string) (social.Actor, error) {
	if name, ok := w.urls.ParseActor(iri); ok {
		iri = w.urls.Actor(name)
	}
	a, err := w.db.Reader.ActorByIRI(ctx, iri) // as it is now: it may just have been locked
	if err == nil && !a.Local {
		err = social.Faultf(social.NotFound, "%s is not an actor of this server", iri)
	}
	return a, err
}

// storedPost gives a stored post by id, or by page when it is ours.
func (w *Worker) storedPost(ctx context.Context, iri string) (social.Post, error) {
	if name, id, ok := w.urls.ParsePost(iri); ok {
		iri = w.urls.Post(name, id)
	}
	return w.db.PostByIRI(ctx, iri)
}
