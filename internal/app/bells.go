package app

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"skerry/internal/config"
	"skerry/internal/inbox"
	"skerry/internal/outbox"
	"skerry/internal/queue"
)

// socketName is where commands beside a running server wake it.
const socketName = "skerry.sock"

// bells are those that a command rings when it has done something.
var bells = []string{queue.Look(inbox.Lane), queue.Look(outbox.Lane), queue.Look(outbox.SlowLane), changedOwner}

// listenForBells opens the socket at which commands ring. A data directory whose
// path is too long for a socket has none: work is then found by the sweep.
// Where there is Redis commands ring there.
func (a *App) listenForBells() (net.Listener, error) {
	if a.cfg.RedisURL != "" {
		return nil, nil
	}
	path := filepath.Join(a.cfg.DataDir, socketName)
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("remove the old socket: %w", err)
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		a.o.Log.Warn("commands cannot wake this server, it looks for work every half minute", "err", err)
		return nil, nil
	}
	if err := os.Chmod(path, 0o600); err != nil {
		l.Close()
		return nil, fmt.Errorf("protect the socket: %w", err)
	}
	return l, nil
}

// answerBells rings what commands send, a name a line, until the socket closes.
func (a *App) answerBells(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return // closed by stop
		}
		_ = c.SetDeadline(time.Now().Add(time.Second))
		lines := bufio.NewScanner(c)
		for lines.Scan() {
			if bell := lines.Text(); slices.Contains(bells, bell) {
				a.Bus.Ring(bell)
			}
		}
		c.Close()
	}
}

// Wake tells the server that runs on the same data directory, or all its
// processes where there is Redis, to look for work and to forget what it
// remembers. Without one there is nobody to wake.
func (a *App) Wake() {
	if a.cfg.RedisURL != "" {
		for _, bell := range bells {
			a.Bus.Ring(bell)
		}
		return
	}
	c, err := dialBells(a.cfg)
	if err != nil {
		return
	}
	defer c.Close()
	_, _ = fmt.Fprintln(c, strings.Join(bells, "\n"))
}

// running reports whether a server runs on the same data directory.
func running(cfg config.Config) bool {
	c, err := dialBells(cfg)
	if err == nil {
		c.Close()
	}
	return err == nil
}

func dialBells(cfg config.Config) (net.Conn, error) {
	return net.DialTimeout("unix", filepath.Join(cfg.DataDir, socketName), time.Second)
}
