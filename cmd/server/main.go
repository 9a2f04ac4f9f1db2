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
	syscall.Umask(0o077) // what we write is for nobody else on this machine
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends us at once
	p := program{in: os.Stdin, out: os.Stdout, err: os.Stderr, environ: os.Environ(), dir: "."}
	os.Exit(p.run(ctx, os.Args[1:]))
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

// errHelp asks for the usage; it is no failure.
var errHelp = errors.New("help")

// notYet are the commands that later versions have.
var notYet = map[string]bool{
	"doctor": true, "backup": true,
	"restore": true, "import": true, "export": true,
}

// run does what the arguments say and gives the exit code. An error is one line;
// only of settings several may be wrong at once.
func (p program) run(ctx context.Context, args []string) int {
	err := p.dispatch(ctx, args)
	var u usageError
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errHelp):
		p.help()
		return 0
	case errors.As(err, &u):
		for line := range strings.Lines(err.Error()) {
			fmt.Fprintln(p.err, "skerry:", strings.TrimSpace(line))
		}
		return 2
	case ctx.Err() != nil:
		fmt.Fprintln(p.err, "skerry: interrupted before it was done")
		return 1
	default:
		fmt.Fprintln(p.err, "skerry:", strings.Join(strings.Fields(err.Error()), " "))
		return 1
	}
}

func (p program) dispatch(ctx context.Context, args []string) error {
	name := "serve"
	if len(args) > 0 && (!strings.HasPrefix(args[0], "-") || args[0] == "--version" || args[0] == "-version") {
		name, args = strings.TrimLeft(args[0], "-"), args[1:]
	}
	switch name {
	case "serve":
		return p.serve(ctx, args)
	case "owner":
		return p.owner(ctx, args)
	case "queue":
		return p.queue(ctx, args)
	case "block":
		return p.block(ctx, args)
	case "relay":
		return p.relay(ctx, args)
	case "config":
		return p.config(ctx, args)
	case "media":
		return p.media(ctx, args)
	case "prune":
		return p.prune(ctx, args)
	case "demo":
		return p.demo(ctx, args)
	case "migrate":
		return p.migrate(ctx, args)
	case "healthcheck":
		return p.healthcheck(ctx, args)
	case "version":
		return p.version(args)
	case "help":
		return errHelp
	}
	if notYet[name] {
		return usagef("the command %q is not built into this version; skerry help lists those that are", name)
	}
	return usagef("there is no command %q; skerry help lists them", name)
}

func (p program) version(args []string) error {
	if err := p.flags("version", args, nil); err != nil {
		return err
	}
	fmt.Fprintln(p.out, "skerry", buildVersion())
	return nil
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
