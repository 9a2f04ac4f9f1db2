package store

import (
	"context"
	"encoding/base64"
)

// Setting gives what SetSetting kept, or NotFound.
func (r Reader) Setting(ctx context.Context, name string) (string, error) {
	return one(ctx, r, "read setting "+name, value[string], `SELECT value FROM settings WHERE name = $1`, name)
}

// SetSetting keeps a value of the server's own under a name.
func (tx *Tx) SetSetting(ctx context.Context, name, value string) error {
	_, err := tx.exec(ctx, "keep setting "+name, `
		INSERT INTO settings (name, value) VALUES ($1, $2)
		ON CONFLICT (name) DO UPDATE SET value = excluded.value`, name, value)
	return err
}

// DropSetting forgets a value; what is not there is no error.
func (tx *Tx) DropSetting(ctx context.Context, name string) error {
	_, err := tx.exec(ctx, "drop setting "+name, `DELETE FROM settings WHERE name = $1`, name)
	return err
}

// next gives the next number of a sequence. The row stays locked until the
// transaction ends, so numbers are committed in order.
func (tx *Tx) next(ctx context.Context, counter string) (int64, error) {
	return one(ctx, tx.Reader, "next "+counter, value[int64],
		`UPDATE counters SET n = n + 1 WHERE name = $1 RETURNING n`, counter)
}

func encode(b []byte) string { return base64.StdEncoding.EncodeToString(b) }

func decode(s string) []byte {
	b, _ := base64.StdEncoding.DecodeString(s)
	return b
}
