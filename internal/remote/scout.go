package remote

import (
	"context"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"skerry/internal/bus"
	"skerry/internal/social"
)

// Scout looks out there for what is missing of what the owner looks at: what a
// person wrote lately, and what is above and below a post. Whoever shows a person
// or a post asks and goes on at once; what was found is in the database when the
// bus tells so. Nothing of it is durable: what a crash cut off is asked for again
// when somebody looks again.
//
// It goes out for the owner alone. A visitor must not be able to send us around.
type Scout struct {
	finder  *Finder
	bus     bus.Bus
	log     *slog.Logger
	errands chan errand
	tried   *recently

	mu    sync.Mutex
	under map[string]bool // errands that wait or run, by topic
}

// NewScout makes a scout. It goes nowhere before Run.
func NewScout(f *Finder, b bus.Bus, log *slog.Logger) *Scout {
	return &Scout{
		finder: f, bus: b, log: log, errands: make(chan errand, maxErrands),
		tried: newRecently(f.db.Now), under: map[string]bool{},
	}
}

const (
	maxErrands  = 64               // that wait; more are dropped, and asked for again
	scouts      = 3                // errands at the same time
	errandTime  = 90 * time.Second // for one
	againPerson = 6 * time.Hour    // before a person is looked at again
	againThread = 5 * time.Minute  // before a thread is
	againLinks  = 24 * time.Hour   // before the links of a profile are
	againFailed = 10 * time.Minute // before a person is who could not be looked at
)

// NewPosts is the topic of the bus on which it is told that more posts of an actor
// are here; the event says how many, in decimal.
func NewPosts(actor social.ID) string { return "posts of " + actor.String() }

// NewInThread is the topic on which it is told that more posts above or below a post
// are here; the event says how many, in decimal.
func NewInThread(post social.ID) string { return "thread of " + post.String() }

// errand is one thing to go out for.
type errand struct {
	topic string
	again time.Duration // how long a failure counts
	run   func(ctx context.Context) (found int, err error)
}

// LookAt goes out for what an actor wrote lately, unless that was done within some
// hours. It reports whether somebody is on the way, and never waits.
func (s *Scout) LookAt(a social.Actor) (looking bool) {
	if a.Local || !a.GoneAt.IsZero() {
		return false
	}
	return s.send(errand{NewPosts(a.ID), againFailed, func(ctx context.Context) (int, error) { return s.finder.Recent(ctx, a) }}, againPerson)
}

// LookAtLinks goes out to the pages that a person's profile names, at most once a day.
func (s *Scout) LookAtLinks(a social.Actor) {
	if a.Local || len(a.Fields) == 0 {
		return
	}
	s.send(errand{"links of " + a.ID.String(), againFailed, func(ctx context.Context) (int, error) { return 0, s.finder.VerifyLinks(ctx, a) }}, againLinks)
}

// LookAround goes out for what is above and below a post, unless that was done some
// minutes ago. It reports whether somebody is on the way, and never waits.
func (s *Scout) LookAround(p social.Post) (looking bool) {
	if !p.Visibility.Open() {
		return false
	}
	return s.send(errand{NewInThread(p.ID), againThread, func(ctx context.Context) (int, error) { return s.around(ctx, p) }}, againThread)
}

// around fetches both sides of a thread; that one fails is no reason not to try the other.
func (s *Scout) around(ctx context.Context, p social.Post) (int, error) {
	above, errAbove := s.finder.Ancestors(ctx, p)
	below, err := s.finder.Replies(ctx, p)
	if err == nil {
		err = errAbove
	}
	return above + below, err
}

// send hands an errand to whoever is free, once within a span of time.
func (s *Scout) send(e errand, once time.Duration) (looking bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.under[e.topic] {
		return true
	}
	if !s.tried.first(e.topic, once) {
		return false
	}
	select {
	case s.errands <- e:
		s.under[e.topic] = true
		return true
	default: // too many wait
		s.tried.again(e.topic, 0)
		return false
	}
}

// Wait waits until whoever was sent out under a topic is back, at most so long. It
// reports whether they are still out, as far as this process knows: of those whom
// another one has sent it only hears when they come back.
func (s *Scout) Wait(ctx context.Context, topic string, most time.Duration) (looking bool) {
	back, stop := s.bus.Hear(topic)
	defer stop()
	s.mu.Lock()
	out := s.under[topic]
	s.mu.Unlock()
	if !out && s.tried.noted(topic) {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	select {
	case <-back:
		return false
	case <-ctx.Done():
		return true
	}
}

// Run goes on errands until ctx ends.
func (s *Scout) Run(ctx context.Context) error {
	var all sync.WaitGroup
	for range scouts {
		all.Go(func() {
			for {
				select {
				case <-ctx.Done():
					return
				case e := <-s.errands:
					s.goOn(ctx, e)
				}
			}
		})
	}
	all.Wait()
	return nil
}

// goOn does one errand and tells what it brought.
func (s *Scout) goOn(ctx context.Context, e errand) {
	ctx, cancel := context.WithTimeout(ctx, errandTime)
	defer cancel()
	found, err := e.run(ctx)
	if err != nil {
		s.log.Debug("not all that was looked for could be had", "topic", e.topic, "err", err)
		s.tried.again(e.topic, e.again)
	}
	s.mu.Lock()
	delete(s.under, e.topic)
	s.mu.Unlock()
	s.bus.Tell(e.topic, strconv.AppendInt(nil, int64(found), 10))
}
