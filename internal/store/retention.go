package store

import (
	"context"
	"encoding/json"
	"fmt"

	"skerry/internal/social"
)

// Names of settings.
const (
	chosenRetention = "retention"
	seenStorage     = "storage"
)

// Retention gives what the owner chose, or NotFound while the settings of the start
// hold.
func (r Reader) Retention(ctx context.Context) (rules social.Retention, err error) {
	return rules, r.read(ctx, chosenRetention, &rules)
}

// SetRetention keeps what the owner chooses.
func (tx *Tx) SetRetention(ctx context.Context, rules social.Retention) error {
	return tx.SetSetting(ctx, chosenRetention, document(rules))
}

// Storage gives how the budget stood when it was last looked at; the zero Storage
// before that.
func (r Reader) Storage(ctx context.Context) (s social.Storage, err error) {
	if err = r.read(ctx, seenStorage, &s); social.Is(err, social.NotFound) {
		err = nil
	}
	return s, err
}

// SetStorage keeps how the budget stands.
func (tx *Tx) SetStorage(ctx context.Context, s social.Storage) error {
	return tx.SetSetting(ctx, seenStorage, document(s))
}

// read reads a setting that is a document.
func (r Reader) read(ctx context.Context, name string, into any) error {
	text, err := r.Setting(ctx, name)
	if err != nil {
		return err
	}
	if err := json.Unmarshal([]byte(text), into); err != nil {
		return fmt.Errorf("read setting %s: %w", name, err)
	}
	return nil
}
