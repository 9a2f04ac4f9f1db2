package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"skerry/internal/app"
	"skerry/internal/config"
	"skerry/internal/demo"
	"skerry/internal/social"
)

// demo runs two servers that know each other, until it is interrupted. What they
// wrote goes with them, however it ends: also when the terminal is closed, nobody
// reads what is said, or somebody is in a hurry.
func (p program) demo(ctx context.Context, args []string) (err error) {
	if err := p.flags("demo", args, nil); err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	signal.Ignore(syscall.SIGPIPE) // then a write says that nobody reads
	dir, err := os.MkdirTemp("", "skerry-demo-")
	if err != nil {
		return fmt.Errorf("demo: make a folder for it: %w", err)
	}
	defer func() {
		if gone := os.RemoveAll(dir); gone != nil {
			err = errors.Join(err, fmt.Errorf("demo: remove what it made: %w", gone))
		}
	}()
	err = p.perform(ctx, dir)
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// player is one of the two servers.
type player struct {
	*app.App
	origin, name, password string
}

// perform runs the servers in a folder until ctx ends, or one of them fails.
func (p program) perform(ctx context.Context, dir string) error {
	_, err := fmt.Fprintln(p.out, "Two servers and a relay start on this machine, and talk to each other and to nobody else. This takes a few seconds.")
	if err != nil {
		return err
	}
	ctx, end := context.WithCancelCause(ctx)
	var players []player
	var running sync.WaitGroup
	defer func() {
		end(nil)
		running.Wait()
		for _, one := range players {
			one.Close()
		}
	}()
	clock := new(demo.Clock)
	for _, host := range []struct{ name, address, port string }{{demo.Keeper, "127.0.0.1", "8081"}, {demo.Biologist, "127.0.0.2", "8082"}} {
		l, err := berth(host.address, host.port)
		if err != nil {
			return fmt.Errorf("demo: %w", err)
		}
		one, err := p.rise(ctx, l.Addr().String(), host.name, filepath.Join(dir, host.name), clock)
		if err != nil {
			l.Close()
			return err
		}
		players = append(players, one)
		running.Go(func() {
			if err := one.Serve(ctx, l, func(net.Addr) {}); err != nil {
				end(fmt.Errorf("demo: the server of %s ended: %w", one.name, err))
			}
		})
	}
	relay, err := p.relayOf(ctx, clock, &running)
	if err != nil {
		return err
	}
	if err := demo.Play(ctx, clock.Advance, relay, players[0].acts(), players[1].acts()); err != nil {
		return errors.Join(context.Cause(ctx), err)
	}
	if err := p.announce(players); err != nil {
		return err
	}
	<-ctx.Done()
	return context.Cause(ctx)
}

// relayOf runs the relay until ctx ends.
func (p program) relayOf(ctx context.Context, clock *demo.Clock, running *sync.WaitGroup) (*demo.Relay, error) {
	l, err := berth("127.0.0.3", "8083")
	if err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	relay, err := demo.NewRelay("http://"+l.Addr().String(), clock.Now)
	if err != nil {
		l.Close()
		return nil, err
	}
	server := &http.Server{Handler: relay, ReadHeaderTimeout: 5 * time.Second, BaseContext: func(net.Listener) context.Context { return ctx }}
	running.Go(func() { _ = server.Serve(l) }) // it ends when it is closed
	context.AfterFunc(ctx, func() { server.Close() })
	return relay, nil
}

// berth opens an address that is easy to type, or else another one of its host. The
// two servers have different hosts, since browsers keep one login for a host
// whatever its port; but some systems have no other loopback address than the first.
func berth(host, port string) (net.Listener, error) {
	l, err := net.Listen("tcp", net.JoinHostPort(host, port))
	switch {
	case errors.Is(err, syscall.EADDRINUSE) && port != "0":
		return berth(host, "0")
	case errors.Is(err, syscall.EADDRNOTAVAIL) && host != "127.0.0.1":
		return berth("127.0.0.1", port)
	}
	return l, err
}

// rise builds a server with its owner. It has the defaults of every setting,
// whatever the environment says.
func (p program) rise(ctx context.Context, address, name, dir string, clock *demo.Clock) (player, error) {
	cfg, err := config.Load([]string{
		"DOMAIN=" + address, "LISTEN=" + address, "DATA_DIR=" + dir, "ALLOW_PRIVATE_PEERS=127.0.0.0/8",
	}, dir)
	if err != nil {
		return player{}, err
	}
	log := slog.New(slog.NewTextHandler(p.err, &slog.HandlerOptions{Level: slog.LevelWarn})).With("server", address)
	a, err := app.New(ctx, cfg, app.Options{Version: buildVersion(), Log: log, Now: clock.Now})
	if err != nil {
		return player{}, err
	}
	secret := strings.ToLower(rand.Text())
	one := player{App: a, origin: cfg.Origin(), name: name, password: secret[:4] + "-" + secret[4:8] + "-" + secret[8:12]}
	if _, err := a.CreateOwner(ctx, name, one.password); err != nil {
		a.Close()
		return player{}, err
	}
	return one, nil
}

// acts gives what the owner of a server acts with.
func (p player) acts() demo.Server {
	return demo.Server{DB: p.DB, Bus: p.Bus, Publisher: p.Publisher, Library: p.Library, Finder: p.Finder, Relay: func(ctx context.Context, address string) error {
		_, err := p.Relays.Follow(ctx, address, social.RelayMastodon)
		return err
	}}
}

// announce says what there is to see.
func (p program) announce(players []player) error {
	var b strings.Builder
	fmt.Fprint(&b, "\nThey are ready, and have a past of three days:\n\n")
	for _, one := range players {
		fmt.Fprintf(&b, "    %s/@%s\n        log in as %s with the password %s\n", one.origin, one.name, one.name, one.password)
	}
	if players[0].host() == players[1].host() {
		fmt.Fprint(&b, "\nBoth have the same host, for which browsers keep one login: open the second in a private window.\n")
	}
	fmt.Fprint(&b, "\nWhat one of them posts, the other one sees. The relay tells both of others: see More, Everyone, and More, Server, Relays.\nCtrl-C ends all three, and nothing of them stays.\n")
	_, err := io.WriteString(p.out, b.String())
	return err
}

func (p player) host() string {
	host, _, _ := net.SplitHostPort(strings.TrimPrefix(p.origin, "http://"))
	return host
}
