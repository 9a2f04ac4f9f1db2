package remote

import (
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
)

// recently remembers what was tried not long ago, so that it is not tried again and
// again whenever strangers want it or somebody looks.
type recently struct {
	now   func() time.Time
	mu    sync.Mutex                    // between looking and noting
	until *lru.Cache[string, time.Time] // before then it is not tried again
}

// retryKey is how seldom a key that does not fit is fetched again.
const retryKey = 10 * time.Minute

func newRecently(now func() time.Time) *recently {
	until, _ := lru.New[string, time.Time](4096) // fails only for a size below one
	return &recently{until: until, now: now}
}

// first reports whether something may be tried, and notes that it is tried now and
// not again within a span of time.
func (r *recently) first(what string, once time.Duration) bool {
	now := r.now()
	r.mu.Lock()
	defer r.mu.Unlock()
	if until, ok := r.until.Get(what); ok && now.Before(until) {
		return false
	}
	r.until.Add(what, now.Add(once))
	return true
}

// noted reports whether something was tried not long ago, or may be tried again since.
func (r *recently) noted(what string) bool { return r.until.Contains(what) }

// again lets something be tried again after a span of time, whatever was noted.
func (r *recently) again(what string, in time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.until.Add(what, r.now().Add(in))
}
