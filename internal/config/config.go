// Package config reads the settings: environment variables, a .env file beside
// them, and files for secrets. What is malformed, unknown in .env, or not built
// into this version is an error that names the setting and says how to mend it;
// all of them come at once.
//
// It opens nothing but the files that the settings name, and no other package
// reads the environment.
package config

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// Config is the settings as the server uses them. The table in settings.go says
// what each means and what it is when nothing is set.
type Config struct {
	Domain        string // host[:port], lower-case punycode
	AccountDomain string
	SecretKey     []byte // empty: the one in DataDir
	AutoTLS       bool   // TLS=auto: own certificates, and Listen is :443
	Listen        string // host:port
	DataDir       string
	DatabaseURL   string // empty: SQLite in DataDir
	RedisURL      string // empty: in this process
	S3            S3     // unused: files in DataDir
	RemoteMedia   string // MediaOff, MediaProxy or MediaCache

	StorageBudget                  int64 // bytes
	RetentionPosts, RetentionMedia time.Duration

	Allowlist bool // FEDERATION=allowlist

	OwnerUsername, OwnerPassword string

	TrustedProxies    []netip.Prefix
	AllowPrivatePeers []netip.Prefix
	OutboundProxy     *url.URL // nil: none

	LogLevel  slog.Level
	LogFormat string // "text" or "json"

	effective []Setting
}

// Setting is a setting as it is in effect, its secret masked.
type Setting struct {
	Name, Value string
	Default     bool   // nobody set it
	Doc         string // what it means, for the operator
	Secret      bool   // NAME_FILE may name a file that holds it
}

// Effective gives every setting in the order of the reference.
func (c Config) Effective() []Setting { return c.effective }

// Origin is the address of the server: https, or http on this machine alone.
func (c Config) Origin() string {
	if c.Secure() {
		return "https://" + c.Domain
	}
	return "http://" + c.Domain
}

// Secure reports whether visitors come by https.
func (c Config) Secure() bool {
	host := hostname(c.Domain)
	if host == "localhost" {
		return false
	}
	ip, err := netip.ParseAddr(host)
	return err != nil || !ip.IsLoopback()
}

func hostname(domain string) string {
	if host, _, err := net.SplitHostPort(domain); err == nil {
		return host
	}
	return strings.Trim(domain, "[]")
}

// Load reads the settings from environ (lines "NAME=value") and from dir/.env,
// of which the environment wins. Its error joins all that is wrong.
func Load(environ []string, dir string) (Config, error) {
	values, faults := gather(environ, dir)
	var c Config
	for _, s := range settings {
		if err := s.set(&c, cmp.Or(values[s.name], s.fallback)); err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", s.name, err))
		}
	}
	if c.AutoTLS && values["LISTEN"] == "" {
		c.Listen = ":443"
	}
	if err := checkTLS(c); err != nil {
		faults = append(faults, err)
	}
	for _, l := range later {
		if err := l.refuse(values); err != nil {
			faults = append(faults, err)
		}
	}
	if err := wholeS3(values); err != nil {
		faults = append(faults, err)
	}
	c.AccountDomain = cmp.Or(c.AccountDomain, c.Domain)
	for _, s := range settings {
		value, isSet := values[s.name]
		c.effective = append(c.effective, s.effect(c, value, isSet))
	}
	return c, errors.Join(faults...)
}
