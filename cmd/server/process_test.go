package main

import (
	"context"
	"syscall"
	"testing"
	"time"

	"skerry/internal/testkit"
)

// patience ends a test whose program hangs; nothing takes that long, however busy the machine is.
const patience = 3 * time.Minute

// place is where a server lives: its folder, its address and its settings.
type place struct {
	t       *testing.T
	dir     string
	origin  string
	environ []string
}

// newPlace gives a server a folder and an address of its own; dsn is from Engines.
func newPlace(t *testing.T, dsn string, environ ...string) *place {
	t.Helper()
	at := address(t)
	return &place{t: t, dir: t.TempDir(), origin: "http://" + at, environ: append(home(at, dsn), environ...)}
}

// address is a loopback address on which nothing listens.
func address(t *testing.T) string {
	t.Helper()
	l := testkit.Listen(t)
	defer l.Close()
	return l.Addr().String()
}

// home are the settings of a server at an address.
func home(at, dsn string) []string {
	return []string{"LISTEN=" + at, "DOMAIN=" + at, "DATABASE_URL=" + dsn, "ALLOW_PRIVATE_PEERS=127.0.0.0/8", "LOG_LEVEL=debug"}
}

// serve starts the server and waits until it answers. It ends with the test.
func (p *place) serve() *testkit.Process {
	p.t.Helper()
	s := p.launch()
	p.t.Cleanup(func() {
		s.Kill()
		if p.t.Failed() {
			p.t.Log(s.Said())
		}
	})
	if err := hear(s, "msg=serving"); err != nil {
		p.t.Fatal(err)
	}
	return s
}

// launch starts skerry, which is this test binary under another name.
func (p *place) launch() *testkit.Process {
	p.t.Helper()
	s, err := testkit.Launch("skerry", p.dir, p.environ)
	if err != nil {
		p.t.Fatal(err)
	}
	return s
}

// hear waits until a process has said something.
func hear(s *testkit.Process, what string) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return s.Hear(ctx, what)
}

// stops ends the server as systemd and Docker do, and wants a clean end.
func (p *place) stops(s *testkit.Process) {
	p.t.Helper()
	if err := s.Stop(syscall.SIGTERM); err != nil {
		p.t.Fatal(err)
	}
}
