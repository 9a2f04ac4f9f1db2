package app

import (
	"context"
	"fmt"

	"skerry/internal/config"
	"skerry/internal/social"
	"skerry/internal/store"
)

const (
	settingDomain        = "domain"
	settingAccountDomain = "account_domain"
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
	name, was, is := changedName(domain, account, a.cfg)
	if federated {
		return fmt.Errorf("%s is %q, but this server has been known as %q: other servers keep that name in every follow, post and mention, "+
			"and would neither find nor believe the new one. Set %s=%s again (to use another domain, start a new server with an empty database)", name, is, was, name, was)
	}
	if running(a.cfg) { // its addresses must not move under it
		return fmt.Errorf("%s is %q here, but the server that runs on %s has %q: set %s=%s for this command too, or stop the server first", name, is, a.cfg.DataDir, was, name, was)
	}
	old := config.Config{Domain: domain, AccountDomain: account}
	return a.DB.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.MoveHouse(ctx, old.Origin(), a.urls.Origin, a.cfg.Domain, a.cfg.AccountDomain, a.urls.ServerName()); err != nil {
			return err
		}
		return a.setNames(ctx, tx)
	})
}

// changedName says which setting is another than the database knows.
func changedName(domain, account string, cfg config.Config) (name, was, is string) {
	if domain == cfg.Domain {
		return "ACCOUNT_DOMAIN", account, cfg.AccountDomain
	}
	return "DOMAIN", domain, cfg.Domain
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
