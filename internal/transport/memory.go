package transport

import (
	"errors"
	"net/http"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
)

// memory remembers which addresses failed, so that strangers who name them again
// and again do not make us ask again and again.
type memory struct {
	failures *lru.Cache[string, failure]
	now      func() time.Time
}

// failure is a fetch that led to nothing.
type failure struct {
	status int
	err    error
	until  time.Time
}

const (
	remembered = 4096            // addresses, and hosts
	short      = 5 * time.Minute // for a failure on the way, or of the other side
	long       = time.Hour       // for an answer that says no
)

func newMemory(now func() time.Time) *memory {
	failures, _ := lru.New[string, failure](remembered) // fails only for a size below one
	return &memory{failures: failures, now: now}
}

func (m *memory) failed(url string) *failure {
	f, ok := m.failures.Get(url)
	if !ok || !m.now().Before(f.until) {
		return nil
	}
	return &f
}

// again gives what the fetch led to.
func (f *failure) again() (*Response, error) {
	if f.err != nil {
		return nil, f.err
	}
	return &Response{Status: f.status, Header: http.Header{}}, nil
}

// note remembers how a fetch ended, in place of what was known of the address. A
// fetch that never went out says nothing about it.
func (m *memory) note(url string, res *Response, err error) {
	var e *Error
	switch {
	case errors.As(err, &e) && e.Kind != Budget && e.Kind != Crowded && e.Kind != Unsigned:
		m.failures.Add(url, failure{err: &Error{Kind: Recently, Err: err}, until: m.now().Add(short)})
	case err != nil:
	case res.Status == 401 || res.Status == 403 || res.Status == 404 || res.Status == 410:
		m.failures.Add(url, failure{status: res.Status, until: m.now().Add(long)})
	case res.Status == 429 || res.Status >= 500:
		m.failures.Add(url, failure{status: res.Status, until: m.now().Add(short)})
	default:
		m.failures.Remove(url)
	}
}

// rate lets a host be asked 20 times at once and then 5 times a second.
type rate struct {
	mu    sync.Mutex
	hosts *lru.Cache[string, bucket]
	now   func() time.Time
}

type bucket struct {
	left float64
	at   time.Time
}

const (
	burst     = 20
	perSecond = 5
)

func newRate(now func() time.Time) *rate {
	hosts, _ := lru.New[string, bucket](remembered)
	return &rate{hosts: hosts, now: now}
}

func (r *rate) take(host string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	b, ok := r.hosts.Get(host)
	if !ok {
		b = bucket{left: burst, at: now}
	}
	b.left = min(burst, b.left+now.Sub(b.at).Seconds()*perSecond)
	b.at = now
	ok = b.left >= 1
	if ok {
		b.left--
	}
	r.hosts.Add(host, b)
	return ok
}
