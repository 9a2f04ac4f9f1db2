package service

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

// Postgres is a private database server.
type Postgres struct{ *service }

// Careless are settings of a database that may forget everything when it crashes:
// for tests of other things than that.
var Careless = []string{"fsync=off", "synchronous_commit=off", "full_page_writes=off"}

// StartPostgres makes a database cluster in a temporary folder and serves it on
// a free port of the loopback address. Postgres refuses to run as root, so root
// lends it to the user postgres. Settings are like "fsync=on"; Careless makes it fast
// and forgetful.
func StartPostgres(ctx context.Context, settings ...string) (*Postgres, error) {
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
	p := &Postgres{s}
	if err := p.make(ctx, bin, settings); err != nil {
		p.Stop()
		return nil, err
	}
	return p, nil
}

func (p *Postgres) make(ctx context.Context, bin string, settings []string) error {
	data := filepath.Join(p.dir, "data")
	initdb := exec.CommandContext(ctx, filepath.Join(bin, "initdb"), "-D", data, "-U", "skerry", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	p.lend(initdb)
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}
	ready := func(ctx context.Context) error {
		return exec.CommandContext(ctx, filepath.Join(bin, "pg_isready"), "-q", "-h", "127.0.0.1", "-p", strconv.Itoa(p.port)).Run()
	}
	args := []string{filepath.Join(bin, "postgres"), "-D", data, "-p", strconv.Itoa(p.port), "-k", p.dir}
	for _, set := range append([]string{"listen_addresses=127.0.0.1", "max_connections=400", "max_locks_per_transaction=1024"}, settings...) {
		args = append(args, "-c", set)
	}
	return p.serve(ctx, ready, args...)
}

// DSN is its DATABASE_URL.
func (p *Postgres) DSN() string {
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
