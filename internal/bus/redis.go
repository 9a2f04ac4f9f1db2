package bus

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// Options says which Redis, and whose.
type Options struct {
	URL    string         // redis://user:password@host:port/db, or rediss:// for TLS
	Prefix string         // of every key, so that several servers may share one Redis
	Roots  *x509.CertPool // authorities that are believed; nil: the machine's
	Now    func() time.Time
	Log    *slog.Logger
}

// Redis is the bus of several processes. While Redis is away it is the bus of
// this one alone, and comes back by itself.
type Redis struct {
	o     Options
	db    *redis.Client
	me    string // names this process, which needs not hear itself
	local *Local // listeners here, and what is ready while Redis is away
	out   chan hint
	stop  context.CancelFunc
	done  sync.WaitGroup

	mu   sync.Mutex
	away error
}

// hint is something to be sent.
type hint struct {
	lane  string // of what is ready; "" for a bell or an event
	at    time.Time
	items []string

	channel, text string // of a bell or an event
}

const (
	patience  = time.Second // for one command
	lookAgain = time.Second // at a Redis that is away
	unsent    = 4096        // hints that wait to be sent
	together  = 256         // hints that are sent at once
)

// OpenRedis makes a bus on Redis. It does not wait for Redis: one that is away
// now is joined when it is there. Its error says what is wrong with the address, and
// that time will not mend: see wrong.
func OpenRedis(o Options, me string) (*Redis, error) {
	c, err := redis.ParseURL(o.URL)
	if err != nil {
		return nil, fmt.Errorf("REDIS_URL: %w (it is of the form redis://:password@host:6379/0, or rediss:// for TLS)", err)
	}
	if c.TLSConfig != nil {
		c.TLSConfig.RootCAs = o.Roots
	}
	c.DialTimeout, c.ReadTimeout, c.WriteTimeout = 2*patience, patience, patience
	c.ContextTimeoutEnabled, c.MaxRetries, c.DisableIdentity = true, 1, true
	redis.SetLogger(quiet{}) // what it would say is said by note
	ctx, stop := context.WithCancel(context.Background())
	r := &Redis{o: o, db: redis.NewClient(c), me: me, local: NewLocal(o.Now), out: make(chan hint, unsent), stop: stop}
	err = r.ping(ctx)
	if fault := wrong(c, err); fault != nil {
		stop()
		r.db.Close()
		return nil, fault
	}
	r.note(err)
	r.done.Go(func() { r.send(ctx) })
	r.done.Go(func() { r.receive(ctx) })
	r.done.Go(func() { r.watch(ctx) })
	return r, nil
}

// quiet is a logger of the library's that says nothing.
type quiet struct{}

// Printf implements the library's interface.
func (quiet) Printf(context.Context, string, ...any) {}

func (r *Redis) key(name string) string { return r.o.Prefix + name }

func (r *Redis) ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*patience)
	defer cancel()
	return r.db.Ping(ctx).Err()
}

// note keeps whether Redis is there, and says in the log when that changes.
func (r *Redis) note(err error) {
	if errors.Is(err, redis.Nil) || errors.Is(err, context.Canceled) {
		return
	}
	r.mu.Lock()
	was := r.away
	r.away = err
	r.mu.Unlock()
	switch {
	case err != nil && was == nil:
		r.o.Log.Warn("Redis is away, work goes on from the database at a slower pace", "host", r.db.Options().Addr, "err", err)
	case err == nil && was != nil:
		r.o.Log.Info("Redis is back")
	}
}

// Away implements Bus.
func (r *Redis) Away() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.away
}

// watch looks whether a Redis that is away has come back.
func (r *Redis) watch(ctx context.Context) {
	tick := time.NewTicker(lookAgain)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if r.Away() != nil {
				r.note(r.ping(ctx))
			}
		}
	}
}

// Close implements Bus.
func (r *Redis) Close() {
	r.stop()
	r.done.Wait()
	r.db.Close()
}

// post hands a hint to the sender, or drops it when too many wait.
func (r *Redis) post(h hint) {
	select {
	case r.out <- h:
	default:
	}
}

// send writes hints to Redis, those that wait together in one round trip.
func (r *Redis) send(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			select { // a command that ends wakes the server first
			case first := <-r.out:
				r.flush(context.WithoutCancel(ctx), r.gather(first))
			default:
			}
			return
		case first := <-r.out:
			r.flush(ctx, r.gather(first))
		}
	}
}

func (r *Redis) gather(first hint) []hint {
	all := []hint{first}
	for len(all) < together {
		select {
		case h := <-r.out:
			all = append(all, h)
		default:
			return all
		}
	}
	return all
}

func (r *Redis) flush(ctx context.Context, all []hint) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	said := map[string]bool{}
	_, err := r.db.Pipelined(ctx, func(p redis.Pipeliner) error {
		for _, h := range all {
			switch {
			case h.lane != "":
				r.pipeReady(ctx, p, h)
			case h.channel == bells && said[h.text]: // one ring is enough
			default:
				said[h.text] = true
				p.Publish(ctx, r.key(h.channel), h.text)
			}
		}
		return nil
	})
	r.note(err)
	for _, h := range all {
		switch {
		case h.lane == "":
		case err != nil:
			r.local.Ready(h.lane, h.at, h.items...) // it is at least so here
		default:
			r.local.Ring(h.lane)
		}
	}
}

// pipeReady adds items, lets go of those beyond the limit, and rings the bell.
func (r *Redis) pipeReady(ctx context.Context, p redis.Pipeliner, h hint) {
	members := make([]redis.Z, len(h.items))
	for i, item := range h.items {
		members[i] = redis.Z{Score: float64(h.at.UnixMilli()), Member: item}
	}
	p.ZAddLT(ctx, r.key("ready:"+h.lane), members...)
	p.ZRemRangeByRank(ctx, r.key("ready:"+h.lane), maxReady, -1)
	p.Publish(ctx, r.key(bells), r.me+" "+h.lane)
}

// The channels that all processes hear.
const (
	bells  = "bells"
	events = "events"
)

// receive hears the other processes until ctx ends. The library joins again
// after a Redis that was away.
func (r *Redis) receive(ctx context.Context) {
	sub := r.db.Subscribe(ctx, r.key(bells), r.key(events))
	defer sub.Close()
	heard := sub.Channel(redis.WithChannelSize(unsent))
	for {
		select {
		case <-ctx.Done():
			return
		case m, ok := <-heard:
			if !ok {
				return
			}
			r.hear(m)
		}
	}
}

func (r *Redis) hear(m *redis.Message) {
	from, text, _ := strings.Cut(m.Payload, " ")
	switch {
	case from == r.me:
	case m.Channel == r.key(bells):
		r.local.Ring(text)
	default:
		topic, event, _ := strings.Cut(text, " ")
		r.local.Tell(topic, []byte(event))
	}
}

// Ring implements Bus.
func (r *Redis) Ring(bell string) {
	r.local.Ring(bell)
	r.post(hint{channel: bells, text: r.me + " " + bell})
}

// Listen implements Bus.
func (r *Redis) Listen(bell string) (<-chan struct{}, func()) { return r.local.Listen(bell) }

// Ready implements Bus.
func (r *Redis) Ready(lane string, at time.Time, items ...string) {
	if len(items) == 0 {
		return
	}
	if r.Away() != nil {
		r.local.Ready(lane, at, items...)
		return
	}
	r.post(hint{lane: lane, at: at, items: items})
}

// take gives due items to one caller: what is read and what is removed must be
// the same.
var take = redis.NewScript(`
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])
if #due > 0 then redis.call('ZREM', KEYS[1], unpack(due)) end
local head = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
return {due, head[2] or '0'}`)

// Take implements Bus.
func (r *Redis) Take(ctx context.Context, lane string, n int) ([]string, time.Time) {
	items, next := r.local.Take(ctx, lane, n) // what was ready while Redis was away
	if len(items) > 0 || r.Away() != nil {
		return items, next
	}
	timed, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	got, err := take.Run(timed, r.db, []string{r.key("ready:" + lane)}, r.o.Now().UnixMilli(), min(n, 1000)).Slice()
	if ctx.Err() == nil {
		r.note(err)
	}
	if err != nil || len(got) != 2 {
		return nil, next
	}
	return taken(got)
}

// taken reads what the script gave.
func taken(got []any) (items []string, next time.Time) {
	due, _ := got[0].([]any)
	for _, v := range due {
		if s, ok := v.(string); ok {
			items = append(items, s)
		}
	}
	score, _ := got[1].(string)
	if ms, err := strconv.ParseFloat(score, 64); err == nil && ms > 0 {
		next = time.UnixMilli(int64(ms))
	}
	return items, next
}

// count counts a use and says how many milliseconds are left of the window when
// it is one too many.
var count = redis.NewScript(`
local n = redis.call('INCR', KEYS[1])
if n == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
if n <= tonumber(ARGV[1]) then return 0 end
return math.max(redis.call('PTTL', KEYS[1]), 1)`)

// Allow implements Bus. While Redis is away each process counts for itself.
func (r *Redis) Allow(ctx context.Context, key string, limit int, per time.Duration) time.Duration {
	if r.Away() != nil {
		return r.local.Allow(ctx, key, limit, per)
	}
	timed, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	ms, err := count.Run(timed, r.db, []string{r.key("count:" + key)}, limit, per.Milliseconds()).Int64()
	if err != nil {
		if ctx.Err() == nil {
			r.note(err)
		}
		return r.local.Allow(ctx, key, limit, per)
	}
	return time.Duration(ms) * time.Millisecond
}

// Tell implements Bus.
func (r *Redis) Tell(topic string, event []byte) {
	r.local.Tell(topic, event)
	r.post(hint{channel: events, text: r.me + " " + topic + " " + string(event)})
}

// Hear implements Bus.
func (r *Redis) Hear(topic string) (<-chan []byte, func()) { return r.local.Hear(topic) }
