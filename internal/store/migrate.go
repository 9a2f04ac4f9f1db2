package store

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"time"

	"github.com/pressly/goose/v3"

	"skerry/migrations"
)

const schemaVersion = `SELECT COALESCE(MAX(version_id), 0) FROM goose_db_version`

// migrate brings the schema up to date, each file in a transaction of its own.
// Of several processes that start at once on Postgres one does it and the
// others wait: see openPostgres. A database that is newer than this program is
// refused, since the program does not know what its columns mean.
func migrate(ctx context.Context, dialect goose.Dialect, db *sql.DB, id string, o ...goose.ProviderOption) error {
	o = append(o, goose.WithVerbose(false), goose.WithDisableGlobalRegistry(true))
	p, err := goose.NewProvider(dialect, db, worded{migrations.FS, id}, o...)
	if err != nil {
		return fmt.Errorf("read the migrations: %w", err)
	}
	at, err := p.GetDBVersion(ctx)
	if err != nil {
		return fmt.Errorf("read the schema version of the database: %w", err)
	}
	if newest := newestMigration(); at > newest {
		return fmt.Errorf("the database schema is at version %d and this program knows %d: run the newer program that made it", at, newest)
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("bring the database schema up to date: %w", err)
	}
	return nil
}

// newestMigration is the number of the last file.
func newestMigration() (newest int64) {
	names, _ := fs.Glob(migrations.FS, "*.sql")
	for _, name := range names {
		number, _, _ := strings.Cut(name, "_")
		if n, err := strconv.ParseInt(number, 10, 64); err == nil {
			newest = max(newest, n)
		}
	}
	return newest
}

// worded is the folder of migrations with the engine's words put in for ${ID}.
type worded struct {
	fs.FS
	id string
}

// Open gives a file, .sql files with their words put in.
func (w worded) Open(name string) (fs.File, error) {
	f, err := w.FS.Open(name)
	if err != nil || !strings.HasSuffix(name, ".sql") {
		return f, err
	}
	f.Close()
	text, err := fs.ReadFile(w.FS, name)
	if err != nil {
		return nil, err
	}
	text = bytes.ReplaceAll(text, []byte("${ID}"), []byte(w.id))
	return &wordedFile{Reader: bytes.NewReader(text), name: name}, nil
}

// wordedFile is a file in memory.
type wordedFile struct {
	*bytes.Reader
	name string
}

func (f *wordedFile) Close() error               { return nil }
func (f *wordedFile) Stat() (fs.FileInfo, error) { return f, nil }
func (f *wordedFile) Name() string               { return f.name }
func (f *wordedFile) Mode() fs.FileMode          { return 0o444 }
func (f *wordedFile) ModTime() time.Time         { return time.Time{} }
func (f *wordedFile) IsDir() bool                { return false }
func (f *wordedFile) Sys() any                   { return nil }
