package outbox

import (
	"context"
	"time"

	"skerry/internal/store"
)

// recorder writes what came of hosts, of all who wait in one transaction: a
// fan-out ends at a thousand hosts at once.
type recorder struct{ all store.Gatherer[*record] }

// record is what came of one host, and when its next delivery is due.
type record struct {
	result store.HostResult
	next   time.Time
}

func newRecorder(db *store.DB) *recorder {
	return &recorder{store.Gatherer[*record]{Write: func(ctx context.Context, all []*record) error {
		ctx, cancel := context.WithTimeout(ctx, hostLease/2)
		defer cancel()
		results := make([]store.HostResult, len(all))
		for i, one := range all {
			results[i] = one.result
		}
		var next map[string]time.Time
		err := db.Bookkeep(ctx, func(tx *store.Tx) (err error) {
			next, err = tx.RecordHosts(ctx, results, db.Now())
			return err
		})
		for _, one := range all {
			one.next = next[one.result.Host.Name]
		}
		return err
	}}}
}

// write records a result and says when the host's next delivery is due; zero when
// none waits, or the host is not ours any more.
func (r *recorder) write(ctx context.Context, result store.HostResult) (time.Time, error) {
	mine := &record{result: result}
	err := r.all.Do(ctx, mine)
	return mine.next, err
}
