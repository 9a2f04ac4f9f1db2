package bus

import (
	"context"
	"sync"
	"time"
)

// Local is the bus inside one process.
type Local struct {
	now func() time.Time

	mu      sync.Mutex
	waiting map[string]map[chan struct{}]struct{}
	hearing map[string]map[chan []byte]struct{}
	lanes   map[string]*ready
	counts  *counts
}

// NewLocal makes a bus for one process.
func NewLocal(now func() time.Time) *Local {
	return &Local{
		now: now, waiting: map[string]map[chan struct{}]struct{}{}, hearing: map[string]map[chan []byte]struct{}{},
		lanes: map[string]*ready{}, counts: newCounts(),
	}
}

// Ring implements Bus.
func (l *Local) Ring(bell string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for c := range l.waiting[bell] {
		select {
		case c <- struct{}{}:
		default: // it has a wake-up that it has not seen yet
		}
	}
}

// Listen implements Bus.
func (l *Local) Listen(bell string) (<-chan struct{}, func()) {
	return join(&l.mu, l.waiting, bell, make(chan struct{}, 1))
}

// join adds a channel to those of a name; the function that it gives takes it out.
func join[T any](mu *sync.Mutex, all map[string]map[chan T]struct{}, name string, c chan T) (<-chan T, func()) {
	mu.Lock()
	defer mu.Unlock()
	if all[name] == nil {
		all[name] = map[chan T]struct{}{}
	}
	all[name][c] = struct{}{}
	return c, func() {
		mu.Lock()
		defer mu.Unlock()
		if delete(all[name], c); len(all[name]) == 0 {
			delete(all, name)
		}
	}
}

// Ready implements Bus.
func (l *Local) Ready(lane string, at time.Time, items ...string) {
	l.keep(lane, at, items)
	l.Ring(lane)
}

func (l *Local) keep(lane string, at time.Time, items []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.lanes[lane] == nil {
		l.lanes[lane] = newReady()
	}
	for _, item := range items {
		l.lanes[lane].put(item, at)
	}
}

// Take implements Bus.
func (l *Local) Take(_ context.Context, lane string, n int) ([]string, time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	r := l.lanes[lane]
	if r == nil {
		return nil, time.Time{}
	}
	return r.take(n, l.now())
}

// Allow implements Bus.
func (l *Local) Allow(_ context.Context, key string, limit int, per time.Duration) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.counts.add(key, limit, per, l.now())
}

// Tell implements Bus.
func (l *Local) Tell(topic string, event []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for c := range l.hearing[topic] {
		select {
		case c <- event:
		default: // it is too slow
		}
	}
}

// Hear implements Bus.
func (l *Local) Hear(topic string) (<-chan []byte, func()) {
	return join(&l.mu, l.hearing, topic, make(chan []byte, maxMissed))
}

// Away implements Bus: there is nobody else to reach.
func (l *Local) Away() error { return nil }

// Close implements Bus.
func (l *Local) Close() {}
