package store

import (
	"context"
	"time"
)

// TakeDuty makes a process the one that does something, or keeps it that for
// longer. It gives the fence under which it acts, which rises with each new
// holder; zero when another process holds the duty.
func (tx *Tx) TakeDuty(ctx context.Context, name string, l Lease) (fence int64, err error) {
	all, err := list(ctx, tx.Reader, "take duty "+name, value[int64], `
		INSERT INTO duties (name, holder, until, fence) VALUES ($1, $2, $3, 1)
		ON CONFLICT (name) DO UPDATE SET
			fence = CASE WHEN duties.holder = excluded.holder THEN duties.fence ELSE duties.fence + 1 END,
			holder = excluded.holder, until = excluded.until
		WHERE duties.holder = excluded.holder OR duties.until < $4
		RETURNING fence`, name, l.By, millis(l.Until), millis(l.Now))
	if err != nil || len(all) == 0 {
		return 0, err
	}
	return all[0], nil
}

// HoldsDuty refuses to go on when the duty has another holder by now: the changes
// of the transaction are then undone. The row stays locked until it ends.
func (tx *Tx) HoldsDuty(ctx context.Context, name string, fence int64) (bool, error) {
	n, err := tx.exec(ctx, "check duty "+name, `UPDATE duties SET fence = fence WHERE name = $1 AND fence = $2`, name, fence)
	return n == 1, err
}

// DropDuty gives a duty back, when its holder stops in order.
func (tx *Tx) DropDuty(ctx context.Context, name, holder string, now time.Time) error {
	_, err := tx.exec(ctx, "drop duty "+name, `UPDATE duties SET until = $1 WHERE name = $2 AND holder = $3`, millis(now)-1, name, holder)
	return err
}
