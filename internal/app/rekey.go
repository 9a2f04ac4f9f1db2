package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"skerry/internal/config"
	"skerry/internal/store"
)

const (
	secretFile = "secret.key"
	newSuffix  = ".new" // the key of a Rekey that is not finished
)

// secretKey gives the key that seals private keys: the one of the settings, else
// the one in DATA_DIR, made at the first start.
func secretKey(cfg config.Config) ([]byte, error) {
	if len(cfg.SecretKey) > 0 {
		return cfg.SecretKey, nil
	}
	path := filepath.Join(cfg.DataDir, secretFile)
	if err := finishRekey(cfg, path); err != nil {
		return nil, err
	}
	key, err := readKey(path)
	if errors.Is(err, os.ErrNotExist) {
		return newSecret(path)
	}
	return key, err
}

func readKey(path string) ([]byte, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the secret key: %w", err)
	}
	key := strings.TrimSpace(string(text))
	if key == "" {
		return nil, fmt.Errorf("%s is empty: restore it from a backup; without it the private keys in the database cannot be read", path)
	}
	return []byte(key), nil
}

// newSecret makes the key, whole or not at all. Of two processes that start
// together one makes it, and both have it.
func newSecret(path string) ([]byte, error) {
	draft := path + "." + rand.Text()
	defer os.Remove(draft)
	err := writeKey(draft, []byte(rand.Text()+rand.Text()))
	if err == nil {
		// A link is not made over a file that is there. Where there are no links the
		// last one wins, and the other process is refused by its database.
		if err = os.Link(draft, path); err != nil && !errors.Is(err, os.ErrExist) {
			err = os.Rename(draft, path)
		}
	}
	if err == nil || errors.Is(err, os.ErrExist) {
		err = syncFolder(path)
	}
	if err != nil {
		return nil, fmt.Errorf("DATA_DIR: make the secret key: %w (the folder must be writable)", err)
	}
	return readKey(path)
}

// Rekey seals the private keys with another secret key and says what is left to
// do. The key file in DATA_DIR is replaced by itself; a key in the settings is
// for the owner to change.
func Rekey(ctx context.Context, cfg config.Config, o Options, key []byte) (next string, err error) {
	db, err := OpenStore(ctx, cfg, o)
	if err != nil {
		return "", err
	}
	defer db.Close()
	own := len(cfg.SecretKey) == 0
	path := filepath.Join(cfg.DataDir, secretFile)
	if own {
		// On disk before the database changes: whichever key the database wants
		// after a crash, it is there, and finishRekey finds it.
		if err := writeKey(path+newSuffix, key); err != nil {
			return "", fmt.Errorf("write the new key: %w", err)
		}
	}
	if err := db.Rekey(ctx, key); err != nil {
		return "", err
	}
	if !own {
		return "set SECRET_KEY to it before the next start, and restart the server if it is running", nil
	}
	return "DATA_DIR/secret.key holds it; restart the server if it is running", replaceKey(path)
}

// finishRekey puts the key of a Rekey that was cut off in its place, when the
// database is sealed with it already.
func finishRekey(cfg config.Config, path string) error {
	key, err := readKey(path + newSuffix)
	if err != nil {
		return nil // nearly always: there is none
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	db, err := store.Open(ctx, store.Options{
		URL: cfg.DatabaseURL, Path: databasePath(cfg), Secret: key, Now: time.Now, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return nil // the old key is the right one, or whoever opens it next says what is wrong
	}
	db.Close()
	return replaceKey(path)
}

func databasePath(cfg config.Config) string { return filepath.Join(cfg.DataDir, "skerry.db") }

func replaceKey(path string) error {
	if err := os.Rename(path+newSuffix, path); err != nil {
		return fmt.Errorf("put the new key in place (rename %s to %s): %w", path+newSuffix, path, err)
	}
	return syncFolder(path)
}

// writeKey writes a key that is on disk when it returns, for nobody else to read.
func writeKey(path string, key []byte) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(f, "%s\n", key)
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	return syncFolder(path)
}

// syncFolder makes the names in a file's folder durable.
func syncFolder(path string) error {
	f, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
