package config

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

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
// addresses: lower case, punycode, without the port that its scheme has anyway.
func domain(v string) (string, error) {
	if strings.Contains(v, "://") || strings.ContainsAny(v, "/?#@% \t") {
		return "", fmt.Errorf("%q is an address; give the host name alone, such as example.org", v)
	}
	host, port, err := splitPort(v)
	if err != nil {
		return "", err
	}
	if host, err = hostName(host); err != nil {
		return "", err
	}
	secure := Config{Domain: join(host, port)}.Secure()
	switch {
	case secure && port == "80":
		return "", fmt.Errorf("%q has the port of http, and other servers come by https: leave the port away", v)
	case secure && port == "443", !secure && port == "80":
		port = ""
	}
	return join(host, port), nil
}

// splitPort takes a port off, when there is one.
func splitPort(v string) (host, port string, err error) {
	host, port, err = net.SplitHostPort(v)
	if err != nil {
		return v, "", nil
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil || n == 0 {
		return "", "", fmt.Errorf("the port of %q is not a number from 1 to 65535", v)
	}
	return host, strconv.FormatUint(n, 10), nil
}

// hosts checks host names as registries do, and writes them in punycode.
var hosts = idna.New(idna.MapForLookup(), idna.BidiRule(), idna.StrictDomainName(true), idna.VerifyDNSLength(true))

// hostName reads a name, or a loopback address for a server on this machine alone.
func hostName(host string) (string, error) {
	if ip, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		if !ip.IsLoopback() {
			return "", fmt.Errorf("%q is an address; other servers need a name", host)
		}
		return ip.Unmap().String(), nil
	}
	ascii, err := hosts.ToASCII(strings.TrimSuffix(host, "."))
	if err != nil {
		return "", fmt.Errorf("%q is not a host name such as example.org", host)
	}
	dot := strings.LastIndexByte(ascii, '.')
	if dot < 0 && ascii != "localhost" {
		return "", fmt.Errorf("%q is a name of the local network only; other servers need a whole one, such as example.org", host)
	}
	// Whatever ends in a number is read as an IPv4 address by browsers.
	if _, err := strconv.Atoi(ascii[dot+1:]); err == nil {
		return "", fmt.Errorf("%q is not a host name such as example.org", host)
	}
	return ascii, nil
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

const keyAdvice = "at least 32 are needed (make one with: openssl rand -base64 48)"

// CheckSecretKey says whether a key is long enough to be one.
func CheckSecretKey(key string) error {
	if len(key) < 32 {
		return fmt.Errorf("it has %d characters; %s", len(key), keyAdvice)
	}
	return nil
}

func setSecretKey(c *Config, v string) error {
	if v == "" {
		return nil
	}
	c.SecretKey = []byte(v)
	return CheckSecretKey(v)
}

// setListen takes addresses and no names: a name would have to be asked for.
func setListen(c *Config, v string) error {
	host, port, err := net.SplitHostPort(v)
	if err != nil {
		return fmt.Errorf("%q is not address:port, such as 127.0.0.1:8080, or :8080 for every address", v)
	}
	if _, err := netip.ParseAddr(host); err != nil && host != "" && host != "localhost" {
		return fmt.Errorf("%q has no address of this machine before the port, such as 127.0.0.1:8080, or :8080 for every address", v)
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return fmt.Errorf("the port of %q is not a number from 0 to 65535", v)
	}
	c.Listen = v
	return nil
}

func setDataDir(c *Config, v string) error {
	if v == "~" || strings.HasPrefix(v, "~/") {
		return fmt.Errorf("%q would make a folder named ~: write the whole path", v)
	}
	c.DataDir = v
	return nil
}

func setDatabase(c *Config, v string) error {
	if v == "" {
		return nil
	}
	if _, ok := parse(v, "postgres", "postgresql"); !ok {
		return errors.New("it is not of the form postgres://user:password@host/name" + encodeAdvice)
	}
	c.DatabaseURL = v
	return nil
}

func setRedis(c *Config, v string) error {
	if v == "" {
		return nil
	}
	if _, ok := parse(v, "redis", "rediss"); !ok {
		return errors.New("it is not of the form redis://:password@host:6379/0, or rediss:// for TLS" + encodeAdvice)
	}
	c.RedisURL = v
	return nil
}

func setProxy(c *Config, v string) error {
	if v == "" {
		return nil
	}
	u, ok := parse(v, "http", "https", "socks5")
	if !ok || u.Hostname() == "" {
		return errors.New("it is not of the form http://host:port, https://host:port or socks5://host:port" + encodeAdvice)
	}
	c.OutboundProxy = u
	return nil
}

const encodeAdvice = " (in a password @ is written %40, / %2F, ? %3F and # %23)"

// parse reads an address of one of the schemes. An @ without a user, or what
// looks like a fragment, is the rest of a password that was cut in two.
func parse(v string, schemes ...string) (*url.URL, bool) {
	u, err := url.Parse(v)
	if err != nil || !slices.Contains(schemes, u.Scheme) || !strings.HasPrefix(v, u.Scheme+"://") {
		return nil, false
	}
	if _, err := url.ParseQuery(u.RawQuery); err != nil || u.Fragment != "" {
		return nil, false
	}
	return u, u.User != nil || !strings.Contains(v, "@")
}

var username = regexp.MustCompile(`^[a-z0-9_]{1,30}$`)

func setOwner(c *Config, v string) error {
	if v != "" && !username.MatchString(v) {
		return fmt.Errorf("%q cannot be a username: use a-z, 0-9 and _, at most 30 characters", v)
	}
	c.OwnerUsername = v
	return nil
}

// setPassword refuses what would be refused when the owner is made.
func setPassword(c *Config, v string) error {
	c.OwnerPassword = v
	switch n := utf8.RuneCountInString(v); {
	case v != "" && n < 10:
		return fmt.Errorf("it has %d characters; at least 10 are needed", n)
	case len(v) > 1024:
		return errors.New("it is longer than 1024 bytes")
	}
	return nil
}

// loopback is what the word means where networks are listed.
var loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}

// prefixes reads networks separated by commas or spaces; an address alone is a
// network of one.
func prefixes(v string) ([]netip.Prefix, error) {
	var all []netip.Prefix
	for _, word := range strings.FieldsFunc(v, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' }) {
		if word == "loopback" {
			all = append(all, loopback...)
			continue
		}
		p, err := network(word)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

func network(word string) (netip.Prefix, error) {
	if ip, err := netip.ParseAddr(word); err == nil {
		return netip.PrefixFrom(ip.Unmap(), ip.Unmap().BitLen()), nil
	}
	p, err := netip.ParsePrefix(word)
	switch {
	case err != nil:
		return p, fmt.Errorf("%q is not a network such as 10.0.0.0/8 or fd00::/8", word)
	case p != p.Masked():
		return p, fmt.Errorf("%q has bits behind its mask; did you mean %s?", word, p.Masked())
	case p.Addr().Is4In6():
		return p, fmt.Errorf("%q is IPv4 written as IPv6: write it as IPv4, such as 10.0.0.0/8", word)
	}
	return p, nil
}

// hide shows only that there is a secret.
func hide(v string) string {
	if v == "" {
		return ""
	}
	return "(set, not shown)"
}

// hidePassword shows an address without its passwords, wherever they stand.
func hidePassword(v string) string {
	u, err := url.Parse(v)
	if err != nil {
		return hide(v)
	}
	q := u.Query() // whole, for parse has looked
	for name := range q {
		if strings.Contains(strings.ToLower(name), "password") {
			q.Set(name, "xxxxx")
			u.RawQuery = q.Encode()
		}
	}
	return u.Redacted()
}
