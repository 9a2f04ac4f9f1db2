package outbox

import (
	"context"
	"sync"
	"time"

	"skerry/internal/store"
)

// recorder writes what came of hosts, of all who wait in one transaction: a
// fan-out ends at a thousand hosts at once. Whoever finds nobody writing writes,
// for itself and for those who come meanwhile.
type recorder struct {
	db *store.DB

	mu      sync.Mutex
	writing bool
	waiting []*record
}

// record is what came of one host, and what became of that.
type record struct {
	result store.HostResult
	next   time.Time
	err    error
	done   chan struct{}
}

// write records a result and says when the host's next delivery is due; zero when
// none waits, or the host is not ours any more.
func (r *recorder) write(ctx context.Context, result store.HostResult) (time.Time, error) {
	mine := &record{result: result, done: make(chan struct{})}
	r.mu.Lock()
	r.waiting = append(r.waiting, mine)
	lead := !r.writing
	r.writing = true
	r.mu.Unlock()
	if lead {
		r.lead(context.WithoutCancel(ctx)) // what others wait for is not given up with us
	}
	<-mine.done
	return mine.next, mine.err
}

// lead writes until nobody waits.
func (r *recorder) lead(ctx context.Context) {
	for {
		r.mu.Lock()
		all := r.waiting
		r.waiting = nil
		r.writing = len(all) > 0
		r.mu.Unlock()
		if len(all) == 0 {
			return
		}
		r.commit(ctx, all)
	}
}

func (r *recorder) commit(ctx context.Context, all []*record) {
	ctx, cancel := context.WithTimeout(ctx, hostLease/2)
	defer cancel()
	results := make([]store.HostResult, len(all))
	for i, one := range all {
		results[i] = one.result
	}
	var next map[string]time.Time
	err := r.db.InTx(ctx, func(tx *store.Tx) (err error) {
		next, err = tx.RecordHosts(ctx, results, r.db.Now())
		return err
	})
	for _, one := range all {
		one.next, one.err = next[one.result.Host.Name], err
		close(one.done)
	}
}
