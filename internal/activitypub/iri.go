package activitypub

import (
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"skerry/internal/social"
)

// Public is the collection of everybody. [AP 5.6]
const Public = "https://www.w3.org/ns/activitystreams#Public"

// IsPublic reports whether an IRI is Public, also in its short forms.
func IsPublic(iri string) bool {
	return iri == Public || iri == "as:Public" || iri == "Public"
}

const maxIRI = 2048

// CanonicalIRI is the one rule for ids as text: http or https, a host in
// lower-case punycode without a trailing dot, no user, no white space or control
// characters, at most 2048 bytes. Path, query and fragment stay as they are. Its
// error is a Fault of kind Invalid.
func CanonicalIRI(raw string) (string, error) {
	if plainIRI(raw) {
		return raw, nil
	}
	return canonicalIRI(raw)
}

func canonicalIRI(raw string) (string, error) {
	bad := func(why string) (string, error) {
		return "", social.Faultf(social.Invalid, "%.80q is not an id: %s", raw, why)
	}
	if raw == "" || len(raw) > maxIRI {
		return bad("it must have 1 to 2048 bytes")
	}
	if strings.ContainsFunc(raw, forbidden) {
		return bad("it has a character that no address has")
	}
	u, err := url.Parse(raw)
	if err != nil {
		return bad("it is no address")
	}
	switch {
	case u.Scheme != "https" && u.Scheme != "http":
		return bad("it is neither https nor http")
	case u.Opaque != "" || u.Host == "":
		return bad("it has no host")
	case u.User != nil:
		return bad("it names a user")
	}
	host, ok := canonicalHost(u)
	if !ok {
		return bad("its host cannot be read")
	}
	// The rest is kept byte for byte: an id is compared, not resolved.
	_, rest, _ := strings.Cut(raw, "://")
	iri := u.Scheme + "://" + host + rest[len(authority(rest)):]
	if len(iri) > maxIRI { // punycode is longer than what it stands for
		return bad("it must have 1 to 2048 bytes")
	}
	return iri, nil
}

// plainIRI reports whether an IRI is so plain that it is canonical at sight, as
// nearly all are: a lower-case name, and nothing behind it that an address would
// have to escape.
func plainIRI(raw string) bool {
	scheme, rest, _ := strings.Cut(raw, "://")
	if scheme != "https" && scheme != "http" || len(raw) > maxIRI {
		return false
	}
	host := authority(rest)
	for i := len(host); i < len(rest); i++ {
		if !inPath[rest[i]] {
			return false
		}
	}
	name, port, ported := strings.Cut(host, ":")
	if ported {
		n, err := strconv.ParseUint(port, 10, 16)
		if err != nil || port[0] == '0' || n == 443 || n == 80 { // one of them goes without saying
			return false
		}
	}
	return plainHost(name) && !strings.Contains(name, "xn--")
}

// inPath are the characters that stand for themselves behind the host.
var inPath = func() (set [256]bool) {
	for _, c := range []byte("/?#@=&-_.~+:ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789") {
		set[c] = true
	}
	return set
}()

// forbidden reports whether no address has the character; what is not UTF-8
// comes here as RuneError.
func forbidden(c rune) bool {
	return unicode.IsSpace(c) || unicode.IsControl(c) || c == utf8.RuneError || strings.ContainsRune(`\"<>`, c)
}

// authority gives what is before the path, the query and the fragment.
func authority(rest string) string {
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		return rest[:i]
	}
	return rest
}

// canonicalHost gives the one spelling of a host and of a port that its scheme
// does not imply.
func canonicalHost(u *url.URL) (string, bool) {
	name, ok := canonicalName(u)
	if !ok || u.Port() == "" {
		return name, ok
	}
	port, err := strconv.ParseUint(u.Port(), 10, 16)
	switch {
	case err != nil || port == 0:
		return "", false
	case u.Scheme == "https" && port == 443, u.Scheme == "http" && port == 80:
		return name, true
	}
	return name + ":" + strconv.FormatUint(port, 10), true
}

func canonicalName(u *url.URL) (string, bool) {
	if strings.HasPrefix(u.Host, "[") {
		ip, err := netip.ParseAddr(u.Hostname())
		return "[" + ip.String() + "]", err == nil && ip.Is6() && ip.Zone() == ""
	}
	name, err := idna.Lookup.ToASCII(u.Hostname())
	if err != nil {
		name = strings.ToLower(u.Hostname()) // underscores and the like are seen in names that resolve
	}
	name = strings.TrimSuffix(name, ".")
	return name, plainHost(name)
}

// plainHost reports whether a name consists of labels as the DNS has them.
func plainHost(name string) bool {
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || len(label) > 63 {
			return false
		}
	}
	for _, c := range name {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '.' && c != '_' {
			return false
		}
	}
	return len(name) <= 253
}

// canonicalOr gives the canonical form, Public and its kin as they are, else "".
func canonicalOr(raw string) string {
	if IsPublic(raw) {
		return Public
	}
	iri, err := CanonicalIRI(raw)
	if err != nil {
		return ""
	}
	return iri
}

// Host gives an IRI's authority in lower-case punycode, "" when it has none.
func Host(iri string) string {
	_, host := origin(iri)
	return host
}

// SameOrigin reports whether two IRIs have scheme and authority in common. [FEP-fe34]
func SameOrigin(a, b string) bool {
	schemeA, hostA := origin(a)
	schemeB, hostB := origin(b)
	return hostA != "" && hostA == hostB && schemeA == schemeB
}

// origin gives scheme and authority in canonical form, "" when there are none.
func origin(iri string) (scheme, host string) {
	iri, err := CanonicalIRI(iri)
	if err != nil {
		return "", ""
	}
	scheme, rest, _ := strings.Cut(iri, "://")
	return scheme, authority(rest)
}
