package store

import (
	"context"
	"errors"
	"sync"
)

// Gatherer lets those who want to write at the same time share a write. Whoever
// finds nobody writing writes, for itself and then for those who came meanwhile:
// alone nobody waits, and under load a commit is shared by many.
type Gatherer[T any] struct {
	// Write writes all of them, or none. It must come to an end by itself.
	Write func(ctx context.Context, all []T) error

	mu      sync.Mutex
	writing bool
	waiting []gathered[T]
}

type gathered[T any] struct {
	item T
	done chan error
}

// Do writes an item and gives the error of the write that it was part of.
func (g *Gatherer[T]) Do(ctx context.Context, item T) error {
	mine := gathered[T]{item, make(chan error, 1)}
	g.mu.Lock()
	g.waiting = append(g.waiting, mine)
	lead := !g.writing
	g.writing = true
	g.mu.Unlock()
	if lead {
		g.lead(context.WithoutCancel(ctx)) // what others wait for is not given up with us
	}
	return <-mine.done
}

// lead writes until nobody waits.
func (g *Gatherer[T]) lead(ctx context.Context) {
	for {
		g.mu.Lock()
		all := g.waiting
		g.waiting = nil
		g.writing = len(all) > 0
		g.mu.Unlock()
		if len(all) == 0 {
			return
		}
		items := make([]T, len(all))
		for i, one := range all {
			items[i] = one.item
		}
		err := g.Write(ctx, items)
		for i, one := range all {
			if err != nil && len(all) > 1 && !errors.Is(err, context.DeadlineExceeded) { // one may be at fault for all
				one.done <- g.Write(ctx, items[i:i+1])
				continue
			}
			one.done <- err
		}
	}
}
