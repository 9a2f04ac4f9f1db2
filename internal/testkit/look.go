package testkit

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"skerry/internal/store"
)

// look opens the place's database beside its processes, or without any.
func (p *Place) look(ctx context.Context, at func(db *store.DB) error) error {
	return p.lookAt(ctx, time.Now, at)
}

// lookAt is look at another time.
func (p *Place) lookAt(ctx context.Context, now func() time.Time, at func(db *store.DB) error) error {
	secret, err := os.ReadFile(filepath.Join(p.data, "secret.key"))
	if err != nil {
		return err
	}
	db, err := store.Open(ctx, store.Options{
		URL: p.dsn, Path: filepath.Join(p.data, "skerry.db"), Secret: []byte(strings.TrimSpace(string(secret))),
		Now: now, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return err
	}
	defer db.Close()
	return at(db)
}

// HeldAfter is how many of a world's hosts somebody holds the lease of right after
// something happened, by the database: at each of them up to two attempts are in flight.
// What looks is made ready before: others free within seconds what a dead process held.
func (p *Place) HeldAfter(ctx context.Context, w *World, happens func()) (n int, err error) {
	err = p.look(ctx, func(db *store.DB) error {
		happens()
		now := db.Now()
		for slow, of := range map[bool]func(context.Context, time.Time, int) ([]string, error){false: db.DueHosts, true: db.DueSlowHosts} {
			due, err := db.WaitingHosts(ctx, slow, w.Hosts, now)
			if err != nil {
				return err
			}
			free, err := of(ctx, now, len(w.Hosts))
			if err != nil {
				return err
			}
			n += max(len(due)-len(free), 0)
		}
		return nil
	})
	return n, err
}

// Drained waits until nothing that was accepted waits to be acted on.
func (p *Place) Drained(ctx context.Context) error {
	return p.DrainedAfter(ctx, func() error { return nil })
}

// DrainedAfter is Drained after some work. What looks is made ready before it, so
// that the time until then is the server's.
func (p *Place) DrainedAfter(ctx context.Context, work func() error) error {
	return p.look(ctx, func(db *store.DB) error {
		if err := work(); err != nil {
			return err
		}
		for {
			n, err := db.CountInbound(ctx, store.Waiting)
			if err != nil || n == 0 {
				return err
			}
			select {
			case <-time.After(50 * time.Millisecond):
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	})
}

// Waiting is how much waits in a lane.
func (p *Place) Waiting(ctx context.Context, lane string) (n int, err error) {
	err = p.look(ctx, func(db *store.DB) error {
		all, err := db.Lanes(ctx, db.Now())
		for _, l := range all {
			if l.Lane == lane {
				n = l.Waiting
			}
		}
		return err
	})
	return n, err
}

// Sound looks for damage in the embedded database.
func (p *Place) Sound(ctx context.Context) error {
	return p.look(ctx, func(db *store.DB) error { return db.Sound(ctx) })
}
