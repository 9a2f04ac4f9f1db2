package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"strings"

	"skerry/internal/app"
	"skerry/internal/config"
	"skerry/internal/social"
)

func (p program) serve(ctx context.Context, args []string) error {
	roles, cfg, log, err := p.part("serve", args)
	if err != nil {
		return err
	}
	err = p.serveWith(ctx, cfg, roles, log)
	if err != nil && ctx.Err() != nil {
		log.Info("stopped before the start was complete", "err", err)
		return nil
	}
	return err
}

// part reads which part of the server a command is about, and the settings.
func (p program) part(name string, args []string) (app.Roles, config.Config, *slog.Logger, error) {
	whole := strings.Join(app.RoleNames, ",")
	wanted := whole
	err := p.flags(name, args, func(f *flag.FlagSet) { f.StringVar(&wanted, "roles", whole, "") })
	if err != nil {
		return app.Roles{}, config.Config{}, nil, err
	}
	roles, err := app.ParseRoles(wanted)
	if err != nil {
		return roles, config.Config{}, nil, usagef("%s: %v", name, err)
	}
	cfg, log, err := p.settings()
	if err != nil {
		return roles, cfg, nil, err
	}
	if err := roles.Check(cfg); err != nil {
		return roles, cfg, nil, usagef("%s: %v", name, err)
	}
	return roles, cfg, log, nil
}

// healthcheck asks the process beside this one how it is, for Docker and its like.
func (p program) healthcheck(ctx context.Context, args []string) error {
	roles, cfg, _, err := p.part("healthcheck", args)
	if err != nil {
		return err
	}
	say, err := app.Health(ctx, cfg, roles)
	fmt.Fprint(p.out, say)
	return err
}

func (p program) serveWith(ctx context.Context, cfg config.Config, roles app.Roles, log *slog.Logger) error {
	a, err := app.New(ctx, cfg, app.Options{Version: buildVersion(), Log: log, Roles: roles})
	if err != nil {
		return err
	}
	defer a.Close()
	return a.Run(ctx, func(at net.Addr) {
		if at == nil {
			log.Info("working, without answering requests", "origin", cfg.Origin(), "version", buildVersion())
			return
		}
		log.Info("serving", "origin", cfg.Origin(), "listen", at.String(), "version", buildVersion())
		if !cfg.Secure() && port(cfg.Domain) != port(at.String()) {
			log.Warn("addresses of this server do not lead to where it listens: give DOMAIN the port of LISTEN", "origin", cfg.Origin(), "listen", at.String())
		}
		p.invite(ctx, a, cfg, log)
	})
}

// port gives the port of a host, which for http need not be said.
func port(host string) string {
	if _, p, err := net.SplitHostPort(host); err == nil {
		return p
	}
	return "80"
}

// invite prints the one-time link when there is no owner yet.
func (p program) invite(ctx context.Context, a *app.App, cfg config.Config, log *slog.Logger) {
	link, err := a.Site.SetupLink(ctx)
	if social.Is(err, social.Conflict) || ctx.Err() != nil {
		return
	}
	if err != nil {
		log.Error("could not make the setup link, restart to try again", "err", err)
		return
	}
	if cfg.OwnerPassword != "" {
		log.Warn("OWNER_PASSWORD is set and OWNER_USERNAME is not, so no owner was created: set both, or use the link")
	}
	fmt.Fprintf(p.out, "\nThis server has no owner yet. Open this link once in your browser to become it:\n\n    %s\n\n", link)
}
