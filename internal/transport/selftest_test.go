package transport

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// lets is a proxy that connects to wherever it is asked, but for what refuses
// says; a name leads to loopback.
func lets(refuses func(host string) bool) func(target string) string {
	return func(target string) string {
		host, port, err := net.SplitHostPort(target)
		if err != nil || refuses(host) {
			return ""
		}
		if host == "localhost" {
			host = "127.0.0.1"
		}
		return net.JoinHostPort(host, port)
	}
}

func TestProxyThatLetsUsReachPrivateAddressesStopsTheStart(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		refuses func(host string) bool
		bad     bool
	}{
		"lets all through":   {func(string) bool { return false }, true},
		"refuses all":        {func(string) bool { return true }, false},
		"looks at names":     {func(host string) bool { return host == "localhost" }, true},
		"looks at addresses": {func(host string) bool { return host == "127.0.0.1" }, true},
		"looks at both":      {func(host string) bool { return host == "localhost" || host == "127.0.0.1" }, false},
	} {
		for _, scheme := range []string{"http", "socks5"} {
			t.Run(scheme+" "+name, func(t *testing.T) {
				t.Parallel()
				p := newOutbound(t, scheme, lets(c.refuses))
				err := newClient(t, Options{Proxy: p.URL}).SelfTest(t.Context())
				if bad := err != nil; bad != c.bad || bad && !strings.Contains(err.Error(), "configure the proxy to refuse") {
					t.Errorf("got %v, want a failure: %v", err, c.bad)
				}
				if len(p.asked()) == 0 {
					t.Error("the proxy was asked for nothing")
				}
			})
		}
	}
}

// TestProxyElsewhereIsAskedForOurAddress plays a proxy on another machine, whose
// loopback is not ours: 127.0.0.3 is the address by which it reaches us.
func TestProxyElsewhereIsAskedForOurAddress(t *testing.T) {
	t.Parallel()
	ours := canary{netip.MustParseAddr("127.0.0.3"), "127.0.0.3"}
	for _, scheme := range []string{"http", "socks5"} {
		for refused, want := range map[string]bool{"127.0.0.1": true, "127.0.0.3": false} {
			p := newOutbound(t, scheme, lets(func(host string) bool { return host == refused }))
			got, err := newClient(t, Options{Proxy: p.URL}).reaches(t.Context(), ours)
			if got != want || err != nil {
				t.Errorf("%s proxy that refuses %s: got reached: %v, %v, want %v", scheme, refused, got, err, want)
			}
		}
	}
}

func TestCanariesAreWhereTheProxyCouldReachThem(t *testing.T) {
	t.Parallel()
	always := []string{"127.0.0.1 as 127.0.0.1", "127.0.0.1 as localhost"}
	for ours, more := range map[string][]string{
		"127.0.0.1":             nil,
		"::ffff:127.0.0.1":      nil,
		"127.0.0.2":             {"127.0.0.2 as 127.0.0.2"},
		"172.18.0.5":            {"172.18.0.5 as 172.18.0.5"},
		"::1":                   {"::1 as ::1"},
		"fd00::5":               {"fd00::5 as fd00::5"},
		"fe80::1%eth0":          nil, // means nothing to a proxy elsewhere
		"8.8.8.8":               nil, // not private: the proxy may let us through
		"2606:4700:4700::1111":  nil,
		"::ffff:192.168.100.12": {"192.168.100.12 as 192.168.100.12"},
	} {
		var got []string
		for _, one := range canaries(netip.MustParseAddr(ours)) {
			got = append(got, one.listens.String()+" as "+one.asked)
		}
		if diff := cmp.Diff(append(always[:2:2], more...), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", ours, diff)
		}
	}
}

func TestSelfTestNamesTheProxyThatDoesNotAnswer(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	for _, scheme := range proxySchemes {
		u := &url.URL{Scheme: scheme, Host: address, User: url.UserPassword("u", "secret")}
		err := newClient(t, Options{Proxy: u}).SelfTest(t.Context())
		if err == nil || !strings.HasPrefix(err.Error(), "OUTBOUND_PROXY: the proxy "+address+" does not answer: ") || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: got %v, want that it does not answer", scheme, err)
		}
	}
}

func TestSelfTestNamesTheProxyThatSpeaksNoTLS(t *testing.T) {
	t.Parallel()
	p := newOutbound(t, "http", func(string) string { return "" })
	p.URL.Scheme = "https"
	err := newClient(t, Options{Proxy: p.URL}).SelfTest(t.Context())
	if err == nil || !strings.HasPrefix(err.Error(), "OUTBOUND_PROXY: ") || !strings.Contains(err.Error(), "proxyconnect") {
		t.Errorf("got %v, want that the proxy could not be spoken to", err)
	}
}

// TestProxyThatDropsWhatItRefusesPasses: some say nothing at all.
func TestProxyThatDropsWhatItRefusesPasses(t *testing.T) {
	t.Parallel()
	for _, scheme := range []string{"http", "socks5"} {
		t.Run(scheme, func(t *testing.T) {
			t.Parallel()
			p := newOutbound(t, scheme, func(string) string { <-t.Context().Done(); return "" })
			c := newClient(t, Options{Proxy: p.URL, Limits: Limits{Dial: 300 * time.Millisecond}})
			if err := c.SelfTest(t.Context()); err != nil {
				t.Errorf("got %v, want it passed", err)
			}
		})
	}
}

func TestSelfTestEndsWithTheStart(t *testing.T) {
	t.Parallel()
	p := newOutbound(t, "http", func(string) string { return "" })
	ctx, cancel := context.WithCancel(t.Context())
	p.leads = func(string) string { cancel(); return "" }
	if err := newClient(t, Options{Proxy: p.URL}).SelfTest(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that it was stopped", err)
	}
}

func TestWithoutProxyThereIsNothingToTest(t *testing.T) {
	t.Parallel()
	if err := newClient(t, Options{}).SelfTest(t.Context()); err != nil {
		t.Errorf("got %v, want nothing", err)
	}
}
