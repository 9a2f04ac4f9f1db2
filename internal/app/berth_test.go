package app_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"skerry/internal/app"
	"skerry/internal/config"
	"skerry/internal/testkit"
)

// stopTime is what whoever stops a server grants it before they kill it.
const stopTime = 10 * time.Second

// berth is where a server lives that is started more than once.
type berth struct {
	t   *testing.T
	cfg config.Config
}

func newBerth(t *testing.T, dsn string) *berth {
	t.Helper()
	l := testkit.Listen(t)
	l.Close()
	at := l.Addr().String()
	return &berth{t: t, cfg: config.Config{
		Domain: at, AccountDomain: at, Listen: at, DataDir: t.TempDir(), DatabaseURL: dsn, AllowPrivatePeers: []netip.Prefix{testkit.Loopback},
	}}
}

// open builds the server without running it.
func (b *berth) open() (*app.App, error) {
	a, err := app.New(b.t.Context(), b.cfg, app.Options{Version: "test", Log: slog.New(slog.DiscardHandler)})
	if err == nil {
		b.t.Cleanup(a.Close)
	}
	return a, err
}

// wake does what a command beside the server does when it has changed something.
func (b *berth) wake() {
	b.t.Helper()
	a, err := b.open()
	if err != nil {
		b.t.Fatal(err)
	}
	a.Wake()
}

// running is a server that the test stops.
type running struct {
	*testkit.Server
	t      *testing.T
	signal context.CancelFunc
	ended  chan error
	heard  chan string // messages of its log
}

// run starts the server and waits until it answers.
func (b *berth) run() *running {
	b.t.Helper()
	heard := make(chan string, 1000)
	a, err := app.New(b.t.Context(), b.cfg, app.Options{Version: "test", Log: slog.New(listener{slog.DiscardHandler, heard})})
	if err != nil {
		b.t.Fatal(err)
	}
	ctx, signal := context.WithCancel(context.Background())
	r := &running{
		Server: &testkit.Server{App: a, Origin: b.cfg.Origin()},
		t:      b.t, signal: signal, ended: make(chan error, 1), heard: heard,
	}
	ready := make(chan struct{})
	go func() {
		defer a.Close()
		r.ended <- a.Run(ctx, func(net.Addr) { close(ready) })
	}()
	b.t.Cleanup(signal)
	select {
	case <-ready:
	case err := <-r.ended:
		b.t.Fatalf("it did not start: %v", err)
	}
	return r
}

// listener is a log that a test waits on.
type listener struct {
	slog.Handler
	heard chan string
}

func (l listener) Enabled(context.Context, slog.Level) bool { return true }

func (l listener) Handle(_ context.Context, r slog.Record) error {
	select {
	case l.heard <- r.Message:
	default: // nobody waits for the thousandth
	}
	return nil
}

// hear waits until the server logs something.
func (r *running) hear(what string) {
	r.t.Helper()
	deadline := time.After(time.Minute)
	for {
		select {
		case message := <-r.heard:
			if strings.Contains(message, what) {
				return
			}
		case <-deadline:
			r.t.Fatalf("the log never said %q", what)
		}
	}
}

// stopped waits for a clean end within what is granted.
func (r *running) stopped() {
	r.t.Helper()
	select {
	case err := <-r.ended:
		if err != nil {
			r.t.Fatalf("the server ended with %v, want a clean end", err)
		}
	case <-time.After(stopTime):
		r.t.Fatalf("the server did not stop within %v", stopTime)
	}
}

// own makes the owner, who follows bert.
func (r *running) own(peer *testkit.Peer, bert *testkit.Stranger) {
	r.t.Helper()
	ctx := r.t.Context()
	var err error
	if r.Owner, err = r.CreateOwner(ctx, "anna", "correct horse battery"); err != nil {
		r.t.Fatal(err)
	}
	a, err := r.Finder.Actor(ctx, bert.IRI)
	if err == nil {
		err = r.Publisher.Follow(ctx, a.ID)
	}
	if err != nil {
		r.t.Fatal(err)
	}
	testkit.Settle(r.t, r.Server)
	if status, said := bert.Send(r.Owner.Inbox, bert.Activity("Accept", "accept", peer.Got("Follow")[0])); status != http.StatusAccepted {
		r.t.Fatalf("got %d %s, want 202", status, said)
	}
	testkit.Settle(r.t, r.Server)
}

// gate holds what comes to a path of a peer until it is opened.
type gate struct {
	peer *testkit.Peer
	path string
	came chan struct{}
	open chan struct{}
}

func shut(peer *testkit.Peer, path string) *gate {
	g := &gate{peer: peer, path: path, came: make(chan struct{}, 100), open: make(chan struct{})}
	peer.Handle(path, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // whoever leaves is only noticed behind the body
		g.came <- struct{}{}
		select {
		case <-g.open:
			testkit.WriteActivity(w, peer.Document(path))
		case <-r.Context().Done():
		}
	})
	return g
}

// away lets the peer answer as it would without the gate.
func (g *gate) away() {
	g.peer.Handle(g.path, nil)
	close(g.open)
}

func (g *gate) wait(t *testing.T) {
	t.Helper()
	select {
	case <-g.came:
	case <-time.After(time.Minute):
		t.Fatalf("nobody came to %s", g.path)
	}
}
