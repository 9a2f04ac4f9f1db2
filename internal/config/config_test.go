package config

import (
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// load reads settings with this .env file ("" for none).
func load(t *testing.T, dotenv string, environ ...string) (Config, error) {
	t.Helper()
	dir := t.TempDir()
	if dotenv != "" {
		if err := os.WriteFile(filepath.Join(dir, ".env"), []byte(dotenv), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return Load(environ, dir)
}

func TestNothingSetIsAServerOnThisMachine(t *testing.T) {
	t.Parallel()
	c, err := load(t, "")
	if err != nil {
		t.Fatal(err)
	}
	if c.Origin() != "http://localhost:8080" || c.AccountDomain != "localhost:8080" || c.Listen != "127.0.0.1:8080" || c.DataDir != "./data" {
		t.Errorf("got %+v", c)
	}
	if c.LogLevel != slog.LevelInfo || c.LogFormat != "text" || len(c.TrustedProxies) != 2 || c.AllowPrivatePeers != nil {
		t.Errorf("got %+v", c)
	}
	for _, s := range c.Effective() {
		if !s.Default || s.Doc == "" {
			t.Errorf("%+v: want a default with its meaning", s)
		}
	}
}

func TestDomain(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, domain, origin string }{
		{"example.org", "example.org", "https://example.org"},
		{"Example.ORG.", "example.org", "https://example.org"},
		{"example.org:443", "example.org", "https://example.org"},
		{"example.org:8443", "example.org:8443", "https://example.org:8443"},
		{"bücher.example", "xn--bcher-kva.example", "https://xn--bcher-kva.example"},
		{"localhost", "localhost", "http://localhost"},
		{"localhost:9000", "localhost:9000", "http://localhost:9000"},
		{"127.0.0.1:9000", "127.0.0.1:9000", "http://127.0.0.1:9000"},
		{"[::1]:9000", "[::1]:9000", "http://[::1]:9000"},
		{"https://example.org", "", ""},
		{"example.org/", "", ""},
		{"me@example.org", "", ""},
		{"example.org:0", "", ""},
		{"example.org:http", "", ""},
		{"192.0.2.1", "", ""},
		{"myserver", "", ""},
		{"exa mple.org", "", ""},
		{"-.org", "", ""},
	} {
		got, err := load(t, "", "DOMAIN="+c.in)
		switch {
		case c.domain == "" && (err == nil || !strings.HasPrefix(err.Error(), "DOMAIN: ")):
			t.Errorf("%q: got %q, %v, want an error that names DOMAIN", c.in, got.Domain, err)
		case c.domain != "" && (err != nil || got.Domain != c.domain || got.Origin() != c.origin):
			t.Errorf("%q: got %q %q, %v, want %q %q", c.in, got.Domain, got.Origin(), err, c.domain, c.origin)
		}
	}
}

func TestEverythingWrongIsToldAtOnce(t *testing.T) {
	t.Parallel()
	_, err := load(t, "DOMIAN=example.org\nnonsense\nLOG_LEVEL='info\n",
		"LISTEN=8080", "SECRET_KEY=short", "DATABASE_URL=mysql://x", "OWNER_USERNAME=Anna!", "ALLOW_PRIVATE_PEERS=10.0.0.1/8",
		"TRUSTED_PROXIES=home", "OUTBOUND_PROXY=ftp://x", "LOG_FORMAT=xml", "REDIS_URL=redis://x", "TLS=auto", "STORAGE_BUDGET=10GB", "S3_SECRET_ACCESS_KEY_FILE=/x")
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{
		".env line 1: there is no setting DOMIAN; did you mean DOMAIN?", ".env line 2: \"nonsense\" is not NAME=value",
		".env line 3: the quotes of LOG_LEVEL are not closed",
		"LISTEN: ", "SECRET_KEY: it has 5 characters", "DATABASE_URL: ", "OWNER_USERNAME: ", "did you mean 10.0.0.0/8?",
		"TRUSTED_PROXIES: \"home\"", "OUTBOUND_PROXY: ", "LOG_FORMAT: ",
		"REDIS_URL is not built into this version", "TLS=auto is not built into this version: remove it, or set it to off",
		"STORAGE_BUDGET is not built", "S3_SECRET_ACCESS_KEY is not built",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not say %q:\n%v", want, err)
		}
	}
}

func TestWhatALaterVersionDoesIsRefusedButNotWhatThisOneDoesAnyway(t *testing.T) {
	t.Parallel()
	if _, err := load(t, "", "TLS=off", "FEDERATION=open", "AUTHORIZED_FETCH=false", "REDIS_URL="); err != nil {
		t.Error(err)
	}
	if _, err := load(t, "FEDERATION=allowlist"); err == nil {
		t.Error("FEDERATION=allowlist is taken")
	}
}

func TestEnvironmentWinsOverDotenv(t *testing.T) {
	t.Parallel()
	c, err := load(t, "# mine\nexport DOMAIN=a.example\nLOG_FORMAT=\"json\" # machines\nDATA_DIR='/var/lib/my skerry'\nLISTEN=:80 # all\n", "DOMAIN=b.example", "HOME=/root")
	if err != nil {
		t.Fatal(err)
	}
	if c.Domain != "b.example" || c.LogFormat != "json" || c.DataDir != "/var/lib/my skerry" || c.Listen != ":80" {
		t.Errorf("got %+v", c)
	}
}

func TestSecretsComeFromFiles(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "key")
	secret := strings.Repeat("k", 40)
	if err := os.WriteFile(path, []byte(secret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := load(t, "", "SECRET_KEY_FILE="+path)
	if err != nil || string(c.SecretKey) != secret {
		t.Errorf("got %q, %v", c.SecretKey, err)
	}
	if _, err := load(t, "", "SECRET_KEY_FILE="+path, "SECRET_KEY="+secret); err == nil {
		t.Error("a secret given twice is taken")
	}
	if _, err := load(t, "", "OWNER_PASSWORD_FILE="+path+"x"); err == nil || !strings.Contains(err.Error(), "OWNER_PASSWORD_FILE") {
		t.Errorf("got %v, want an error that names the setting", err)
	}
}

func TestSecretsAreNotShown(t *testing.T) {
	t.Parallel()
	c, err := load(t, "", "SECRET_KEY="+strings.Repeat("hidden", 10), "OWNER_PASSWORD=hidden hidden",
		"DATABASE_URL=postgres://me:hidden@db/skerry?sslmode=disable&password=hidden", "OUTBOUND_PROXY=socks5://me:hidden@proxy:1080")
	if err != nil {
		t.Fatal(err)
	}
	shown := ""
	for _, s := range c.Effective() {
		shown += s.Name + "=" + s.Value + "\n"
	}
	if strings.Contains(shown, "hidden") {
		t.Errorf("a secret is shown:\n%s", shown)
	}
	if !strings.Contains(shown, "DATABASE_URL=postgres://me:xxxxx@db/skerry") {
		t.Errorf("the rest is not shown:\n%s", shown)
	}
}

func TestNetworks(t *testing.T) {
	t.Parallel()
	c, err := load(t, "", "ALLOW_PRIVATE_PEERS=127.0.0.0/8, 192.168.1.7 fd00::/8")
	want := []string{"127.0.0.0/8", "192.168.1.7/32", "fd00::/8"}
	if diff := cmp.Diff(want, texts(c.AllowPrivatePeers)); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
}

func texts(all []netip.Prefix) []string {
	var out []string
	for _, p := range all {
		out = append(out, p.String())
	}
	return out
}
