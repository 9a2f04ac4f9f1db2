package remote

import (
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
)

// recently remembers what was tried not long ago, so that strangers cannot make
// us try it again and again.
type recently struct {
	seen *lru.Cache[string, time.Time]
	now  func() time.Time
}

// retryKey is how seldom a key that does not fit is fetched again.
const retryKey = 10 * time.Minute

func newRecently(now func() time.Time) *recently {
	seen, _ := lru.New[string, time.Time](4096) // fails only for a size below one
	return &recently{seen: seen, now: now}
}

// first reports whether what was not tried within the last ten minutes, and
// notes that it is tried now.
func (r *recently) first(what string) bool {
	now := r.now()
	if at, ok := r.seen.Get(what); ok && now.Sub(at) < retryKey {
		return false
	}
	r.seen.Add(what, now)
	return true
}
