package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strings"

	"skerry/internal/app"
	"skerry/internal/config"
)

// config prints the settings as lines of a .env file, except for the secrets.
func (p program) config(ctx context.Context, args []string) error {
	if len(args) > 0 && args[0] == "rekey" {
		return p.rekey(ctx, args[1:])
	}
	if err := p.flags("config", args, nil); err != nil {
		return err
	}
	cfg, _, err := p.settings()
	if err != nil {
		return err
	}
	for _, s := range cfg.Effective() {
		mark := ""
		if s.Default {
			mark = "  # default"
		}
		fmt.Fprintf(p.out, "%s=%s%s\n", s.Name, s.Value, mark)
	}
	return nil
}

// rekey seals the private keys with another secret key. The settings still name
// the old one; the new one is in a file, so that it is in no shell history.
func (p program) rekey(ctx context.Context, args []string) error {
	var file string
	err := p.flags("config rekey", args, func(f *flag.FlagSet) { f.StringVar(&file, "new-key-file", "", "") })
	if err != nil {
		return err
	}
	if file == "" {
		return usagef("config rekey: give --new-key-file FILE with the new key in it (make one with: openssl rand -base64 48)")
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("read the new key: %w", err)
	}
	key := strings.TrimSpace(string(text))
	if err := config.CheckSecretKey(key); err != nil {
		return fmt.Errorf("%s is no new key: %w", file, err)
	}
	cfg, log, err := p.settings()
	if err != nil {
		return err
	}
	next, err := app.Rekey(ctx, cfg, app.Options{Version: buildVersion(), Log: log}, []byte(key))
	if err != nil {
		return err
	}
	fmt.Fprintln(p.out, "the private keys are sealed with the new key;", next)
	return nil
}

func (p program) migrate(ctx context.Context, args []string) error {
	if err := p.flags("migrate", args, nil); err != nil {
		return err
	}
	cfg, _, err := p.settings()
	if err != nil {
		return err
	}
	if err := app.Migrate(ctx, cfg); err != nil {
		return err
	}
	fmt.Fprintln(p.out, "the database schema is up to date")
	return nil
}
