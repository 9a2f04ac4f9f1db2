package testkit

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"skerry/internal/store"
	"skerry/internal/testkit/service"
)

// These name the servers that tests use. `make check` starts private ones and
// sets them.
const (
	postgresEnv = "SKERRY_TEST_POSTGRES"
	redisEnv    = "SKERRY_TEST_REDIS"
	s3Env       = "SKERRY_TEST_S3"
)

// Engines runs a test on each database engine. dsn is "" for SQLite.
func Engines(t *testing.T, test func(t *testing.T, dsn string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, "")
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, Postgres(t))
	})
}

// Postgres makes a schema of its own for a test and gives the address that leads
// into it. Without a server the test fails: it does not skip.
func Postgres(t testing.TB) string {
	t.Helper()
	base := os.Getenv(postgresEnv)
	if base == "" {
		t.Fatalf("%s is not set: run the tests with make check, which starts a private Postgres", postgresEnv)
	}
	schema := "t_" + strings.ToLower(rand.Text())
	admin(t, base, "CREATE SCHEMA "+schema)
	t.Cleanup(func() { admin(t, base, "DROP SCHEMA "+schema+" CASCADE") })
	u, err := url.Parse(base)
	if err != nil {
		t.Fatalf("%s: %v", postgresEnv, err)
	}
	q := u.Query()
	q.Set("search_path", schema)
	u.RawQuery = q.Encode()
	return u.String()
}

// blank is an embedded database as its first start makes it. That takes longer than most
// tests, so it is made once.
var blank = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "skerry-blank-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "skerry.db")
	if err := store.Migrate(context.Background(), store.Options{Path: path}); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// SQLite puts an embedded database into a folder and gives its path.
func SQLite(t testing.TB, dir string) string {
	t.Helper()
	path := filepath.Join(dir, "skerry.db")
	file, err := blank()
	if err == nil {
		err = os.WriteFile(path, file, 0o600)
	}
	if err != nil {
		t.Fatal(fmt.Errorf("test database: %w", err))
	}
	return path
}

// PgBouncer is Postgres behind a pooler of the test's own, in transaction mode.
func PgBouncer(t testing.TB) string {
	t.Helper()
	b, err := service.StartPgBouncer(t.Context(), Postgres(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Stop)
	return b.DSN()
}

// admin runs a statement outside any test's schema.
func admin(t testing.TB, dsn, sql string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	c, err := pgx.Connect(ctx, dsn)
	if err == nil {
		_, err = c.Exec(ctx, sql)
		_ = c.Close(ctx)
	}
	if err != nil {
		t.Fatal(fmt.Errorf("test database: %s: %w", sql, err))
	}
}
