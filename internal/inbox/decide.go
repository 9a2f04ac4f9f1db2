package inbox

import (
	"context"
	"time"

	"skerry/internal/store"
)

// decision is what an activity changes, and what comes of it.
type decision struct {
	of      Verified
	change  func(*store.Tx) (outcome string, err error)
	outcome string
	err     error
}

// writeTime is how long one commit of decisions may take.
const writeTime = 30 * time.Second

// commit makes changes and records the outcome of v in the same transaction.
func (w *Worker) commit(ctx context.Context, v Verified, outcome string, change func(*store.Tx) error) (string, error) {
	return w.decide(ctx, v, func(tx *store.Tx) (string, error) { return outcome, change(tx) })
}

// decide is commit where the changes show what the outcome is. Those who decide at
// the same time share a transaction, so change may be called again, and by another
// goroutine.
func (w *Worker) decide(ctx context.Context, v Verified, change func(*store.Tx) (string, error)) (outcome string, err error) {
	d := &decision{of: v, change: change}
	if err = w.decisions.Do(ctx, d); err == nil {
		err = d.err
	}
	*v.recorded = err == nil
	return d.outcome, err
}

// write makes the changes of all. One that finds nothing to change, as the post is
// here already, does not disturb the others; any other failure undoes all, and
// each is tried alone.
func (w *Worker) write(ctx context.Context, all []*decision) error {
	ctx, cancel := context.WithTimeout(ctx, writeTime)
	defer cancel()
	return w.db.InTx(ctx, func(tx *store.Tx) error {
		for _, d := range all {
			before := tx.Touched()
			if d.outcome, d.err = d.change(tx); d.err == nil {
				d.err = tx.FinishInbound(ctx, d.of.row, store.Ending{State: store.Done, Outcome: d.of.via + d.outcome, At: w.db.Now()})
			}
			if d.err != nil && tx.Touched() != before {
				return d.err
			}
		}
		return nil
	})
}
