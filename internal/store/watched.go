package store

import (
	"context"
	"strings"
)

// watched is the querier of a transaction that knows whether anything was changed.
type watched struct {
	querier
	touched int // how often something was changed, or may have been
}

// pipeline is a querier that can send several statements in one go.
type pipeline interface {
	// queue keeps a statement until the next one that is not queued, or the commit.
	queue(ctx context.Context, sql string, args ...any) error
}

func (w *watched) exec(ctx context.Context, sql string, args ...any) (int64, error) {
	n, err := w.querier.exec(ctx, sql, args...)
	if n > 0 || err != nil { // who failed has ended the transaction, on Postgres
		w.touched++
	}
	return n, err
}

func (w *watched) query(ctx context.Context, sql string, args ...any) (rows, error) {
	rs, err := w.querier.query(ctx, sql, args...)
	if err != nil || !strings.HasPrefix(strings.TrimSpace(sql), "SELECT") {
		w.touched++
	}
	return rs, err
}

func (w *watched) queue(ctx context.Context, sql string, args ...any) error {
	if p, ok := w.querier.(pipeline); ok {
		w.touched++
		return p.queue(ctx, sql, args...)
	}
	_, err := w.exec(ctx, sql, args...)
	return err
}

// Touched is a number that has risen when the transaction has changed something
// since: who finds it unchanged may give up, and what others did in the same
// transaction stands.
func (tx *Tx) Touched() int { return tx.watched.touched }
