package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// postgres is a private server that lives as long as the tests.
type postgres struct {
	dir  string
	port int
	cmd  *exec.Cmd
}

// startPostgres makes a database cluster in a temporary folder and serves it on
// a free port of the loopback address. Postgres refuses to run as root, so root
// lends it to the user postgres.
func startPostgres(ctx context.Context) (*postgres, error) {
	bin, err := findPostgres()
	if err != nil {
		return nil, err
	}
	who, err := servant()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "skerry-postgres-")
	if err != nil {
		return nil, err
	}
	p := &postgres{dir: dir}
	if who != nil {
		if err := os.Chown(dir, int(who.Uid), int(who.Gid)); err != nil {
			return nil, err
		}
	}
	data := filepath.Join(dir, "data")
	initdb := exec.CommandContext(ctx, filepath.Join(bin, "initdb"), "-D", data, "-U", "skerry", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	lend(initdb, who, dir)
	if out, err := initdb.CombinedOutput(); err != nil {
		os.RemoveAll(dir)
		return nil, fmt.Errorf("initdb: %w\n%s", err, out)
	}
	if p.port, err = freePort(); err != nil {
		return nil, err
	}
	p.cmd = exec.Command(filepath.Join(bin, "postgres"), "-D", data, "-p", strconv.Itoa(p.port), "-k", dir,
		"-c", "listen_addresses=127.0.0.1", "-c", "max_connections=400", "-c", "fsync=off", "-c", "synchronous_commit=off",
		"-c", "full_page_writes=off", "-c", "max_locks_per_transaction=1024")
	lend(p.cmd, who, dir)
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		return nil, err
	}
	defer log.Close()
	p.cmd.Stdout, p.cmd.Stderr = log, log
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start postgres: %w", err)
	}
	if err := p.ready(ctx, bin); err != nil {
		said, _ := os.ReadFile(filepath.Join(dir, "log"))
		p.stop()
		return nil, fmt.Errorf("%w\n%s", err, said)
	}
	return p, nil
}

func (p *postgres) dsn() string {
	return fmt.Sprintf("postgres://skerry@127.0.0.1:%d/postgres?sslmode=disable", p.port)
}

// ready waits until the server answers.
func (p *postgres) ready(ctx context.Context, bin string) error {
	for range 300 {
		c := exec.CommandContext(ctx, filepath.Join(bin, "pg_isready"), "-q", "-h", "127.0.0.1", "-p", strconv.Itoa(p.port))
		if c.Run() == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
	return errors.New("postgres did not start within half a minute")
}

// stop ends the server by its own process id and removes what it wrote.
func (p *postgres) stop() {
	if err := p.cmd.Process.Signal(syscall.SIGINT); err == nil { // fast shutdown
		_ = p.cmd.Wait()
	}
	os.RemoveAll(p.dir)
}

// findPostgres gives the folder of the newest Postgres here.
func findPostgres() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
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

// servant is whom root lets Postgres run as; nil for everybody else.
func servant() (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("postgres refuses to run as root, and there is no user postgres: %w", err)
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}

func lend(c *exec.Cmd, who *syscall.Credential, dir string) {
	c.Dir = dir
	c.SysProcAttr = &syscall.SysProcAttr{Credential: who, Setpgid: true}
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
