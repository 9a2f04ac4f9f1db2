// Package store holds all SQL, for both engines: SQLite inside the process, or
// Postgres. It is the truth of the server: what it has committed is on disk.
//
// Nouns of package social come in and go out. Reads hang on Reader, which both
// *DB and *Tx have; changes hang on *Tx, and DB.InTx is the only way to one. No
// row and no driver type leaves the package, and nothing outside it knows which
// engine is used. It never calls strangers and never decides: whether a thing
// may be done is settled before it is stored.
package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"skerry/internal/social"
)

// Options says where the database is and who we are.
type Options struct {
	URL    string // postgres://…; empty is SQLite at Path
	Path   string // file of the embedded database
	Secret []byte // seals private keys; any length, from SECRET_KEY
	Closed bool   // federation is limited to who is allowed, until the owner says otherwise
	Now    func() time.Time
	Log    *slog.Logger
}

// DB is an open database. It is safe to use at once.
type DB struct {
	Reader
	engine engine
	seal   sealer
	now    func() time.Time
	log    *slog.Logger
	slot   *slot
	ids    *social.IDs
	cache  *cache

	changes *changes
	closed  bool
}

// engine is one of the two databases. Implementations: postgres.go, sqlite.go.
type engine interface {
	querier
	inTx(ctx context.Context, fn func(querier) error) error
	unique(err error) (constraint string, is bool)
	away(err error) bool
	room(ctx context.Context, q querier) (live, spare int64, err error) // of the database, in bytes
	tables(ctx context.Context, q querier) ([]tableSize, error)
	compact(ctx context.Context, tell func(what string)) error
	whole() bool                                                  // compact writes all at once, not table by table
	shrink(ctx context.Context, pages int) (more bool, err error) // gives spare room back, where that is done in passing
	forUpdate() string                                            // ends a SELECT whose rows nobody else may change or refer to until the transaction ends
	close()
}

// querier runs statements: a pool, a connection or a transaction.
type querier interface {
	exec(ctx context.Context, sql string, args ...any) (int64, error)
	query(ctx context.Context, sql string, args ...any) (rows, error)
}

// rows is what pgx and database/sql have in common.
type rows interface {
	Next() bool
	Scan(dest ...any) error
	Close() error
	Err() error
}

// Reader reads; it looks at the last committed state, or inside a transaction.
type Reader struct {
	q   querier
	eng engine
}

// Tx is a transaction: all of its changes happen, or none.
type Tx struct {
	Reader
	db      *DB
	watched *watched
	after   []func()
}

// Afterwards runs fn when the transaction is on disk: what must not be said before.
func (tx *Tx) Afterwards(fn func()) { tx.after = append(tx.after, fn) }

// Open opens the database, brings its schema up to date and takes a number for
// this process. A database of another secret key is refused.
func Open(ctx context.Context, o Options) (*DB, error) {
	eng, err := openEngine(ctx, o)
	if err != nil {
		return nil, err
	}
	db := &DB{Reader: Reader{q: eng, eng: eng}, engine: eng, now: o.Now, log: o.Log, cache: newCache(o.Now), changes: newChanges(), closed: o.Closed}
	if db.seal, err = newSealer(o.Secret); err == nil {
		err = db.checkSecret(ctx)
	}
	if err == nil {
		db.slot, err = db.takeSlot(ctx)
	}
	if err != nil {
		eng.close()
		if o.URL == "" {
			err = explainSQLite(o.Path, err)
		}
		return nil, err
	}
	db.ids = social.NewIDs(db.slot.number, o.Now)
	return db, nil
}

// Migrate makes the database where there is none and brings its schema up to date. Of o it
// needs where it is.
func Migrate(ctx context.Context, o Options) error {
	eng, err := openEngine(ctx, o)
	if err == nil {
		eng.close()
	}
	return err
}

func openEngine(ctx context.Context, o Options) (engine, error) {
	if o.URL != "" {
		return openPostgres(ctx, o.URL)
	}
	return openSQLite(ctx, o.Path)
}

// Close gives the process number back and closes all connections.
func (db *DB) Close() {
	db.slot.release()
	db.engine.close()
}

// IDs is the source of this process's identifiers.
func (db *DB) IDs() *social.IDs { return db.ids }

// Now is the clock the database was opened with.
func (db *DB) Now() time.Time { return db.now() }

// InTx runs fn in a transaction and commits when it returns nil. When InTx
// returns nil the changes are on disk. fn must not wait for anything but the
// database, and must not call InTx: on SQLite there is one writer.
func (db *DB) InTx(ctx context.Context, fn func(tx *Tx) error) error {
	tx, err := db.commit(ctx, fn)
	if err != nil {
		return err
	}
	db.changes.rise()
	tx.said()
	return nil
}

// Bookkeep is InTx for what nobody is shown: who works on what, and how it went.
// It is no change of the public answers that others remember.
func (db *DB) Bookkeep(ctx context.Context, fn func(tx *Tx) error) error {
	tx, err := db.commit(ctx, fn)
	if err == nil {
		tx.said()
	}
	return err
}

func (db *DB) commit(ctx context.Context, fn func(tx *Tx) error) (*Tx, error) {
	var tx *Tx
	err := db.engine.inTx(ctx, func(q querier) error {
		w := &watched{querier: q}
		tx = &Tx{Reader: Reader{q: w, eng: db.engine}, db: db, watched: w} // a new one for each attempt
		if err := fn(tx); err != nil {
			return err
		}
		return w.flush(ctx)
	})
	return tx, db.fault("", err)
}

// said runs what was to wait for the disk.
func (tx *Tx) said() {
	for _, fn := range tx.after {
		fn()
	}
}

// Ready says whether the database answers and has every migration.
func (r Reader) Ready(ctx context.Context) error {
	at, err := one(ctx, r, "read schema version", value[int64], schemaVersion)
	switch {
	case err != nil:
		return social.Faultf(social.Unavailable, "the database does not answer").Because(err)
	case at != newestMigration():
		return social.Faultf(social.Unavailable, "the database schema is at version %d, this program needs %d: restart it", at, newestMigration())
	}
	return nil
}

// Ask is Ready of a Postgres that nobody here has opened. It changes nothing.
func Ask(ctx context.Context, url string) error {
	e, err := dialPostgres(ctx, url)
	if err != nil {
		return err
	}
	defer e.close()
	return Reader{q: e, eng: e}.Ready(ctx)
}

// errNoRows marks that a statement that gives one row gave none.
var errNoRows = errors.New("no rows")

// fault names the errors that callers tell apart, in one place for both engines.
func (r Reader) fault(doing string, err error) error {
	if err == nil {
		return nil
	}
	var f *social.Fault
	if errors.As(err, &f) {
		return err
	}
	if doing != "" {
		err = fmt.Errorf("%s: %w", doing, err)
	}
	if errors.Is(err, errNoRows) {
		return social.Faultf(social.NotFound, "not found").Because(err)
	}
	if name, is := r.eng.unique(err); is {
		return social.Faultf(social.Conflict, "it is already there").Because(fmt.Errorf("%s: %w", name, err))
	}
	if r.eng.away(err) {
		f := social.Faultf(social.Unavailable, "the database is away, try again soon").Because(err)
		f.After = 10 * time.Second
		return f
	}
	return err
}

// exec runs a change and says how many rows it touched.
func (tx *Tx) exec(ctx context.Context, doing, sql string, args ...any) (int64, error) {
	n, err := tx.q.exec(ctx, sql, args...)
	return n, tx.fault(doing, err)
}

// list collects all rows of a query.
func list[T any](ctx context.Context, r Reader, doing string, scan func(rows) (T, error), sql string, args ...any) ([]T, error) {
	rs, err := r.q.query(ctx, sql, args...)
	if err != nil {
		return nil, r.fault(doing, err)
	}
	defer rs.Close()
	var all []T
	for rs.Next() {
		v, err := scan(rs)
		if err != nil {
			return nil, r.fault(doing, err)
		}
		all = append(all, v)
	}
	return all, r.fault(doing, rs.Err())
}

// one gives the only row of a query, or NotFound.
func one[T any](ctx context.Context, r Reader, doing string, scan func(rows) (T, error), sql string, args ...any) (T, error) {
	all, err := list(ctx, r, doing, scan, sql, args...)
	if err == nil && len(all) == 0 {
		err = r.fault(doing, errNoRows)
	}
	if err != nil {
		var zero T
		return zero, err
	}
	return all[0], nil
}

// value scans a row of one column.
func value[T any](r rows) (v T, err error) { return v, r.Scan(&v) }

// found reports whether a query gave a row.
func found(ctx context.Context, r Reader, doing, sql string, args ...any) (bool, error) {
	all, err := list(ctx, r, doing, value[int64], sql, args...)
	return len(all) > 0, err
}
