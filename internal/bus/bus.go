// Package bus carries hints between those who make work and those who do it:
// bells that say "look at the database now". In goes the name of a bell, out
// come wake-ups for whoever listens.
//
// Nothing here is durable and nothing may depend on it: a bell that is lost
// costs time, never work, because every sleeper also looks by itself now and then.
package bus

import "sync"

// Bus rings and hears bells. Implementations are safe to use at once.
type Bus interface {
	// Ring wakes everybody who listens to the bell. It never blocks.
	Ring(bell string)
	// Listen gives a channel that gets a value after each Ring; rings that nobody
	// has taken yet become one. stop ends it.
	Listen(bell string) (rings <-chan struct{}, stop func())
}

// Local is the bus inside one process.
type Local struct {
	mu      sync.Mutex
	waiting map[string]map[chan struct{}]struct{}
}

// NewLocal makes a bus for one process.
func NewLocal() *Local {
	return &Local{waiting: map[string]map[chan struct{}]struct{}{}}
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
	c := make(chan struct{}, 1)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.waiting[bell] == nil {
		l.waiting[bell] = map[chan struct{}]struct{}{}
	}
	l.waiting[bell][c] = struct{}{}
	return c, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.waiting[bell], c)
	}
}
