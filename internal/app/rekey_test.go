package app_test

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"skerry/internal/app"
	"skerry/internal/testkit"
)

var options = app.Options{Version: "test", Log: slog.New(slog.DiscardHandler)}

const newKey = "new-new-new-new-new-new-new-new-new-new"

func (b *berth) file(name string) string { return filepath.Join(b.cfg.DataDir, name) }

func (b *berth) read(name string) string {
	b.t.Helper()
	text, err := os.ReadFile(b.file(name))
	if err != nil {
		b.t.Fatal(err)
	}
	return strings.TrimSpace(string(text))
}

func (b *berth) write(name, text string) {
	b.t.Helper()
	if err := os.WriteFile(b.file(name), []byte(text+"\n"), 0o644); err != nil {
		b.t.Fatal(err)
	}
}

// wantReadable wants the private keys to open.
func (b *berth) wantReadable() {
	b.t.Helper()
	a, err := b.open()
	if err == nil {
		_, err = a.Identity.Key(b.t.Context(), a.Server.ID)
	}
	if err != nil {
		b.t.Errorf("the private keys cannot be read: %v", err)
	}
}

func (b *berth) wantRefused(want string) {
	b.t.Helper()
	if _, err := b.open(); err == nil || !strings.Contains(err.Error(), want) {
		b.t.Errorf("got %v, want %q", err, want)
	}
}

// Processes that start together must not make two keys, nor read half of one.
func TestSecretKeyIsMadeOnce(t *testing.T) {
	t.Parallel()
	b := newBerth(t, testkit.Postgres(t))
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			db, err := app.OpenStore(t.Context(), b.cfg, options)
			if err != nil {
				t.Error(err)
				return
			}
			db.Close()
		})
	}
	all.Wait()
	if key := b.read("secret.key"); len(key) < 32 {
		t.Errorf("the key has %d characters, want at least 32", len(key))
	}
	files, err := os.ReadDir(b.cfg.DataDir)
	if err != nil || len(files) != 1 {
		t.Errorf("the folder has %v, %v, want the key alone", files, err)
	}
	wantPrivate(t, b.file("secret.key"))
}

func wantPrivate(t *testing.T, path string) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%s has mode %v, %v, want 0600", path, info.Mode(), err)
	}
}

func TestRekeyReplacesTheServersOwnKey(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		b := newBerth(t, dsn)
		b.wantReadable()
		old := b.read("secret.key")
		b.write("secret.key.new", "what a rekey of long ago left for all to read")
		next, err := app.Rekey(t.Context(), b.cfg, options, []byte(newKey))
		if err != nil || !strings.Contains(next, "secret.key holds it") {
			t.Fatalf("got %q, %v", next, err)
		}
		if got := b.read("secret.key"); got != newKey {
			t.Errorf("the file holds %q, want the new key", got)
		}
		wantPrivate(t, b.file("secret.key"))
		if _, err := os.Stat(b.file("secret.key.new")); !os.IsNotExist(err) {
			t.Errorf("the file of the new key is there: %v", err)
		}
		b.wantReadable()
		b.write("secret.key", old)
		b.wantRefused("SECRET_KEY is not the one this database was made with")
	})
}

func TestRekeyLeavesAKeyOfTheSettingsToTheOwner(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		b := newBerth(t, dsn)
		b.cfg.SecretKey = bytes.Repeat([]byte("k"), 40)
		b.wantReadable()
		next, err := app.Rekey(t.Context(), b.cfg, options, []byte(newKey))
		if err != nil || !strings.Contains(next, "set SECRET_KEY to it") {
			t.Fatalf("got %q, %v", next, err)
		}
		if left, err := filepath.Glob(b.file("secret.key*")); err != nil || left != nil {
			t.Errorf("there is %v, %v, want no key in the folder", left, err)
		}
		b.wantRefused("SECRET_KEY is not the one")
		b.cfg.SecretKey = []byte(newKey)
		b.wantReadable()
	})
}

func TestRekeyNeedsTheOldKey(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		b := newBerth(t, dsn)
		b.wantReadable()
		old := b.read("secret.key")
		b.write("secret.key", strings.Repeat("another", 8))
		if _, err := app.Rekey(t.Context(), b.cfg, options, []byte(newKey)); err == nil || !strings.Contains(err.Error(), "SECRET_KEY is not the one") {
			t.Errorf("got %v, want a refusal", err)
		}
		b.write("secret.key", old)
		b.wantReadable()
	})
}

// Whichever key the database has when the power goes, the next start finds it.
func TestRekeyThatWasCutOffIsFinishedAtTheNextStart(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		for name, sealed := range map[string]bool{"before the database changed": false, "after it": true} {
			b := newBerth(t, dsn)
			if dsn != "" {
				b.cfg.DatabaseURL = testkit.Postgres(t)
			}
			b.wantReadable()
			old := b.read("secret.key")
			b.write("secret.key.new", newKey)
			want := old
			if sealed {
				db, err := app.OpenStore(t.Context(), b.cfg, options)
				if err == nil {
					err = db.Rekey(t.Context(), []byte(newKey))
				}
				if err != nil {
					t.Fatal(err)
				}
				db.Close()
				want = newKey
			}
			b.wantReadable()
			if got := b.read("secret.key"); got != want {
				t.Errorf("%s: the file holds %q, want %q", name, got, want)
			}
			if next, err := app.Rekey(t.Context(), b.cfg, options, []byte(newKey)); err != nil {
				t.Errorf("%s: a second try says %q, %v", name, next, err)
			}
			b.wantReadable()
		}
	})
}

func TestEmptyKeyFileIsNotMadeAnew(t *testing.T) {
	t.Parallel()
	b := newBerth(t, "")
	b.write("secret.key", "")
	b.wantRefused("secret.key is empty: restore it from a backup")
}
