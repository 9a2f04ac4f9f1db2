package store

import "context"

// Exec runs any statement, for tests that make what the store never would.
func (tx *Tx) Exec(ctx context.Context, sql string, args ...any) error {
	_, err := tx.exec(ctx, "test", sql, args...)
	return err
}

// MendPostgres is for errors that no test may wait for.
var MendPostgres = mendPostgres
