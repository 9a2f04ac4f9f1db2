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

// schemaVersion fails where nothing was migrated yet.
const schemaVersion = `SELECT COALESCE(MAX(version_id), 0) FROM goose_db_version`

// migrate brings the schema up to date, each file in a transaction of its own.
// Of several processes that start at once on Postgres one does it and the
// others wait: see openPostgres. A database that is newer than this program is
// refused, since the program does not know what its columns mean; one that is as new is
// left alone, since reading the files takes longer than all else of a start.
func migrate(ctx context.Context, dialect goose.Dialect, db *sql.DB, id string) error {
	newest := newestMigration()
	var at int64
	if err := db.QueryRowContext(ctx, schemaVersion).Scan(&at); err == nil && at == newest {
		return nil
	}
	if at > newest {
		return fmt.Errorf("the database schema is at version %d and this program knows %d: run the newer program that made it", at, newest)
	}
	p, err := goose.NewProvider(dialect, db, worded{migrations.FS, id}, goose.WithVerbose(false), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return fmt.Errorf("read the migrations: %w", err)
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

// What goose looks for. Between the last two it does not look for ends of statements in
// each line, which takes it longer than the database needs for all of them.
const (
	upwards = "-- +goose Up\n"
	begins  = "-- +goose StatementBegin\n"
	ends    = "\n-- +goose StatementEnd\n"
)

// Open gives a file, .sql files with their words put in and as one statement.
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
	text = append(bytes.Replace(text, []byte(upwards), []byte(upwards+begins), 1), ends...)
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
