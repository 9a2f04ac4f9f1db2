package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"skerry/internal/config"
	"skerry/internal/social"
	"skerry/internal/store"
)

const (
	settingDomain        = "domain"
	settingAccountDomain = "account_domain"
	secretFile           = "secret.key"
)

// settleNames remembers the domains at the first start and refuses others once
// anything has federated: they are part of every id that others keep.
func (a *App) settleNames(ctx context.Context) error {
	domain, err := a.DB.Setting(ctx, settingDomain)
	if social.Is(err, social.NotFound) {
		return a.keepNames(ctx)
	}
	if err != nil {
		return err
	}
	account, err := a.DB.Setting(ctx, settingAccountDomain)
	if err != nil {
		return err
	}
	if domain == a.cfg.Domain && account == a.cfg.AccountDomain {
		return nil
	}
	federated, err := a.DB.Federated(ctx)
	if err != nil {
		return err
	}
	if federated {
		return nameRefusal(domain, account, a.cfg)
	}
	old := config.Config{Domain: domain, AccountDomain: account}
	return a.DB.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.MoveHouse(ctx, old.Origin(), a.urls.Origin, a.cfg.Domain, a.cfg.AccountDomain, a.urls.ServerName()); err != nil {
			return err
		}
		return a.setNames(ctx, tx)
	})
}

func nameRefusal(domain, account string, cfg config.Config) error {
	name, was, is := "DOMAIN", domain, cfg.Domain
	if domain == cfg.Domain {
		name, was, is = "ACCOUNT_DOMAIN", account, cfg.AccountDomain
	}
	return fmt.Errorf("%s is %q, but this server has been known as %q: other servers keep that name in every follow, post and mention, "+
		"and would neither find nor believe the new one. Set %s=%s again (to use another domain, start a new server with an empty database)", name, is, was, name, was)
}

func (a *App) keepNames(ctx context.Context) error {
	return a.DB.InTx(ctx, func(tx *store.Tx) error { return a.setNames(ctx, tx) })
}

func (a *App) setNames(ctx context.Context, tx *store.Tx) error {
	if err := tx.SetSetting(ctx, settingDomain, a.cfg.Domain); err != nil {
		return err
	}
	return tx.SetSetting(ctx, settingAccountDomain, a.cfg.AccountDomain)
}

// secretKey gives the key that seals private keys: the one of the settings, else
// the one in DATA_DIR, made at the first start.
func secretKey(cfg config.Config) ([]byte, error) {
	if len(cfg.SecretKey) > 0 {
		return cfg.SecretKey, nil
	}
	path := filepath.Join(cfg.DataDir, secretFile)
	key, err := os.ReadFile(path)
	switch {
	case err == nil && strings.TrimSpace(string(key)) == "":
		return nil, fmt.Errorf("%s is empty: restore it from a backup; without it the private keys in the database cannot be read", path)
	case err == nil:
		return []byte(strings.TrimSpace(string(key))), nil
	case !errors.Is(err, os.ErrNotExist):
		return nil, fmt.Errorf("read the secret key: %w", err)
	}
	return newSecret(path)
}

func newSecret(path string) ([]byte, error) {
	key := rand.Text() + rand.Text()
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fmt.Errorf("make the secret key: %w", err)
	}
	defer f.Close()
	if _, err := f.WriteString(key + "\n"); err != nil {
		return nil, fmt.Errorf("make the secret key: %w", err)
	}
	return []byte(key), f.Sync()
}
