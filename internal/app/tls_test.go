package app_test

import (
	"context"
	"crypto/tls"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"skerry/internal/app"
	"skerry/internal/config"
	"skerry/internal/testkit"
)

const publicName = "social.test"

// certified is a server with TLS=auto and its authority.
type certified struct {
	t           *testing.T
	ca          *authority
	cfg         config.Config
	main, plain string
	clock       testkit.Clock
	heard       chan string
}

func newCertified(t *testing.T, challenge string) *certified {
	t.Helper()
	c := &certified{t: t, main: listenAgain(t), plain: listenAgain(t), heard: make(chan string, 1000)}
	c.ca = newAuthority(t, challenge, c.main, c.plain)
	c.cfg = config.Config{Domain: publicName, AccountDomain: publicName, AutoTLS: true, Listen: c.main, DataDir: t.TempDir()}
	return c
}

// listenAgain is an address that can be listened on more than once, one after the other.
func listenAgain(t *testing.T) string {
	l := testkit.Listen(t)
	defer l.Close()
	return l.Addr().String()
}

// serve runs the server until stop.
func (c *certified) serve() (stop func()) {
	c.t.Helper()
	plain, err := net.Listen("tcp", c.plain)
	if err != nil {
		c.t.Fatal(err)
	}
	ctx, signal := context.WithCancel(context.Background())
	a, err := app.New(ctx, c.cfg, app.Options{
		Version: "test", Log: slog.New(listener{slog.DiscardHandler, c.heard}), Now: c.clock.Now, ACME: c.ca.URL + "/directory", Challenges: plain,
	})
	if err != nil {
		signal()
		c.t.Fatal(err)
	}
	ready, ended := make(chan struct{}), make(chan error, 1)
	go func() { ended <- a.Run(ctx, func(net.Addr) { close(ready) }) }()
	stop = func() {
		signal()
		if err := <-ended; err != nil {
			c.t.Errorf("it ended with %v", err)
		}
		a.Close()
	}
	select {
	case <-ready:
	case err := <-ended:
		signal()
		c.t.Fatalf("it did not start: %v", err)
	}
	return stop
}

// get asks as a visitor does who believes the authority, and follows nothing.
func (c *certified) get(address string) (*http.Response, error) {
	wire := &http.Transport{
		TLSClientConfig: c.ca.ca.Trust(), ForceAttemptHTTP2: true,
		DialContext: func(ctx context.Context, network, where string) (net.Conn, error) {
			to := c.main
			if strings.HasSuffix(where, ":80") {
				to = c.plain
			}
			var d net.Dialer
			return d.DialContext(ctx, network, to)
		},
	}
	defer wire.CloseIdleConnections()
	r, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	res, err := wire.RoundTrip(r)
	if err == nil {
		_, err = io.Copy(io.Discard, res.Body)
		res.Body.Close()
	}
	return res, err
}

func TestServerGetsItsOwnCertificate(t *testing.T) {
	t.Parallel()
	for _, challenge := range []string{"http-01", "tls-alpn-01"} {
		t.Run(challenge, func(t *testing.T) {
			t.Parallel()
			c := newCertified(t, challenge)
			for range 2 { // the second start has it already
				stop := c.serve()
				res, err := c.get("https://" + publicName + "/healthz")
				if err != nil || res.StatusCode != http.StatusOK || res.ProtoMajor != 2 {
					t.Errorf("got %+v, %v, want 200 by HTTP/2", res, err)
				}
				stop()
			}
			if c.ca.ordered() != 1 {
				t.Errorf("%d certificates were ordered, want 1", c.ca.ordered())
			}
			kept, err := os.Stat(filepath.Join(c.cfg.DataDir, "certs", publicName))
			if err != nil || kept.Mode().Perm() != 0o600 {
				t.Errorf("the kept certificate: %v, %v, want it for nobody else", kept, err)
			}
		})
	}
}

func TestPort80LeadsToHTTPS(t *testing.T) {
	t.Parallel()
	c := newCertified(t, "http-01")
	defer c.serve()()
	for address, want := range map[string]string{
		"http://" + publicName + "/@anna?page=2": "https://" + publicName + "/@anna?page=2",
		"http://other.test/@anna":                "https://" + publicName + "/@anna",
		"http://" + publicName + "//other.test/": "https://" + publicName + "//other.test/",
	} {
		res, err := c.get(address)
		if err != nil || res.StatusCode != http.StatusMovedPermanently || res.Header.Get("Location") != want {
			t.Errorf("%s: got %+v, %v, want the way to %s", address, res, err, want)
		}
	}
	res, err := http.DefaultTransport.RoundTrip(testkit.NewPeer(t).Person("bert").Request("http://"+c.plain+"/inbox", map[string]any{}))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	said, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusBadRequest || !strings.Contains(string(said), "https://"+publicName) {
		t.Errorf("a POST: got %d %q, %v, want it refused with where to send it", res.StatusCode, said, err)
	}
}

// Each handshake would otherwise be another failure, and authorities count them.
func TestRefusedCertificateIsNotAskedForAtEveryHandshake(t *testing.T) {
	t.Parallel()
	c := newCertified(t, "http-01")
	c.ca.close(true)
	defer c.serve()()
	for range 20 {
		if res, err := c.get("https://" + publicName + "/healthz"); err == nil {
			t.Errorf("got %+v without a certificate", res)
		}
	}
	if got := c.ca.ordered(); got != 1 {
		t.Errorf("%d certificates were ordered, want 1", got)
	}
	(&running{t: t, heard: c.heard}).hear("no certificate was got")

	c.ca.close(false)
	c.clock.Advance(time.Hour)
	if _, err := c.get("https://" + publicName + "/healthz"); err != nil || c.ca.ordered() != 2 {
		t.Errorf("an hour later: %v, %d certificates were ordered, want a second one that is given", err, c.ca.ordered())
	}
}

// Autocert renews in silence, and fails in silence.
func TestCertificateThatRunsOutIsTold(t *testing.T) {
	t.Parallel()
	c := newCertified(t, "http-01")
	c.clock.Advance(c.ca.life - 24*time.Hour)
	defer c.serve()()
	(&running{t: t, heard: c.heard}).hear("the certificate runs out and could not be renewed")
}

func TestOtherNamesGetNoCertificate(t *testing.T) {
	t.Parallel()
	c := newCertified(t, "tls-alpn-01")
	defer c.serve()()
	if _, err := c.get("https://" + publicName + "/healthz"); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"other.test", "a." + publicName, "localhost"} {
		conn, err := tls.Dial("tcp", c.main, &tls.Config{ServerName: name, InsecureSkipVerify: true})
		if err == nil {
			conn.Close()
			t.Errorf("%s: it was answered", name)
		}
	}
	if c.ca.ordered() != 1 {
		t.Errorf("%d certificates were ordered, want 1", c.ca.ordered())
	}
}

// Clients that know RSA alone are no reason to ask for a second certificate.
func TestOneCertificateIsForAll(t *testing.T) {
	t.Parallel()
	c := newCertified(t, "http-01")
	defer c.serve()()
	conn, err := tls.Dial("tcp", c.main, &tls.Config{
		ServerName: publicName, InsecureSkipVerify: true, MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256},
	})
	if err == nil {
		conn.Close()
		t.Error("a client that knows RSA alone was answered")
	}
	if _, err := c.get("https://" + publicName + "/healthz"); err != nil {
		t.Errorf("everybody else: %v", err)
	}
	if c.ca.ordered() != 1 {
		t.Errorf("%d certificates were ordered, want 1", c.ca.ordered())
	}
}
