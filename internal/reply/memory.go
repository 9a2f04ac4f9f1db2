package reply

import (
	"bytes"
	"cmp"
	"net/http"
	"strings"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
)

// The bounds of a Memory: at most 16 MiB, and hardly ever a tenth of it.
const (
	maxKept     = 128
	maxKeptSize = 128 << 10
	keptTime    = 2 * time.Second
)

// Memory keeps public answers for as long as nothing has changed, so that what
// everybody asks for is not built for each of them. It is a shared cache of
// [RFC 9111] in front of handlers: it keeps only what they say may be kept, and
// never asks who reads.
type Memory struct {
	// changes rises with every change that can be seen from
	// outside. What another process changed is heard of late or, when a hint is
	// lost, not at all: so nothing is kept longer than two seconds.
	changes func() uint64
	now     func() time.Time
	all     *lru.Cache[string, *kept]
}

// NewMemory makes a Memory that is emptied by each rise of changes.
func NewMemory(changes func() uint64, now func() time.Time) *Memory {
	all, _ := lru.New[string, *kept](maxKept) // fails only for a size below one
	return &Memory{changes: changes, now: now, all: all}
}

// kept is a whole answer of a handler.
type kept struct {
	status int
	header http.Header
	body   bytes.Buffer

	changes uint64 // at what it was before the handler looked
	until   time.Time
}

// Header implements http.ResponseWriter.
func (k *kept) Header() http.Header { return k.header }

// WriteHeader implements http.ResponseWriter.
func (k *kept) WriteHeader(status int) {
	if k.status == 0 {
		k.status = status
	}
}

// Write implements http.ResponseWriter.
func (k *kept) Write(p []byte) (int, error) {
	k.WriteHeader(http.StatusOK)
	return k.body.Write(p)
}

// Handler answers from memory what h answered before, and asks h for the rest.
func (m *Memory) Handler(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !forAnybody(r) {
			h.ServeHTTP(w, r)
			return
		}
		key := r.URL.RequestURI() + "\x00" + strings.Join(r.Header["Accept"], ",")
		changes := m.changes()
		k, ok := m.all.Get(key)
		if !ok || k.changes != changes || !m.now().Before(k.until) {
			k = &kept{header: http.Header{}, changes: changes, until: m.now().Add(keptTime)}
			h.ServeHTTP(k, plain(r))
			if !k.keepable() {
				k.pass(w, r)
				return
			}
			m.all.Add(key, k)
		}
		k.give(w, r)
	})
}

// forAnybody reports whether the answer to a request depends on nothing but its
// address and what it accepts. A signature makes no difference to what is public.
func forAnybody(r *http.Request) bool {
	get := r.Method == http.MethodGet || r.Method == http.MethodHead
	return get && r.Header["Cookie"] == nil && r.Header["Authorization"] == nil
}

// conditions are the headers that make another answer of a whole one.
var conditions = []string{"If-None-Match", "If-Modified-Since", "If-Match", "If-Unmodified-Since", "If-Range", "Range"}

// whole reports whether a request wants the whole answer.
func whole(r *http.Request) bool {
	for _, name := range conditions {
		if r.Header[name] != nil {
			return false
		}
	}
	return r.Method == http.MethodGet
}

// plain gives the request whose answer is whole.
func plain(r *http.Request) *http.Request {
	if whole(r) {
		return r
	}
	r = r.Clone(r.Context())
	r.Method = http.MethodGet
	for _, name := range conditions {
		r.Header.Del(name)
	}
	return r
}

// keepable reports whether a shared cache may keep the answer, and for everybody
// who accepts the same. [RFC 9111 3]
func (k *kept) keepable() bool {
	varies := k.header.Get("Vary")
	return k.status == http.StatusOK && k.header.Get("ETag") != "" && k.body.Len() <= maxKeptSize &&
		strings.HasPrefix(k.header.Get("Cache-Control"), "public") && (varies == "" || varies == "Accept")
}

// give sends a kept answer, or what the conditions of the request make of it.
func (k *kept) give(w http.ResponseWriter, r *http.Request) {
	if whole(r) {
		k.pass(w, r)
		return
	}
	k.copyHeader(w)
	w.Header().Del("Content-Length") // ServeContent knows better
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(k.body.Bytes()))
}

// pass sends an answer as it is.
func (k *kept) pass(w http.ResponseWriter, r *http.Request) {
	k.copyHeader(w)
	w.WriteHeader(cmp.Or(k.status, http.StatusOK))
	if r.Method != http.MethodHead {
		w.Write(k.body.Bytes()) // fails when the reader has left: nobody to tell
	}
}

func (k *kept) copyHeader(w http.ResponseWriter) {
	h := w.Header()
	for name, values := range k.header {
		h[name] = values
	}
}
