package transport

import (
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/expirable"
)

// memory remembers which addresses failed, so that strangers who name them again
// and again do not make us ask again and again.
type memory struct {
	short *expirable.LRU[string, failure] // the network: 5 minutes
	long  *expirable.LRU[string, failure] // an answer that says no: up to an hour
}

// failure is a fetch that led to nothing.
type failure struct {
	status int
	err    error
}

const remembered = 4096

func newMemory() *memory {
	return &memory{
		short: expirable.NewLRU[string, failure](remembered, nil, 5*time.Minute),
		long:  expirable.NewLRU[string, failure](remembered, nil, time.Hour),
	}
}

func (m *memory) failed(url string) *failure {
	for _, l := range []*expirable.LRU[string, failure]{m.short, m.long} {
		if f, ok := l.Get(url); ok {
			return &f
		}
	}
	return nil
}

// again gives what the fetch led to.
func (f *failure) again() (*Response, error) {
	if f.err != nil {
		return nil, f.err
	}
	return &Response{Status: f.status, Header: http.Header{}}, nil
}

func (m *memory) note(url string, res *Response, err error) {
	var e *Error
	switch {
	case errors.As(err, &e) && (e.Kind == Network || e.Kind == NoName || e.Kind == TLS || e.Kind == Timeout || e.Kind == Refused):
		m.short.Add(url, failure{err: &Error{Kind: Recently, Err: err}})
	case err != nil:
	case res.Status == 401 || res.Status == 403 || res.Status == 404 || res.Status == 410:
		m.long.Add(url, failure{status: res.Status})
	default:
		m.short.Remove(url)
		m.long.Remove(url)
	}
}

// rate lets a host be asked 20 times at once and then 5 times a second.
type rate struct {
	mu    sync.Mutex
	hosts *expirable.LRU[string, *bucket]
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
	return &rate{hosts: expirable.NewLRU[string, *bucket](remembered, nil, time.Minute), now: now}
}

func (r *rate) take(host string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	b, ok := r.hosts.Get(host)
	if !ok {
		b = &bucket{left: burst, at: now}
	}
	b.left = min(burst, b.left+now.Sub(b.at).Seconds()*perSecond)
	b.at = now
	r.hosts.Add(host, b)
	if b.left < 1 {
		return false
	}
	b.left--
	return true
}
