package transport

import (
	"context"
	"io"
	"net"
	"net/netip"
	"net/url"
	"testing"

	"skerry/internal/httpsig"
	"time"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/social"
)

var proxySchemes = []string{"http", "https", "socks5"}

// behind makes a client that goes through a proxy, which leads every name to the
// town. Its own resolver must not be asked.
func (s *stranger) behind(t *testing.T, p *outbound, o Options) *Client {
	t.Helper()
	o.Proxy = p.URL
	o.Resolve = func(_ context.Context, host string) ([]netip.Addr, error) {
		t.Errorf("our own resolver was asked for %s", host)
		return nil, nil
	}
	c := newClient(t, o)
	c.wire.TLSClientConfig.RootCAs = s.roots()
	return c
}

func TestAllGoesThroughTheProxyByName(t *testing.T) {
	t.Parallel()
	for _, scheme := range proxySchemes {
		t.Run(scheme, func(t *testing.T) {
			t.Parallel()
			town := newTown(t, chain(2, "https://z.example.com/"))
			p := newOutbound(t, scheme, func(string) string { return town.Listener.Addr().String() })
			c := signs(town.behind(t, p, Options{AllowPrivate: prefixes()}))
			res, err := c.Get(t.Context(), "https://a.example.com/", Get{})
			if err != nil || string(res.Body) != "the end" {
				t.Fatalf("GET: got %+v, %v, want the end", res, err)
			}
			if res, err = c.Post(t.Context(), "https://inbox.example.com/", []byte("{}"), ourKey(), httpsig.Cavage); err != nil || res.Status != 200 {
				t.Fatalf("POST: got %+v, %v, want 200", res, err)
			}
			want := []string{"a.example.com:443", "b.example.com:443", "z.example.com:443", "inbox.example.com:443"}
			if diff := cmp.Diff(want, p.asked()); diff != "" {
				t.Errorf("the proxy was asked for (-want +got):\n%s", diff)
			}
			for _, l := range town.letters() {
				if l.Signed != nil || l.Header.Get("Proxy-Authorization") != "" || l.Header.Get("Via") != "" {
					t.Errorf("%s: got %v, %v, want it signed for its host, and no trace of the proxy", l.Host, l.Signed, l.Header)
				}
			}
		})
	}
}

func TestProxyIsToldOurPassword(t *testing.T) {
	t.Parallel()
	for scheme, want := range map[string]string{"http": "dTpwOng=@a.example.com:443", "socks5": "u:p:x@a.example.com:443"} {
		town := newTown(t, says(200, "hello"))
		p := newOutbound(t, scheme, func(string) string { return town.Listener.Addr().String() })
		p.URL.User = url.UserPassword("u", "p:x")
		if res, err := town.behind(t, p, Options{}).Get(t.Context(), "https://a.example.com/", Get{}); err != nil || res.Status != 200 {
			t.Errorf("%s: got %+v, %v, want 200", scheme, res, err)
		}
		if diff := cmp.Diff([]string{want}, p.asked()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", scheme, diff)
		}
		for _, l := range town.letters() {
			if l.Header.Get("Proxy-Authorization") != "" || l.Header.Get("Authorization") != "" {
				t.Errorf("%s: the stranger was told too: %v", scheme, l.Header)
			}
		}
	}
}

// TestPrivateAddressIsRefusedBeforeTheProxyIsAsked: what a name leads to is the
// proxy's to refuse, which SelfTest looks at; an address is ours to refuse.
func TestPrivateAddressIsRefusedBeforeTheProxyIsAsked(t *testing.T) {
	t.Parallel()
	for _, scheme := range proxySchemes {
		town := newTown(t, chain(1, "https://127.0.0.2/"))
		p := newOutbound(t, scheme, func(string) string { return town.Listener.Addr().String() })
		c := town.behind(t, p, Options{})
		for _, raw := range []string{
			"https://10.0.0.1/", "https://127.0.0.2/", "https://[::1]/", "https://[fd00::1]/", "https://169.254.169.254/latest/", "http://192.168.0.1/",
			"https://localhost/", "https://0x7f.1/", "https://2130706433/", "https://127.1/", "https://metadata/", "https://[::ffff:10.0.0.1]/",
		} {
			if _, err := c.Get(t.Context(), raw, Get{}); !social.Is(err, social.Invalid) {
				t.Errorf("%s, GET %s: got %v, want Invalid", scheme, raw, err)
			}
			if _, err := c.Post(t.Context(), raw, []byte("{}"), ourKey(), httpsig.Cavage); !social.Is(err, social.Invalid) {
				t.Errorf("%s, POST %s: got %v, want Invalid", scheme, raw, err)
			}
		}
		if _, err := c.Get(t.Context(), "https://a.example.com/", Get{}); kind(err) != Redirects {
			t.Errorf("%s, by a redirect: got %v, want Redirects", scheme, err)
		}
		if diff := cmp.Diff([]string{"a.example.com:443"}, p.asked()); diff != "" {
			t.Errorf("%s: the proxy was asked for (-want +got):\n%s", scheme, diff)
		}
	}
}

func TestOnlyTheProxyItselfIsSparedTheGuard(t *testing.T) {
	t.Parallel()
	for scheme, want := range map[string]string{"http": "80", "https": "443", "socks5": "1080"} {
		for host, address := range map[string]string{
			"proxy.lan": "proxy.lan:" + want, "proxy.lan:3128": "proxy.lan:3128", "127.0.0.2": "127.0.0.2:" + want, "[::1]": "[::1]:" + want, "[::1]:99": "[::1]:99",
		} {
			if got := proxyAddress(&url.URL{Scheme: scheme, Host: host}); got != address {
				t.Errorf("%s://%s: got %s, want %s", scheme, host, got, address)
			}
		}
	}
	c := newClient(t, Options{Proxy: &url.URL{Scheme: "http", Host: "127.0.0.2:3128"}})
	if _, err := c.dial(t.Context(), "tcp", "127.0.0.2:3129"); kind(err) != Refused {
		t.Errorf("another port: got %v, want it refused", err)
	}
}

func TestWhatTheProxyRefusesFails(t *testing.T) {
	t.Parallel()
	for _, scheme := range proxySchemes {
		town := newTown(t, says(200, "hello"))
		p := newOutbound(t, scheme, func(string) string { return "" })
		_, err := town.behind(t, p, Options{}).Get(t.Context(), "https://a.example.com/", Get{})
		if kind(err) != Network || Permanent(err) {
			t.Errorf("%s: got %v, want that the connection failed", scheme, err)
		}
		if got := town.asked(); got != nil {
			t.Errorf("%s: %v were asked, want nothing", scheme, got)
		}
	}
}

// TestProxyThatSaysNothingIsLeft looks at the other end too: a socket that stays
// open for each request would end with none left.
func TestProxyThatSaysNothingIsLeft(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	left := make(chan error, 1)
	go func() {
		conn, err := l.Accept()
		if err == nil {
			defer conn.Close()
			_, err = io.Copy(io.Discard, conn)
		}
		left <- err
	}()
	c := newClient(t, Options{
		Proxy: &url.URL{Scheme: "socks5", Host: l.Addr().String()}, Limits: Limits{Dial: 300 * time.Millisecond, Total: 300 * time.Millisecond},
	})
	if _, err := c.Get(t.Context(), "https://a.example.com/", Get{}); kind(err) != Timeout {
		t.Errorf("got %v, want Timeout", err)
	}
	select {
	case <-left:
	case <-time.After(30 * time.Second):
		t.Error("the proxy still holds our connection, want it left")
	}
}
