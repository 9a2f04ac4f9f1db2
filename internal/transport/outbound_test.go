package transport

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"testing"
)

// outbound is an outbound proxy on loopback. It keeps what it is asked for.
type outbound struct {
	URL *url.URL
	// leads says where a connection to a host and port goes; "" refuses it.
	leads func(target string) string

	mu    sync.Mutex
	got   []string // user:password@host:port
	conns sync.WaitGroup
}

// newOutbound starts a proxy of a scheme: http, https or socks5.
func newOutbound(t *testing.T, scheme string, leads func(target string) string) *outbound {
	t.Helper()
	p := &outbound{leads: leads}
	t.Cleanup(p.conns.Wait)
	p.URL = &url.URL{Scheme: scheme}
	if scheme == "socks5" {
		p.URL.Host = p.listenSOCKS(t)
		return p
	}
	s := httptest.NewUnstartedServer(http.HandlerFunc(p.connect))
	if scheme == "https" {
		s.EnableHTTP2 = true // it offers that, and must not be taken at its word
		s.StartTLS()
	} else {
		s.Start()
	}
	t.Cleanup(s.Close)
	p.URL.Host = s.Listener.Addr().String()
	return p
}

// asked gives what the proxy was asked for.
func (p *outbound) asked() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.got...)
}

// open connects to where the proxy leads, or gives nil.
func (p *outbound) open(user, target string) net.Conn {
	p.mu.Lock()
	p.got = append(p.got, user+target)
	p.mu.Unlock()
	to := p.leads(target)
	if to == "" {
		return nil
	}
	conn, err := net.Dial("tcp", to)
	if err != nil {
		return nil
	}
	return conn
}

func (p *outbound) join(from io.Reader, to net.Conn, back net.Conn) {
	p.conns.Go(func() {
		io.Copy(to, from)
		to.Close()
	})
	io.Copy(back, to)
	back.Close()
}

// connect answers CONNECT. [RFC 9110 9.3.6]
func (p *outbound) connect(w http.ResponseWriter, r *http.Request) {
	p.conns.Add(1) // before the server lets go of the connection
	defer p.conns.Done()
	if r.Method != http.MethodConnect {
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	user := r.Header.Get("Proxy-Authorization")
	if user != "" {
		user = strings.TrimPrefix(user, "Basic ") + "@"
	}
	to := p.open(user, r.Host)
	if to == nil {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	conn, rest, err := http.NewResponseController(w).Hijack()
	if err != nil {
		to.Close()
		return
	}
	io.WriteString(conn, "HTTP/1.1 200 Connected\r\n\r\n")
	p.join(rest, to, conn)
}

// listenSOCKS answers SOCKS5 connections. [RFC 1928]
func (p *outbound) listenSOCKS(t *testing.T) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	p.conns.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			p.conns.Go(func() {
				defer conn.Close()
				p.socks(conn)
			})
		}
	})
	return l.Addr().String()
}

func (p *outbound) socks(conn net.Conn) {
	r := bufio.NewReader(conn)
	methods := field(r, 1)
	method := byte(0)
	if strings.Contains(methods, "\x02") {
		method = 2
	}
	conn.Write([]byte{5, method})
	user := ""
	if method == 2 { // [RFC 1929]
		user = field(r, 1) + ":" + field(r, 0) + "@"
		conn.Write([]byte{1, 0})
	}
	head := make([]byte, 4)
	if _, err := io.ReadFull(r, head); err != nil {
		return
	}
	var host string
	switch head[3] {
	case 1:
		four := [4]byte{}
		io.ReadFull(r, four[:])
		host = netip.AddrFrom4(four).String()
	case 3:
		host = field(r, 0)
	default:
		return
	}
	var port [2]byte
	io.ReadFull(r, port[:])
	to := p.open(user, net.JoinHostPort(host, fmt.Sprint(binary.BigEndian.Uint16(port[:]))))
	if to == nil {
		conn.Write([]byte{5, 2, 0, 1, 0, 0, 0, 0, 0, 0}) // not allowed by the rules
		return
	}
	conn.Write([]byte{5, 0, 0, 1, 0, 0, 0, 0, 0, 0})
	p.join(r, to, conn)
}

// field reads a length and that many bytes, after so many bytes of no interest.
func field(r *bufio.Reader, skip int) string {
	head := make([]byte, skip+1)
	if _, err := io.ReadFull(r, head); err != nil {
		return ""
	}
	text := make([]byte, head[skip])
	io.ReadFull(r, text)
	return string(text)
}
