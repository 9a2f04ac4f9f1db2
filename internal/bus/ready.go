package bus

import (
	"container/heap"
	"time"
)

// ready holds the items of one lane, the earliest first. Its owner locks.
type ready struct {
	heap  byTime
	items map[string]*entry
}

type entry struct {
	item  string
	at    time.Time
	place int // in the heap
}

func newReady() *ready { return &ready{items: map[string]*entry{}} }

// put adds an item; one that is there keeps the earlier time.
func (r *ready) put(item string, at time.Time) {
	if e := r.items[item]; e != nil {
		if at.Before(e.at) {
			e.at = at
			heap.Fix(&r.heap, e.place)
		}
		return
	}
	if len(r.items) >= maxReady {
		return
	}
	e := &entry{item: item, at: at}
	r.items[item] = e
	heap.Push(&r.heap, e)
}

// take gives up to n items that are due, and the time of the next one.
func (r *ready) take(n int, now time.Time) (due []string, next time.Time) {
	for len(due) < n && len(r.heap) > 0 && !r.heap[0].at.After(now) {
		e := heap.Pop(&r.heap).(*entry)
		delete(r.items, e.item)
		due = append(due, e.item)
	}
	if len(r.heap) > 0 {
		next = r.heap[0].at
	}
	return due, next
}

// byTime is a heap.Interface.
type byTime []*entry

func (h byTime) Len() int           { return len(h) }
func (h byTime) Less(i, j int) bool { return h[i].at.Before(h[j].at) }

func (h byTime) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].place, h[j].place = i, j
}

// Push implements heap.Interface.
func (h *byTime) Push(x any) {
	e := x.(*entry)
	e.place = len(*h)
	*h = append(*h, e)
}

// Pop implements heap.Interface.
func (h *byTime) Pop() any {
	last := len(*h) - 1
	e := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	return e
}
