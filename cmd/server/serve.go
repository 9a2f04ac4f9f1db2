package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"strings"

	"skerry/internal/app"
	"skerry/internal/config"
	"skerry/internal/social"
)

// roles are the parts of the server. This version runs all of them in one process.
var roles = []string{"web", "worker", "scheduler"}

func (p program) serve(ctx context.Context, args []string) error {
	whole := strings.Join(roles, ",")
	wanted := whole
	err := p.flags("serve", args, func(f *flag.FlagSet) { f.StringVar(&wanted, "roles", whole, "") })
	if err != nil {
		return err
	}
	if err := checkRoles(wanted); err != nil {
		return err
	}
	cfg, log, err := p.settings()
	if err != nil {
		return err
	}
	err = p.serveWith(ctx, cfg, log)
	if err != nil && ctx.Err() != nil {
		log.Info("stopped before the start was complete", "err", err)
		return nil
	}
	return err
}

func (p program) serveWith(ctx context.Context, cfg config.Config, log *slog.Logger) error {
	a, err := app.New(ctx, cfg, app.Options{Version: buildVersion(), Log: log})
	if err != nil {
		return err
	}
	defer a.Close()
	return a.Run(ctx, func(at net.Addr) {
		log.Info("serving", "origin", cfg.Origin(), "listen", at.String(), "version", buildVersion())
		if !cfg.Secure() && port(cfg.Domain) != port(at.String()) {
			log.Warn("addresses of this server do not lead to where it listens: give DOMAIN the port of LISTEN", "origin", cfg.Origin(), "listen", at.String())
		}
		p.invite(ctx, a, cfg, log)
	})
}

// checkRoles takes all roles in any order, and refuses a part of them.
func checkRoles(list string) error {
	given := map[string]bool{}
	for _, role := range strings.Split(list, ",") {
		role = strings.TrimSpace(role)
		if !slices.Contains(roles, role) {
			return usagef("serve: there is no role %q: --roles takes %s", role, strings.Join(roles, ","))
		}
		given[role] = true
	}
	if len(given) < len(roles) {
		return usagef("serve: --roles %s is not built into this version, which runs everything in one process: leave --roles away", list)
	}
	return nil
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
