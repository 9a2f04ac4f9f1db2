package activitypub

import (
	"net/url"
	"strings"

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
	bad := func(why string) (string, error) {
		return "", social.Faultf(social.Invalid, "%.80q is not an id: %s", raw, why)
	}
	if raw == "" || len(raw) > maxIRI {
		return bad("it must have 1 to 2048 bytes")
	}
	for _, c := range raw {
		if c <= ' ' || c == 0x7f || c == '\\' || c == '"' || c == '<' || c == '>' {
			return bad("it has a character that no address has")
		}
	}
	u, err := url.Parse(raw)
	if err != nil {
		return bad("it is no address")
	}
	scheme := strings.ToLower(u.Scheme)
	switch {
	case scheme != "https" && scheme != "http":
		return bad("it is neither https nor http")
	case u.Opaque != "" || u.Host == "":
		return bad("it has no host")
	case u.User != nil:
		return bad("it names a user")
	}
	host, err := canonicalHost(scheme, u.Host)
	if err != nil {
		return bad("its host cannot be read")
	}
	// The rest is kept byte for byte: an id is compared, not resolved.
	rest := raw[strings.Index(raw, "://")+3:]
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		rest = rest[i:]
	} else {
		rest = ""
	}
	return scheme + "://" + host + rest, nil
}

func canonicalHost(scheme, hostport string) (string, error) {
	u := url.URL{Host: hostport}
	name, port := u.Hostname(), u.Port()
	if strings.HasPrefix(hostport, "[") {
		name = "[" + strings.ToLower(name) + "]"
	} else {
		ascii, err := idna.Lookup.ToASCII(strings.TrimSuffix(name, "."))
		if err != nil {
			// Underscores and the like are seen in names that resolve.
			if ascii = strings.ToLower(strings.TrimSuffix(name, ".")); !plainHost(ascii) {
				return "", err
			}
		}
		name = ascii
	}
	if name == "" {
		return "", social.Faultf(social.Invalid, "no host")
	}
	if port == "" || scheme == "https" && port == "443" || scheme == "http" && port == "80" {
		return name, nil
	}
	return name + ":" + port, nil
}

func plainHost(s string) bool {
	for _, c := range s {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '.' && c != '_' {
			return false
		}
	}
	return s != ""
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
	iri, err := CanonicalIRI(iri)
	if err != nil {
		return ""
	}
	rest := iri[strings.Index(iri, "://")+3:]
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		rest = rest[:i]
	}
	return rest
}

// SameOrigin reports whether two IRIs have scheme and authority in common. [FEP-fe34]
func SameOrigin(a, b string) bool {
	ca, errA := CanonicalIRI(a)
	cb, errB := CanonicalIRI(b)
	if errA != nil || errB != nil {
		return false
	}
	return Host(ca) == Host(cb) && ca[:strings.Index(ca, ":")] == cb[:strings.Index(cb, ":")]
}
