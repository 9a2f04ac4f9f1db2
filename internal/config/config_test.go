package config

import (
	"log/slog"
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

func TestEverythingWrongIsToldAtOnce(t *testing.T) {
	t.Parallel()
	_, err := load(t, "DOMIAN=example.org\nnonsense\nLOG_LEVEL='info\n",
		"LISTEN=8080", "SECRET_KEY=short", "DATABASE_URL=mysql://x", "OWNER_USERNAME=Anna!", "ALLOW_PRIVATE_PEERS=10.0.0.1/8",
		"TRUSTED_PROXIES=home", "OUTBOUND_PROXY=ftp://x", "LOG_FORMAT=xml", "REDIS_URL=http://x", "TLS=on", "STORAGE_BUDGET=10 potatoes", "S3_BUCKET=x/y", "REMOTE_MEDIA=some", "FEDERATION=closed", "RETENTION_REMOTE_POSTS=0d", "RETENTION_REMOTE_MEDIA=a week")
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{
		".env line 1: there is no setting DOMIAN; did you mean DOMAIN?", ".env line 2: this is not NAME=value",
		".env line 3: LOG_LEVEL: its quotes are not closed",
		"LISTEN: ", "SECRET_KEY: it has 5 characters", "DATABASE_URL: ", "OWNER_USERNAME: ", "did you mean 10.0.0.0/8?",
		"TRUSTED_PROXIES: \"home\"", "OUTBOUND_PROXY: ", "LOG_FORMAT: ",
		"REDIS_URL: it is not of the form redis://", "TLS: \"on\" is neither off nor auto",
		"STORAGE_BUDGET: \"10 potatoes\" is not an amount such as 10GB", "S3_BUCKET: \"x/y\" cannot be a bucket", "S3_ENDPOINT, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY: not set, while S3_BUCKET is",
		"REMOTE_MEDIA: \"some\" is not off, proxy or cache",
		"FEDERATION: \"closed\" is neither open nor allowlist", "RETENTION_REMOTE_POSTS: \"0d\" is not from 1d to 3650d", "RETENTION_REMOTE_MEDIA: \"a week\" is not a number of days such as 14d",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not say %q:\n%v", want, err)
		}
	}
}

// TestEverySettingOfALaterVersionIsRefusedByName has the settings of the
// contract that are not built yet, and what each says that this version does anyway.
func TestEverySettingOfALaterVersionIsRefusedByName(t *testing.T) {
	t.Parallel()
	for name, same := range map[string]string{
		"AUTHORIZED_FETCH": "false",
		"METRICS_LISTEN":   "", "SMTP_URL": "",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, dotenv := range []string{"", name + "=another"} {
				environ := []string{name + "=another"}
				if dotenv != "" {
					environ = nil
				}
				_, err := load(t, dotenv, environ...)
				if err == nil || !strings.HasPrefix(err.Error(), name) || !strings.Contains(err.Error(), "not built") || strings.Contains(err.Error(), "\n") {
					t.Errorf("got %v, want one line that refuses %s", err, name)
				}
			}
			if _, err := load(t, "", name+"="+same); err != nil {
				t.Errorf("%q is what this version does, got %v", same, err)
			}
		})
	}
}

func TestEnvironmentWinsOverDotenv(t *testing.T) {
	t.Parallel()
	c, err := load(t, "DOMAIN=a.example\nLISTEN=:80\n", "DOMAIN=b.example", "HOME=/root", "DOMIAN=c.example", "S3_BUCKETS=x")
	if err != nil || c.Domain != "b.example" || c.Listen != ":80" {
		t.Errorf("got %+v, %v", c, err)
	}
}

// Compose passes a variable on as empty when nobody set it.
func TestEmptyIsNotSet(t *testing.T) {
	t.Parallel()
	c, err := load(t, "DOMAIN=a.example\nLISTEN=\nSECRET_KEY_FILE=\n", "DOMAIN=", "DATA_DIR=", "REDIS_URL=", "DATABASE_URL_FILE=")
	if err != nil || c.Domain != "a.example" || c.Listen != "127.0.0.1:8080" || c.DataDir != "./data" {
		t.Errorf("got %+v, %v", c, err)
	}
}

func TestSecretsComeFromFiles(t *testing.T) {
	t.Parallel()
	secret := strings.Repeat("k", 40)
	for name, c := range map[string]struct {
		text string
		got  func(Config) string
	}{
		"SECRET_KEY":     {secret, func(c Config) string { return string(c.SecretKey) }},
		"OWNER_PASSWORD": {secret, func(c Config) string { return c.OwnerPassword }},
		"DATABASE_URL":   {"postgres://me@db/" + secret, func(c Config) string { return c.DatabaseURL }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			for file, text := range map[string]string{"secret": c.text + "\n", "empty": "\n"} {
				if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			for _, path := range []string{"secret", filepath.Join(dir, "secret")} { // relative to where .env is
				got, err := Load([]string{name + "_FILE=" + path}, dir)
				if err != nil || c.got(got) != c.text {
					t.Errorf("%s: got %q, %v, want %q", path, c.got(got), err, c.text)
				}
			}
			for want, environ := range map[string][]string{
				name + " and " + name + "_FILE are both set": {name + "_FILE=secret", name + "=" + c.text},
				name + "_FILE: open":                         {name + "_FILE=nowhere"},
				"is empty":                                   {name + "_FILE=empty"},
			} {
				if _, err := Load(environ, dir); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), secret) {
					t.Errorf("%v: got %v, want %q and no secret", environ, err, want)
				}
			}
		})
	}
}

func TestEffectiveIsWhatIsMeant(t *testing.T) {
	t.Parallel()
	c, err := load(t, "", "DOMAIN=Example.ORG.:443", "TRUSTED_PROXIES=loopback 10.1.2.3", "LOG_LEVEL=WARN", "LOG_FORMAT=JSON")
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, s := range c.Effective() {
		if s.Value != "" {
			got[s.Name] = s.Value
		}
	}
	want := map[string]string{
		"DOMAIN": "example.org", "ACCOUNT_DOMAIN": "example.org", "TLS": "off", "LISTEN": "127.0.0.1:8080", "DATA_DIR": "./data",
		"TRUSTED_PROXIES": "127.0.0.0/8,::1/128,10.1.2.3/32", "LOG_LEVEL": "warn", "LOG_FORMAT": "json",
		"S3_REGION": "us-east-1", "REMOTE_MEDIA": "cache", "FEDERATION": "open", "STORAGE_BUDGET": "10GB", "RETENTION_REMOTE_POSTS": "14d", "RETENTION_REMOTE_MEDIA": "7d",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestSecretsAreNotShown(t *testing.T) {
	t.Parallel()
	c, err := load(t, "", "SECRET_KEY="+strings.Repeat("hidden", 10), "OWNER_PASSWORD=hidden hidden",
		"DATABASE_URL=postgres://me:hidden@db/skerry?sslmode=disable&password=hidden&sslpassword=hidden", "OUTBOUND_PROXY=socks5://me:hidden@proxy:1080")
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

// The rest of a password that was not encoded must not be taken for another part
// of the address, where it would be shown.
func TestErrorsShowNoSecret(t *testing.T) {
	t.Parallel()
	for name, line := range map[string]string{
		"a slash in a password":         "DATABASE_URL=postgres://me:1/hidden@db/skerry",
		"a hash in a password":          "DATABASE_URL=postgres://me:1#hidden@db/skerry",
		"a question mark in a password": "DATABASE_URL=postgres://me:1?hidden@db/skerry",
		"a semicolon in the options":    "DATABASE_URL=postgres://me@db/skerry?password=a;hidden",
		"a percent sign in a password":  "DATABASE_URL=postgres://me:%hidden@db/skerry",
		"another scheme":                "DATABASE_URL=mysql://me:hidden@db/skerry",
		"another scheme of a proxy":     "OUTBOUND_PROXY=ftp://me:hidden@proxy",
		"a hash in a proxy's password":  "OUTBOUND_PROXY=http://me:1#hidden@proxy",
		"a short password":              "OWNER_PASSWORD=hidden",
		"a short key":                   "SECRET_KEY=hidden",
		"a secret without its name":     "hidden hidden hidden",
		"a secret without its equals":   "SECRET_KEY hiddenhiddenhiddenhiddenhiddenhidden",
		"a secret with an open quote":   "SECRET_KEY=\"hiddenhiddenhiddenhiddenhiddenhidden",
		"a secret with too many quotes": "SECRET_KEY='hiddenhidden'hiddenhiddenhiddenhidden",
		"a secret without its bucket":   "S3_SECRET_ACCESS_KEY=hidden",
		"a hash in a Redis password":    "REDIS_URL=redis://:1#hidden@localhost",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := load(t, line)
			if err == nil || strings.Contains(err.Error(), "hidden") || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %v, want one line without the secret", err)
			}
		})
	}
}
