// Package transport is our only way out to strangers: signed, bounded, timed,
// never to a private address.
//
// Addresses come in; answers, or errors that say what happened, go out. The
// address that is really connected to is checked when it is dialled, so neither
// names that change nor redirects lead anywhere else. It follows redirects
// itself, never for a POST, and never carries a signature to another address
// than the one it was made for. It believes nothing that it fetches.
package transport

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"runtime"
	"sync"
	"syscall"
	"time"

	"golang.org/x/net/proxy"

	"skerry/internal/httpsig"
)

// Options say who we are and where we may go.
type Options struct {
	UserAgent    string         // name/version (+https://host/): some answer nobody without
	OwnHosts     []string       // authorities that are us: never fetched
	AllowPrivate []netip.Prefix // addresses that may be strangers too: http, any port, no limits for them
	// Refuse gives a Fault of kind Forbidden for hosts of which nothing is fetched; nil
	// for none.
	Refuse func(ctx context.Context, host string) error
	Proxy  *url.URL // http, https or socks5: all goes through it, names are resolved there
	// Resolve looks names up; nil is the system's way.
	Resolve func(ctx context.Context, host string) ([]netip.Addr, error)
	Now     func() time.Time
	Limits  Limits
}

// Limits are how long and how much. Zero values are the defaults.
type Limits struct {
	Total  time.Duration // one request from dial to last byte: 15 s
	Header time.Duration // until the answer begins: 10 s
	Dial   time.Duration // connecting, and again the TLS handshake: 5 s
}

// Client reaches strangers. It is safe to use at once.
type Client struct {
	o       Options
	wire    *http.Transport
	signing chan struct{}
	memory  *memory
	rate    *rate

	mu  sync.RWMutex
	key func(context.Context) (httpsig.Key, error)
}

const (
	maxBody      = 1 << 20  // of a fetched document, decompressed
	maxAnswer    = 64 << 10 // read of the answer to a POST
	maxRatio     = 50       // decompressed to compressed
	maxRedirects = 3
	maxURL       = 2048
)

// New makes a client.
func New(o Options) (*Client, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	o.Limits = o.Limits.withDefaults()
	c := &Client{
		o: o, signing: make(chan struct{}, runtime.GOMAXPROCS(0)),
		memory: newMemory(o.Now), rate: newRate(o.Now),
	}
	c.wire = c.transport()
	return c, nil
}

func (l Limits) withDefaults() Limits {
	if l.Total == 0 {
		l.Total = 15 * time.Second
	}
	if l.Header == 0 {
		l.Header = 10 * time.Second
	}
	if l.Dial == 0 {
		l.Dial = 5 * time.Second
	}
	return l
}

// SetKey says who signs our GETs: the server's own actor.
func (c *Client) SetKey(key func(context.Context) (httpsig.Key, error)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.key = key
}

// transport makes what requests are sent with. There is no http.Client above it: we
// follow redirects ourselves or not at all, and a Client fails on the Location that
// it cannot read, even when it is told not to follow.
func (c *Client) transport() *http.Transport {
	t := &http.Transport{
		DialContext:         c.dial,
		TLSClientConfig:     &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout: c.o.Limits.Dial, ResponseHeaderTimeout: c.o.Limits.Header,
		MaxIdleConns: 512, MaxIdleConnsPerHost: 2, IdleConnTimeout: 30 * time.Second,
		MaxResponseHeaderBytes: 64 << 10, DisableCompression: true, ForceAttemptHTTP2: true,
	}
	if c.o.Proxy != nil && c.o.Proxy.Scheme != "socks5" {
		t.Proxy = http.ProxyURL(c.o.Proxy)
	}
	if c.o.Proxy != nil && c.o.Proxy.Scheme == "https" {
		t.DialTLSContext = func(ctx context.Context, network, address string) (net.Conn, error) {
			return c.dialTLSProxy(ctx, network, address, t.TLSClientConfig)
		}
	}
	return t
}

// dial connects and checks the address it connects to. With a proxy the only
// address dialled is the proxy's, which the owner chose.
func (c *Client) dial(ctx context.Context, network, address string) (net.Conn, error) {
	d := c.dialer()
	if c.o.Proxy != nil && c.o.Proxy.Scheme == "socks5" {
		return c.dialSOCKS(ctx, d, network, address)
	}
	if c.o.Proxy != nil && address == proxyAddress(c.o.Proxy) {
		return d.DialContext(ctx, network, address)
	}
	d.ControlContext = func(_ context.Context, _, connected string, _ syscall.RawConn) error {
		return c.checkConnected(connected)
	}
	if c.o.Resolve == nil {
		return d.DialContext(ctx, network, address)
	}
	return c.dialResolved(ctx, d, network, address)
}

func (c *Client) dialer() *net.Dialer {
	return &net.Dialer{Timeout: c.o.Limits.Dial, KeepAlive: 30 * time.Second}
}

// dialTLSProxy connects to an https proxy, and speaks HTTP/1.1 with it: to a proxy
// that offers HTTP/2 http.Transport says yes, and sends it an HTTP/1.1 CONNECT.
func (c *Client) dialTLSProxy(ctx context.Context, network, address string, config *tls.Config) (net.Conn, error) {
	config = config.Clone()
	config.NextProtos = nil
	d := tls.Dialer{NetDialer: c.dialer(), Config: config}
	return d.DialContext(ctx, network, address)
}

// dialSOCKS lets a SOCKS5 proxy connect. http.Transport could too, but would wait
// for ever, one socket for each request, for a proxy that says nothing.
func (c *Client) dialSOCKS(ctx context.Context, d *net.Dialer, network, address string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, c.o.Limits.Dial)
	defer cancel()
	var auth *proxy.Auth
	if u := c.o.Proxy.User; u != nil {
		password, _ := u.Password()
		auth = &proxy.Auth{User: u.Username(), Password: password}
	}
	s, err := proxy.SOCKS5("tcp", proxyAddress(c.o.Proxy), auth, d)
	if err != nil {
		return nil, err
	}
	return s.(proxy.ContextDialer).DialContext(ctx, network, address)
}

// dialResolved asks our own resolver and tries what it says.
func (c *Client) dialResolved(ctx context.Context, d *net.Dialer, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if _, err := netip.ParseAddr(host); err == nil {
		return d.DialContext(ctx, network, address)
	}
	// http.Transport does not end a dial with its request.
	ctx, cancel := context.WithTimeout(ctx, c.o.Limits.Dial)
	defer cancel()
	all, err := c.o.Resolve(ctx, host)
	if err != nil {
		return nil, err
	}
	last := error(&net.DNSError{Err: "no address", Name: host, IsNotFound: true})
	for _, ip := range all {
		conn, err := d.DialContext(ctx, network, net.JoinHostPort(ip.String(), port))
		if err == nil {
			return conn, nil
		}
		last = err
	}
	return nil, last
}

// checkConnected refuses an address that is not on the public internet.
func (c *Client) checkConnected(address string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return &Error{Kind: Refused, Err: err}
	}
	ip, err := netip.ParseAddr(host)
	if err != nil || !c.allowed(ip) {
		return &Error{Kind: Refused, Address: host}
	}
	return nil
}

func (c *Client) allowed(ip netip.Addr) bool { return Global(ip) || c.private(ip) }

// private reports whether an address is one that ALLOW_PRIVATE_PEERS opens.
func (c *Client) private(ip netip.Addr) bool {
	ip = ip.Unmap()
	for _, p := range c.o.AllowPrivate {
		if p.Contains(ip) {
			return true
		}
	}
	return false
}

func proxyAddress(u *url.URL) string {
	if u.Port() != "" {
		return u.Host
	}
	port := map[string]string{"http": "80", "https": "443", "socks5": "1080"}[u.Scheme]
	return net.JoinHostPort(u.Hostname(), port)
}
