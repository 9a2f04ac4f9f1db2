package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"

	"skerry/internal/access"
	"skerry/internal/app"
	"skerry/internal/config"
	"skerry/internal/social"
	"skerry/internal/store"
)

func (p program) owner(ctx context.Context, args []string) error {
	const say = "say create, password, show or token"
	if len(args) == 0 {
		return usagef("owner: %s", say)
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
	case "-h", "-help", "--help":
		return errHelp
	}
	return usagef("owner: %q is not understood: %s", args[0], say)
}

// withApp builds the server's parts without running them, for a command beside
// it, and wakes the running server afterwards.
func (p program) withApp(ctx context.Context, fn func(*app.App) error) error {
	cfg, log, err := p.settings()
	if err != nil {
		return err
	}
	return p.withSettings(ctx, cfg, log, fn)
}

func (p program) withSettings(ctx context.Context, cfg config.Config, log *slog.Logger, fn func(*app.App) error) error {
	a, err := app.New(ctx, cfg, app.Options{Version: buildVersion(), Log: log})
	if err != nil {
		return err
	}
	defer a.Close()
	if err := fn(a); err != nil {
		return err
	}
	a.Wake()
	return nil
}

func (p program) ownerCreate(ctx context.Context, args []string) error {
	var username string
	err := p.flags("owner create", args, func(f *flag.FlagSet) { f.StringVar(&username, "username", "", "") })
	if err != nil {
		return err
	}
	cfg, log, err := p.settings()
	if err != nil {
		return err
	}
	if username, err = chosenName(username, cfg.OwnerUsername); err != nil {
		return err
	}
	cfg.OwnerUsername = "" // else New would make the owner, or refuse without OWNER_PASSWORD
	return p.withSettings(ctx, cfg, log, func(a *app.App) error {
		if o, err := a.DB.Owner(ctx); err == nil {
			return fmt.Errorf("this server has an owner already: @%s", o.Actor.Handle())
		}
		if err := social.CheckUsername(username); err != nil {
			return err
		}
		password := cfg.OwnerPassword
		if password == "" {
			if password, err = p.password(ctx, "Password for the owner: "); err != nil {
				return err
			}
		}
		owner, err := a.CreateOwner(ctx, username, password)
		if err != nil {
			return err
		}
		fmt.Fprintf(p.out, "the owner is @%s\n", owner.Handle())
		return nil
	})
}

// chosenName is the username of the command line, or the one of the settings.
func chosenName(flag, setting string) (string, error) {
	switch {
	case flag == "" && setting == "":
		return "", usagef("owner create: give --username NAME (a-z, 0-9 and _; it can never be changed)")
	case flag != "" && setting != "" && flag != setting:
		return "", usagef("owner create: --username is %q and OWNER_USERNAME is %q: remove one", flag, setting)
	}
	return cmp.Or(flag, setting), nil
}

// password reads one line; on a terminal it asks first. It ends with ctx, since
// nothing else would end a read from a terminal.
func (p program) password(ctx context.Context, ask string) (string, error) {
	if f, ok := p.in.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			fmt.Fprint(p.err, ask)
		}
	}
	type answer struct {
		line string
		err  error
	}
	answers := make(chan answer, 1)
	go func() {
		line, err := bufio.NewReader(io.LimitReader(p.in, 4096)).ReadString('\n')
		answers <- answer{line, err}
	}()
	var got answer
	select {
	case got = <-answers:
	case <-ctx.Done():
		return "", ctx.Err()
	}
	if got.err != nil && !errors.Is(got.err, io.EOF) {
		return "", fmt.Errorf("read the password: %w", got.err)
	}
	line := strings.TrimRight(got.line, "\r\n")
	if line == "" {
		return "", errors.New("no password given: type it, or pipe it in as one line")
	}
	return line, social.CheckPassword(line)
}

func (p program) ownerPassword(ctx context.Context, args []string) error {
	if err := p.flags("owner password", args, nil); err != nil {
		return err
	}
	return p.withApp(ctx, func(a *app.App) error {
		if _, err := p.existing(ctx, a); err != nil {
			return err
		}
		password, err := p.password(ctx, "New password: ")
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
	return p.withApp(ctx, func(a *app.App) error {
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
	granted, err := access.ParseScopes(scopes)
	if err != nil {
		return usagef("owner token: %v", err)
	}
	return p.withApp(ctx, func(a *app.App) error {
		if _, err := p.existing(ctx, a); err != nil {
			return err
		}
		token, err := a.Identity.NewToken(ctx, name, granted)
		if err == nil {
			fmt.Fprintln(p.out, token)
		}
		return err
	})
}
