package outbox

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/sync/singleflight"

	"skerry/internal/bus"
	"skerry/internal/httpsig"
	"skerry/internal/queue"
	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/transport"
)

// Deliverer brings activities to inboxes. The unit of work is a host: whoever
// holds its lease delivers what is due there, two at a time and in order, so that
// a slow host holds up nobody else and is never flooded.
type Deliverer struct {
	db       *store.DB
	identity *Identity
	post     func(ctx context.Context, url string, body []byte, key httpsig.Key, s httpsig.Scheme) (*transport.Response, error)
	finder   recheck
	bus      bus.Bus
	log      *slog.Logger
	cache    *lru.Cache[social.ID, store.Activity]
	reading  singleflight.Group // who misses the cache at the same time reads once
	record   *recorder
}

// recheck fetches an actor anew: is it really gone?
type recheck interface {
	FetchActor(ctx context.Context, iri string) (social.Actor, error)
}

// NewDeliverer makes a deliverer.
func NewDeliverer(db *store.DB, identity *Identity, client *transport.Client, finder recheck, b bus.Bus, log *slog.Logger) *Deliverer {
	cache, _ := lru.New[social.ID, store.Activity](256) // fails only for a size below one
	return &Deliverer{
		db: db, identity: identity, post: client.Post, finder: finder, bus: b, log: log, cache: cache,
		record: newRecorder(db),
	}
}

const (
	// SlowLane is the queue of hosts that let us wait.
	SlowLane = store.LaneSlow

	hostLease   = time.Minute // four times the longest attempt
	sockets     = 1000        // hosts at once: a waiting socket is cheap, signing is bounded elsewhere
	slowSockets = 200         // of those that are known to be slow
)

// Lane describes the deliverers' work for the queue.
func (d *Deliverer) Lane() queue.Lane[store.HostWork] { return d.lane(Lane, sockets, false) }

// SlowLane describes the work on hosts that are known to be slow.
func (d *Deliverer) SlowLane() queue.Lane[store.HostWork] { return d.lane(SlowLane, slowSockets, true) }

func (d *Deliverer) lane(name string, workers int, slow bool) queue.Lane[store.HostWork] {
	return queue.Lane[store.HostWork]{
		Name: name, Workers: workers, Lease: hostLease,
		Claim: func(ctx context.Context, tx *store.Tx, l store.Lease, hosts []string, n int) ([]store.HostWork, error) {
			return tx.ClaimHosts(ctx, l, slow, hosts, n)
		},
		Key: func(h store.HostWork) string { return h.Name },
		Waiting: func(ctx context.Context, hosts []string) ([]string, error) {
			return d.waiting(ctx, hosts, slow)
		},
		Due:  func(ctx context.Context) (time.Time, error) { return d.db.DueHost(ctx, slow, d.db.Now()) },
		Work: func(ctx context.Context, all []store.HostWork) (time.Time, error) { return d.host(ctx, all[0]) },
		GiveBack: func(ctx context.Context, tx *store.Tx, by string, all []store.HostWork) error {
			return tx.GiveBackHost(ctx, by, all[0])
		},
	}
}

// waiting gives those of the hosts that this lane should try again. Who queues a
// delivery does not know how its host stands: a slow one is handed on.
func (d *Deliverer) waiting(ctx context.Context, hosts []string, slow bool) ([]string, error) {
	now := d.db.Now()
	if !slow {
		others, err := d.db.WaitingHosts(ctx, true, hosts, now)
		if err != nil {
			return nil, err
		}
		d.bus.Ready(SlowLane, now, others...)
	}
	return d.db.WaitingHosts(ctx, slow, hosts, now)
}

// host delivers what is due at a host, gives the host back, and says when its next
// delivery is due.
func (d *Deliverer) host(ctx context.Context, work store.HostWork) (next time.Time, err error) {
	result := store.HostResult{Host: work.Host, Fence: work.Fence}
	tries := make([]try, len(work.Due))
	var all sync.WaitGroup
	for i, one := range work.Due {
		all.Go(func() { tries[i] = d.attempt(ctx, work.Host, one) })
	}
	all.Wait()
	if ctx.Err() != nil {
		return next, ctx.Err() // stopping: not recorded, so made again
	}
	for i, t := range tries {
		end := judge(t.res, t.err, work.Due[i].Attempts, t.ended)
		end.ID, end.Counted = work.Due[i].ID, true
		failed := note(&result, t, end)
		switch {
		case work.Probe && failed: // that is no turn of the delivery's
			end.State, end.Counted, end.Next = store.Waiting, false, work.Due[i].Next
		case work.Probe && !t.asked: // nor has the host been probed
			result.Host.OpenUntil = end.Next
		}
		result.Ended = append(result.Ended, end)
		d.follow(ctx, work.Due[i], end)
	}
	return d.record.write(ctx, result)
}

// note keeps what an attempt says of the host: any answer in order shows that it
// lives, also one that refuses. It reports whether the attempt says the contrary.
func note(r *store.HostResult, t try, end store.Delivered) (failed bool) {
	if !t.asked {
		return false
	}
	r.Host.Took(t.ended, t.ended.Sub(t.began))
	if t.newer {
		r.Host.NewerAt = t.ended
	} else if answered(end.Status) {
		r.Host.NewerAt = time.Time{}
	}
	if answered(end.Status) {
		r.Revived = r.Host.Answered(t.ended, end.State == store.Done) || r.Revived
		return false
	}
	var after time.Duration
	if t.res != nil {
		after = retryAfter(t.res, t.ended)
	}
	r.Host.Failed(t.ended, end.Outcome, after)
	return true
}

// follow does what an ending leads to.
func (d *Deliverer) follow(ctx context.Context, one store.Delivery, end store.Delivered) {
	if end.State == store.Parked {
		d.log.Info("delivery was given up", "host", one.Host, "iri", one.Object, "attempt", one.Attempts+1, "err", end.Outcome)
	}
	if end.Status == 410 {
		d.confirmGone(ctx, one.Inbox)
	}
}

// try is one attempt to deliver.
type try struct {
	res          *transport.Response
	err          error
	began, ended time.Time
	asked        bool // the host was: what goes wrong before says nothing of it
	newer        bool // it was taken with a signature by RFC 9421
}

// attempt makes one delivery. A host that does not take one kind of signature is
// asked once with the other; what it took is tried first from then on.
func (d *Deliverer) attempt(ctx context.Context, h social.Host, one store.Delivery) (t try) {
	t.began = d.db.Now()
	defer func() { t.ended = d.db.Now() }()
	a, err := d.activity(ctx, one.Activity)
	if err != nil {
		t.err = err
		return t
	}
	if t.err = d.mayHear(ctx, h.Name, a); t.err != nil {
		return t
	}
	key, err := d.identity.Key(ctx, a.Actor)
	if err != nil {
		t.err = err
		return t
	}
	schemes := []httpsig.Scheme{httpsig.Cavage, httpsig.RFC9421}
	if h.Newer(t.began) {
		slices.Reverse(schemes)
	}
	for _, scheme := range schemes {
		t.res, t.err = d.post(ctx, one.Inbox, []byte(a.Document), key, scheme)
		t.asked = t.err == nil || !transport.Permanent(t.err)
		if t.err != nil || t.res.Status != 400 && t.res.Status != 401 {
			t.newer = scheme == httpsig.RFC9421 && t.err == nil && answered(t.res.Status)
			return t
		}
	}
	return t
}

// mayHear refuses what a host may not hear that was suspended since it was said.
func (d *Deliverer) mayHear(ctx context.Context, host string, a store.Activity) error {
	f, err := d.db.Federation(ctx)
	if err == nil && f.Suspended(host) && !slices.Contains(parting, a.Kind) {
		err = social.Faultf(social.Invalid, "%s is blocked", host)
	}
	return err
}

// activity gives what is to be sent; a fan-out asks for the same one a thousand times.
func (d *Deliverer) activity(ctx context.Context, id social.ID) (store.Activity, error) {
	if a, ok := d.cache.Get(id); ok {
		return a, nil
	}
	a, err, _ := d.reading.Do(id.String(), func() (any, error) {
		all, err := d.db.Activities(ctx, []social.ID{id})
		if err != nil {
			return store.Activity{}, err
		}
		a, ok := all[id]
		if !ok {
			return a, social.Faultf(social.NotFound, "the activity to deliver is not there any more")
		}
		d.cache.Add(id, a)
		return a, nil
	})
	return a.(store.Activity), err
}

// confirmGone looks whether the actors behind a gone inbox are gone too; those
// who are stop being followers, because the fetch marks them so. There is another
// time for those who cannot be asked while the host is ours.
func (d *Deliverer) confirmGone(ctx context.Context, inbox string) {
	ctx, cancel := context.WithTimeout(ctx, hostLease/3)
	defer cancel()
	actors, err := d.db.ActorsByInbox(ctx, inbox)
	if err != nil {
		d.log.Error("could not look up who has a gone inbox", "err", err)
		return
	}
	for _, a := range actors {
		if _, err := d.finder.FetchActor(ctx, a.IRI); err != nil && !social.Is(err, social.Gone) {
			d.log.Debug("an inbox is gone, its actor could not be asked", "actor", a.IRI, "err", err)
		}
	}
}
