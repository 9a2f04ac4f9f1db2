package config

import (
	"net/netip"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func mkdir(t *testing.T, path string) {
	t.Helper()
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
}

func TestDomain(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]struct{ domain, origin string }{
		"example.org":             {"example.org", "https://example.org"},
		"Example.ORG.":            {"example.org", "https://example.org"},
		"example.org:443":         {"example.org", "https://example.org"},
		"example.org.:0443":       {"example.org", "https://example.org"},
		"example.org:8443":        {"example.org:8443", "https://example.org:8443"},
		"example.org:08443":       {"example.org:8443", "https://example.org:8443"},
		"bücher.example":          {"xn--bcher-kva.example", "https://xn--bcher-kva.example"},
		"BÜCHER.example:8443":     {"xn--bcher-kva.example:8443", "https://xn--bcher-kva.example:8443"},
		"straße.example":          {"xn--strae-oqa.example", "https://xn--strae-oqa.example"},
		"例え。テスト":                  {"xn--r8jz45g.xn--zckzah", "https://xn--r8jz45g.xn--zckzah"},
		"xn--bcher-kva.example":   {"xn--bcher-kva.example", "https://xn--bcher-kva.example"},
		"localhost":               {"localhost", "http://localhost"},
		"LocalHost:9000":          {"localhost:9000", "http://localhost:9000"},
		"localhost:80":            {"localhost", "http://localhost"},
		"localhost:443":           {"localhost:443", "http://localhost:443"},
		"127.0.0.1":               {"127.0.0.1", "http://127.0.0.1"},
		"127.7.0.1:9000":          {"127.7.0.1:9000", "http://127.7.0.1:9000"},
		"127.0.0.1:80":            {"127.0.0.1", "http://127.0.0.1"},
		"::1":                     {"[::1]", "http://[::1]"},
		"[::1]":                   {"[::1]", "http://[::1]"},
		"[::1]:9000":              {"[::1]:9000", "http://[::1]:9000"},
		"[::1]:80":                {"[::1]", "http://[::1]"},
		"[0:0::1]:9000":           {"[::1]:9000", "http://[::1]:9000"},
		"[::ffff:127.0.0.1]:9000": {"127.0.0.1:9000", "http://127.0.0.1:9000"},
	} {
		got, err := load(t, "", "DOMAIN="+in)
		if err != nil || got.Domain != want.domain || got.Origin() != want.origin || got.AccountDomain != want.domain {
			t.Errorf("%q: got %q %q %q, %v, want %q %q", in, got.Domain, got.Origin(), got.AccountDomain, err, want.domain, want.origin)
		}
	}
}

func TestAccountDomainHasTheFormOfADomain(t *testing.T) {
	t.Parallel()
	got, err := load(t, "", "DOMAIN=social.example.org", "ACCOUNT_DOMAIN=Example.ORG.")
	if err != nil || got.Domain != "social.example.org" || got.AccountDomain != "example.org" {
		t.Errorf("got %q and %q, %v", got.Domain, got.AccountDomain, err)
	}
}

// TestMalformedValueIsRefusedByName has, for each setting, what must stop the
// start with one line that names it.
func TestMalformedValueIsRefusedByName(t *testing.T) {
	t.Parallel()
	hosts := []string{
		"https://example.org", "//example.org", "example.org/", "example.org/path", "me@example.org", "example.org?x", "ex%41mple.org",
		"example.org:0", "example.org:", "example.org:http", "example.org:65536", "example.org:+443", "example.org:80",
		"192.0.2.1", "[2001:db8::1]", "0.0.0.0:8080", "127.1", "1.2.3.4.5", "myserver", "myserver:8080", "exa mple.org", "-.org", "a..org", ".org", ".",
		"my_server.example", strings.Repeat("a", 64) + ".org", strings.Repeat("a.", 127) + "org", "[::1%lo]:80", "localhost.localdomain:x",
	}
	for name, values := range map[string][]string{
		"DOMAIN":              hosts,
		"ACCOUNT_DOMAIN":      hosts,
		"SECRET_KEY":          {"short", strings.Repeat("k", 31)},
		"LISTEN":              {"8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:http", "127.0.0.1:65536", "127.0.0.1:-1", "example.org:80", "*:80", "::1:8080", "unix:/run/x"},
		"DATA_DIR":            {"~", "~/skerry"},
		"DATABASE_URL":        {"mysql://x", "sqlite:x", "host=db user=me", "postgres:x", "postgres://a b", "/var/lib/x.db", "postgres://db/x#y"},
		"OWNER_USERNAME":      {"Anna", "anna!", "anna.b", "@anna", "änna", strings.Repeat("a", 31), "a b"},
		"OWNER_PASSWORD":      {"short", "ninechars", strings.Repeat("x", 1025)},
		"TRUSTED_PROXIES":     {"home", "10.0.0.1/8", "10.0.0.0/33", "10.0.0", "localhost", "::ffff:10.0.0.0/104", "10.0.0.0/8;10.1.0.0/16", "10.0.0.1:80"},
		"ALLOW_PRIVATE_PEERS": {"home", "127.0.0.1/8", "10.0.0.0/33", "*", "http://127.0.0.1"},
		"OUTBOUND_PROXY":      {"ftp://x", "proxy:8080", "http://", "socks5h://x", "http://:8080", "http://a b"},
		"LOG_LEVEL":           {"loud", "warning", "0", "info,debug"},
		"LOG_FORMAT":          {"xml", "logfmt"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, value := range values {
				_, err := load(t, "", name+"="+value)
				if err == nil || !strings.HasPrefix(err.Error(), name+": ") || strings.Contains(err.Error(), "\n") {
					t.Errorf("%q: got %v, want one line that names %s", value, err, name)
				}
			}
		})
	}
}

func TestForms(t *testing.T) {
	t.Parallel()
	for name, values := range map[string][]string{
		"LISTEN":         {":8080", "127.0.0.1:0", "0.0.0.0:80", "[::]:8080", "[::1]:8080", "localhost:8080"},
		"DATABASE_URL":   {"postgres://me:pw@db/skerry", "postgresql://db/skerry", "postgres://me:p%40w@db:5432/skerry?sslmode=disable&default_query_exec_mode=exec", "postgres:///skerry?host=/run/postgresql", "postgres://a:1,b:2/skerry"},
		"OWNER_USERNAME": {"anna", "a", "0_", strings.Repeat("a", 30)},
		"OWNER_PASSWORD": {"ten chars.", "zehn zäüöß", strings.Repeat("x", 1024)},
		"SECRET_KEY":     {strings.Repeat("k", 32)},
		"OUTBOUND_PROXY": {"http://proxy", "https://me:pw@proxy:8080", "socks5://127.0.0.1:1080", "socks5://[::1]:1080"},
		"LOG_LEVEL":      {"debug", "Info", "WARN", "error"},
		"LOG_FORMAT":     {"text", "JSON"},
	} {
		for _, value := range values {
			if _, err := load(t, "", name+"="+value); err != nil {
				t.Errorf("%q is refused: %v", value, err)
			}
		}
	}
}

func TestNetworks(t *testing.T) {
	t.Parallel()
	for in, want := range map[string][]string{
		"127.0.0.0/8":                           {"127.0.0.0/8"},
		"127.0.0.0/8, 192.168.1.7 fd00::/8":     {"127.0.0.0/8", "192.168.1.7/32", "fd00::/8"},
		"loopback":                              {"127.0.0.0/8", "::1/128"},
		"loopback,10.0.0.0/8":                   {"127.0.0.0/8", "::1/128", "10.0.0.0/8"},
		"::ffff:10.0.0.1":                       {"10.0.0.1/32"},
		"2001:db8::1":                           {"2001:db8::1/128"},
		"0.0.0.0/0,::/0":                        {"0.0.0.0/0", "::/0"},
		" 10.0.0.0/8 ,\t172.16.0.0/12,, ::1 , ": {"10.0.0.0/8", "172.16.0.0/12", "::1/128"},
	} {
		c, err := load(t, "", "ALLOW_PRIVATE_PEERS="+in, "TRUSTED_PROXIES="+in)
		if err != nil {
			t.Errorf("%q is refused: %v", in, err)
		}
		for _, got := range [][]netip.Prefix{c.AllowPrivatePeers, c.TrustedProxies} {
			if diff := cmp.Diff(strings.Join(want, ","), networks(got)); diff != "" {
				t.Errorf("%q (-want +got)\n%s", in, diff)
			}
		}
	}
}
