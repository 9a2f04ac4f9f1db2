package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// sqliteEngine is the embedded database: one writer, a few readers. Concurrent
// transactions share a commit: the writer takes all that wait, runs each behind
// a savepoint of its own, and answers them after one fsync.
type sqliteEngine struct {
	readers *sqliteReaders
	write   *sqliteConn
	pool    *sql.DB // holds write
	work    chan *sqliteWork
	quit    chan struct{}
	done    sync.WaitGroup
}

// sqliteWork is one transaction waiting for the writer.
type sqliteWork struct {
	ctx  context.Context
	fn   func(querier) error
	err  error
	done chan struct{}
}

// batch is how many transactions share a commit at most.
const batch = 128

// readerCount is how many statements read at once.
const readerCount = 4

func openSQLite(ctx context.Context, path string) (*sqliteEngine, error) {
	// busy_timeout first: a command beside the server, or the server beside a
	// command, waits for its turn instead of failing.
	pragmas := []string{
		"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(ON)",
		"temp_store(MEMORY)", "cache_size(-8000)", "journal_size_limit(67108864)",
	}
	open := func(extra ...string) (*sql.DB, error) {
		q := url.Values{"_pragma": append(extra, pragmas...)}
		return sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?"+q.Encode())
	}
	// auto_vacuum only takes effect before the first table.
	pool, err := open("auto_vacuum(INCREMENTAL)")
	if err != nil {
		return nil, fmt.Errorf("open database %s: %w", path, err)
	}
	pool.SetMaxOpenConns(1)
	if err := alone(path, func() error { return migrate(ctx, goose.DialectSQLite3, pool, sqliteID) }); err != nil {
		pool.Close()
		return nil, explainSQLite(path, err)
	}
	write, err := newSQLiteConn(ctx, pool)
	if err != nil {
		pool.Close()
		return nil, fmt.Errorf("open database %s: %w (is the folder there and writable?)", path, err)
	}
	readPool, err := open("query_only(ON)")
	if err != nil {
		pool.Close()
		return nil, fmt.Errorf("open database %s: %w", path, err)
	}
	readers, err := newSQLiteReaders(ctx, readPool, readerCount)
	if err != nil {
		pool.Close()
		return nil, fmt.Errorf("open database %s: %w", path, err)
	}
	e := &sqliteEngine{
		readers: readers, write: write, pool: pool,
		work: make(chan *sqliteWork), quit: make(chan struct{}),
	}
	e.done.Go(e.writer)
	return e, nil
}

// alone keeps other processes out while fn migrates: a command beside a server
// that starts would find a half-made schema, and make it again.
func alone(path string, fn func() error) error {
	f, err := os.OpenFile(path+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("open database %s: %w (the folder must be writable)", path, err)
	}
	defer f.Close()
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		return fmt.Errorf("open database %s: wait for others to migrate: %w", path, err)
	}
	return fn()
}

// explainSQLite adds to the errors of a start how they are mended.
func explainSQLite(path string, err error) error {
	var s *sqlite.Error
	if !errors.As(err, &s) {
		return err
	}
	switch s.Code() & 0xff {
	case sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT:
		return fmt.Errorf("open database %s: %w (the file is damaged, or none of ours: put back a copy of it, or move it away to start anew)", path, err)
	case sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM:
		return fmt.Errorf("open database %s: %w (file and folder must be writable)", path, err)
	}
	return err
}

func (e *sqliteEngine) close() {
	close(e.quit)
	e.done.Wait()
	e.write.close()
	e.pool.Close()
	e.readers.close()
}

func (e *sqliteEngine) exec(ctx context.Context, text string, args ...any) (n int64, err error) {
	err = e.inTx(ctx, func(q querier) error {
		n, err = q.exec(ctx, text, args...)
		return err
	})
	return n, err
}

func (e *sqliteEngine) query(ctx context.Context, text string, args ...any) (rows, error) {
	return e.readers.query(ctx, text, args...)
}

var errClosed = errors.New("the database is closed")

func (e *sqliteEngine) inTx(ctx context.Context, fn func(querier) error) error {
	w := &sqliteWork{ctx: ctx, fn: fn, done: make(chan struct{})}
	select {
	case e.work <- w:
	case <-ctx.Done():
		return ctx.Err()
	case <-e.quit:
		return errClosed
	}
	// From here on the writer owns w: even if ctx ends now, the answer must say
	// whether the change is on disk.
	<-w.done
	return w.err
}

// writer is the one goroutine that changes the database.
func (e *sqliteEngine) writer() {
	for {
		select {
		case <-e.quit:
			return
		case w := <-e.work:
			e.commit(e.gather(w))
		}
	}
}

// gather takes those that wait already; it waits for nobody, so that a lone
// transaction is not held up.
func (e *sqliteEngine) gather(first *sqliteWork) []*sqliteWork {
	all := []*sqliteWork{first}
	for len(all) < batch {
		select {
		case w := <-e.work:
			all = append(all, w)
		default:
			return all
		}
	}
	return all
}

// commit runs all in one transaction and tells each how it went.
func (e *sqliteEngine) commit(all []*sqliteWork) {
	defer func() {
		for _, w := range all {
			close(w.done)
		}
	}()
	// A statement that is interrupted inside a transaction rolls all of it back,
	// also the work of others: so the writer's statements are never cancelled.
	ctx := context.Background()
	q := sqliteTx{e.write}
	if _, err := q.exec(ctx, "BEGIN IMMEDIATE"); err != nil {
		fail(all, err)
		return
	}
	ok := 0
	for _, w := range all {
		if w.err = e.attempt(ctx, q, w, len(all) > 1); w.err == nil {
			ok++
		}
	}
	end := "COMMIT"
	if ok == 0 {
		end = "ROLLBACK"
	}
	if _, err := q.exec(ctx, end); err != nil {
		fail(all, fmt.Errorf("commit: %w", err))
		_, _ = q.exec(ctx, "ROLLBACK") // fails when the engine has already done it
	}
}

// attempt runs one transaction of a batch; when it fails only its own changes go.
func (e *sqliteEngine) attempt(ctx context.Context, q querier, w *sqliteWork, shared bool) (err error) {
	if err := w.ctx.Err(); err != nil {
		return err
	}
	if !shared {
		return call(w.fn, q)
	}
	if _, err := q.exec(ctx, "SAVEPOINT one"); err != nil {
		return err
	}
	err = call(w.fn, q)
	if err != nil {
		if _, back := q.exec(ctx, "ROLLBACK TO one"); back != nil {
			return errors.Join(err, back)
		}
	}
	if _, release := q.exec(ctx, "RELEASE one"); release != nil {
		return errors.Join(err, release)
	}
	return err
}

// call turns a panic of one transaction into its error, so that the others of
// the batch and the writer live on.
func call(fn func(querier) error, q querier) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic in a transaction: %v", p)
		}
	}()
	return fn(q)
}

func fail(all []*sqliteWork, err error) {
	for _, w := range all {
		if w.err == nil {
			w.err = err
		}
	}
}

func (e *sqliteEngine) unique(err error) (string, bool) {
	var s *sqlite.Error
	if !errors.As(err, &s) {
		return "", false
	}
	switch s.Code() {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return s.Error(), true
	}
	return "", false
}

// away reports what passes by itself: a full disk, a busy or unreadable file.
func (e *sqliteEngine) away(err error) bool {
	if errors.Is(err, errClosed) {
		return true
	}
	var s *sqlite.Error
	if !errors.As(err, &s) {
		return false
	}
	switch s.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN:
		return true
	}
	return false
}

// Sound looks for damage in every page of the embedded database.
func (r Reader) Sound(ctx context.Context) error {
	said, err := list(ctx, r, "check the database", value[string], `PRAGMA integrity_check`)
	if err == nil && !slices.Equal(said, []string{"ok"}) {
		err = fmt.Errorf("the database is damaged: %s", strings.Join(said, "; "))
	}
	return err
}

// forUpdate is nothing: there is one writer.
func (e *sqliteEngine) forUpdate() string { return "" }

// sqliteID makes the id the row's own number: no second index.
const sqliteID = "INTEGER NOT NULL PRIMARY KEY"
