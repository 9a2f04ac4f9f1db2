// Package demo makes a small world to look around in: two people who keep a light
// and count jellyfish, each on a server of their own, what they have said to each
// other in the last three days, and a relay that tells both of what others say.
//
// The parts of two running servers come in; profiles, posts, pictures and answers
// are there when Play returns. All of it is done by the verbs that the pages and the
// client API call, and reaches the other server by its queues: nothing is written
// into a database behind them. Nothing here is known to those who run a server.
package demo

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"skerry/internal/bus"
	"skerry/internal/media"
	"skerry/internal/outbox"
	"skerry/internal/remote"
	"skerry/internal/store"
)

// The names of the two in their addresses.
const (
	Keeper    = "marit"
	Biologist = "noor"
)

// Server is what a person of the demo acts with.
type Server struct {
	DB        *store.DB
	Publisher *outbox.Publisher
	Library   *media.Library
	Finder    *remote.Finder
	Bus       bus.Bus
	Relay     func(ctx context.Context, address string) error // follows one
}

// Past is how long ago the story begins.
const Past = 72 * time.Hour

// Clock is the time of both servers. It begins when the story does, and has caught
// up when that is told. It is safe to use at once.
type Clock struct{ told atomic.Int64 }

// Now is the time in the story.
func (c *Clock) Now() time.Time { return time.Now().Add(time.Duration(c.told.Load()) - Past) }

// Advance moves it on.
func (c *Clock) Advance(by time.Duration) { c.told.Add(int64(by)) }

// play is what goes on. The first error stays, and ends it.
type play struct {
	advance func(time.Duration)
	behind  time.Duration // what the clock is behind
	people  [2]*person
	relay   *Relay
	err     error
}

// Play lets the two owners, who exist already, tell their story. The clock of both
// servers, and of the relay, is behind by Past, and is moved on by advance.
func Play(ctx context.Context, advance func(time.Duration), relay *Relay, keeper, biologist Server) error {
	p := &play{advance: advance, behind: Past, relay: relay}
	for i, s := range []Server{keeper, biologist} {
		o, err := s.DB.Owner(ctx)
		if err != nil {
			return err
		}
		p.people[i] = &person{Server: s, play: p, ctx: ctx, self: o.Actor}
	}
	p.story(p.people[0], p.people[1])
	p.ago(0)
	return p.err
}

// ago goes on to a time, once all that was said before has arrived.
func (p *play) ago(behind time.Duration) {
	if p.err != nil {
		return
	}
	if p.err = p.rest(); p.err == nil {
		p.advance(p.behind - behind)
		p.behind = behind
		p.err = p.wake()
	}
}

// wake names what has become due: who waits for a time does not see that the clock was
// moved on.
func (p *play) wake() error {
	for _, one := range p.people {
		now := one.DB.Now()
		due, err := one.DB.DueJobs(one.ctx, store.LaneFetch, now, 100)
		if err != nil {
			return err
		}
		one.Bus.Ready(store.LaneFetch, now, due...)
	}
	return nil
}

// patience is how long two servers on one machine may take for what is said at once.
const patience = time.Minute

// rest waits until neither server has anything to do: seen twice, since what one
// has just delivered the other one has still to act on.
func (p *play) rest() error {
	ctx, cancel := context.WithTimeoutCause(p.people[0].ctx, patience, fmt.Errorf("the demo did not come to rest within %v", patience))
	defer cancel()
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	for idle := 0; idle < 2; {
		select {
		case <-look.C:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		idle++
		for _, one := range p.people {
			busy, err := one.DB.Busy(ctx, one.DB.Now())
			if err != nil {
				return err
			}
			if busy {
				idle = 0
			}
		}
	}
	return nil
}
