package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"skerry/internal/store"
)

// stopTime is how long a stop may take in all.
const stopTime = 9 * time.Second

// Run serves and works until ctx ends, then stops in order: no new requests,
// running ones finished, workers done, leases given back. started is called with
// the address once requests are answered.
func (a *App) Run(ctx context.Context, started func(net.Addr)) error {
	unlock, err := a.lock()
	if err != nil {
		return err
	}
	defer unlock()
	if a.cfg.DatabaseURL == "" { // the lock says that nobody else works on it
		if err := a.DB.InTx(ctx, func(tx *store.Tx) error { return tx.VoidLeases(ctx) }); err != nil {
			return err
		}
	}
	l, err := net.Listen("tcp", a.cfg.Listen)
	if err != nil {
		return fmt.Errorf("LISTEN: %w (is another server running there?)", err)
	}
	return a.Serve(ctx, l, started)
}

// Serve is Run on a listener that is open already.
func (a *App) Serve(ctx context.Context, l net.Listener, started func(net.Addr)) error {
	if err := a.client.SelfTest(ctx); err != nil {
		l.Close()
		return err
	}
	bell, err := a.listenForBells()
	if err != nil {
		l.Close()
		return err
	}
	server := &http.Server{
		Handler: a.handler, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 15 * time.Second,
		WriteTimeout: 30 * time.Second, IdleTimeout: 60 * time.Second, MaxHeaderBytes: 32 << 10,
	}
	work, stopWork := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWork()
	by := rand.Text()
	var running sync.WaitGroup
	for _, lane := range a.lanes(by) {
		running.Go(func() { _ = lane(work) })
	}
	running.Go(func() { a.tidy(work) })
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	started(l.Addr())

	var serveErr error
	select {
	case <-ctx.Done():
	case serveErr = <-failed:
	}
	a.stop(server, bell, stopWork, &running, by)
	if errors.Is(serveErr, http.ErrServerClosed) {
		return nil
	}
	return serveErr
}

// stop ends everything within stopTime, in the reverse order of the start.
func (a *App) stop(server *http.Server, bell net.Listener, stopWork func(), running *sync.WaitGroup, by string) {
	ctx, cancel := context.WithTimeout(context.Background(), stopTime)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		a.o.Log.Warn("some requests were cut off at the stop", "err", err)
		server.Close()
	}
	if bell != nil {
		bell.Close()
	}
	stopWork()
	running.Wait()
	err := a.DB.InTx(ctx, func(tx *store.Tx) error { return tx.ReleaseLeases(ctx, by) })
	if err != nil {
		a.o.Log.Warn("could not give back leases, they run out by themselves", "err", err)
	}
}

// tidy forgets, once an hour, what has run out.
func (a *App) tidy(ctx context.Context) {
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	for {
		if err := a.DB.InTx(ctx, func(tx *store.Tx) error { return tx.Tidy(ctx, a.o.Now()) }); err != nil && ctx.Err() == nil {
			a.o.Log.Warn("could not tidy up, will try again", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// lock keeps a second server off the same SQLite file. Commands do not take it.
func (a *App) lock() (unlock func(), err error) {
	if a.cfg.DatabaseURL != "" {
		return func() {}, nil
	}
	path := filepath.Join(a.cfg.DataDir, "skerry.lock")
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the data directory: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, fmt.Errorf("another server is running on %s: stop it first, or set another DATA_DIR", a.cfg.DataDir)
	}
	return func() { f.Close() }, nil
}
