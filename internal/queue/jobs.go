package queue

import (
	"context"
	"log/slog"
	"time"

	"skerry/internal/bus"
	"skerry/internal/social"
	"skerry/internal/store"
)

// Add stores a job, unless the same waits or too many do, and names it to those who
// do it when it is on disk.
func Add(ctx context.Context, tx *store.Tx, b bus.Bus, j store.Job, now time.Time) error {
	id, err := tx.AddJob(ctx, j, now)
	if err == nil && id != 0 {
		tx.Afterwards(func() { b.Ready(j.Lane, j.Due, id.String()) })
	}
	return err
}

// fetchLease is longer than any job of the lane takes.
const fetchLease = 3 * time.Minute

// fetchRetries are the pauses after fetches that failed. Nobody can mend what still
// fails then, so it is not put before the owner.
var fetchRetries = Schedule{time.Minute, 10 * time.Minute, time.Hour, 6 * time.Hour}

// Fetches is the lane of what we look up for the owner beside what comes in. do has
// what each kind of job means, and says in a few words what came of one.
func Fetches(db *store.DB, log *slog.Logger, workers int, do map[string]func(context.Context, store.Job) (string, error)) Lane[store.Job] {
	rows := Rows[store.Job]{
		Lane: store.LaneFetch, Lease: fetchLease, DB: db, Log: log, Retries: fetchRetries,
		Do: func(ctx context.Context, j store.Job) (string, bool, error) {
			outcome, err := fetch(ctx, j, do[j.Kind])
			return outcome, false, err
		},
		Finish: func(ctx context.Context, tx *store.Tx, j store.Job, e store.Ending) error {
			return tx.FinishJob(ctx, j.ID, e)
		},
		Next:    func(ctx context.Context, j store.Job) (time.Time, error) { return db.DueJobOf(ctx, j.ID) },
		Attempt: func(j store.Job) int { return j.Attempts },
	}
	return Lane[store.Job]{
		Name: store.LaneFetch, Workers: workers, Lease: fetchLease, Work: rows.Work,
		Claim: func(ctx context.Context, tx *store.Tx, l store.Lease, ids []string, n int) ([]store.Job, error) {
			return tx.ClaimJobs(ctx, store.LaneFetch, l, ids, n)
		},
		Key:     func(j store.Job) string { return j.ID.String() },
		Waiting: func(ctx context.Context, ids []string) ([]string, error) { return db.WaitingJobs(ctx, ids, db.Now()) },
		Due:     func(ctx context.Context) (time.Time, error) { return db.DueJob(ctx, store.LaneFetch) },
		GiveBack: func(ctx context.Context, tx *store.Tx, by string, all []store.Job) error {
			return tx.GiveBackJobs(ctx, by, all)
		},
	}
}

func fetch(ctx context.Context, j store.Job, do func(context.Context, store.Job) (string, error)) (string, error) {
	if do == nil {
		return "", social.Faultf(social.Invalid, "this version knows no job of the kind %q", j.Kind)
	}
	ctx, cancel := context.WithTimeout(ctx, fetchLease*3/4)
	defer cancel()
	outcome, err := do(ctx, j)
	if err != nil && j.Attempts >= len(fetchRetries) && ctx.Err() == nil {
		return "could not be had: " + err.Error(), nil
	}
	return outcome, err
}
