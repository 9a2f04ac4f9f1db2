package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	lru "github.com/hashicorp/golang-lru/v2"
)

// sqliteConn is one connection with the statements it has prepared: compiling a
// statement costs SQLite more than running it. One goroutine at a time uses it.
type sqliteConn struct {
	conn  *sql.Conn
	stmts *lru.Cache[string, *sql.Stmt]
}

// statements is how many texts a connection remembers. Lists of different
// lengths make different texts, so the oldest are let go.
const statements = 256

func newSQLiteConn(ctx context.Context, pool *sql.DB) (*sqliteConn, error) {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return nil, err
	}
	stmts, err := lru.NewWithEvict(statements, func(_ string, s *sql.Stmt) { s.Close() })
	return &sqliteConn{conn: conn, stmts: stmts}, err
}

func (c *sqliteConn) close() {
	c.stmts.Purge()
	c.conn.Close()
}

func (c *sqliteConn) prepared(ctx context.Context, text string) (*sql.Stmt, error) {
	if s, ok := c.stmts.Get(text); ok {
		return s, nil
	}
	s, err := c.conn.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	c.stmts.Add(text, s)
	return s, nil
}

func (c *sqliteConn) exec(ctx context.Context, text string, args ...any) (int64, error) {
	s, err := c.prepared(ctx, text)
	if err != nil {
		return 0, err
	}
	res, err := s.ExecContext(ctx, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

func (c *sqliteConn) query(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	s, err := c.prepared(ctx, text)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(ctx, args...)
}

// sqliteTx is a querier on the writer's connection. It drops the caller's
// cancellation: see commit.
type sqliteTx struct{ conn *sqliteConn }

func (t sqliteTx) exec(ctx context.Context, text string, args ...any) (int64, error) {
	return t.conn.exec(context.WithoutCancel(ctx), text, args...)
}

func (t sqliteTx) query(ctx context.Context, text string, args ...any) (rows, error) {
	rs, err := t.conn.query(context.WithoutCancel(ctx), text, args...)
	if err != nil {
		return nil, err
	}
	return rs, nil
}

// sqliteReaders are the connections that read. Who reads takes one and gives it
// back with the rows.
type sqliteReaders struct {
	pool *sql.DB
	free chan *sqliteConn
	quit chan struct{}
	all  []*sqliteConn
}

func newSQLiteReaders(ctx context.Context, pool *sql.DB, n int) (*sqliteReaders, error) {
	r := &sqliteReaders{pool: pool, free: make(chan *sqliteConn, n), quit: make(chan struct{})}
	pool.SetMaxOpenConns(n)
	pool.SetMaxIdleConns(n)
	for range n {
		c, err := newSQLiteConn(ctx, pool)
		if err != nil {
			r.close()
			return nil, fmt.Errorf("open a reader: %w", err)
		}
		r.all = append(r.all, c)
		r.free <- c
	}
	return r, nil
}

func (r *sqliteReaders) query(ctx context.Context, text string, args ...any) (rows, error) {
	var c *sqliteConn
	select {
	case c = <-r.free:
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-r.quit:
		return nil, errClosed
	}
	rs, err := c.query(ctx, text, args...)
	if err != nil {
		r.free <- c
		if errors.Is(err, sql.ErrConnDone) {
			err = errClosed
		}
		return nil, err
	}
	return &readerRows{Rows: rs, giveBack: func() { r.free <- c }}, nil
}

func (r *sqliteReaders) close() {
	close(r.quit)
	for _, c := range r.all {
		c.close()
	}
	r.pool.Close()
}

// readerRows gives its connection back when it is closed.
type readerRows struct {
	*sql.Rows
	giveBack func()
}

// Close ends the query. A second call does nothing.
func (r *readerRows) Close() error {
	if r.giveBack == nil {
		return nil
	}
	err := r.Rows.Close()
	r.giveBack()
	r.giveBack = nil
	return err
}
