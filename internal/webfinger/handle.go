package webfinger

import (
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/idna"

	"skerry/internal/social"
)

const (
	maxUser = 128 // bytes; Misskey's limit, the widest we know
	maxURL  = 2048
)

// ParseHandle reads @user@host, user@host or acct:user@host. user is as written;
// host is lower-case punycode without a final dot, with a port if one was given
// that is not 443. What is none of these is Invalid.
func ParseHandle(s string) (user, host string, err error) {
	rest := strings.TrimSpace(s)
	if scheme, after, ok := strings.Cut(rest, ":"); ok && strings.EqualFold(scheme, "acct") {
		rest = after
	} else {
		rest = strings.TrimPrefix(rest, "@")
	}
	at := strings.LastIndexByte(rest, '@')
	if at < 0 || !isUser(rest[:at]) {
		return "", "", notHandle(s)
	}
	if host = canonical(rest[at+1:]); host == "" {
		return "", "", notHandle(s)
	}
	return rest[:at], host, nil
}

func notHandle(s string) error {
	return social.Faultf(social.Invalid, "%.100q is not a handle such as @user@example.com", s)
}

// isUser allows what RFC 7565 does, and the colon: a server that is reached at a
// port is the account host:port@host:port.
func isUser(s string) bool {
	if s == "" || len(s) > maxUser {
		return false
	}
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		case strings.IndexByte("-._~!$&'()*+,;=%:", c) >= 0:
		default:
			return false
		}
	}
	return true
}

// names is how a host is compared: what a resolver would look up. Servers that
// compared less strictly took one host for another (CVE-2023-42451).
var names = idna.New(idna.MapForLookup(), idna.BidiRule(), idna.StrictDomainName(true), idna.CheckHyphens(false), idna.VerifyDNSLength(true))

// canonical gives the one way to write a host with its port, or "" when it is no
// host.
func canonical(host string) string {
	name, port := host, ""
	if colon := strings.LastIndexByte(host, ':'); colon > strings.LastIndexByte(host, ']') {
		name, port = host[:colon], host[colon+1:]
		n, err := strconv.ParseUint(port, 10, 16)
		if err != nil || n == 0 {
			return ""
		}
		if port = ":" + strconv.FormatUint(n, 10); n == 443 {
			port = ""
		}
	}
	if inner, ok := strings.CutPrefix(name, "["); ok {
		inner, ok = strings.CutSuffix(inner, "]")
		ip, err := netip.ParseAddr(inner)
		if !ok || err != nil || !ip.Is6() || ip.Zone() != "" {
			return ""
		}
		return "[" + ip.String() + "]" + port
	}
	if len(name) > maxURL {
		return ""
	}
	name, err := names.ToASCII(name)
	if err != nil {
		return ""
	}
	name = strings.TrimSuffix(name, ".")
	// What changes when it is written once more has no one form.
	if again, err := names.ToASCII(name); err != nil || again != name || strings.HasSuffix(name, ".") {
		return ""
	}
	return name + port
}

// isScheme reports whether s can stand before the colon of a URI. [RFC 3986 3.1]
func isScheme(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i] | 0x20
		letter := 'a' <= c && c <= 'z'
		if !letter && (i == 0 || !('0' <= s[i] && s[i] <= '9') && strings.IndexByte("+-.", s[i]) < 0) {
			return false
		}
	}
	return s != ""
}

// sameAddress reports whether two web addresses are one: scheme and host are
// compared without case, the rest as written.
func sameAddress(a, b string) bool {
	if a == "" || b == "" {
		return false
	}
	return a == b || normal(a) != "" && normal(a) == normal(b)
}

// normal gives the form in which addresses are compared, or "" for what is not
// a web address.
func normal(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.User != nil || canonical(u.Host) == "" {
		return ""
	}
	u.Host = canonical(u.Host)
	if u.Path == "" {
		u.Path = "/"
	}
	return u.String()
}
