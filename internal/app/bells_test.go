package app_test

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"skerry/internal/inbox"
	"skerry/internal/outbox"
	"skerry/internal/queue"
)

func wantRing(t *testing.T, bell string, rings <-chan struct{}) {
	t.Helper()
	select {
	case <-rings:
	case <-time.After(time.Minute):
		t.Errorf("the bell %q did not ring", bell)
	}
}

func TestCommandWakesEveryLaneOfARunningServer(t *testing.T) {
	t.Parallel()
	b := newBerth(t, "")
	s := b.run()
	for range 2 { // not only once
		for _, bell := range []string{queue.Look(inbox.Lane), queue.Look(outbox.Lane)} {
			rings, stop := s.Bus.Listen(bell)
			defer stop()
			b.wake()
			wantRing(t, bell, rings)
		}
	}
	s.signal()
	s.stopped()
	b.wake() // there is nobody to wake, and that is no trouble
}

// Who can write to the socket can ring for work, and nothing else.
func TestUnknownBellsDoNotRing(t *testing.T) {
	t.Parallel()
	b := newBerth(t, "")
	s := b.run()
	unknown, stop := s.Bus.Listen(queue.Look("another bell"))
	defer stop()
	known, stop := s.Bus.Listen(queue.Look(outbox.Lane))
	defer stop()
	c, err := net.Dial("unix", filepath.Join(b.cfg.DataDir, "skerry.sock"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := fmt.Fprintf(c, "another bell\n\n%s\n%s\n", strings.Repeat("x", 1000), queue.Look(outbox.Lane)); err != nil {
		t.Fatal(err)
	}
	wantRing(t, outbox.Lane, known)
	select {
	case <-unknown:
		t.Error("an unknown bell rang")
	default:
	}
}

// A crash leaves the socket behind; the next server takes its place.
func TestSocketOfACrashIsReplaced(t *testing.T) {
	t.Parallel()
	b := newBerth(t, "")
	path := filepath.Join(b.cfg.DataDir, "skerry.sock")
	old, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	old.SetUnlinkOnClose(false)
	old.Close()
	s := b.run()
	rings, stop := s.Bus.Listen(queue.Look(outbox.Lane))
	defer stop()
	b.wake()
	wantRing(t, outbox.Lane, rings)
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the socket has mode %v, %v, want one for nobody else", info.Mode(), err)
	}
	s.signal()
	s.stopped()
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("after the stop the socket is there: %v", err)
	}
}

// Paths of sockets are short. A server in a deep folder looks for work by itself.
func TestFolderTooDeepForASocketIsServedWithout(t *testing.T) {
	t.Parallel()
	b := newBerth(t, "")
	b.cfg.DataDir = filepath.Join(b.cfg.DataDir, strings.Repeat("deep/", 30))
	s := b.run()
	s.hear("commands cannot wake this server")
	b.wake()
	s.signal()
	s.stopped()
}
