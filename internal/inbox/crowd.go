package inbox

import (
	"context"
	"sync"
	"time"

	"skerry/internal/activitypub"
	"skerry/internal/social"
)

// How much may wait to be acted on. Who comes beyond that is asked to come again:
// what we cannot take in is safe in the sender's own queue.
const (
	mostOfHost = 2_000
	mostOfAll  = 50_000
	countEvery = 5 * time.Second // what other processes took in or acted on is seen that much later
	comeAgain  = time.Minute
)

// crowd knows how much waits, by the host that sent it. It is counted in the
// database now and then; what this process takes in is added meanwhile.
type crowd struct {
	now   func() time.Time
	count func(ctx context.Context) (bySigner map[string]int, err error)

	mu      sync.Mutex
	counted time.Time // when a count was begun last
	all     int
	hosts   map[string]int
}

// full refuses everybody while there is no room for anybody: whoever wants in has
// cost nothing yet.
func (c *crowd) full(ctx context.Context) error {
	if c.outdated() {
		c.recount(ctx)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.all >= mostOfAll {
		return crowded("this server has more to do than it can take in, send it again later")
	}
	return nil
}

// admit counts one more of a host, or refuses it. limited is false for hosts that
// the operator trusts.
func (c *crowd) admit(host string, limited bool) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if limited && c.hosts[host] >= mostOfHost {
		return crowded("so much of " + host + " waits to be acted on that no more is taken in, send it again later")
	}
	if c.hosts == nil {
		c.hosts = map[string]int{}
	}
	c.all++
	c.hosts[host]++
	return nil
}

func crowded(say string) error {
	f := social.Faultf(social.Unavailable, "%s", say)
	f.After = comeAgain
	return f
}

// outdated reports whether it is time to count, to one caller each time.
func (c *crowd) outdated() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	if now.Sub(c.counted) < countEvery {
		return false
	}
	c.counted = now
	return true
}

// recount asks the database. While that is away the last count stays; whoever
// writes then hears of it.
func (c *crowd) recount(ctx context.Context) {
	bySigner, err := c.count(ctx)
	if err != nil {
		return
	}
	all, hosts := 0, map[string]int{}
	for signer, n := range bySigner {
		all += n
		hosts[activitypub.Host(signer)] += n
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all, c.hosts = all, hosts
}
