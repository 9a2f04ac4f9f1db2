package config

import (
	"cmp"
	"fmt"
	"log/slog"
	"net/netip"
	"strings"
)

// setting is a row of the reference: how it is called, what it is when nothing
// is set, what it means, and how its text becomes a field.
type setting struct {
	name, fallback, doc string
	file                bool // NAME_FILE may name a file that holds it
	mask                func(string) string
	set                 func(*Config, string) error
	show                func(Config) string // what is in effect, where that is not the text that was given
}

// settings is the reference, in the order in which it is shown.
var settings = []setting{
	{name: "DOMAIN", fallback: "localhost:8080", set: setDomain, show: func(c Config) string { return c.Domain },
		doc: "where the server is reached; part of every address others keep, so it cannot change once anything has federated"},
	{name: "ACCOUNT_DOMAIN", set: setAccountDomain, show: func(c Config) string { return c.AccountDomain },
		doc: "the part after the @ if it differs from DOMAIN; fixed like it"},
	{name: "SECRET_KEY", file: true, mask: hide, set: setSecretKey,
		doc: "encrypts private keys at rest; empty: one is made in DATA_DIR; change it with skerry config rekey"},
	{name: "TLS", fallback: "off", set: setTLS, show: func(c Config) string { return map[bool]string{false: "off", true: "auto"}[c.AutoTLS] },
		doc: "auto: own certificates by ACME, on LISTEN :443 and with port 80 for the challenge, where no proxy is in front"},
	{name: "LISTEN", fallback: "127.0.0.1:8080", set: setListen, show: func(c Config) string { return c.Listen },
		doc: "address and port to bind; with TLS=auto it is :443 when nothing is set"},
	{name: "DATA_DIR", fallback: "./data", set: setDataDir,
		doc: "folder of the embedded database, media files and the secret key"},
	{name: "DATABASE_URL", file: true, mask: hidePassword, set: setDatabase,
		doc: "postgres://user:password@host/name; empty: SQLite in DATA_DIR"},
	{name: "REDIS_URL", file: true, mask: hidePassword, set: setRedis,
		doc: "redis://:password@host:6379/0, or rediss:// for TLS; empty: everything in one process"},
	{name: "S3_ENDPOINT", set: setS3Endpoint, show: func(c Config) string { return c.S3.Endpoint },
		doc: "https://host of a store that speaks S3; with bucket and keys media are kept there; empty: files in DATA_DIR/media"},
	{name: "S3_REGION", fallback: "us-east-1", set: setS3Region,
		doc: "region of the bucket; R2 takes auto"},
	{name: "S3_BUCKET", set: setS3Bucket,
		doc: "name of the bucket"},
	{name: "S3_ACCESS_KEY_ID", set: func(c *Config, v string) error { c.S3.AccessKeyID = v; return nil },
		doc: "key that may list, read, write and delete in the bucket"},
	{name: "S3_SECRET_ACCESS_KEY", file: true, mask: hide, set: func(c *Config, v string) error { c.S3.SecretAccessKey = v; return nil },
		doc: "secret of that key"},
	{name: "S3_PUBLIC_URL", set: setS3Public, show: func(c Config) string { return c.S3.PublicURL },
		doc: "https:// address at which everybody can read the bucket: visitors are sent there; empty: we serve what is in it"},
	{name: "REMOTE_MEDIA", fallback: MediaCache, set: setRemoteMedia, show: func(c Config) string { return c.RemoteMedia },
		doc: "pictures of other servers: off (a link to there), proxy (passed on, nothing kept), or cache (kept for a while)"},
	{name: "STORAGE_BUDGET", fallback: "10GB", set: func(c *Config, v string) (err error) { c.StorageBudget, err = amount(v); return err },
		doc: "what database and media may take together, at least 50MB: when it nears, the oldest goes that you did not touch; changed at /admin/storage while the server runs"},
	{name: "RETENTION_REMOTE_POSTS", fallback: "14d", set: func(c *Config, v string) (err error) { c.RetentionPosts, err = age(v); return err },
		doc: "age at which posts of other servers go that you did not touch, from 1d to 3650d; those of people you follow stay 90d, or as long, those of relays 7d, or as short; changed at /admin/storage while the server runs"},
	{name: "RETENTION_REMOTE_MEDIA", fallback: "7d", set: func(c *Config, v string) (err error) { c.RetentionMedia, err = age(v); return err },
		doc: "how long pictures of other servers are kept since they were last shown, from 1d to 3650d; those of posts you touched stay"},
	{name: "FEDERATION", fallback: "open", set: setFederation, show: func(c Config) string { return map[bool]string{false: "open", true: "allowlist"}[c.Allowlist] },
		doc: "open, or allowlist: only the servers that you allow at /admin/blocks; what you choose there holds before this"},
	{name: "OWNER_USERNAME", set: setOwner,
		doc: "create the owner at the first start without the browser: a-z, 0-9 and _, at most 30; it never changes"},
	{name: "OWNER_PASSWORD", file: true, mask: hide, set: setPassword,
		doc: "the owner's first password, at least 10 characters; later ones are set with skerry owner password"},
	{name: "TRUSTED_PROXIES", fallback: "loopback", show: func(c Config) string { return networks(c.TrustedProxies) },
		set: func(c *Config, v string) (err error) { c.TrustedProxies, err = prefixes(v); return err },
		doc: "networks whose X-Forwarded-For is believed, for the visitor's address only"},
	{name: "ALLOW_PRIVATE_PEERS", show: func(c Config) string { return networks(c.AllowPrivatePeers) },
		set: func(c *Config, v string) (err error) { c.AllowPrivatePeers, err = prefixes(v); return err },
		doc: "private networks whose servers may be talked to, without limits and over http too; for tests and home networks"},
	{name: "OUTBOUND_PROXY", mask: hidePassword, set: setProxy,
		doc: "http://, https:// or socks5:// proxy for every connection to other servers"},
	{name: "LOG_LEVEL", fallback: "info", set: setLevel, show: func(c Config) string { return strings.ToLower(c.LogLevel.String()) },
		doc: "debug, info, warn or error"},
	{name: "LOG_FORMAT", fallback: "text", set: setFormat, show: func(c Config) string { return c.LogFormat },
		doc: "text, or json for machines"},
}

// unbuilt is a setting that this version does not have.
type unbuilt struct {
	name string
	same string // the value that says what this version does anyway; "" when every value would be ignored
}

var later = []unbuilt{
	{name: "AUTHORIZED_FETCH", same: "false"},
	{name: "METRICS_LISTEN"}, {name: "SMTP_URL"},
}

// refuse gives an error when this version would ignore what is set.
func (u unbuilt) refuse(values map[string]string) error {
	value := values[u.name]
	switch {
	case value == "" || value == u.same:
		return nil
	case u.same == "":
		return fmt.Errorf("%s is not built into this version: remove it", u.name)
	}
	return fmt.Errorf("%s=%s is not built into this version: remove it, or set it to %s", u.name, value, u.same)
}

// Reference gives every setting of this version with its default and meaning.
func Reference() []Setting {
	var all []Setting
	for _, s := range settings {
		all = append(all, Setting{Name: s.name, Value: s.fallback, Default: true, Doc: s.doc, Secret: s.file})
	}
	return all
}

// effect says what of a setting is in effect.
func (s setting) effect(c Config, given string, isSet bool) Setting {
	value := cmp.Or(given, s.fallback)
	if s.show != nil {
		value = s.show(c)
	}
	if s.mask != nil {
		value = s.mask(value)
	}
	return Setting{Name: s.name, Value: value, Default: !isSet, Doc: s.doc, Secret: s.file}
}

// setLevel and setFormat are here because nothing else reads these words.
func setLevel(c *Config, v string) error {
	levels := map[string]slog.Level{"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError}
	level, ok := levels[strings.ToLower(v)]
	if !ok {
		return fmt.Errorf("%q is not debug, info, warn or error", v)
	}
	c.LogLevel = level
	return nil
}

func setFederation(c *Config, v string) error {
	v = strings.ToLower(v)
	if v != "open" && v != "allowlist" {
		return fmt.Errorf("%q is neither open nor allowlist", v)
	}
	c.Allowlist = v == "allowlist"
	return nil
}

func setFormat(c *Config, v string) error {
	v = strings.ToLower(v)
	if v != "text" && v != "json" {
		return fmt.Errorf("%q is neither text nor json", v)
	}
	c.LogFormat = v
	return nil
}

// networks writes networks as prefixes reads them.
func networks(all []netip.Prefix) string {
	var words []string
	for _, p := range all {
		words = append(words, p.String())
	}
	return strings.Join(words, ",")
}
