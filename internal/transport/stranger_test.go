package transport

import (
	"bufio"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"sync"
	"testing"
	"time"

	"skerry/internal/httpsig"
)

// noon is when the tests take place, where time matters.
var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// ourKey signs what we send. Making one takes long: the tests share it.
var ourKey = sync.OnceValue(func() httpsig.Key {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return httpsig.Key{ID: "https://skerry.example/actor#main-key", Private: key}
})

// newClient makes a client that may reach 127.0.0.1 and no other loopback address.
func newClient(t *testing.T, o Options) *Client {
	t.Helper()
	if o.AllowPrivate == nil {
		o.AllowPrivate = prefixes("127.0.0.1/32")
	}
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.wire.CloseIdleConnections)
	return c
}

// signs makes a client sign its GETs.
func signs(c *Client) *Client {
	c.SetKey(func(context.Context) (httpsig.Key, error) { return ourKey(), nil })
	return c
}

// letter is a request as it arrived.
type letter struct {
	Method, Host, Target string
	Signed               error // nil: by our key, for this host and target
	Header               http.Header
	Body                 []byte
}

// stranger is somebody's server on 127.0.0.1. It keeps what arrives.
type stranger struct {
	*httptest.Server
	mu  sync.Mutex
	got []letter
}

// newStranger starts a server that speaks plain http.
func newStranger(t *testing.T, h http.Handler) *stranger {
	t.Helper()
	s := &stranger{}
	s.Server = httptest.NewServer(s.keeping("http", h))
	t.Cleanup(s.Close)
	return s
}

// newTown starts a server that is every host below example.com, by https.
func newTown(t *testing.T, h http.Handler, change ...func(*httptest.Server)) *stranger {
	t.Helper()
	s := &stranger{}
	s.Server = httptest.NewUnstartedServer(s.keeping("https", h))
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // it tells of every handshake that we break off
	for _, c := range change {
		c(s.Server)
	}
	s.StartTLS()
	t.Cleanup(s.Close)
	return s
}

func (s *stranger) keeping(scheme string, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		l := letter{Method: r.Method, Host: r.Host, Target: r.RequestURI, Header: r.Header, Body: body}
		l.Signed = errors.Join(err, verify(r, scheme+"://"+r.Host, body))
		s.mu.Lock()
		s.got = append(s.got, l)
		s.mu.Unlock()
		h.ServeHTTP(w, r)
	})
}

// verify checks that a request is signed by our key for the place where it arrived.
func verify(r *http.Request, origin string, body []byte) error {
	date, err := http.ParseTime(r.Header.Get("Date"))
	if err != nil {
		return err
	}
	p := httpsig.Policy{Origins: []string{origin}, Now: func() time.Time { return date }}
	s, err := p.Read(httpsig.FromRequest(r, body))
	if err != nil {
		return err
	}
	return s.Verify(ourKey().Private.Public())
}

// letters gives what arrived.
func (s *stranger) letters() []letter {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]letter(nil), s.got...)
}

// asked gives the hosts and targets that were asked, in their order.
func (s *stranger) asked() []string {
	var all []string
	for _, l := range s.letters() {
		all = append(all, l.Host+l.Target)
	}
	return all
}

// visitor makes a client for a town: its hosts are at 127.0.0.1, which plays the
// public internet, and its port is what the client takes for 443. The resolver of
// o, when there is one, may send them elsewhere; the guard of the client is its own.
func (s *stranger) visitor(t *testing.T, o Options) *Client {
	t.Helper()
	if o.Resolve == nil {
		o.Resolve = at("127.0.0.1")
	}
	c := newClient(t, o)
	c.wire.TLSClientConfig.RootCAs = s.roots()
	c.wire.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		host, _, err := net.SplitHostPort(address)
		if err != nil {
			return nil, err
		}
		return c.dial(ctx, network, net.JoinHostPort(host, s.port()))
	}
	return c
}

func (s *stranger) roots() *x509.CertPool {
	pool := x509.NewCertPool()
	if c := s.Certificate(); c != nil {
		pool.AddCert(c)
	}
	return pool
}

func (s *stranger) port() string {
	return s.Listener.Addr().(*net.TCPAddr).AddrPort().String()[len("127.0.0.1:"):]
}

// at is a resolver that knows one answer to all questions.
func at(addresses ...string) func(context.Context, string) ([]netip.Addr, error) {
	return func(context.Context, string) ([]netip.Addr, error) { return ips(addresses...), nil }
}

func ips(addresses ...string) []netip.Addr {
	var all []netip.Addr
	for _, a := range addresses {
		all = append(all, netip.MustParseAddr(a))
	}
	return all
}

// says answers every question with one text.
func says(status int, text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		io.WriteString(w, text)
	}
}

// sends answers every question with a redirect.
func sends(status int, location string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", location)
		w.WriteHeader(status)
	}
}

// rough starts a listener on 127.0.0.1 that hands each connection to a func once
// its request is read.
func rough(t *testing.T, answer func(net.Conn)) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var open sync.WaitGroup
	t.Cleanup(open.Wait)
	t.Cleanup(func() { l.Close() })
	open.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			open.Go(func() {
				defer conn.Close()
				r, err := http.ReadRequest(bufio.NewReader(conn))
				if err != nil {
					return
				}
				// What is left unread would reset the connection when it is closed.
				if _, err := io.Copy(io.Discard, r.Body); err == nil {
					answer(conn)
				}
			})
		}
	})
	return l.Addr().String()
}

// kind gives the kind of an error that is an *Error, or -1.
func kind(err error) ErrorKind {
	var e *Error
	if !errors.As(err, &e) {
		return -1
	}
	return e.Kind
}
