package httpsig

import (
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// readCavage parses and checks a draft-cavage signature.
func (p Policy) readCavage(m Message) (*Signature, error) {
	lines := m.Header.Values("Signature")
	switch len(lines) {
	case 0:
		return nil, refuse("no-signature", "the request is not signed")
	case 1:
	default:
		return nil, malformed("there are %d Signature headers; one is accepted", len(lines))
	}
	s, err := parseCavage(lines[0])
	if err != nil {
		return nil, err
	}
	if err := s.covers(m); err != nil {
		return nil, err
	}
	if err := p.age(s, m.Header.Get("Date"), s.has("date")); err != nil {
		return nil, err
	}
	if s.has("digest") {
		if err := checkDigest(m.Header, m.Body); err != nil {
			return nil, err
		}
	}
	if s.bases, err = cavageBases(s, m); err != nil {
		return nil, err
	}
	return s, nil
}

// has reports whether a header or pseudo-header is covered.
func (s *Signature) has(name string) bool {
	for _, c := range s.Covered {
		if c == name {
			return true
		}
	}
	return false
}

// covers checks that enough is signed: a request that could be sent to another
// address, with another body or at another time is not signed at all.
func (s *Signature) covers(m Message) error {
	need := []string{"(request-target)", "host"}
	if m.Method != http.MethodGet && m.Method != http.MethodHead {
		need = append(need, "digest")
	}
	for _, name := range need {
		if !s.has(name) {
			return refuse("uncovered", "%s is not signed", name)
		}
	}
	// A time counts only when it is signed.
	if !s.has("(created)") {
		s.Created = time.Time{}
	}
	if !s.has("(expires)") {
		s.Expires = time.Time{}
	}
	return nil
}

// parseCavage reads the value of a Signature header: name="value" pairs with
// optional white space, integers bare or quoted, nothing twice.
func parseCavage(line string) (*Signature, error) {
	line = strings.TrimSpace(line)
	if rest, ok := strings.CutPrefix(line, "Signature "); ok {
		line = rest
	}
	params, err := parseParams(line)
	if err != nil {
		return nil, err
	}
	s := &Signature{Scheme: Cavage, KeyID: params["keyId"], Algorithm: strings.ToLower(params["algorithm"])}
	switch {
	case s.KeyID == "":
		return nil, malformed("the Signature header has no keyId")
	case len(s.KeyID) > maxKeyID:
		return nil, refuse("key-id", "the keyId has more than %d bytes", maxKeyID)
	}
	if s.value, err = base64.StdEncoding.DecodeString(params["signature"]); err != nil || len(s.value) == 0 {
		return nil, malformed("the Signature header has no signature that can be read")
	}
	if s.Covered, err = parseCovered(params); err != nil {
		return nil, err
	}
	if s.Created, err = parseUnix(params, "created"); err != nil {
		return nil, err
	}
	if s.Expires, err = parseUnix(params, "expires"); err != nil {
		return nil, err
	}
	if err := s.algorithm(); err != nil {
		return nil, err
	}
	return s, nil
}

// algorithm refuses what we do not verify. hs2019 hides the algorithm in the key.
// The older name does not know signed times. [draft-cavage-12 2.3]
func (s *Signature) algorithm() error {
	switch s.Algorithm {
	case "rsa-sha256":
		if s.has("(created)") || s.has("(expires)") {
			return refuse("algorithm", "(created) and (expires) are signed with hs2019, not with rsa-sha256")
		}
		return nil
	case "", "hs2019", "ed25519":
		return nil
	}
	return refuse("algorithm", "the algorithm %.40q is not accepted; use rsa-sha256", s.Algorithm)
}

func parseCovered(params map[string]string) ([]string, error) {
	list, given := params["headers"]
	if !given {
		return []string{"date"}, nil
	}
	covered := strings.Fields(strings.ToLower(list))
	if len(covered) > maxCovered {
		return nil, refuse("covered", "more than %d headers are signed", maxCovered)
	}
	seen := map[string]bool{}
	for _, name := range covered {
		if seen[name] {
			return nil, malformed("the header %.40q is signed twice", name)
		}
		seen[name] = true
	}
	return covered, nil
}

// parseUnix reads a time in whole seconds, written in the one way in which it is
// signed. [draft-cavage-12 2.3]
func parseUnix(params map[string]string, name string) (time.Time, error) {
	text, ok := params[name]
	if !ok {
		return time.Time{}, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n <= 0 || n > 1<<40 || strconv.FormatInt(n, 10) != text {
		return time.Time{}, malformed("%s is not a time", name)
	}
	return time.Unix(n, 0), nil
}

// parseParams reads name="value" pairs separated by commas.
func parseParams(line string) (map[string]string, error) {
	params := map[string]string{}
	for first := true; ; first = false {
		line = strings.TrimLeft(line, " \t")
		if line == "" {
			if first {
				return nil, malformed("the Signature header is empty")
			}
			return params, nil
		}
		name, rest, ok := strings.Cut(line, "=")
		name = strings.TrimRight(name, " \t")
		if !ok || name == "" || strings.ContainsAny(name, " \t,\"") {
			return nil, malformed("the Signature header cannot be read near %.20q", line)
		}
		value, rest, err := parseValue(strings.TrimLeft(rest, " \t"))
		if err != nil {
			return nil, err
		}
		if _, twice := params[name]; twice {
			return nil, malformed("the Signature header has %.40q twice", name)
		}
		params[name] = value
		if line, err = afterComma(rest); err != nil {
			return nil, err
		}
	}
}

// parseValue reads a quoted text, or a bare word that ends at a comma.
func parseValue(text string) (value, rest string, err error) {
	if inner, quoted := strings.CutPrefix(text, `"`); quoted {
		end := strings.IndexByte(inner, '"')
		if end < 0 || strings.IndexByte(inner[:end], '\\') >= 0 {
			return "", "", malformed("the Signature header has a quote that does not end")
		}
		return inner[:end], inner[end+1:], nil
	}
	end := strings.IndexByte(text, ',')
	if end < 0 {
		end = len(text)
	}
	value = strings.TrimRight(text[:end], " \t")
	if value == "" || strings.ContainsAny(value, " \t\"") {
		return "", "", malformed("the Signature header has a value that cannot be read")
	}
	return value, text[end:], nil
}

func afterComma(rest string) (string, error) {
	rest = strings.TrimLeft(rest, " \t")
	if rest == "" {
		return "", nil
	}
	next, ok := strings.CutPrefix(rest, ",")
	if !ok || strings.TrimSpace(next) == "" {
		return "", malformed("the Signature header cannot be read near %.20q", rest)
	}
	return next, nil
}

// cavageBases builds what was signed: with the target as it came; for a GET also
// without its query, which some leave out.
//
// Quirk(misskey, pleroma): they sign GETs without the query.
func cavageBases(s *Signature, m Message) ([]string, error) {
	base, err := cavageBase(s, m, m.Target)
	if err != nil {
		return nil, err
	}
	bases := []string{base}
	if path, _, query := strings.Cut(m.Target, "?"); query && m.Method == http.MethodGet {
		short, err := cavageBase(s, m, path)
		if err != nil {
			return nil, err
		}
		bases = append(bases, short)
	}
	return bases, nil
}

func cavageBase(s *Signature, m Message, target string) (string, error) {
	lines := make([]string, 0, len(s.Covered))
	for _, name := range s.Covered {
		value, err := cavageValue(s, m, name, target)
		if err != nil {
			return "", err
		}
		lines = append(lines, name+": "+value)
	}
	return strings.Join(lines, "\n"), nil
}

func cavageValue(s *Signature, m Message, name, target string) (string, error) {
	switch name {
	case "(request-target)":
		return strings.ToLower(m.Method) + " " + target, nil
	case "(created)":
		if s.Created.IsZero() {
			return "", malformed("(created) is signed and not given")
		}
		return strconv.FormatInt(s.Created.Unix(), 10), nil
	case "(expires)":
		if s.Expires.IsZero() {
			return "", malformed("(expires) is signed and not given")
		}
		return strconv.FormatInt(s.Expires.Unix(), 10), nil
	case "host":
		return m.Host, nil
	}
	values := m.Header.Values(name)
	if len(values) == 0 {
		return "", refuse("uncovered", "the header %.40q is signed and not there", name)
	}
	trimmed := make([]string, len(values))
	for i, v := range values {
		trimmed[i] = strings.TrimSpace(v)
	}
	return strings.Join(trimmed, ", "), nil
}
