package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"skerry/internal/access"
	"skerry/internal/app"
	"skerry/internal/config"
	"skerry/internal/social"
	"skerry/internal/store"
)

func (p program) owner(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return usagef("owner: say create, password, show or token")
	}
	switch args[0] {
	case "create":
		return p.ownerCreate(ctx, args[1:])
	case "password":
		return p.ownerPassword(ctx, args[1:])
	case "show":
		return p.ownerShow(ctx, args[1:])
	case "token":
		return p.ownerToken(ctx, args[1:])
	}
	return usagef("owner: %q is not understood: say create, password, show or token", args[0])
}

// withApp builds the server's parts without running them, for a command beside
// it, and wakes the running server afterwards.
func (p program) withApp(ctx context.Context, fn func(*app.App, config.Config) error) error {
	cfg, log, err := p.settings()
	if err != nil {
		return err
	}
	a, err := app.New(ctx, cfg, app.Options{Version: buildVersion(), Log: log})
	if err != nil {
		return err
	}
	defer a.Close()
	if err := fn(a, cfg); err != nil {
		return err
	}
	app.Wake(cfg)
	return nil
}

func (p program) ownerCreate(ctx context.Context, args []string) error {
	var username string
	err := p.flags("owner create", args, func(f *flag.FlagSet) { f.StringVar(&username, "username", "", "") })
	if err != nil {
		return err
	}
	return p.withApp(ctx, func(a *app.App, cfg config.Config) error {
		if o, err := a.DB.Owner(ctx); err == nil {
			if cfg.OwnerUsername != "" && (username == "" || username == o.Actor.Username) {
				fmt.Fprintln(p.out, "the owner is", "@"+o.Actor.Handle())
				return nil
			}
			return fmt.Errorf("this server has an owner already: %s", "@"+o.Actor.Handle())
		}
		if username == "" {
			return usagef("owner create: give --username NAME (a-z, 0-9 and _; it can never be changed)")
		}
		password := cfg.OwnerPassword
		if password == "" {
			if password, err = p.password("Password for the owner: "); err != nil {
				return err
			}
		}
		owner, err := a.CreateOwner(ctx, username, password)
		if err != nil {
			return err
		}
		fmt.Fprintln(p.out, "the owner is", "@"+owner.Handle())
		return nil
	})
}

// password reads one line; on a terminal it asks first.
func (p program) password(ask string) (string, error) {
	if f, ok := p.in.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			fmt.Fprint(p.err, ask)
		}
	}
	line, err := bufio.NewReader(io.LimitReader(p.in, 4096)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read the password: %w", err)
	}
	line = strings.TrimRight(line, "\r\n")
	if line == "" {
		return "", errors.New("no password given: type it, pipe it in, or set OWNER_PASSWORD_FILE")
	}
	return line, social.CheckPassword(line)
}

func (p program) ownerPassword(ctx context.Context, args []string) error {
	if err := p.flags("owner password", args, nil); err != nil {
		return err
	}
	return p.withApp(ctx, func(a *app.App, _ config.Config) error {
		if _, err := p.existing(ctx, a); err != nil {
			return err
		}
		password, err := p.password("New password: ")
		if err != nil {
			return err
		}
		hash := a.Passwords.Hash(password)
		if err := a.DB.InTx(ctx, func(tx *store.Tx) error { return tx.SetPassword(ctx, hash) }); err != nil {
			return err
		}
		fmt.Fprintln(p.out, "the password is changed and every session has ended")
		return nil
	})
}

// existing gives the owner, or says how to create one.
func (p program) existing(ctx context.Context, a *app.App) (store.Owner, error) {
	o, err := a.DB.Owner(ctx)
	if social.Is(err, social.NotFound) {
		err = errors.New("this server has no owner yet: create it with: skerry owner create --username NAME")
	}
	return o, err
}

func (p program) ownerShow(ctx context.Context, args []string) error {
	if err := p.flags("owner show", args, nil); err != nil {
		return err
	}
	return p.withApp(ctx, func(a *app.App, _ config.Config) error {
		o, err := p.existing(ctx, a)
		if err != nil {
			return err
		}
		in, out, err := a.DB.CountFollows(ctx, o.Actor.ID)
		if err != nil {
			return err
		}
		fmt.Fprintf(p.out, "handle     @%s\nid         %s\npage       %s\ncreated    %s\nfollowers  %d\nfollowing  %d\n",
			o.Actor.Handle(), o.Actor.IRI, o.Actor.URL, o.CreatedAt.Format("2006-01-02 15:04"), in, out)
		return nil
	})
}

func (p program) ownerToken(ctx context.Context, args []string) error {
	scopes, name := "read write follow", "script"
	err := p.flags("owner token", args, func(f *flag.FlagSet) {
		f.StringVar(&scopes, "scopes", scopes, "")
		f.StringVar(&name, "name", name, "")
	})
	if err != nil {
		return err
	}
	if err := checkScopes(scopes); err != nil {
		return err
	}
	return p.withApp(ctx, func(a *app.App, _ config.Config) error {
		if _, err := p.existing(ctx, a); err != nil {
			return err
		}
		token, hash := access.NewToken()
		err := a.DB.InTx(ctx, func(tx *store.Tx) error {
			return tx.AddToken(ctx, store.Token{
				ID: a.DB.IDs().New(), Hash: hash, Name: name, Scopes: strings.Join(strings.Fields(scopes), " "), Created: a.DB.Now(),
			})
		})
		if err == nil {
			fmt.Fprintln(p.out, token)
		}
		return err
	})
}

// checkScopes refuses what no part of the API asks for.
func checkScopes(scopes string) error {
	known := []string{"read", "write", "follow", "push", "profile"}
	for _, s := range strings.Fields(scopes) {
		top, _, _ := strings.Cut(s, ":")
		if !slices.Contains(known, top) {
			return usagef("owner token: %q is not a scope: say read, write, follow, push, profile or a part like write:statuses", s)
		}
	}
	if strings.TrimSpace(scopes) == "" {
		return usagef("owner token: --scopes is empty")
	}
	return nil
}
