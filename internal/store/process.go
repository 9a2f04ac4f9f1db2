package store

import "context"

// Process is one that does work now. Its leases and duties have its name.
type Process struct {
	Name  string
	Beats int64 // rises while it lives
}

// Beat shows that a process lives, and gives all that have shown it.
func (tx *Tx) Beat(ctx context.Context, name string) ([]Process, error) {
	_, err := tx.exec(ctx, "show that this process lives", `
		INSERT INTO processes (name, beats) VALUES ($1, 1)
		ON CONFLICT (name) DO UPDATE SET beats = processes.beats + 1`, name)
	if err != nil {
		return nil, err
	}
	return tx.Processes(ctx)
}

// Processes gives all that have shown that they live, and did not leave.
func (r Reader) Processes(ctx context.Context) ([]Process, error) {
	return list(ctx, r, "read the processes", func(r rows) (p Process, err error) {
		return p, r.Scan(&p.Name, &p.Beats)
	}, `SELECT name, beats FROM processes`)
}

// DropDead ends what a process held that lives no more: its leases and duties. It
// does nothing when the process has beaten since, or somebody else was faster.
func (tx *Tx) DropDead(ctx context.Context, p Process) (dropped bool, err error) {
	n, err := tx.exec(ctx, "drop a dead process", `DELETE FROM processes WHERE name = $1 AND beats = $2`, p.Name, p.Beats)
	if err != nil || n == 0 {
		return false, err
	}
	if _, err := tx.exec(ctx, "free duties", `UPDATE duties SET until = 0 WHERE holder = $1`, p.Name); err != nil {
		return false, err
	}
	return true, tx.free(ctx, `lease_by = $1`, p.Name)
}

// Leave ends the beats of a process that stops in order.
func (tx *Tx) Leave(ctx context.Context, name string) error {
	_, err := tx.exec(ctx, "leave the processes", `DELETE FROM processes WHERE name = $1`, name)
	return err
}
