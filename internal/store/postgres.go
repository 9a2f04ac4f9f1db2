package store

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
)

// postgresEngine is a database server of its own. Postgres shares commits among
// connections by itself.
type postgresEngine struct{ pool *pgxpool.Pool }

// connectTime is how long a server may take to let us in, when DATABASE_URL does
// not say: one that drops what we send would hold up the start for minutes.
const connectTime = 10 * time.Second

// migrationLock is the advisory lock of those that bring the schema up to date.
const migrationLock = 0x736b65727279 // "skerry"

func openPostgres(ctx context.Context, url string) (*postgresEngine, error) {
	e, err := dialPostgres(ctx, url)
	if err != nil {
		return nil, err
	}
	if err := e.migrateOnce(ctx); err != nil {
		e.close()
		return nil, e.explain(err)
	}
	return e, nil
}

// dialPostgres prepares connections; the first statement makes one.
func dialPostgres(ctx context.Context, url string) (*postgresEngine, error) {
	c, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("DATABASE_URL: %w", err)
	}
	if !strings.Contains(url, "pool_max_conns") {
		c.MaxConns = 16
	}
	if c.ConnConfig.ConnectTimeout == 0 {
		c.ConnConfig.ConnectTimeout = connectTime
	}
	c.AfterConnect = withoutJIT
	pool, err := pgxpool.NewWithConfig(ctx, c)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	return &postgresEngine{pool: pool}, nil
}

// withoutJIT keeps a connection from compiling statements: ours take a millisecond, and
// compiling one takes twenty. It is no parameter of the start, which poolers refuse.
func withoutJIT(ctx context.Context, c *pgx.Conn) error {
	_, err := c.Exec(ctx, "SET jit = off")
	return err
}

// migrateOnce holds a lock while it migrates, inside a transaction so that it
// works through a pooler that hands out connections by the transaction.
func (e *postgresEngine) migrateOnce(ctx context.Context) error {
	tx, err := e.pool.Begin(ctx)
	if err != nil {
		return fmt.Errorf("open database: %w", err)
	}
	defer tx.Rollback(ctx) // only holds the lock; has nothing to undo
	if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock($1)", int64(migrationLock)); err != nil {
		return fmt.Errorf("wait for others to migrate: %w", err)
	}
	db := stdlib.OpenDBFromPool(e.pool)
	defer db.Close()
	return migrate(ctx, goose.DialectPostgres, db, postgresID)
}

const postgresID = "BIGINT NOT NULL PRIMARY KEY"

func (e *postgresEngine) close() { e.pool.Close() }

func (e *postgresEngine) forUpdate() string { return " FOR UPDATE" }

func (e *postgresEngine) exec(ctx context.Context, text string, args ...any) (int64, error) {
	tag, err := e.pool.Exec(ctx, text, args...)
	return tag.RowsAffected(), err
}

func (e *postgresEngine) query(ctx context.Context, text string, args ...any) (rows, error) {
	rs, err := e.pool.Query(ctx, text, args...)
	return pgRows{rs}, err
}

// inTx runs fn, again when Postgres had to end one of two transactions that
// waited for each other.
func (e *postgresEngine) inTx(ctx context.Context, fn func(querier) error) (err error) {
	for range 4 {
		err = e.inTxOnce(ctx, fn)
		var p *pgconn.PgError
		if !errors.As(err, &p) || p.Code != "40P01" && p.Code != "40001" {
			return err
		}
	}
	return err
}

func (e *postgresEngine) inTxOnce(ctx context.Context, fn func(querier) error) error {
	tx, err := e.pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(context.WithoutCancel(ctx)) // does nothing after a commit
	if err := call(fn, pgTx{tx}); err != nil {
		return err
	}
	// A commit that was cancelled half-way would leave us not knowing.
	return tx.Commit(context.WithoutCancel(ctx))
}

func (e *postgresEngine) unique(err error) (string, bool) {
	var p *pgconn.PgError
	if errors.As(err, &p) && p.Code == "23505" {
		return p.ConstraintName, true
	}
	return "", false
}

// away reports what passes by itself: no connection, a server that starts,
// stops or is full.
func (e *postgresEngine) away(err error) bool {
	var p *pgconn.PgError
	if errors.As(err, &p) {
		switch p.Code[:2] {
		case "08", "53", "57", "58":
			return true
		}
		return false
	}
	var c *pgconn.ConnectError
	var n net.Error
	return errors.As(err, &c) || errors.As(err, &n) || pgconn.SafeToRetry(err) ||
		strings.Contains(err.Error(), "conn closed") || strings.Contains(err.Error(), "closed pool") ||
		strings.Contains(err.Error(), "unexpected EOF")
}

// pgTx is a querier in a transaction.
type pgTx struct{ tx pgx.Tx }

func (t pgTx) exec(ctx context.Context, text string, args ...any) (int64, error) {
	tag, err := t.tx.Exec(ctx, text, args...)
	return tag.RowsAffected(), err
}

func (t pgTx) query(ctx context.Context, text string, args ...any) (rows, error) {
	rs, err := t.tx.Query(ctx, text, args...)
	return pgRows{rs}, err
}

// pgRows gives pgx's rows the Close of database/sql.
type pgRows struct{ pgx.Rows }

// Close frees the connection.
func (r pgRows) Close() error {
	r.Rows.Close()
	return nil
}
