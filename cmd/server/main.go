// Command skerry is an ActivityPub server for one person at one domain: it reads
// the command line, calls app, and turns errors into a line on stderr and an
// exit code: 0 done, 1 failed, 2 wrong usage.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"skerry/internal/config"
)

// version is set when a release is built.
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	p := program{in: os.Stdin, out: os.Stdout, err: os.Stderr, environ: os.Environ(), dir: "."}
	code := p.run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}

// program is the command line with all it touches.
type program struct {
	in       io.Reader
	out, err io.Writer
	environ  []string
	dir      string
}

// usageError is wrong usage: exit code 2.
type usageError struct{ say string }

func (u usageError) Error() string { return u.say }

func usagef(format string, args ...any) error { return usageError{fmt.Sprintf(format, args...)} }

// notYet are the commands that later versions have.
var notYet = map[string]bool{
	"doctor": true, "relay": true, "queue": true, "prune": true, "media": true, "backup": true,
	"restore": true, "import": true, "export": true, "demo": true,
}

const usage = `skerry is an ActivityPub server for one person.

  skerry [serve]          run the server (the default)
  skerry owner create     create the owner: --username NAME, password on stdin or in OWNER_PASSWORD(_FILE)
  skerry owner password   change the owner's password, read from stdin; ends all sessions
  skerry owner show       say who the owner is
  skerry owner token      print an API token for scripts: [--scopes "read write follow"] [--name NAME]
  skerry config           print the effective settings, secrets masked
  skerry config rekey     seal the private keys with another SECRET_KEY: --new-key-file FILE
  skerry migrate          bring the database schema up to date and stop
  skerry version          print the version

Settings are environment variables or lines of a .env file here; README.md lists them.
`

// run does what the arguments say and gives the exit code.
func (p program) run(ctx context.Context, args []string) int {
	err := p.dispatch(ctx, args)
	var u usageError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &u):
		fmt.Fprintln(p.err, "skerry:", err)
		return 2
	default:
		fmt.Fprintln(p.err, "skerry:", err)
		return 1
	}
}

func (p program) dispatch(ctx context.Context, args []string) error {
	name := "serve"
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		name, args = args[0], args[1:]
	}
	switch name {
	case "serve":
		return p.serve(ctx, args)
	case "owner":
		return p.owner(ctx, args)
	case "config":
		return p.config(ctx, args)
	case "migrate":
		return p.migrate(ctx, args)
	case "version":
		fmt.Fprintln(p.out, "skerry", buildVersion())
		return nil
	case "help":
		fmt.Fprint(p.out, usage)
		return nil
	}
	if notYet[name] {
		return usagef("the command %q is not built into this version", name)
	}
	return usagef("there is no command %q; skerry help lists them", name)
}

// settings reads the settings and makes the logger they ask for.
func (p program) settings() (config.Config, *slog.Logger, error) {
	cfg, err := config.Load(p.environ, p.dir)
	if err != nil {
		return cfg, nil, usageError{err.Error()}
	}
	o := &slog.HandlerOptions{Level: cfg.LogLevel}
	if cfg.LogFormat == "json" {
		return cfg, slog.New(slog.NewJSONHandler(p.err, o)), nil
	}
	return cfg, slog.New(slog.NewTextHandler(p.err, o)), nil
}

// buildVersion is the release, or the commit that go run built.
func buildVersion() string {
	if version != "dev" {
		return version
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return version
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return version + "-" + s.Value[:12]
		}
	}
	return version
}
