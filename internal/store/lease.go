package store

import (
	"context"
	"time"

	"skerry/internal/social"
)

// Lease is a claim on work: it is the holder's until it runs out, and then
// anybody's again. So a crash is an expired lease.
type Lease struct {
	By    string
	Now   time.Time
	Until time.Time
}

// Ending is how an attempt ended: Done, Parked, or Waiting until Next.
type Ending struct {
	State   State
	Outcome string // a sentence for the operator
	Next    time.Time
	At      time.Time
}

// claiming makes claims of one lane follow each other until the transaction ends.
func (tx *Tx) claiming(ctx context.Context, lane string) error {
	_, err := tx.exec(ctx, "claim "+lane, `UPDATE lanes SET fence = fence + 1 WHERE name = $1`, lane)
	return err
}

// lease marks rows of a work table (a constant of ours) as taken. The attempt
// counts from here, so that work which kills its process is parked in the end.
func (tx *Tx) lease(ctx context.Context, table string, ids []social.ID, l Lease) error {
	for part := range chunks(ids) {
		_, err := tx.exec(ctx, "lease "+table, `
			UPDATE `+table+` SET lease_until = $1, lease_by = $2, attempts = attempts + 1
			WHERE id IN (`+marks(3, len(part))+`)`, append([]any{millis(l.Until), l.By}, anys(part)...)...)
		if err != nil {
			return err
		}
	}
	return nil
}

// finish records how an attempt on a row of a work table ended.
func (tx *Tx) finish(ctx context.Context, table string, id social.ID, e Ending) error {
	finished := int64(0)
	if e.State != Waiting {
		finished = millis(e.At)
	}
	return tx.later(ctx, finishing[table], id, e.State, e.Outcome, millis(e.Next), finished)
}

// finishing are the statements of finish.
var finishing = map[string]*many{"inbound": finishingOf("inbound"), "jobs": finishingOf("jobs")}

// unfinished says that a row which is found by its number waits. It does not say
// state = 0: a planner would look for the row among all that waits, when its
// statistics are of a time at which that was nothing.
func unfinished(table string) string { return table + `.state < 1` }

func finishingOf(table string) *many {
	return &many{
		doing: "finish " + table,
		before: `UPDATE ` + table + ` SET state = v.column2, outcome = v.column3, next_at = v.column4, lease_until = 0, lease_by = '',
			finished_at = v.column5 FROM (VALUES `,
		row:   `(CAST(? AS BIGINT), CAST(? AS INTEGER), CAST(? AS TEXT), CAST(? AS BIGINT), CAST(? AS BIGINT))`,
		after: `) AS v WHERE ` + table + `.id = v.column1 AND ` + unfinished(table),
	}
}

func (r Reader) earliest(ctx context.Context, sql string, args ...any) (time.Time, error) {
	return one(ctx, r, "find next work", func(r rows) (t time.Time, err error) { return t, r.Scan(moment{&t}) }, sql, args...)
}

// ReleaseLeases gives back what a process holds, when it stops in order: what it
// had begun was no attempt.
func (tx *Tx) ReleaseLeases(ctx context.Context, by string) error {
	for _, table := range []string{"inbound", "jobs"} {
		_, err := tx.exec(ctx, "take back attempts", `UPDATE `+table+` SET attempts = attempts - 1 WHERE state = 0 AND lease_by = $1`, by)
		if err != nil {
			return err
		}
	}
	return tx.free(ctx, `lease_by = $1`, by)
}

// GiveBackInbound ends the leases that a process has of activities of which it could
// not record how acting on them ended.
func (tx *Tx) GiveBackInbound(ctx context.Context, by string, all []Inbound) error {
	return giveBackRows(ctx, tx, "inbound", by, all, func(i Inbound) social.ID { return i.ID })
}

// GiveBackJobs is GiveBackInbound for jobs.
func (tx *Tx) GiveBackJobs(ctx context.Context, by string, all []Job) error {
	return giveBackRows(ctx, tx, "jobs", by, all, func(j Job) social.ID { return j.ID })
}

// giveBackRows leaves the attempts counted: what stops its process again and again must
// be parked in the end.
func giveBackRows[T any](ctx context.Context, tx *Tx, table, by string, all []T, id func(T) social.ID) error {
	for part := range chunks(all) {
		_, err := tx.exec(ctx, "give back "+table, `
			UPDATE `+table+` SET lease_until = 0, lease_by = '' WHERE state = 0 AND lease_by = $1 AND id IN (`+marks(2, len(part))+`)`,
			append([]any{by}, each(part, id)...)...)
		if err != nil {
			return err
		}
	}
	return nil
}

// GiveBackHost ends the lease that a process has of a host, unless it lost it.
func (tx *Tx) GiveBackHost(ctx context.Context, by string, h HostWork) error {
	_, err := tx.exec(ctx, "give back host", `
		UPDATE hosts SET lease_until = 0, lease_by = '' WHERE host = $1 AND fence = $2 AND lease_by = $3`, h.Name, h.Fence, by)
	return err
}

// VoidLeases ends every lease, for a process that knows to be the only one: what
// a crash left behind is done at once instead of when its lease runs out.
func (tx *Tx) VoidLeases(ctx context.Context) error { return tx.free(ctx, `lease_until <> 0`) }

// free ends leases. Only what waits can have one: the indexes of what waits keep
// us from reading all that is finished.
func (tx *Tx) free(ctx context.Context, whose string, args ...any) error {
	for _, of := range [][2]string{{"inbound", `state = 0`}, {"jobs", `state = 0`}, {"hosts", `next_at <> 0`}} {
		_, err := tx.exec(ctx, "free leases", `UPDATE `+of[0]+` SET lease_until = 0, lease_by = '' WHERE `+of[1]+` AND `+whose, args...)
		if err != nil {
			return err
		}
	}
	return nil
}

// Busy reports whether any work is due or being done at this moment: what waits
// for a later time does not count.
func (r Reader) Busy(ctx context.Context, now time.Time) (bool, error) {
	return found(ctx, r, "look for due work", `
		SELECT 1 WHERE EXISTS (SELECT 1 FROM inbound WHERE state = 0 AND next_at <= $1)
			OR EXISTS (SELECT 1 FROM hosts WHERE next_at <> 0 AND next_at <= $1 AND NOT paused)
			OR EXISTS (SELECT 1 FROM jobs WHERE state = 0 AND next_at <= $1)`, millis(now))
}
