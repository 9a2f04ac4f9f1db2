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

// How long the parts of a stop may take. Whoever stops us waits ten seconds in
// all, and closing the database may need two of them.
const (
	requestTime = 5 * time.Second // for the requests that run
	workTime    = 2 * time.Second // for workers to let go of what they do
	releaseTime = time.Second     // for giving leases back
)

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
		return listenFault(a.cfg.Listen, err)
	}
	return a.Serve(ctx, l, started)
}

// listenFault says how an address is mended that cannot be bound.
func listenFault(address string, err error) error {
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("LISTEN: another program has %s already: stop it, or choose another port", address)
	case errors.Is(err, syscall.EACCES):
		return fmt.Errorf("LISTEN: this user may not open %s: choose a port above 1023 and put a proxy in front", address)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return fmt.Errorf("LISTEN: this machine does not have the address of %s: choose one of its own, or 127.0.0.1", address)
	}
	return fmt.Errorf("LISTEN: %w", err)
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
	if bell != nil {
		running.Go(func() { a.answerBells(bell) })
	}
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

// stop ends everything in the reverse order of the start, and waits for nothing
// longer than its time: what was cut off is done again after the next start.
func (a *App) stop(server *http.Server, bell net.Listener, stopWork func(), running *sync.WaitGroup, by string) {
	a.o.Log.Info("stopping, requests that run are finished")
	ctx, cancel := context.WithTimeout(context.Background(), requestTime)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		a.o.Log.Warn("some requests were cut off at the stop", "err", err)
		server.Close()
	}
	if bell != nil {
		bell.Close()
	}
	stopWork()
	if !ended(running, workTime) {
		a.o.Log.Warn("some work did not end in time, it will be done again")
	}
	ctx, cancel = context.WithTimeout(context.Background(), releaseTime)
	defer cancel()
	err := a.DB.InTx(ctx, func(tx *store.Tx) error { return tx.ReleaseLeases(ctx, by) })
	if err != nil {
		a.o.Log.Warn("could not give back leases, they run out by themselves", "err", err)
	}
}

// ended waits for a group, but not for ever.
func ended(running *sync.WaitGroup, within time.Duration) bool {
	done := make(chan struct{})
	go func() {
		running.Wait()
		close(done)
	}()
	timer := time.NewTimer(within)
	defer timer.Stop()
	select {
	case <-done:
		return true
	case <-timer.C:
		return false
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
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("lock the data directory %s: %w (it must be on a disk of this machine)", a.cfg.DataDir, err)
		}
		return nil, fmt.Errorf("another server is running on %s: stop it first, or set another DATA_DIR", a.cfg.DataDir)
	}
	return func() { f.Close() }, nil
}
