package app

import (
	"context"
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

// Run does what the roles of this process are until ctx ends, then stops in order:
// no new requests, running ones finished, workers done, leases given back. started
// is called once all runs, with the address at which requests are answered; nil
// when none are.
func (a *App) Run(ctx context.Context, started func(net.Addr)) error {
	unlock, err := a.lock()
	if err != nil {
		return err
	}
	defer unlock()
	if a.cfg.DatabaseURL == "" { // the lock says that nobody else works on it
		if err := a.DB.Bookkeep(ctx, func(tx *store.Tx) error { return tx.VoidLeases(ctx) }); err != nil {
			return err
		}
	}
	if !a.o.Roles.Web {
		return a.Serve(ctx, nil, started)
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
		return fmt.Errorf("LISTEN: this user may not open %s: allow it (setcap cap_net_bind_service=+ep on the program, AmbientCapabilities= in the unit), or choose a port above 1023 and put a proxy in front", address)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return fmt.Errorf("LISTEN: this machine does not have the address of %s: choose one of its own, or 127.0.0.1", address)
	}
	return fmt.Errorf("LISTEN: %w", err)
}

// Serve is Run on a listener that is open already; nil without the role web.
func (a *App) Serve(ctx context.Context, l net.Listener, started func(net.Addr)) error {
	for _, check := range []func(context.Context) error{a.client.SelfTest, a.Blobs.Check, a.Sweeper.CheckStart} {
		if err := check(ctx); err != nil {
			closeAll(l)
			return err
		}
	}
	bell, err := a.listenForBells()
	if err != nil {
		closeAll(l)
		return err
	}
	d, err := a.newDoors(l)
	if err != nil {
		closeAll(bell)
		return err
	}
	work, stopWork := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWork()
	var running sync.WaitGroup
	a.start(work, &running)
	if bell != nil {
		running.Go(func() { a.answerBells(bell) })
	}
	if d.certificates != nil {
		running.Go(func() { d.certificates.obtain(work) })
	}
	failed := d.open()
	started(d.at)

	var serveErr error
	select {
	case <-ctx.Done():
	case serveErr = <-failed:
	}
	a.stop(d, bell, stopWork, &running)
	if errors.Is(serveErr, http.ErrServerClosed) {
		return nil
	}
	return serveErr
}

// start begins the work of this process's roles.
func (a *App) start(ctx context.Context, running *sync.WaitGroup) {
	if a.cfg.DatabaseURL != "" && (a.o.Roles.Worker || a.o.Roles.Scheduler) {
		a.beat(ctx) // before anything is held
		running.Go(func() { a.live(ctx) })
	}
	running.Go(a.hearChanges(ctx))
	if a.cfg.RedisURL != "" {
		running.Go(func() { a.tellOthers(ctx) })
	}
	if a.o.Roles.Web {
		running.Go(func() { _ = a.Scout.Run(ctx) }) // gives no error but the end of ctx
	}
	if a.o.Roles.Worker {
		for _, lane := range a.lanes() {
			running.Go(func() { _ = lane(ctx) }) // gives no error but the end of ctx
		}
	}
	if a.o.Roles.Scheduler {
		running.Go(func() { a.schedule(ctx) })
		running.Go(func() { a.sweep(ctx) })
		running.Go(func() { a.readBlocklists(ctx) })
	}
}

func closeAll(l net.Listener) {
	if l != nil {
		l.Close()
	}
}

// stop ends everything in the reverse order of the start, and waits for nothing
// longer than its time: what was cut off is done again after the next start.
func (a *App) stop(d *doors, bell net.Listener, stopWork func(), running *sync.WaitGroup) {
	a.o.Log.Info("stopping, requests that run are finished")
	ctx, cancel := context.WithTimeout(context.Background(), requestTime)
	defer cancel()
	if err := d.shut(ctx); err != nil {
		a.o.Log.Warn("some requests were cut off at the stop", "err", err)
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
	err := a.DB.Bookkeep(ctx, func(tx *store.Tx) error {
		if err := tx.DropDuty(ctx, duty, a.by, a.o.Now()); err != nil {
			return err
		}
		if err := tx.Leave(ctx, a.by); err != nil {
			return err
		}
		return tx.ReleaseLeases(ctx, a.by)
	})
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

// Alone refuses to go on beside a server on the same database. On SQLite it keeps one from
// starting until it is released; on Postgres it waits until the silence of those who died
// without a word is long enough to tell.
func (a *App) Alone(ctx context.Context) (release func(), err error) {
	if a.cfg.DatabaseURL == "" {
		return a.lock()
	}
	all, err := a.DB.Processes(ctx)
	if err != nil || len(all) == 0 {
		return func() {}, err
	}
	var p pulse
	p.dead(time.Now(), all)
	select {
	case <-time.After(silence):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if all, err = a.DB.Processes(ctx); err == nil && len(p.dead(time.Now(), all)) < len(all) {
		err = errors.New("a server is running on this database: stop all of its processes first")
	}
	return func() {}, err
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
