package store_test

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"skerry/internal/store"
	"skerry/internal/testkit"
)

func wantRefused(t *testing.T, dsn, path string, key []byte, want ...string) {
	t.Helper()
	db, err := store.Open(t.Context(), options(dsn, path, key))
	if err == nil {
		db.Close()
	}
	for _, w := range want {
		if err == nil || !strings.Contains(err.Error(), w) {
			t.Errorf("got %v, want %q", err, w)
		}
	}
}

// A server and commands may start at once, before there is a schema.
func TestProcessesThatStartTogetherMakeOneSchema(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		path := filepath.Join(t.TempDir(), "skerry.db")
		var all sync.WaitGroup
		for range 6 {
			all.Go(func() {
				db, err := store.Open(t.Context(), options(dsn, path, secret))
				if err != nil {
					t.Error(err)
					return
				}
				db.Close()
			})
		}
		all.Wait()
	})
}

func TestDatabaseOfANewerProgramIsRefused(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		path := filepath.Join(t.TempDir(), "skerry.db")
		in(t, openAt(t, dsn, path, secret), func(tx *store.Tx) error {
			return tx.Exec(t.Context(), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, true)")
		})
		wantRefused(t, dsn, path, secret, "at version 9999", "run the newer program")
	})
}

func TestDatabaseOfAnotherKeyIsRefused(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		path := filepath.Join(t.TempDir(), "skerry.db")
		openAt(t, dsn, path, secret)
		wantRefused(t, dsn, path, []byte(strings.Repeat("x", 40)), "SECRET_KEY is not the one", "skerry config rekey")
	})
}

func TestFileThatIsNoDatabaseIsNamed(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "skerry.db")
	if err := os.WriteFile(path, []byte(strings.Repeat("no database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	wantRefused(t, "", path, secret, path, "put back a copy")
	wantRefused(t, "", t.TempDir(), secret, "must be writable")
}
