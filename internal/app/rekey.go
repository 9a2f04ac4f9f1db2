package app

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"skerry/internal/config"
)

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
		// Written before the database changes: whichever key the database wants
		// after a crash, it is on disk.
		if err := os.WriteFile(path+".new", append(key, '\n'), 0o600); err != nil {
			return "", fmt.Errorf("write the new key: %w", err)
		}
	}
	if err := db.Rekey(ctx, key); err != nil {
		return "", err
	}
	if !own {
		return "set SECRET_KEY to it before the next start, and restart the server if it is running", nil
	}
	if err := os.Rename(path+".new", path); err != nil {
		return "", fmt.Errorf("put the new key in place (rename %s.new to %s): %w", path, path, err)
	}
	return "DATA_DIR/secret.key holds it; restart the server if it is running", nil
}
