package crash

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"syscall"
	"testing"
	"time"

	"skerry/internal/testkit"
	"skerry/internal/testkit/service"
)

var long = flag.Bool("long", false, "run the long forms: they take an hour and want the machine for themselves")

// size is a number in the short and in the long form.
func size(short, full int) int {
	if *long {
		return full
	}
	return short
}

// span is a time in the short and in the long form.
func span(short, full time.Duration) time.Duration {
	if *long {
		return full
	}
	return short
}

// patience ends a test that hangs.
func patience() time.Duration { return span(5*time.Minute, time.Hour) }

var binary string

func TestMain(m *testing.M) {
	flag.Parse()
	if !*long { // they wait for leases and for each other's machine, more than they work
		_ = flag.Set("test.parallel", "8") // a flag of package testing
	}
	os.Exit(run(m))
}

// run builds the server, and starts a Postgres and a Redis when nobody has.
func run(m *testing.M) int {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "skerry-crash-")
	if err != nil {
		return failed(err)
	}
	defer os.RemoveAll(dir)
	if binary, err = testkit.Build(ctx, dir); err != nil {
		return failed(err)
	}
	defer printTable()
	if os.Getenv("SKERRY_TEST_POSTGRES") != "" {
		return m.Run()
	}
	pg, err := service.StartPostgres(ctx)
	if err != nil {
		return failed(err)
	}
	defer pg.Stop()
	rd, err := service.StartRedis(ctx)
	if err != nil {
		return failed(err)
	}
	defer rd.Stop()
	os.Setenv("SKERRY_TEST_POSTGRES", pg.DSN())
	os.Setenv("SKERRY_TEST_REDIS", rd.URL())
	return m.Run()
}

func failed(err error) int {
	fmt.Fprintln(os.Stderr, err)
	return 1
}

// shape is as what our server runs.
type shape struct {
	name      string   // none is that of an engine alone: make check counts tests by it
	processes []string // their roles; "" for all
	services  bool     // on Postgres and Redis
	resumes   time.Duration
}

var (
	onSQLite   = shape{"alone on SQLite", []string{""}, false, 10 * time.Second}
	onServices = shape{"alone on Postgres and Redis", []string{""}, true, 10 * time.Second}
	fourfold   = shape{"four processes", []string{"web", "worker", "worker", "web,scheduler"}, true, 30 * time.Second}
)

// onShapes runs a test on each shape.
func onShapes(t *testing.T, test func(t *testing.T, s shape)) {
	t.Helper()
	for _, s := range []shape{onSQLite, onServices, fourfold} {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			test(t, s)
		})
	}
}

// site is our server and the world around it.
type site struct {
	*testing.T
	*testkit.Place
	world *testkit.World
	shape shape
	ctx   context.Context

	mu        sync.Mutex
	processes []*testkit.Process
}

// open starts a server of a shape and a world of so many hosts.
func (s shape) open(t *testing.T, hosts int) *site {
	t.Helper()
	dsn, redis := "", ""
	if s.services {
		dsn = testkit.Postgres(t)
		redis, _ = testkit.Redis(t)
	}
	return s.openAt(t, hosts, t.TempDir(), dsn, redis)
}

func (s shape) openAt(t *testing.T, hosts int, dir, dsn, redis string) *site {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience())
	t.Cleanup(cancel)
	st := &site{T: t, ctx: ctx, shape: s, processes: make([]*testkit.Process, len(s.processes))}
	var err error
	if st.world, err = testkit.NewWorld(hosts); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(st.world.Close)
	if st.Place, err = testkit.NewPlace(binary, dir, dsn, redis); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(st.end)
	for i := range s.processes {
		st.start(i)
	}
	st.must(st.Settle(ctx, st.world))
	return st
}

func (st *site) must(err error) {
	st.Helper()
	if err != nil {
		st.Fatal(err)
	}
}

// start starts process i.
func (st *site) start(i int) {
	st.Helper()
	p, err := st.Start(st.ctx, st.shape.processes[i])
	st.must(err)
	st.mu.Lock()
	defer st.mu.Unlock()
	st.processes[i] = p
}

// kill ends one of the processes without a warning, and gives its number.
func (st *site) kill() int {
	i := rand.IntN(len(st.processes))
	st.processes[i].Kill()
	return i
}

// end stops all processes, and wants a clean end of each.
func (st *site) end() {
	for _, p := range st.processes {
		if p == nil {
			continue
		}
		if err := p.Stop(syscall.SIGTERM); err != nil {
			st.Errorf("a process did not stop: %v", err)
		}
	}
	if faults := st.world.Faults(); len(faults) > 0 {
		st.Errorf("%d requests were wrong, the first: %s", len(faults), faults[0])
	}
}

// until waits for something that arrivals bring about.
func (st *site) until(what string, ok func() bool) {
	st.Helper()
	if err := st.world.Until(st.ctx, ok); err != nil {
		st.Fatalf("it did not happen that %s: %v", what, err)
	}
}

// pass lets a fault last.
func (st *site) pass(d time.Duration) {
	st.Helper()
	select {
	case <-time.After(d):
	case <-st.ctx.Done():
		st.Fatal(st.ctx.Err())
	}
}

// insist does something until it succeeds, as people and servers do whose request
// got no answer.
func (st *site) insist(what string, do func() error) {
	for {
		err := do()
		if err == nil {
			return
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-st.ctx.Done():
			st.Errorf("%s: %v", what, err)
			return
		}
	}
}
