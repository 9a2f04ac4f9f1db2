package testkit

import (
	"context"
	"crypto/rsa"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"skerry/internal/access"
	"skerry/internal/app"
	"skerry/internal/config"
	"skerry/internal/inbox"
	"skerry/internal/media"
	"skerry/internal/outbox"
	"skerry/internal/queue"
	"skerry/internal/social"
	"skerry/internal/store"
)

// Server is one of our servers, whole and running, on a loopback address of its own.
type Server struct {
	*app.App
	Origin string // http://127.x.y.z:port
	Owner  social.Actor
	Token  string // for the client API, all scopes

	clock *Clock
	cfg   config.Config
	end   func() // of the process that answers requests
}

// Loopback is what tests open in the egress guard; the guard itself stays on.
var Loopback = netip.MustParsePrefix("127.0.0.0/8")

var hosts atomic.Uint32

// Listen opens a port on a loopback address that no other test of the process has.
func Listen(t testing.TB) net.Listener {
	t.Helper()
	n := hosts.Add(1)
	l, err := net.Listen("tcp", fmt.Sprintf("127.77.%d.%d:0", n/250, n%250+1))
	if err != nil {
		t.Fatalf("listen on loopback: %v", err)
	}
	return l
}

// Start runs a server with an owner of this name; dsn is from Engines. It stops
// with the test.
func Start(t testing.TB, dsn, name string, change ...func(*config.Config)) *Server {
	t.Helper()
	return StartAt(t, new(Clock), dsn, name, change...)
}

// RemoteMedia makes a server treat media of others so.
func RemoteMedia(mode media.Mode) func(*config.Config) {
	return func(c *config.Config) { c.RemoteMedia = string(mode) }
}

// StartAt is Start with a clock that the test sets.
func StartAt(t testing.TB, clock *Clock, dsn, name string, change ...func(*config.Config)) *Server {
	t.Helper()
	l := Listen(t)
	cfg := config.Config{
		Domain: l.Addr().String(), AccountDomain: l.Addr().String(), Listen: l.Addr().String(),
		DataDir: t.TempDir(), DatabaseURL: dsn, AllowPrivatePeers: []netip.Prefix{Loopback},
		TrustedProxies: []netip.Prefix{Loopback}, RemoteMedia: config.MediaCache,
	}
	if dsn == "" {
		SQLite(t, cfg.DataDir)
	} else { // the full shape: Postgres, Redis and S3
		cfg.RedisURL, _ = Redis(t)
		S3(t).Use(&cfg)
	}
	for _, c := range change {
		c(&cfg)
	}
	s := &Server{Origin: cfg.Origin(), clock: clock, cfg: cfg}
	s.App, s.end = s.process(t, l, app.AllRoles)
	if name != "" {
		s.own(t, name)
	}
	return s
}

// Many runs a server as one process for each of these roles, on Postgres, Redis and
// S3; the first has the role web.
func Many(t testing.TB, clock *Clock, dsn, name string, roles ...app.Roles) *Server {
	t.Helper()
	l := Listen(t)
	s := &Server{Origin: "http://" + l.Addr().String(), clock: clock}
	s.cfg = config.Config{
		Domain: l.Addr().String(), AccountDomain: l.Addr().String(), Listen: l.Addr().String(),
		DataDir: t.TempDir(), DatabaseURL: dsn, AllowPrivatePeers: []netip.Prefix{Loopback}, TrustedProxies: []netip.Prefix{Loopback}, RemoteMedia: config.MediaCache,
	}
	s.cfg.RedisURL, _ = Redis(t)
	S3(t).Use(&s.cfg)
	s.App, s.end = s.process(t, l, roles[0])
	s.own(t, name)
	for _, r := range roles[1:] {
		s.process(t, nil, r)
	}
	return s
}

// process runs one process of the server until the test ends.
func (s *Server) process(t testing.TB, l net.Listener, roles app.Roles) (a *app.App, end func()) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	a, err := app.New(ctx, s.cfg, app.Options{Version: "test", Log: Log(t), Now: s.clock.Now, Roles: roles, MakeRSA: serverKey})
	if err != nil {
		stop()
		t.Fatalf("build server: %v", err)
	}
	ready, ended := make(chan struct{}), make(chan error, 1)
	go func() { ended <- a.Serve(ctx, l, func(net.Addr) { close(ready) }) }()
	end = sync.OnceFunc(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("server ended: %v", err)
		}
		a.Close()
	})
	t.Cleanup(end)
	select {
	case <-ready:
	case err := <-ended:
		t.Fatalf("server ended: %v", err)
	}
	return a, end
}

var actors atomic.Uint32

// serverKey gives the key of an actor of ours.
func serverKey() (*rsa.PrivateKey, error) {
	return serverKeys[actors.Add(1)%uint32(len(serverKeys))](), nil
}

// Restart ends a server of one process and starts it again with other settings.
func (s *Server) Restart(t testing.TB, change func(*config.Config)) {
	t.Helper()
	s.end()
	change(&s.cfg)
	l, err := net.Listen("tcp", s.cfg.Listen)
	if err != nil {
		t.Fatalf("listen again: %v", err)
	}
	s.App, s.end = s.process(t, l, app.AllRoles)
}

func (s *Server) own(t testing.TB, name string) {
	t.Helper()
	ctx := t.Context()
	owner, err := s.CreateOwner(ctx, name, "correct horse battery")
	if err != nil {
		t.Fatalf("create owner: %v", err)
	}
	token, hash := access.NewToken()
	err = s.DB.InTx(ctx, func(tx *store.Tx) error {
		return tx.AddToken(ctx, store.Token{ID: s.DB.IDs().New(), Hash: hash, Name: "test", Scopes: "read write follow", Created: s.DB.Now()})
	})
	if err != nil {
		t.Fatalf("add token: %v", err)
	}
	s.Owner, s.Token = owner, token
}

// Log is a logger for tests: quiet unless the test is verbose.
func Log(t testing.TB) *slog.Logger {
	var to io.Writer = io.Discard
	if testing.Verbose() {
		to = t.Output()
	}
	return slog.New(slog.NewTextHandler(to, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// Settle waits until no server has anything to do: every bell of finished work
// is a reason to look again, and a deadline ends it.
func Settle(t testing.TB, servers ...*Server) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	rings := make(chan struct{}, 1)
	for _, s := range servers {
		for _, lane := range []string{inbox.Lane, outbox.Lane, store.LaneFetch, store.LaneRelay} {
			bell, stop := s.Bus.Listen(queue.Finished(lane))
			defer stop()
			go forward(ctx, bell, rings)
		}
	}
	for idle := 0; idle < 2; {
		if busy(t, servers) {
			idle = 0
			select {
			case <-rings:
			case <-time.After(200 * time.Millisecond): // a delivery is recorded before its host is finished
			case <-ctx.Done():
				t.Fatal("the servers did not come to rest")
			}
			continue
		}
		idle++
	}
}

func forward(ctx context.Context, from <-chan struct{}, to chan<- struct{}) {
	for {
		select {
		case <-from:
			select {
			case to <- struct{}{}:
			default:
			}
		case <-ctx.Done():
			return
		}
	}
}

func busy(t testing.TB, servers []*Server) bool {
	t.Helper()
	for _, s := range servers {
		b, err := s.DB.Busy(t.Context(), s.DB.Now())
		if err != nil {
			t.Fatalf("look for work: %v", err)
		}
		if b {
			return true
		}
	}
	return false
}
