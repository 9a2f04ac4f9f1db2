package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// postgres is a private database server.
type postgres struct{ *service }

// startPostgres makes a database cluster in a temporary folder and serves it on
// a free port of the loopback address. Postgres refuses to run as root, so root
// lends it to the user postgres.
func startPostgres(ctx context.Context) (*postgres, error) {
	bin, err := findPostgres()
	if err != nil {
		return nil, err
	}
	who, err := unprivileged("postgres")
	if err != nil {
		return nil, err
	}
	s, err := newService("postgres", who)
	if err != nil {
		return nil, err
	}
	p := &postgres{s}
	if err := p.start(ctx, bin); err != nil {
		p.stop()
		return nil, err
	}
	return p, nil
}

func (p *postgres) start(ctx context.Context, bin string) error {
	data := filepath.Join(p.dir, "data")
	initdb := exec.CommandContext(ctx, filepath.Join(bin, "initdb"), "-D", data, "-U", "skerry", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	p.lend(initdb)
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}
	ready := func(ctx context.Context) error {
		return exec.CommandContext(ctx, filepath.Join(bin, "pg_isready"), "-q", "-h", "127.0.0.1", "-p", strconv.Itoa(p.port)).Run()
	}
	return p.serve(ctx, ready, filepath.Join(bin, "postgres"), "-D", data, "-p", strconv.Itoa(p.port), "-k", p.dir,
		"-c", "listen_addresses=127.0.0.1", "-c", "max_connections=400", "-c", "fsync=off", "-c", "synchronous_commit=off",
		"-c", "full_page_writes=off", "-c", "max_locks_per_transaction=1024")
}

func (p *postgres) dsn() string {
	return fmt.Sprintf("postgres://skerry@%s/postgres?sslmode=disable", p.address())
}

// findPostgres gives the folder of the newest Postgres here. A link in PATH is
// followed: it stands alone, without the other programs of its folder.
func findPostgres() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err != nil {
			return "", fmt.Errorf("find postgres: %w", err)
		}
		return filepath.Dir(path), nil
	}
	all, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(all) == 0 {
		return "", errors.New("there is no Postgres here: make check installs one (on Debian: apt-get install postgresql)")
	}
	newest := slices.MaxFunc(all, func(a, b string) int { return major(a) - major(b) })
	return filepath.Dir(newest), nil
}

func major(path string) int {
	n, _ := strconv.Atoi(strings.Split(path, "/")[4])
	return n
}
