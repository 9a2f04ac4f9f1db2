package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net"

	"skerry/internal/app"
	"skerry/internal/social"
)

// flags parses a command's options; what is left over is wrong usage.
func (p program) flags(name string, args []string, define func(*flag.FlagSet)) error {
	set := flag.NewFlagSet(name, flag.ContinueOnError)
	set.SetOutput(io.Discard)
	if define != nil {
		define(set)
	}
	if err := set.Parse(args); err != nil {
		return usagef("%s: %v; skerry help shows how", name, err)
	}
	if set.NArg() > 0 {
		return usagef("%s: %q is not understood; skerry help shows how", name, set.Arg(0))
	}
	return nil
}

func (p program) serve(ctx context.Context, args []string) error {
	var roles string
	err := p.flags("serve", args, func(f *flag.FlagSet) { f.StringVar(&roles, "roles", "", "parts to run") })
	if err != nil {
		return err
	}
	if roles != "" && roles != "web,worker,scheduler" {
		return usagef("serve: --roles %s is not built into this version, which runs everything in one process", roles)
	}
	cfg, log, err := p.settings()
	if err != nil {
		return err
	}
	a, err := app.New(ctx, cfg, app.Options{Version: buildVersion(), Log: log})
	if err != nil {
		return err
	}
	defer a.Close()
	return a.Run(ctx, func(at net.Addr) {
		log.Info("serving", "origin", cfg.Origin(), "listen", at.String(), "version", buildVersion())
		p.invite(ctx, a)
	})
}

// invite prints the one-time link when there is no owner yet.
func (p program) invite(ctx context.Context, a *app.App) {
	link, err := a.Site.SetupLink(ctx)
	switch {
	case err == nil:
		fmt.Fprintf(p.out, "\nThis server has no owner yet. Open this link once in your browser to become it:\n\n    %s\n\n", link)
	case !social.Is(err, social.Conflict):
		fmt.Fprintln(p.err, "skerry: could not make the setup link:", err)
	}
}
