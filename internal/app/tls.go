package app

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"
)

// askAgain is how long a certificate that was refused is not asked for again:
// authorities allow five failures an hour, and without it every stranger's
// handshake would be one.
const askAgain = 15 * time.Minute

// certificates are those of TLS=auto: one for DOMAIN, got by ACME, kept in
// DATA_DIR/certs and renewed while the process runs. [RFC 8555]
type certificates struct {
	fresh  func() *autocert.Manager
	domain string
	origin string
	now    func() time.Time
	log    *slog.Logger

	mu      sync.Mutex
	manager *autocert.Manager // a new one after a refusal, which the old one would remember
	refused error
	until   time.Time // when it is asked for again
	warned  time.Time // that it runs out
}

func (a *App) newCertificates() *certificates {
	wire := http.DefaultTransport.(*http.Transport).Clone()
	wire.Proxy = nil
	if a.cfg.OutboundProxy != nil { // whoever hides the address of this machine hides it from the authority too
		wire.Proxy = http.ProxyURL(a.cfg.OutboundProxy)
	}
	fresh := func() *autocert.Manager {
		m := &autocert.Manager{
			Prompt: autocert.AcceptTOS, Cache: autocert.DirCache(filepath.Join(a.cfg.DataDir, "certs")),
			HostPolicy: autocert.HostWhitelist(a.cfg.Domain),
			Client: &acme.Client{
				DirectoryURL: a.o.ACME, UserAgent: "Skerry/" + a.o.Version,
				HTTPClient: &http.Client{Transport: wire, Timeout: 30 * time.Second},
			},
		}
		m.HTTPHandler(nil) // tells it that port 80 is answered
		return m
	}
	return &certificates{fresh: fresh, manager: fresh(), domain: a.cfg.Domain, origin: a.urls.Origin, now: a.o.Now, log: a.o.Log}
}

// listenBeside opens port 80 of the address that TLS=auto listens on.
func listenBeside(address string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("LISTEN: %w", err)
	}
	beside := net.JoinHostPort(host, "80")
	l, err := net.Listen("tcp", beside)
	if err != nil {
		return nil, fmt.Errorf("TLS=auto: the challenge comes to port 80: %w", listenFault(beside, err))
	}
	return l, nil
}

func (c *certificates) tlsConfig() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1", acme.ALPNProto}, GetCertificate: c.certificate,
	}
}

// plain answers port 80: the authority's challenges, and with the way to https for
// everybody else.
func (c *certificates) plain() http.Handler {
	elsewhere := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead { // a signature is of the address that it was sent to
			http.Error(w, "this server speaks https alone: "+c.origin, http.StatusBadRequest)
			return
		}
		http.Redirect(w, r, c.origin+r.URL.RequestURI(), http.StatusMovedPermanently)
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m, _ := c.current()
		m.HTTPHandler(elsewhere).ServeHTTP(w, r)
	})
}

// current gives the manager, and why it is not to be asked now.
func (c *certificates) current() (*autocert.Manager, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.refused != nil && c.now().Before(c.until) {
		return c.manager, c.refused
	}
	return c.manager, nil
}

// certificate answers a handshake.
func (c *certificates) certificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	if slices.Equal(hello.SupportedProtos, []string{acme.ALPNProto}) {
		m, _ := c.current()
		return m.GetCertificate(hello)
	}
	if name := strings.TrimSuffix(hello.ServerName, "."); !strings.EqualFold(name, c.domain) {
		return nil, fmt.Errorf("there is no certificate for %q", name)
	}
	return c.get()
}

// get gives the certificate, and asks the authority when there is none.
func (c *certificates) get() (*tls.Certificate, error) {
	m, err := c.current()
	if err != nil {
		return nil, err
	}
	// The certificate is always an ECDSA one: a second kind, for those who say that
	// they know RSA alone, would be a second thing to be refused.
	cert, err := m.GetCertificate(&tls.ClientHelloInfo{
		ServerName: c.domain, CipherSuites: []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256},
	})
	c.note(cert, err)
	return cert, err
}

// note keeps what became of asking, and says what the operator must know.
func (c *certificates) note(cert *tls.Certificate, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	switch {
	case err == nil:
		c.refused = nil
		if left := cert.Leaf.NotAfter.Sub(now); left < life(cert.Leaf)/6 && now.Sub(c.warned) > 24*time.Hour {
			c.warned = now
			c.log.Warn("the certificate runs out and could not be renewed yet: ports 80 and 443 of "+c.domain+" must lead here", "until", cert.Leaf.NotAfter)
		}
	case c.refused == nil || !now.Before(c.until): // else others waited for the same answer
		c.manager, c.refused, c.until = c.fresh(), err, now.Add(askAgain)
		c.log.Error("no certificate was got, will ask again: "+c.domain+" must lead to this machine, and its ports 80 and 443 be open to the world",
			"again", askAgain, "err", err)
	}
}

func life(cert *x509.Certificate) time.Duration { return cert.NotAfter.Sub(cert.NotBefore) }

// obtain gets the certificate before the first visitor needs it, and asks again
// until there is one. From then on autocert renews it.
func (c *certificates) obtain(ctx context.Context) {
	tick := time.NewTicker(askAgain)
	defer tick.Stop()
	for {
		got := make(chan *tls.Certificate, 1)
		go func() { // takes minutes at most, and knows no ctx
			cert, _ := c.get() // note has said what there is to say
			got <- cert
		}()
		select {
		case cert := <-got:
			if cert != nil {
				c.log.Info("the certificate is there", "until", cert.Leaf.NotAfter)
				return
			}
		case <-ctx.Done():
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}
