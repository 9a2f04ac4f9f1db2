package outbox

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

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
	post     func(ctx context.Context, url string, body []byte, key httpsig.Key) (*transport.Response, error)
	finder   recheck
	log      *slog.Logger
	cache    *lru.Cache[social.ID, store.Activity]
}

// recheck fetches an actor anew: is it really gone?
type recheck interface {
	FetchActor(ctx context.Context, iri string) (social.Actor, error)
}

// NewDeliverer makes a deliverer.
func NewDeliverer(db *store.DB, identity *Identity, client *transport.Client, finder recheck, log *slog.Logger) *Deliverer {
	cache, _ := lru.New[social.ID, store.Activity](256) // fails only for a size below one
	return &Deliverer{db: db, identity: identity, post: client.Post, finder: finder, log: log, cache: cache}
}

const (
	perHost   = 2                // deliveries to one host at once
	perClaim  = 200              // deliveries before a host is given back, so that it cannot be held for ever
	hostLease = 60 * time.Second // four times the longest attempt
	sockets   = 1000             // hosts at once: a waiting socket is cheap, signing is bounded elsewhere
)

// retries is the schedule of a delivery: 19 attempts over six days.
var retries = schedule()

func schedule() queue.Schedule {
	s := queue.Schedule{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 3 * time.Hour, 6 * time.Hour}
	for len(s) < 18 {
		s = append(s, 12*time.Hour)
	}
	return s
}

// Lane describes the deliverers' work for the queue.
func (d *Deliverer) Lane() queue.Lane[store.HostLease] {
	return queue.Lane[store.HostLease]{
		Name: Lane, Workers: sockets, Lease: hostLease,
		Claim: func(ctx context.Context, tx *store.Tx, l store.Lease, hosts []string, n int) ([]store.HostLease, error) {
			return tx.ClaimHosts(ctx, l, hosts, n)
		},
		Key: func(h store.HostLease) string { return h.Host },
		Waiting: func(ctx context.Context, hosts []string) ([]string, error) {
			return d.db.WaitingHosts(ctx, hosts, d.db.Now())
		},
		Due:  d.db.DueHost,
		Work: func(ctx context.Context, all []store.HostLease) (time.Time, error) { return d.host(ctx, all[0]) },
	}
}

// host delivers what is due at a host until nothing is left or the lease is lost,
// gives the host back, and says when its next delivery is due.
func (d *Deliverer) host(ctx context.Context, h store.HostLease) (next time.Time, err error) {
	for made := 0; made < perClaim; {
		due, err := d.db.DueDeliveries(ctx, h.Host, d.db.Now(), perHost)
		if err != nil {
			return next, err
		}
		if len(due) == 0 {
			break
		}
		ended := d.attempt(ctx, due)
		if ctx.Err() != nil {
			return next, ctx.Err() // stopping: not recorded, so made again
		}
		made += len(due)
		ours, err := d.record(ctx, h, ended)
		if err != nil || !ours {
			return next, err
		}
	}
	err = d.db.InTx(ctx, func(tx *store.Tx) error {
		next, err = tx.ReleaseHost(ctx, h)
		return err
	})
	return next, err
}

// attempt makes the given deliveries at once.
func (d *Deliverer) attempt(ctx context.Context, due []store.Delivery) []store.Delivered {
	ended := make([]store.Delivered, len(due))
	var wg sync.WaitGroup
	for i, one := range due {
		wg.Go(func() { ended[i] = d.deliver(ctx, one) })
	}
	wg.Wait()
	return ended
}

func (d *Deliverer) record(ctx context.Context, h store.HostLease, ended []store.Delivered) (ours bool, err error) {
	err = d.db.InTx(ctx, func(tx *store.Tx) error {
		if ours, err = tx.RecordDeliveries(ctx, h, ended); err != nil || !ours {
			return err
		}
		_, err := tx.ExtendHost(ctx, h, d.db.Now().Add(hostLease))
		return err
	})
	return ours, err
}

// deliver makes one attempt and says how it ended.
func (d *Deliverer) deliver(ctx context.Context, one store.Delivery) store.Delivered {
	res, err := d.send(ctx, one)
	now := d.db.Now()
	end := judge(res, err, one.Attempts, now)
	end.ID = one.ID
	if end.State != store.Done && end.State != store.Waiting {
		d.log.Info("delivery was given up", "host", one.Host, "iri", one.Object, "attempt", one.Attempts+1, "err", end.Outcome)
	}
	if end.Status == 410 {
		d.confirmGone(ctx, one.Inbox)
	}
	return end
}

func (d *Deliverer) send(ctx context.Context, one store.Delivery) (*transport.Response, error) {
	a, err := d.activity(ctx, one.Activity)
	if err != nil {
		return nil, err
	}
	key, err := d.identity.Key(ctx, a.Actor)
	if err != nil {
		return nil, err
	}
	return d.post(ctx, one.Inbox, []byte(a.Document), key)
}

// activity gives what is to be sent; a fan-out asks for the same one a thousand times.
func (d *Deliverer) activity(ctx context.Context, id social.ID) (store.Activity, error) {
	if a, ok := d.cache.Get(id); ok {
		return a, nil
	}
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
}

// confirmGone looks whether the actors behind a gone inbox are gone too; those
// who are stop being followers, because the fetch marks them so.
func (d *Deliverer) confirmGone(ctx context.Context, inbox string) {
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

// judge decides what an answer means. A refusal that trying again cannot mend
// parks the delivery; whatever may pass waits for its next turn.
func judge(res *transport.Response, err error, attempts int, now time.Time) store.Delivered {
	end := store.Delivered{Ending: store.Ending{At: now}}
	if err != nil {
		if transport.Permanent(err) {
			end.State, end.Outcome = store.Parked, transport.Reason(err)
			return end
		}
		return again(end, transport.Reason(err), attempts, 0)
	}
	end.Status = res.Status
	said := fmt.Sprintf("answered %d", res.Status)
	switch s := res.Status; {
	case s >= 200 && s < 300:
		end.State, end.Outcome = store.Done, said
	case s == 403 && attempts < 2: // a CDN's challenge may go away
		return again(end, said, attempts, 0)
	case s == 401 || s == 408 || s == 425 || s == 429 || s >= 500 && s != 501:
		return again(end, said, attempts, retryAfter(res, now))
	default: // redirects of a POST are not followed; the rest is a refusal
		end.State, end.Outcome = store.Parked, said
	}
	return end
}

// again gives a delivery its next turn, or parks it after the last one.
func again(end store.Delivered, why string, attempts int, after time.Duration) store.Delivered {
	pause, left := retries.After(attempts)
	if !left {
		end.State, end.Outcome = store.Parked, why+", after the last attempt"
		return end
	}
	end.State, end.Outcome, end.Next = store.Waiting, why, end.At.Add(max(pause, after))
	return end
}

// maxRetryAfter is how long a host may put us off.
const maxRetryAfter = 24 * time.Hour

func retryAfter(res *transport.Response, now time.Time) time.Duration {
	header := res.Header.Get("Retry-After")
	if header == "" {
		return 0
	}
	var seconds int
	if _, err := fmt.Sscanf(header, "%d", &seconds); err == nil {
		return min(max(0, time.Duration(seconds)*time.Second), maxRetryAfter)
	}
	if at, err := time.Parse(time.RFC1123, header); err == nil {
		return min(max(0, at.Sub(now)), maxRetryAfter)
	}
	return 0
}
