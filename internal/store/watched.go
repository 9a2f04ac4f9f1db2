package store

import (
	"context"
	"slices"
	"strings"
)

// watched is the querier of a transaction: it knows whether anything was changed,
// and what is still to be written.
type watched struct {
	querier
	touched int // how often something was changed, or may have been

	unwritten []unwritten // what others refer to, the rest in the order of their first rows, what refers to others
	waiting   int         // rows of all
	failed    error       // why they could not be written: the transaction is void
}

func (w *watched) exec(ctx context.Context, sql string, args ...any) (int64, error) {
	if err := w.flush(ctx); err != nil {
		return 0, err
	}
	n, err := w.querier.exec(ctx, sql, args...)
	if n > 0 || err != nil { // who failed has ended the transaction, on Postgres
		w.touched++
	}
	return n, err
}

func (w *watched) query(ctx context.Context, sql string, args ...any) (rows, error) {
	if err := w.flush(ctx); err != nil {
		return nil, err
	}
	rs, err := w.querier.query(ctx, sql, args...)
	if err != nil || !reads(sql) {
		w.touched++
	}
	return rs, err
}

func reads(sql string) bool { return strings.HasPrefix(strings.TrimSpace(sql), "SELECT") }

func (w *watched) later(ctx context.Context, change *many, row []any) error {
	w.touched++
	if w.waiting++; w.waiting > maxUnwritten {
		if err := w.flush(ctx); err != nil {
			return err
		}
		w.waiting = 1
	}
	for i := range w.unwritten {
		if u := &w.unwritten[i]; u.of == change {
			u.rows = append(u.rows, row)
			return nil
		}
	}
	at := len(w.unwritten)
	for ; at > 0 && !change.last && w.unwritten[at-1].of.last; at-- {
	}
	if change.first {
		at = 0
	}
	w.unwritten = slices.Insert(w.unwritten, at, unwritten{change, [][]any{row}})
	return nil
}

// flush writes what waits. When it fails, it fails for ever: who asked for the
// next thing is not who was wrong.
func (w *watched) flush(ctx context.Context) error {
	all := w.unwritten
	w.unwritten, w.waiting = nil, 0
	for _, u := range all {
		if w.failed == nil {
			w.failed = u.write(ctx, w.querier)
		}
	}
	return w.failed
}

// Touched is a number that has risen when the transaction has changed something
// since: who finds it unchanged may give up, and what others did in the same
// transaction stands.
func (tx *Tx) Touched() int { return tx.watched.touched }
