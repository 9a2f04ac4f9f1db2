package testkit

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Build builds our server as a release is built, and gives the path of the binary.
func Build(ctx context.Context, dir string) (path string, err error) {
	path = dir + "/skerry"
	c := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", path, "skerry/cmd/server")
	c.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := c.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the server: %w\n%s", err, out)
	}
	return path, nil
}

// Process is a process of our server, and what it has said so far.
type Process struct {
	cmd  *exec.Cmd
	done chan struct{}

	mu      sync.Mutex
	text    strings.Builder
	changed chan struct{}
}

// Launch starts a program in a folder.
func Launch(path, dir string, environ []string, args ...string) (*Process, error) {
	p := &Process{cmd: exec.Command(path, args...), done: make(chan struct{}), changed: make(chan struct{})}
	p.cmd.Env, p.cmd.Dir, p.cmd.Stdout, p.cmd.Stderr = environ, dir, p, p
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} // it never outlives us
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		_ = p.cmd.Wait() // its exit code is asked for by Code
		close(p.done)
	}()
	return p, nil
}

// Write keeps what the process says.
func (p *Process) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.text.Write(b)
	close(p.changed)
	p.changed = make(chan struct{})
	return len(b), nil
}

// Said is what the process has said.
func (p *Process) Said() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.String()
}

// Hear waits until the process has said something.
func (p *Process) Hear(ctx context.Context, what string) error {
	for {
		p.mu.Lock()
		text, changed := p.text.String(), p.changed
		p.mu.Unlock()
		if strings.Contains(text, what) {
			return nil
		}
		select {
		case <-changed:
		case <-p.done:
			if !strings.Contains(p.Said(), what) {
				return fmt.Errorf("it ended with %d and never said %q:\n%s", p.Code(), what, p.Said())
			}
		case <-ctx.Done():
			return fmt.Errorf("it never said %q: %w\n%s", what, ctx.Err(), text)
		}
	}
}

// PID is the number of the process.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Code is the exit code of a process that has ended.
func (p *Process) Code() int { return p.cmd.ProcessState.ExitCode() }

// Ended is closed when the process has ended.
func (p *Process) Ended() <-chan struct{} { return p.done }

// Kill ends the process without a warning.
func (p *Process) Kill() {
	_ = p.cmd.Process.Kill() // fails when it has ended
	<-p.done
}

// Signal sends the process a signal. It is no error that it has ended.
func (p *Process) Signal(s os.Signal) error {
	if err := p.cmd.Process.Signal(s); !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	return nil
}

// stopTime is what whoever stops us grants: ten seconds, then they kill.
const stopTime = 10 * time.Second

// Stop ends the process by a signal, as systemd and Docker do, and wants a clean
// end in time.
func (p *Process) Stop(s os.Signal) error {
	if err := p.Signal(s); err != nil {
		return err
	}
	timer := time.NewTimer(stopTime)
	defer timer.Stop()
	select {
	case <-p.done:
	case <-timer.C:
		p.Kill()
		return fmt.Errorf("it did not end within %v:\n%s", stopTime, p.Said())
	}
	if p.Code() != 0 {
		return fmt.Errorf("%v: exit code %d, want 0:\n%s", s, p.Code(), p.Said())
	}
	return nil
}
