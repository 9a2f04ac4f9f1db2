package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"skerry/internal/testkit"
)

// patience ends a test whose program hangs; nothing takes that long.
const patience = time.Minute

// stopTime is what whoever stops us grants: ten seconds, then they kill.
const stopTime = 10 * time.Second

// process is a program of ours that runs, and what it has said so far.
type process struct {
	cmd  *exec.Cmd
	done chan struct{}

	mu      sync.Mutex
	text    strings.Builder
	changed chan struct{}
}

// launch starts skerry, which is this test binary under another name.
func launch(environ []string, dir string, args ...string) (*process, error) {
	p := &process{cmd: exec.Command("skerry", args...), done: make(chan struct{}), changed: make(chan struct{})}
	p.cmd.Env, p.cmd.Dir, p.cmd.Stdout, p.cmd.Stderr = environ, dir, p, p
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		_ = p.cmd.Wait() // its exit code is asked for by code
		close(p.done)
	}()
	return p, nil
}

// Write keeps what the program says.
func (p *process) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.text.Write(b)
	close(p.changed)
	p.changed = make(chan struct{})
	return len(b), nil
}

func (p *process) said() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.String()
}

// hear waits until the program has said something.
func (p *process) hear(what string) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for {
		p.mu.Lock()
		text, changed := p.text.String(), p.changed
		p.mu.Unlock()
		if strings.Contains(text, what) {
			return nil
		}
		select {
		case <-changed:
		case <-p.done:
			if !strings.Contains(p.said(), what) {
				return fmt.Errorf("it ended with %d and never said %q:\n%s", p.code(), what, p.said())
			}
		case <-ctx.Done():
			return fmt.Errorf("it never said %q:\n%s", what, text)
		}
	}
}

func (p *process) code() int { return p.cmd.ProcessState.ExitCode() }

// end sends a signal and waits until the program has ended.
func (p *process) end(s syscall.Signal) (code int, err error) {
	if err := p.cmd.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return 0, err
	}
	select {
	case <-p.done:
		return p.code(), nil
	case <-time.After(stopTime):
		_ = p.cmd.Process.Kill()
		<-p.done
		return 0, fmt.Errorf("it did not end within %v:\n%s", stopTime, p.said())
	}
}

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
func (p *place) serve() *process {
	p.t.Helper()
	s, err := launch(p.environ, p.dir)
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() {
		_ = s.cmd.Process.Kill() // fails when it has ended, as it should have
		<-s.done
		if p.t.Failed() {
			p.t.Log(s.said())
		}
	})
	if err := s.hear("msg=serving"); err != nil {
		p.t.Fatal(err)
	}
	return s
}

// run runs a command to its end and gives what it said.
func (p *place) run(args ...string) string {
	p.t.Helper()
	s, err := launch(p.environ, p.dir, args...)
	if err != nil {
		p.t.Fatal(err)
	}
	<-s.done
	if s.code() != 0 {
		p.t.Fatalf("skerry %v: exit code %d:\n%s", args, s.code(), s.said())
	}
	return s.said()
}

// stops ends the server as systemd and Docker do, and wants a clean end.
func (p *place) stops(s *process) {
	p.t.Helper()
	if code, err := s.end(syscall.SIGTERM); err != nil || code != 0 {
		p.t.Fatalf("SIGTERM: exit code %d, %v, want 0:\n%s", code, err, s.said())
	}
}
