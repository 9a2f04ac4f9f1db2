package main

import (
	"context"
	"errors"
	"fmt"
	"io"
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
	dir   string
	port  int
	guard *exec.Cmd
	life  io.Closer // the guard's standard input: the server ends when it closes
}

// guard runs Postgres until standard input closes, which happens however we end,
// even by SIGKILL; then it stops the server by its process id and removes its
// folder.
const guard = `"$@" & server=$!
read -r _
kill -INT $server
wait $server
cd / && rm -rf "$SKERRY_POSTGRES_DIR"`

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
	if err := p.start(ctx, bin, who); err != nil {
		said, _ := os.ReadFile(p.log()) // none when it did not come so far
		p.stop()
		return nil, fmt.Errorf("%w\n%s", err, said)
	}
	return p, nil
}

func (p *postgres) start(ctx context.Context, bin string, who *syscall.Credential) error {
	if who != nil {
		if err := os.Chown(p.dir, int(who.Uid), int(who.Gid)); err != nil {
			return err
		}
	}
	data := filepath.Join(p.dir, "data")
	initdb := exec.CommandContext(ctx, filepath.Join(bin, "initdb"), "-D", data, "-U", "skerry", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	lend(initdb, who, p.dir)
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}
	var err error
	if p.port, err = freePort(); err != nil {
		return err
	}
	if err := p.serve(bin, data, who); err != nil {
		return fmt.Errorf("start postgres: %w", err)
	}
	return p.ready(ctx, bin)
}

// serve starts the guard with the server.
func (p *postgres) serve(bin, data string, who *syscall.Credential) error {
	log, err := os.Create(p.log())
	if err != nil {
		return err
	}
	defer log.Close()
	c := exec.Command("sh", "-c", guard, "sh", filepath.Join(bin, "postgres"), "-D", data, "-p", strconv.Itoa(p.port), "-k", p.dir,
		"-c", "listen_addresses=127.0.0.1", "-c", "max_connections=400", "-c", "fsync=off", "-c", "synchronous_commit=off",
		"-c", "full_page_writes=off", "-c", "max_locks_per_transaction=1024")
	lend(c, who, p.dir)
	c.Env = append(c.Environ(), "SKERRY_POSTGRES_DIR="+p.dir)
	c.Stdout, c.Stderr = log, log
	life, err := c.StdinPipe()
	if err != nil {
		return err
	}
	if err := c.Start(); err != nil {
		return err
	}
	p.guard, p.life = c, life
	return nil
}

func (p *postgres) log() string { return filepath.Join(p.dir, "log") }

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

// stop ends the server and removes what it wrote.
func (p *postgres) stop() {
	if p.guard != nil {
		_ = p.life.Close()
		_ = p.guard.Wait() // its exit code is that of an interrupted server
	}
	_ = os.RemoveAll(p.dir)
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
