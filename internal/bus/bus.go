// Package bus carries hints between those who make work and those who do it, in
// one process or in many: bells that say "look now", queues of what is ready to
// be done, counts for rate limits, and live events.
//
// Names and small texts go in, wake-ups and items come out. Nothing here is
// durable and nothing may depend on it: what is lost costs time, never work,
// because every worker also looks into the database by itself now and then. What
// one process must hold alone is a leased row there, never anything here.
package bus

import (
	"context"
	"time"
)

// Bus is shared by all processes of a server. It is safe to use at once. No call
// fails: what cannot reach the other processes does what it can in this one.
type Bus interface {
	// Ring wakes everybody who listens to the bell, in every process. It never
	// blocks.
	Ring(bell string)
	// Listen gives a channel that gets a value after each Ring; rings that nobody
	// has taken yet become one. stop ends it.
	Listen(bell string) (rings <-chan struct{}, stop func())

	// Ready says that items of a lane are to be done at a time, and rings the lane's
	// bell. An item that is there already is there once, at the earlier time. It
	// never blocks.
	Ready(lane string, at time.Time, items ...string)
	// Take gives up to n items that are due, each of them to one caller, and says
	// when the next one is; zero when none is known.
	Take(ctx context.Context, lane string, n int) (items []string, next time.Time)

	// Allow counts one use of a key. It gives zero when that is within the limit for
	// a span of time, else how long to wait.
	Allow(ctx context.Context, key string, limit int, per time.Duration) (wait time.Duration)

	// Tell gives an event to everybody who hears the topic. Who does not take it in
	// time misses it. It never blocks.
	Tell(topic string, event []byte)
	// Hear gives the events of a topic from now on. stop ends it.
	Hear(topic string) (events <-chan []byte, stop func())

	// Away says why the other processes cannot be reached; nil when they can.
	Away() error
	// Close ends the bus. What waits to be sent is sent if that takes no time.
	Close()
}

// Limits of what is kept; hints beyond them are dropped.
const (
	maxReady   = 100_000 // items of a lane
	maxCounted = 65_536  // keys that are counted, in one process
	maxMissed  = 256     // events that a hearer has not taken yet
)
