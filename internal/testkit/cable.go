package testkit

import (
	"crypto/tls"
	"io"
	"net"
	"sync"
	"testing"
)

// Cable is a way to a server that a test can cut: a proxy of bytes.
type Cable struct {
	Address string // host:port of this end

	target string
	mu     sync.Mutex
	cut    bool
	conns  map[net.Conn]struct{}
}

// NewCable makes a way to host:port that ends with the test.
func NewCable(t testing.TB, target string) *Cable {
	t.Helper()
	return newCable(t, Listen(t), target)
}

// NewTLSCable is NewCable to whose near end TLS is spoken.
func NewTLSCable(t testing.TB, target string, ca *CA) *Cable {
	t.Helper()
	l := Listen(t)
	cert, key := ca.Issue(l.Addr().(*net.TCPAddr).IP.String())
	pair, err := tls.X509KeyPair(cert, key)
	if err != nil {
		t.Fatal(err)
	}
	return newCable(t, tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{pair}}), target)
}

func newCable(t testing.TB, l net.Listener, target string) *Cable {
	t.Helper()
	c := &Cable{Address: l.Addr().String(), target: target, conns: map[net.Conn]struct{}{}}
	t.Cleanup(func() {
		l.Close()
		c.Cut()
	})
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go c.carry(conn)
		}
	}()
	return c
}

// Cut ends all connections and lets none through.
func (c *Cable) Cut() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cut = true
	for conn := range c.conns {
		conn.Close()
	}
}

// Mend lets connections through again.
func (c *Cable) Mend() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cut = false
}

// hold keeps a connection for Cut, or closes it when the cable is cut.
func (c *Cable) hold(conn net.Conn) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cut {
		conn.Close()
		return false
	}
	c.conns[conn] = struct{}{}
	return true
}

func (c *Cable) drop(conn net.Conn) {
	conn.Close()
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.conns, conn)
}

func (c *Cable) carry(near net.Conn) {
	if !c.hold(near) {
		return
	}
	defer c.drop(near)
	far, err := net.Dial("tcp", c.target)
	if err != nil || !c.hold(far) {
		return
	}
	defer c.drop(far)
	var both sync.WaitGroup
	for _, way := range [][2]net.Conn{{far, near}, {near, far}} {
		both.Go(func() {
			_, _ = io.Copy(way[0], way[1]) // ends when either side does
			way[0].Close()
		})
	}
	both.Wait()
}
