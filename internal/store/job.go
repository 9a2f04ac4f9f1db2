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
	Most     int // how many of its kind may wait, for what strangers can cause; 0: any number
}

// AddJob stores work to be done and gives its id, 0 when nothing is added: the same
// waits already, or too many do.
func (tx *Tx) AddJob(ctx context.Context, j Job, at time.Time) (social.ID, error) {
	if j.ID == 0 {
		j.ID = tx.db.ids.New()
	}
	if full, err := tx.crowded(ctx, j); err != nil || full {
		return 0, err
	}
	n, err := tx.exec(ctx, "add job", `
		INSERT INTO jobs (id, lane, kind, once, payload, state, outcome, attempts, next_at, lease_until, lease_by, created_at, finished_at)
		VALUES ($1, $2, $3, $4, $5, 0, '', 0, $6, 0, '', $7, 0)
		ON CONFLICT (lane, kind, once) WHERE state = 0 DO NOTHING`,
		j.ID, j.Lane, j.Kind, j.Once, j.Payload, millis(j.Due), millis(at))
	if err != nil || n == 0 {
		return 0, err
	}
	return j.ID, nil
}

// crowded reports whether no more jobs of this kind may wait.
func (tx *Tx) crowded(ctx context.Context, j Job) (bool, error) {
	if j.Most == 0 {
		return false, nil
	}
	waiting, err := one(ctx, tx.Reader, "count jobs", value[int], `
		SELECT COUNT(*) FROM (SELECT 1 FROM jobs WHERE lane = $1 AND kind = $2 AND state = 0 LIMIT $3) AS w`, j.Lane, j.Kind, j.Most)
	return waiting >= j.Most, err
}

// ClaimJobs leases due jobs of a lane, oldest first: those with these ids, or any
// when none are given.
func (tx *Tx) ClaimJobs(ctx context.Context, lane string, l Lease, ids []string, n int) ([]Job, error) {
	if err := tx.claiming(ctx, lane); err != nil {
		return nil, err
	}
	of, args := "", []any{lane, millis(l.Now), n}
	if len(ids) > 0 {
		of = ` AND id IN (` + marks(4, len(ids)) + `)`
		args = append(args, jobIDs(ids)...)
	}
	all, err := list(ctx, tx.Reader, "find due jobs", func(r rows) (j Job, err error) {
		return j, r.Scan(&j.ID, &j.Lane, &j.Kind, &j.Once, &j.Payload, &j.Attempts, moment{&j.Due})
	}, `SELECT id, lane, kind, once, payload, attempts, next_at FROM jobs
		WHERE lane = $1 AND state = 0 AND next_at <= $2 AND lease_until < $2`+of+` ORDER BY next_at, id LIMIT $3`, args...)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	leased := make([]social.ID, len(all))
	for i, j := range all {
		leased[i] = j.ID
	}
	return all, tx.lease(ctx, "jobs", leased, l)
}

// jobIDs reads ids as hints carry them; what is none is an id that no job has.
func jobIDs(ids []string) []any {
	out := make([]any, len(ids))
	for i, text := range ids {
		id, err := social.ParseID(text)
		if err != nil {
			id = 0
		}
		out[i] = id
	}
	return out
}

// WaitingJobs gives those of the ids whose job is due, whoever works on it.
func (r Reader) WaitingJobs(ctx context.Context, ids []string, now time.Time) ([]string, error) {
	all, err := list(ctx, r, "find waiting jobs", value[social.ID], `
		SELECT id FROM jobs WHERE state = 0 AND next_at <= $1 AND id IN (`+marks(2, len(ids))+`)`,
		append([]any{millis(now)}, jobIDs(ids)...)...)
	return texts(all), err
}

// texts writes ids as hints carry them.
func texts(ids []social.ID) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = id.String()
	}
	return out
}

// DueJobs gives up to n jobs of a lane that are due and that nobody works on.
func (r Reader) DueJobs(ctx context.Context, lane string, now time.Time, n int) ([]string, error) {
	all, err := list(ctx, r, "find due jobs", value[social.ID], `
		SELECT id FROM jobs WHERE lane = $1 AND state = 0 AND next_at <= $2 AND lease_until < $2 ORDER BY next_at, id LIMIT $3`,
		lane, millis(now), n)
	return texts(all), err
}

// DueJob says when the next job of a lane is due; zero when none waits.
func (r Reader) DueJob(ctx context.Context, lane string) (time.Time, error) {
	return r.earliest(ctx, `SELECT COALESCE(MIN(CASE WHEN lease_until > next_at THEN lease_until ELSE next_at END), 0) FROM jobs WHERE lane = $1 AND state = 0`, lane)
}

// DueJobOf says when a job is due; zero when it has ended.
func (r Reader) DueJobOf(ctx context.Context, id social.ID) (time.Time, error) {
	return r.earliest(ctx, `SELECT COALESCE(MIN(next_at), 0) FROM jobs WHERE id = $1 AND state = 0`, id)
}

// DropJobs forgets jobs of a kind that are not due yet.
func (tx *Tx) DropJobs(ctx context.Context, kind string, now time.Time) error {
	_, err := tx.exec(ctx, "drop jobs", `DELETE FROM jobs WHERE kind = $1 AND state = 0 AND next_at > $2`, kind, millis(now))
	return err
}

// FinishJob records how work on a job ended.
func (tx *Tx) FinishJob(ctx context.Context, id social.ID, e Ending) error {
	return tx.finish(ctx, "jobs", id, e)
}
