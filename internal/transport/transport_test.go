package transport

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"sync/atomic"
	"testing"

	"skerry/internal/httpsig"

	"github.com/google/go-cmp/cmp"
)

// TestNameThatTurnsPrivateIsRefused is DNS rebinding: the first answer of the
// name's resolver is public, all later ones are private. (Mastodon, Lemmy and
// others looked the name up, judged the answer, and let it be looked up again.)
func TestNameThatTurnsPrivateIsRefused(t *testing.T) {
	t.Parallel()
	town := newTown(t, says(200, "hello"))
	var lookups atomic.Int32
	c := town.visitor(t, Options{Resolve: func(_ context.Context, host string) ([]netip.Addr, error) {
		if lookups.Add(1) == 1 {
			return ips("127.0.0.1"), nil
		}
		return ips("127.0.0.2"), nil
	}})
	if res, err := c.Get(t.Context(), "https://a.example.com/", Get{}); err != nil || res.Status != 200 {
		t.Fatalf("the first time: got %v, %v, want 200", res, err)
	}
	if n := lookups.Load(); n != 1 {
		t.Errorf("got %d lookups for one request, want 1: what is judged must be what is connected to", n)
	}
	c.wire.CloseIdleConnections()
	_, err := c.Get(t.Context(), "https://a.example.com/", Get{})
	if kind(err) != Refused {
		t.Errorf("the second time: got %v, want it refused", err)
	}
	_, err = c.Post(t.Context(), "https://a.example.com/inbox", []byte("{}"), ourKey(), httpsig.Cavage)
	if kind(err) != Refused {
		t.Errorf("a POST: got %v, want it refused", err)
	}
	if n := len(town.letters()); n != 1 {
		t.Errorf("got %d requests, want 1", n)
	}
}

func TestAddressesBehindNamesAreJudged(t *testing.T) {
	t.Parallel()
	town := newTown(t, says(200, "hello"))
	for name, c := range map[string]struct {
		addresses []string
		refused   string // empty: it is connected to
	}{
		"public":                        {[]string{"127.0.0.1"}, ""},
		"private":                       {[]string{"127.0.0.2"}, "127.0.0.2"},
		"AAAA private, A public":        {[]string{"fd00::1", "127.0.0.1"}, ""},
		"A private, A public":           {[]string{"127.0.0.2", "127.0.0.1"}, ""},
		"A private, AAAA private":       {[]string{"10.0.0.1", "fe80::1"}, "fe80::1"},
		"many private":                  {[]string{"10.0.0.1", "172.16.0.1", "192.168.0.1"}, "192.168.0.1"},
		"this network":                  {[]string{"0.0.0.0"}, "0.0.0.0"},
		"unspecified":                   {[]string{"::"}, "::"},
		"loopback":                      {[]string{"::1"}, "::1"},
		"mapped private":                {[]string{"::ffff:127.0.0.2"}, "127.0.0.2"},
		"mapped public":                 {[]string{"::ffff:127.0.0.1"}, ""},
		"IPv4-compatible":               {[]string{"::127.0.0.1"}, "::7f00:1"},
		"NAT64 of loopback":             {[]string{"64:ff9b::7f00:1"}, "64:ff9b::7f00:1"},
		"6to4 of loopback":              {[]string{"2002:7f00:1::1"}, "2002:7f00:1::1"},
		"metadata of clouds":            {[]string{"169.254.169.254"}, "169.254.169.254"},
		"carrier-grade NAT":             {[]string{"100.64.0.1"}, "100.64.0.1"},
		"link-local with a zone":        {[]string{"fe80::1%lo"}, "fe80::1%lo"},
		"mapped link-local, then fd00:": {[]string{"::ffff:169.254.1.1", "fd00::1"}, "fd00::1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := town.visitor(t, Options{Resolve: at(c.addresses...)})
			res, err := client.Get(t.Context(), "https://a.example.com/", Get{})
			if c.refused == "" {
				if err != nil || res.Status != 200 {
					t.Errorf("got %v, %v, want 200", res, err)
				}
				return
			}
			var e *Error
			if !errors.As(err, &e) || e.Kind != Refused || e.Address != c.refused || Permanent(err) {
				t.Errorf("got %v, want %s refused for now", err, c.refused)
			}
		})
	}
}

// TestNamesOfLoopbackAreRefused is for names such as 127.0.0.1.nip.io, which
// anybody may use, and localhost in longer forms.
func TestNamesOfLoopbackAreRefused(t *testing.T) {
	t.Parallel()
	town := newTown(t, says(200, "hello"))
	for _, name := range []string{"127.0.0.1.nip.io", "localtest.me", "localhost.localdomain", "a.localhost", "spoofed.example.com"} {
		c := town.visitor(t, Options{Resolve: at("127.0.0.1"), AllowPrivate: prefixes("127.0.0.2/32")})
		if _, err := c.Get(t.Context(), "https://"+name+"/", Get{}); kind(err) != Refused {
			t.Errorf("%s: got %v, want it refused", name, err)
		}
	}
	if got := town.asked(); got != nil {
		t.Errorf("%v were asked, want nothing", got)
	}
}

func TestSystemsResolverIsGuardedToo(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{})
	l, err := net.Listen("tcp", "127.0.0.2:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	conn, err := c.dial(t.Context(), "tcp", l.Addr().String())
	if kind(err) != Refused || conn != nil {
		t.Errorf("got %v, %v, want it refused before it is connected to", conn, err)
	}
	town := newTown(t, says(200, "hello"))
	conn, err = c.dial(t.Context(), "tcp", town.Listener.Addr().String())
	if err != nil {
		t.Fatalf("an opened address: got %v, want a connection", err)
	}
	conn.Close()
}

func TestNameWithoutAddressIsNamed(t *testing.T) {
	t.Parallel()
	town := newTown(t, says(200, "hello"))
	for name, c := range map[string]struct {
		err  error
		want ErrorKind
	}{
		"no address":     {nil, NoName},
		"not found":      {&net.DNSError{Err: "no such host", IsNotFound: true}, NoName},
		"too slow":       {&net.DNSError{Err: "timeout", IsTimeout: true}, Timeout},
		"server failure": {&net.DNSError{Err: "server misbehaving", IsTemporary: true}, Network},
	} {
		client := town.visitor(t, Options{Resolve: func(context.Context, string) ([]netip.Addr, error) { return nil, c.err }})
		if _, err := client.Get(t.Context(), "https://a.example.com/", Get{}); kind(err) != c.want || Permanent(err) {
			t.Errorf("%s: got %v, want kind %d, not for good", name, err, c.want)
		}
	}
}

func TestLimitsHaveDefaults(t *testing.T) {
	t.Parallel()
	want := Limits{Total: 15e9, Header: 10e9, Dial: 5e9}
	if diff := cmp.Diff(want, newClient(t, Options{}).o.Limits); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(Limits{1, 2, 3}, newClient(t, Options{Limits: Limits{1, 2, 3}}).o.Limits); diff != "" {
		t.Errorf("given ones (-want +got):\n%s", diff)
	}
}
