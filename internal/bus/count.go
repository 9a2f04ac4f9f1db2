package bus

import (
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
)

// counts counts uses of keys, each in windows of its own. Its owner locks.
type counts struct{ windows *lru.Cache[string, window] }

type window struct {
	n    int
	ends time.Time
}

func newCounts() *counts {
	windows, _ := lru.New[string, window](maxCounted) // fails only for a size below one
	return &counts{windows}
}

// add counts one use and says how long to wait when that is one too many.
func (c *counts) add(key string, limit int, per time.Duration, now time.Time) time.Duration {
	w, ok := c.windows.Get(key)
	if !ok || !now.Before(w.ends) {
		w = window{ends: now.Add(per)}
	}
	w.n++
	c.windows.Add(key, w)
	if w.n <= limit {
		return 0
	}
	return w.ends.Sub(now)
}
