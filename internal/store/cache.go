package store

import (
	"context"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"skerry/internal/social"
)

// fresh is how long a process trusts what it remembers: what another process
// changed is seen that much later. What this one changed is forgotten at once.
const fresh = 2 * time.Second

// cache remembers what every request asks for again: the owner, those who speak to
// us, and their keys. Only what is there is remembered, never that something is
// not.
type cache struct {
	now func() time.Time

	mu      sync.Mutex
	changes uint64 // what was read before a change is not remembered after it
	owner   remembered[Owner]
	relays  remembered[[]social.Relay]
	rules   remembered[social.RelayBook]
	tags    remembered[map[string]bool] // that the owner follows
	domains remembered[domains]
	actors  *lru.Cache[string, remembered[social.Actor]]
	keys    *lru.Cache[string, remembered[social.Key]]
	ties    *lru.Cache[tied, remembered[Ties]]
	tallies *lru.Cache[social.ID, remembered[social.Tally]]
}

// tied are the two whom Ties are between.
type tied struct{ us, them social.ID }

type remembered[T any] struct {
	value T
	until time.Time
}

const maxRemembered = 4096

func newCache(now func() time.Time) *cache {
	actors, _ := lru.New[string, remembered[social.Actor]](maxRemembered) // fails only for a size below one
	keys, _ := lru.New[string, remembered[social.Key]](maxRemembered)
	ties, _ := lru.New[tied, remembered[Ties]](maxRemembered)
	tallies, _ := lru.New[social.ID, remembered[social.Tally]](maxRemembered)
	return &cache{now: now, actors: actors, keys: keys, ties: ties, tallies: tallies}
}

// forget drops what a change makes untrue, and keeps what is being read now from
// being remembered.
func (c *cache) forget(drop func(*cache)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.changes++
	drop(c)
}

// dropOwner drops the owner, the relays that the owner follows with their rules, and
// that it is known with whom we speak.
func (c *cache) dropOwner() {
	c.owner, c.relays, c.rules = remembered[Owner]{}, remembered[[]social.Relay]{}, remembered[social.RelayBook]{}
	c.domains.until = time.Time{}
}

func (c *cache) dropTags() { c.tags = remembered[map[string]bool]{} }

// forget drops what the transaction changes, when it is on disk.
func (tx *Tx) forget(drop func(*cache)) {
	tx.Afterwards(func() { tx.db.cache.forget(drop) })
}

// forgetOwner tells other processes too, which remember the owner as well.
func (tx *Tx) forgetOwner() {
	tx.forget((*cache).dropOwner)
	tx.Afterwards(tx.db.changes.riseOwner)
}

func (tx *Tx) forgetActor(a social.Actor) {
	tx.forget(func(c *cache) { c.actors.Remove(a.IRI) })
	if a.Local {
		tx.forgetOwner()
	}
}

func (tx *Tx) forgetKeys(keys []social.Key) {
	tx.forget(func(c *cache) {
		for _, k := range keys {
			c.keys.Remove(k.IRI)
		}
	})
}

// forgetTies drops how anybody stands with anybody: that changes seldom.
func (tx *Tx) forgetTies() { tx.forget(func(c *cache) { c.ties.Purge() }) }

// forgetAll drops everything.
func (tx *Tx) forgetAll() {
	tx.forget(func(c *cache) {
		c.dropOwner()
		c.dropTags()
		c.actors.Purge()
		c.keys.Purge()
		c.ties.Purge()
	})
}

// forgetGone drops an actor and its keys by its number.
func (tx *Tx) forgetGone(id social.ID) {
	tx.forget(func(c *cache) {
		for _, iri := range c.actors.Keys() {
			if a, ok := c.actors.Peek(iri); ok && a.value.ID == id {
				c.actors.Remove(iri)
			}
		}
		for _, iri := range c.keys.Keys() {
			if k, ok := c.keys.Peek(iri); ok && k.value.Actor == id {
				c.keys.Remove(iri)
			}
		}
	})
}

// recall gives what is remembered, else what read gives, which is remembered then.
// get and put run under the lock.
func recall[T any](ctx context.Context, c *cache, get func() (remembered[T], bool), put func(remembered[T]), read func(context.Context) (T, error)) (T, error) {
	c.mu.Lock()
	had, ok := get()
	changes := c.changes
	c.mu.Unlock()
	if ok && c.now().Before(had.until) {
		return had.value, nil
	}
	value, err := read(ctx)
	if err != nil {
		return value, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.changes == changes {
		put(remembered[T]{value, c.now().Add(fresh)})
	}
	return value, nil
}

// Owner gives the owner, or NotFound before the first start is finished. It may be
// seconds old; Reader.Owner is not.
func (db *DB) Owner(ctx context.Context) (Owner, error) {
	c := db.cache
	return recall(ctx, c, func() (remembered[Owner], bool) { return c.owner, true }, func(r remembered[Owner]) { c.owner = r }, db.Reader.Owner)
}

// ActorByIRI gives an actor by its ActivityPub id, or NotFound. It may be seconds
// old; Reader.ActorByIRI is not.
func (db *DB) ActorByIRI(ctx context.Context, iri string) (social.Actor, error) {
	c := db.cache
	return recall(ctx, c, func() (remembered[social.Actor], bool) { return c.actors.Get(iri) },
		func(r remembered[social.Actor]) { c.actors.Add(iri, r) },
		func(ctx context.Context) (social.Actor, error) { return db.Reader.ActorByIRI(ctx, iri) })
}

// Key gives a public key and whose it is, or NotFound. It may be seconds old;
// Reader.Key is not.
func (db *DB) Key(ctx context.Context, iri string) (social.Key, error) {
	c := db.cache
	return recall(ctx, c, func() (remembered[social.Key], bool) { return c.keys.Get(iri) },
		func(r remembered[social.Key]) { c.keys.Add(iri, r) },
		func(ctx context.Context) (social.Key, error) { return db.Reader.Key(ctx, iri) })
}

// Ties says how one of ours stands with somebody. That they are welcome may be
// seconds old; whatever would make us drop what they send is as it is now.
func (db *DB) Ties(ctx context.Context, us, them social.ID) (Ties, error) {
	c, key := db.cache, tied{us, them}
	return recall(ctx, c, func() (remembered[Ties], bool) { return c.ties.Get(key) },
		func(r remembered[Ties]) {
			if r.value == (Ties{Follows: true}) {
				c.ties.Add(key, r)
			}
		},
		func(ctx context.Context) (Ties, error) { return db.Reader.ties(ctx, us, them) })
}
