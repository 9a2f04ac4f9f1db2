package transport

import (
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"skerry/internal/social"
)

// CheckURL is the one rule for addresses that we ask: https on port 443, a name
// in lower-case punycode, no address, no user, nothing of ours. An address that
// ALLOW_PRIVATE_PEERS opens may be http on any port. The fragment is cut. Its
// error is a Fault of kind Invalid.
func (c *Client) CheckURL(raw string) (*url.URL, error) {
	bad := func(why string) (*url.URL, error) {
		return nil, social.Faultf(social.Invalid, "%.100q cannot be asked: %s", raw, why)
	}
	if raw == "" || len(raw) > maxURL {
		return bad("an address has 1 to 2048 bytes")
	}
	if strings.ContainsFunc(raw, func(r rune) bool { return r <= ' ' || r == 0x7f || r == '\\' }) {
		return bad("it has a character that no address has")
	}
	u, err := url.Parse(raw)
	if err != nil {
		return bad("it is no address")
	}
	u.Fragment, u.RawFragment = "", ""
	switch {
	case u.Opaque != "" || u.Host == "":
		return bad("it has no host")
	case u.User != nil:
		return bad("it names a user")
	case c.privateHost(u.Hostname()):
		if u.Scheme != "https" && u.Scheme != "http" {
			return bad("it is neither https nor http")
		}
		if port, err := strconv.ParseUint(u.Port(), 10, 16); u.Port() != "" && (err != nil || port == 0) {
			return bad("its port is none")
		}
		u.Host = authority(u.Scheme, u.Host)
		if c.own(u) {
			return bad("it is this server")
		}
		return u, nil
	case u.Scheme != "https":
		return bad("only https is asked")
	case u.Port() != "" && u.Port() != "443":
		return bad("only port 443 is asked")
	}
	name, why := publicName(u.Hostname())
	if why != "" {
		return bad(why)
	}
	u.Host = name
	if c.own(u) {
		return bad("it is this server")
	}
	return u, nil
}

// publicName gives a host in lower-case punycode, or why it cannot be one. Names
// that are in use and that IDNA does not know, with an underscore or with hyphens
// in odd places, pass as they are.
func publicName(host string) (name, why string) {
	if _, err := netip.ParseAddr(host); err == nil {
		return "", "a host has a name, not only a number"
	}
	name, err := idna.Lookup.ToASCII(host)
	if err != nil && !strings.ContainsFunc(host, func(r rune) bool { return r > unicode.MaxASCII }) {
		name, err = strings.ToLower(host), nil
	}
	switch {
	case err != nil || !utf8.ValidString(host):
		return "", "the host's name cannot be read"
	case strings.HasSuffix(name, "."):
		return "", "a host's name does not end in a dot"
	case len(name) > 253 || slices.ContainsFunc(strings.Split(name, "."), func(label string) bool { return label == "" || len(label) > 63 }):
		return "", "the parts of a host's name have 1 to 63 letters, all of it 253"
	case !strings.Contains(name, "."):
		return "", "the host's name has no dot"
	case strings.ContainsFunc(name, func(r rune) bool { return !plain(r) }):
		return "", "the host's name cannot be read"
	case numeric(name):
		return "", "a host has a name, not only a number"
	}
	return name, ""
}

func plain(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' || r == '.' || r == '_'
}

// numeric reports whether some resolvers would read the name as an address: its
// last label is a number, decimal, octal or hexadecimal.
func numeric(name string) bool {
	last := name[strings.LastIndexByte(name, '.')+1:]
	if hex, ok := strings.CutPrefix(last, "0x"); ok {
		return strings.Trim(hex, "0123456789abcdef") == ""
	}
	return strings.Trim(last, "0123456789") == ""
}

// privateHost reports whether a host is an address that ALLOW_PRIVATE_PEERS opens.
func (c *Client) privateHost(host string) bool {
	ip, err := netip.ParseAddr(host)
	return err == nil && c.private(ip)
}

func (c *Client) own(u *url.URL) bool {
	for _, host := range c.o.OwnHosts {
		if strings.EqualFold(authority(u.Scheme, u.Host), authority(u.Scheme, host)) {
			return true
		}
	}
	return false
}

// authority writes a host the one way that all its spellings share: an address in
// its shortest form, and no port where it is the scheme's own.
func authority(scheme, host string) string {
	u := url.URL{Host: host}
	name, port := u.Hostname(), strings.TrimLeft(u.Port(), "0")
	if ip, err := netip.ParseAddr(name); err == nil {
		name = ip.Unmap().String()
	}
	if port != "" && port != map[string]string{"https": "443", "http": "80"}[scheme] {
		return net.JoinHostPort(name, port)
	}
	if strings.Contains(name, ":") {
		return "[" + name + "]"
	}
	return name
}
