package store

import (
	"context"
	"time"

	"skerry/internal/social"
)

// Job is durable work that is neither an inbound activity nor a delivery.
type Job struct {
	ID       social.ID
	Lane     string
	Kind     string
	Once     string // two waiting jobs of a kind never have the same
	Payload  string
	Attempts int
	Due      time.Time
}

// AddJob stores work to be done; when the same already waits, nothing is added.
func (tx *Tx) AddJob(ctx context.Context, j Job, at time.Time) (added bool, err error) {
	if j.ID == 0 {
		j.ID = tx.db.ids.New()
	}
	n, err := tx.exec(ctx, "add job", `
		INSERT INTO jobs (id, lane, kind, once, payload, state, outcome, attempts, next_at, lease_until, lease_by, created_at, finished_at)
		VALUES ($1, $2, $3, $4, $5, 0, '', 0, $6, 0, '', $7, 0)
		ON CONFLICT (lane, kind, once) WHERE state = 0 DO NOTHING`,
		j.ID, j.Lane, j.Kind, j.Once, j.Payload, millis(j.Due), millis(at))
	return n == 1, err
}

// ClaimJobs leases due jobs of a lane, oldest first.
func (tx *Tx) ClaimJobs(ctx context.Context, lane string, l Lease, n int) ([]Job, error) {
	if err := tx.claiming(ctx, lane); err != nil {
		return nil, err
	}
	all, err := list(ctx, tx.Reader, "find due jobs", func(r rows) (j Job, err error) {
		return j, r.Scan(&j.ID, &j.Lane, &j.Kind, &j.Once, &j.Payload, &j.Attempts, moment{&j.Due})
	}, `SELECT id, lane, kind, once, payload, attempts, next_at FROM jobs
		WHERE lane = $1 AND state = 0 AND next_at <= $2 AND lease_until < $2 ORDER BY next_at, id LIMIT $3`, lane, millis(l.Now), n)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	ids := make([]social.ID, len(all))
	for i, j := range all {
		ids[i] = j.ID
	}
	return all, tx.lease(ctx, "jobs", ids, l)
}

// DueJob says when the next job of a lane is due; zero when none waits.
func (r Reader) DueJob(ctx context.Context, lane string) (time.Time, error) {
	return r.earliest(ctx, `SELECT COALESCE(MIN(CASE WHEN lease_until > next_at THEN lease_until ELSE next_at END), 0) FROM jobs WHERE lane = $1 AND state = 0`, lane)
}

// FinishJob records how work on a job ended.
func (tx *Tx) FinishJob(ctx context.Context, id social.ID, e Ending) error {
	return tx.finish(ctx, "jobs", id, e)
}
