package config

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
)

// setting is a row of the reference: how it is called, what it is when nothing
// is set, what it means, and how its text becomes a field.
type setting struct {
	name, fallback, doc string
	file                bool // NAME_FILE may name a file that holds it
	mask                func(string) string
	set                 func(*Config, string) error
}

// settings is the reference, in the order in which it is shown.
var settings = []setting{
	{name: "DOMAIN", fallback: "localhost:8080", set: setDomain,
		doc: "where the server is reached; part of every address others keep, so it cannot change once anything has federated"},
	{name: "ACCOUNT_DOMAIN", set: setAccountDomain,
		doc: "the part after the @ if it differs from DOMAIN; fixed like it"},
	{name: "SECRET_KEY", file: true, mask: hide, set: setSecretKey,
		doc: "encrypts private keys at rest; empty: one is made in DATA_DIR; change it with skerry config rekey"},
	{name: "LISTEN", fallback: "127.0.0.1:8080", set: setListen,
		doc: "address and port to bind"},
	{name: "DATA_DIR", fallback: "./data", set: func(c *Config, v string) error { c.DataDir = v; return nil },
		doc: "folder of the embedded database and the secret key"},
	{name: "DATABASE_URL", file: true, mask: hidePassword, set: setDatabase,
		doc: "postgres://user:password@host/name; empty: SQLite in DATA_DIR"},
	{name: "OWNER_USERNAME", set: setOwner,
		doc: "create the owner at the first start without the browser: a-z, 0-9 and _, at most 30; it never changes"},
	{name: "OWNER_PASSWORD", file: true, mask: hide, set: func(c *Config, v string) error { c.OwnerPassword = v; return nil },
		doc: "the owner's first password, at least 10 characters; later ones are set with skerry owner password"},
	{name: "TRUSTED_PROXIES", fallback: "127.0.0.0/8,::1/128",
		set: func(c *Config, v string) (err error) { c.TrustedProxies, err = prefixes(v); return err },
		doc: "networks whose X-Forwarded-For is believed, for the visitor's address only"},
	{name: "ALLOW_PRIVATE_PEERS",
		set: func(c *Config, v string) (err error) { c.AllowPrivatePeers, err = prefixes(v); return err },
		doc: "private networks whose servers may be talked to, without limits and over http too; for tests and home networks"},
	{name: "OUTBOUND_PROXY", mask: hidePassword, set: setProxy,
		doc: "http://, https:// or socks5:// proxy for every connection to other servers"},
	{name: "LOG_LEVEL", fallback: "info", set: func(c *Config, v string) error { return setLevel(c, v) },
		doc: "debug, info, warn or error"},
	{name: "LOG_FORMAT", fallback: "text", set: setFormat,
		doc: "text, or json for machines"},
}

// later are settings that this version does not have, with the value that says
// what it does anyway; "" when every value would be ignored.
var later = map[string]string{
	"TLS": "off", "FEDERATION": "open", "AUTHORIZED_FETCH": "false",
	"REDIS_URL": "", "S3_ENDPOINT": "", "S3_REGION": "", "S3_BUCKET": "", "S3_ACCESS_KEY_ID": "", "S3_SECRET_ACCESS_KEY": "", "S3_PUBLIC_URL": "",
	"STORAGE_BUDGET": "", "RETENTION_REMOTE_POSTS": "", "RETENTION_REMOTE_MEDIA": "", "REMOTE_MEDIA": "", "METRICS_LISTEN": "", "SMTP_URL": "",
}

// laterFiles are those of them that are secrets.
var laterFiles = []string{"REDIS_URL", "S3_SECRET_ACCESS_KEY"}

// unbuilt refuses what this version would ignore.
func unbuilt(values map[string]string) []error {
	var faults []error
	for name, same := range later {
		value := cmp.Or(values[name], values[name+"_FILE"])
		if value == "" || same != "" && value == same {
			continue
		}
		if same != "" {
			faults = append(faults, fmt.Errorf("%s=%s is not built into this version: remove it, or set it to %s", name, value, same))
			continue
		}
		faults = append(faults, fmt.Errorf("%s is not built into this version: remove it", name))
	}
	slices.SortFunc(faults, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return faults
}

func setDomain(c *Config, v string) (err error) {
	c.Domain, err = domain(v)
	return err
}

func setAccountDomain(c *Config, v string) (err error) {
	if v != "" {
		c.AccountDomain, err = domain(v)
	}
	return err
}

// domain reads a host name with or without a port, and gives it as it stands in
// addresses: lower case, punycode, without the port that https has anyway.
func domain(v string) (string, error) {
	if strings.Contains(v, "://") || strings.ContainsAny(v, "/?#@ \t") {
		return "", fmt.Errorf("%q is an address; give the host name alone, such as example.org", v)
	}
	host, port := v, ""
	if h, p, err := net.SplitHostPort(v); err == nil {
		host, port = h, p
		if n, err := strconv.Atoi(p); err != nil || n < 1 || n > 65535 {
			return "", fmt.Errorf("%q has no valid port", v)
		}
	}
	if ip, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		if !ip.IsLoopback() {
			return "", fmt.Errorf("%q is an address; other servers need a name", v)
		}
		return join(ip.String(), port), nil
	}
	ascii, err := idna.Lookup.ToASCII(strings.TrimSuffix(host, "."))
	if err != nil || ascii == "" || len(ascii) > 253 {
		return "", fmt.Errorf("%q is not a host name", v)
	}
	if ascii != "localhost" && !strings.Contains(ascii, ".") {
		return "", fmt.Errorf("%q is a name of the local network only; other servers need a whole one, such as example.org", v)
	}
	if port == "443" && ascii != "localhost" {
		port = ""
	}
	return join(ascii, port), nil
}

func join(host, port string) string {
	if port == "" && strings.Contains(host, ":") {
		return "[" + host + "]"
	}
	if port == "" {
		return host
	}
	return net.JoinHostPort(host, port)
}

func setSecretKey(c *Config, v string) error {
	if v != "" && len(v) < 32 {
		return fmt.Errorf("it has %d characters; at least 32 are needed (make one with: openssl rand -base64 48)", len(v))
	}
	c.SecretKey = []byte(v)
	return nil
}

func setListen(c *Config, v string) error {
	_, port, err := net.SplitHostPort(v)
	if err != nil {
		return fmt.Errorf("%q is not host:port, such as 127.0.0.1:8080 or :8080", v)
	}
	if n, err := strconv.Atoi(port); err != nil || n < 0 || n > 65535 {
		return fmt.Errorf("%q has no valid port", v)
	}
	c.Listen = v
	return nil
}

func setDatabase(c *Config, v string) error {
	if v == "" {
		return nil
	}
	u, err := url.Parse(v)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		return errors.New("it is not of the form postgres://user:password@host/name (characters such as @ or / in the password are written %40, %2F)")
	}
	c.DatabaseURL = v
	return nil
}

var username = regexp.MustCompile(`^[a-z0-9_]{1,30}$`)

func setOwner(c *Config, v string) error {
	if v != "" && !username.MatchString(v) {
		return fmt.Errorf("%q cannot be a username: use a-z, 0-9 and _, at most 30 characters", v)
	}
	c.OwnerUsername = v
	return nil
}

// prefixes reads networks separated by commas or spaces; an address alone is a
// network of one.
func prefixes(v string) ([]netip.Prefix, error) {
	var all []netip.Prefix
	for _, word := range strings.FieldsFunc(v, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' }) {
		if ip, err := netip.ParseAddr(word); err == nil {
			all = append(all, netip.PrefixFrom(ip.Unmap(), ip.Unmap().BitLen()))
			continue
		}
		p, err := netip.ParsePrefix(word)
		if err != nil {
			return nil, fmt.Errorf("%q is not a network such as 10.0.0.0/8 or fd00::/8", word)
		}
		if p != p.Masked() {
			return nil, fmt.Errorf("%q has bits behind its mask; did you mean %s?", word, p.Masked())
		}
		all = append(all, p)
	}
	return all, nil
}

func setProxy(c *Config, v string) error {
	if v == "" {
		return nil
	}
	u, err := url.Parse(v)
	if err != nil || u.Host == "" || !slices.Contains([]string{"http", "https", "socks5"}, u.Scheme) {
		return errors.New("it is not of the form http://host:port, https://host:port or socks5://host:port")
	}
	c.OutboundProxy = u
	return nil
}

func setLevel(c *Config, v string) error {
	levels := map[string]slog.Level{"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError}
	level, ok := levels[strings.ToLower(v)]
	if !ok {
		return fmt.Errorf("%q is not debug, info, warn or error", v)
	}
	c.LogLevel = level
	return nil
}

func setFormat(c *Config, v string) error {
	if v != "text" && v != "json" {
		return fmt.Errorf("%q is neither text nor json", v)
	}
	c.LogFormat = v
	return nil
}

// hide shows only that there is a secret.
func hide(v string) string {
	if v == "" {
		return ""
	}
	return "(set, not shown)"
}

// hidePassword shows an address without its password, wherever that stands.
func hidePassword(v string) string {
	u, err := url.Parse(v)
	if err != nil {
		return hide(v)
	}
	if q := u.Query(); q.Has("password") {
		q.Set("password", "xxxxx")
		u.RawQuery = q.Encode()
	}
	return u.Redacted()
}
