// Package service runs private servers of other makes for tests and measurements:
// each on a free port of the loopback address, with a folder of its own that goes
// with it. They never outlive whoever started them, however that ends. It imports
// nothing of ours.
package service

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
	"strconv"
	"syscall"
	"time"
)

// service is a private server of somebody else's, with a folder of its own, that
// lives as long as the tests.
type service struct {
	name  string
	dir   string
	port  int
	who   *syscall.Credential // nil: ourselves
	guard *exec.Cmd
	life  io.WriteCloser // the guard's standard input: the server ends when it closes

	args  []string
	ready func(context.Context) error
}

// guard runs a server until standard input closes, which happens however we end,
// even by SIGKILL; then it stops the server by its process id and removes its
// folder. A line with a signal stops the server too, and leaves the folder for
// another start.
const guard = `"$@" & server=$!
read -r signal
kill -"${signal:-INT}" $server
wait $server
[ -n "$signal" ] || { cd / && rm -rf "$SKERRY_SERVICE_DIR"; }`

// newService makes the folder of a service and finds it a port.
func newService(name string, who *syscall.Credential) (*service, error) {
	dir, err := os.MkdirTemp("", "skerry-"+name+"-")
	if err != nil {
		return nil, err
	}
	s := &service{name: name, dir: dir, who: who}
	if who != nil {
		err = os.Chown(dir, int(who.Uid), int(who.Gid))
	}
	if err == nil {
		s.port, err = freePort()
	}
	if err != nil {
		s.Stop()
		return nil, err
	}
	return s, nil
}

// serve starts the server and waits until it answers.
func (s *service) serve(ctx context.Context, ready func(context.Context) error, args ...string) error {
	s.args, s.ready = args, ready
	return s.Resume(ctx)
}

// Resume starts a server that was halted, with all that it had, at the same
// address, and waits until it answers.
func (s *service) Resume(ctx context.Context) error {
	if err := s.start(); err != nil {
		return s.because(fmt.Errorf("start %s: %w", s.name, err))
	}
	for range 300 {
		if s.ready(ctx) == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
	return s.because(fmt.Errorf("%s did not start within half a minute", s.name))
}

func (s *service) start() error {
	log, err := os.OpenFile(s.log(), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	c := exec.Command("sh", append([]string{"-c", guard, "sh"}, s.args...)...)
	s.lend(c)
	c.Env = append(c.Environ(), "SKERRY_SERVICE_DIR="+s.dir)
	c.Stdout, c.Stderr = log, log
	life, err := c.StdinPipe()
	if err != nil {
		return err
	}
	if err := c.Start(); err != nil {
		return err
	}
	s.guard, s.life = c, life
	return nil
}

// lend makes a program run in the service's folder as its user.
func (s *service) lend(c *exec.Cmd) {
	c.Dir = s.dir
	c.SysProcAttr = &syscall.SysProcAttr{Credential: s.who, Setpgid: true}
}

func (s *service) log() string { return filepath.Join(s.dir, "log") }

// because adds what the server said to an error.
func (s *service) because(err error) error {
	said, _ := os.ReadFile(s.log()) // none when it did not come so far
	return fmt.Errorf("%w\n%s", err, said)
}

func (s *service) address() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)) }

// answers reports whether somebody listens at the service's port.
func (s *service) answers(ctx context.Context) error {
	var d net.Dialer
	c, err := d.DialContext(ctx, "tcp", s.address())
	if err != nil {
		return err
	}
	return c.Close()
}

// Stop ends the server and removes what it wrote.
func (s *service) Stop() {
	s.end("")
	_ = os.RemoveAll(s.dir)
}

// Halt ends the server by a signal such as QUIT and keeps what it wrote.
func (s *service) Halt(signal string) { s.end(signal) }

func (s *service) end(signal string) {
	if s.guard == nil {
		return
	}
	if signal != "" {
		fmt.Fprintln(s.life, signal)
	}
	_ = s.life.Close()
	_ = s.guard.Wait() // its exit code is that of a server that got a signal
	s.guard = nil
}

// unprivileged is whom root lets a server run as that refuses root; nil for
// everybody else.
func unprivileged(name string) (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup(name)
	if err != nil {
		return nil, fmt.Errorf("%s refuses to run as root, and there is no user of its name: %w", name, err)
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

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// Find finds a program that make check installs.
func Find(name, debian string) (string, error) {
	for _, dir := range []string{"", "/usr/sbin/", "/usr/local/sbin/"} {
		if path, err := exec.LookPath(dir + name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("there is no " + name + " here: make check installs one (on Debian: apt-get install " + debian + ")")
}
