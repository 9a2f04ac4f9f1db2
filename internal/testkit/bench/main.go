// Command bench measures the built server, as one process on SQLite and on a
// private Postgres and Redis, and prints one table as Markdown: what it takes in,
// sends out and answers in a second, and what part that is of what the machine can
// do at all. The load comes from package testkit. It judges nothing.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"skerry/internal/testkit"
	"skerry/internal/testkit/service"
)

// scale is how much is measured.
type scale struct {
	starts  int           // of the server, after the first
	rate    time.Duration // how long a rate is measured
	posts   int           // on the outbox page
	friends int           // who write, and whom the owner follows
	notes   int           // of friends
	unknown int           // strangers who write once
	hosts   int           // of a fan-out
	hanging int           // of these
	fanouts int           // of each kind
	lines   int           // of the home timeline

	past   testkit.Past  // of a server that forgets
	window int           // notes of friends between two turns of forgetting
	pruned time.Duration // how long a turn lasts

	named, origins int           // what a relay names, and on how many hosts that is
	lasts          time.Duration // how long it takes to name it
}

var full = scale{starts: 5, rate: 5 * time.Second, posts: 40, friends: 50, notes: 3000, unknown: 500, hosts: 1000, hanging: 20, fanouts: 3, lines: 100_000}

// atOnce is how many requests are under way at any moment.
const atOnce = 16

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	what := ""
	if len(os.Args) > 1 {
		what = os.Args[1]
	}
	var err error
	switch what {
	case "":
		err = run(ctx, os.Stdout, full, everything)
	case "retention":
		err = run(ctx, os.Stdout, million, forgetting)
	case "flood":
		err = run(ctx, os.Stdout, spate, flooding)
	case "bare":
		err = serveBare(os.Args[2:])
	default:
		err = fmt.Errorf("there is no bench of %q: retention, flood, or nothing", what)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// everything but what needs a long past.
func everything(st *site) []func() error {
	return []func() error{st.start, st.get, st.ingestKnown, st.ingestUnknown, st.fanout, st.home}
}

// forgetting is what happens to a long past.
func forgetting(st *site) []func() error { return []func() error{st.start, st.retention} }

// flooding is what a relay does.
func flooding(st *site) []func() error { return []func() error{st.start, st.flood} }

// bench is a run. Its context ends it.
type bench struct {
	scale
	parts  func(*site) []func() error
	ctx    context.Context
	table  *table
	limits limits
	binary string // the server
	dir    string
}

// site is the server on an engine, while it is measured.
type site struct {
	*bench
	*testkit.Place
	engine   string
	process  *testkit.Process
	database func() time.Duration // processor time of a database of its own; nil without one
}

// used is processor time of ours, and of the database.
type used struct{ ours, database time.Duration }

// used is what was used until now.
func (st *site) used() used {
	u := used{ours: st.process.ProcessorTime()}
	if st.database != nil {
		u.database = st.database()
	}
	return u
}

// each is what one of n things has used since.
func (u used) each(st *site, n int) string {
	now := st.used()
	text := inMillis((now.ours - u.ours) / time.Duration(n))
	if st.database != nil {
		text += " + " + inMillis((now.database-u.database)/time.Duration(n))
	}
	return text
}

// run measures some parts on both engines and prints the table.
func run(ctx context.Context, out io.Writer, s scale, parts func(*site) []func() error) error {
	dir, err := os.MkdirTemp("", "skerry-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b := &bench{scale: s, parts: parts, ctx: ctx, table: &table{}, dir: dir}
	if b.binary, err = testkit.Build(ctx, dir); err != nil {
		return err
	}
	pg, err := service.StartPostgres(ctx)
	if err != nil {
		return err
	}
	defer pg.Stop()
	rd, err := service.StartRedis(ctx)
	if err != nil {
		return err
	}
	defer rd.Stop()
	before := loadAverage()
	if b.limits, err = measureLimits(s.rate); err != nil {
		return err
	}
	if err := b.measure("SQLite", "", "", nil); err != nil {
		return err
	}
	if err := b.measure("Postgres + Redis", pg.DSN(), rd.URL(), pg.ProcessorTime); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s. Load average %s before, %s after.\nLimits: %s. %d requests at once, but in fan-outs. "+
		"The load and the strangers run on the same cores.\n\n%s", machine(), before, loadAverage(), b.limits, atOnce, b.table)
	return err
}

// measure fills the columns of an engine. database is what a database of its own has
// used.
func (b *bench) measure(engine, dsn, redis string, database func() time.Duration) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("on %s: %w", engine, err)
		}
	}()
	dir := filepath.Join(b.dir, engine)
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	st := &site{bench: b, engine: engine, database: database}
	if st.Place, err = testkit.NewPlace(b.binary, dir, dsn, redis); err != nil {
		return err
	}
	for _, part := range b.parts(st) {
		if err := part(); err != nil {
			return err
		}
	}
	return st.process.Stop(syscall.SIGTERM)
}

// put writes a value into the table, with what part of a limit it is.
func (st *site) put(measure, value, ratio string) { st.table.put(measure, st.engine, value, ratio) }

// start measures how long a start takes, and leaves a process running.
func (st *site) start() error {
	took := make([]time.Duration, 1+st.starts)
	for i := range took {
		began := time.Now()
		var err error
		if st.process, err = st.Start(st.ctx, ""); err != nil {
			return err
		}
		if _, err := fetch(st.ctx, st.Origin+"/readyz", anything); err != nil {
			return err
		}
		took[i] = time.Since(began)
		if i < st.starts {
			if err := st.process.Stop(syscall.SIGTERM); err != nil {
				return err
			}
		}
	}
	st.put("start on an empty database, until /readyz is 200", inSeconds(took[0]), "")
	st.put("start again", inSeconds(median(took[1:])), "")
	st.put("memory after the start", mebi(st.process.Resident()), "")
	return nil
}
