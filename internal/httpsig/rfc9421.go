package httpsig

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/dunglas/httpsfv"
)

// maxLabels is how many signatures a request may carry; the first that is
// complete by policy is used.
const maxLabels = 3

// readRFC9421 parses and checks a message signature: rsa-v1_5-sha256 or ed25519,
// no parameters of components, created always.
func (p Policy) readRFC9421(m Message, origin *url.URL) (*Signature, error) {
	inputs, err := httpsfv.UnmarshalDictionary(m.Header.Values("Signature-Input"))
	if err != nil {
		return nil, malformed("the Signature-Input header cannot be read")
	}
	values, err := httpsfv.UnmarshalDictionary(m.Header.Values("Signature"))
	if err != nil {
		return nil, malformed("the Signature header cannot be read")
	}
	labels := inputs.Names()
	if len(labels) == 0 || len(labels) > maxLabels {
		return nil, malformed("there are %d signatures; 1 to %d are accepted", len(labels), maxLabels)
	}
	var first error
	for _, label := range labels {
		s, err := p.readLabel(m, origin, inputs, values, label)
		if err == nil {
			return s, nil
		}
		if first == nil {
			first = err
		}
	}
	return nil, first
}

func (p Policy) readLabel(m Message, origin *url.URL, inputs, values *httpsfv.Dictionary, label string) (*Signature, error) {
	member, _ := inputs.Get(label)
	list, ok := member.(httpsfv.InnerList)
	if !ok {
		return nil, malformed("the signature %.40q covers no list of components", label)
	}
	s, err := parseInput(list)
	if err != nil {
		return nil, err
	}
	member, _ = values.Get(label)
	item, _ := member.(httpsfv.Item)
	if s.value, ok = item.Value.([]byte); !ok || len(s.value) == 0 {
		return nil, malformed("the signature %.40q has no value", label)
	}
	if err := s.coversMessage(m); err != nil {
		return nil, err
	}
	if err := p.age(s, m.Header.Get("Date"), s.has("date")); err != nil {
		return nil, err
	}
	if s.has("content-digest") {
		if err := checkContentDigest(m.Header, m.Body); err != nil {
			return nil, err
		}
	}
	base, err := messageBase(s, m, origin, list)
	if err != nil {
		return nil, err
	}
	s.bases = []string{base}
	return s, nil
}

// parseInput reads the covered components and parameters of a signature.
func parseInput(list httpsfv.InnerList) (*Signature, error) {
	s := &Signature{Scheme: RFC9421}
	if len(list.Items) > maxCovered {
		return nil, refuse("covered", "more than %d components are signed", maxCovered)
	}
	seen := map[string]bool{}
	for _, item := range list.Items {
		name, ok := item.Value.(string)
		switch {
		case !ok || name != strings.ToLower(name):
			return nil, malformed("a component's name is not a lower-case text")
		case len(item.Params.Names()) > 0:
			return nil, refuse("component", "parameters of components are not accepted")
		case seen[name]:
			return nil, malformed("the component %.40q is signed twice", name)
		}
		seen[name] = true
		s.Covered = append(s.Covered, name)
	}
	for _, name := range list.Params.Names() {
		if err := s.parameter(name, list.Params); err != nil {
			return nil, err
		}
	}
	switch {
	case s.KeyID == "":
		return nil, malformed("the signature has no keyid")
	case len(s.KeyID) > maxKeyID:
		return nil, refuse("key-id", "the keyid has more than %d bytes", maxKeyID)
	case s.Created.IsZero():
		return nil, refuse("uncovered", "the signature has no created")
	}
	return s, nil
}

// parameter reads one parameter; all of them are covered by the signature.
func (s *Signature) parameter(name string, params *httpsfv.Params) error {
	v, _ := params.Get(name)
	text, isText := v.(string)
	number, isNumber := v.(int64)
	switch name {
	case "keyid":
		s.KeyID = text
	case "alg":
		if s.Algorithm = text; isText && text != "rsa-v1_5-sha256" && text != "ed25519" {
			return refuse("algorithm", "the algorithm %.40q is not accepted; use rsa-v1_5-sha256 or ed25519", text)
		}
	case "nonce", "tag":
	case "created", "expires":
		if !isNumber || number <= 0 {
			return malformed("%s is not a time", name)
		}
		if name == "created" {
			s.Created = time.Unix(number, 0)
		} else {
			s.Expires = time.Unix(number, 0)
		}
		return nil
	default:
		return refuse("parameter", "the parameter %.40q is not accepted", name)
	}
	if !isText {
		return malformed("%s is not a text", name)
	}
	return nil
}

// coversMessage checks that enough is signed: method, the whole address, and the
// digest of a body.
func (s *Signature) coversMessage(m Message) error {
	if !s.has("@method") {
		return refuse("uncovered", "@method is not signed")
	}
	if !s.has("@target-uri") {
		return refuse("uncovered", "@target-uri is not signed")
	}
	if m.Method != http.MethodGet && m.Method != http.MethodHead && !s.has("content-digest") {
		return refuse("uncovered", "content-digest is not signed")
	}
	return nil
}

// messageBase builds the signature base. [RFC 9421 2.5]
func messageBase(s *Signature, m Message, origin *url.URL, list httpsfv.InnerList) (string, error) {
	var b strings.Builder
	for _, name := range s.Covered {
		value, err := componentValue(m, origin, name)
		if err != nil {
			return "", err
		}
		b.WriteString(`"` + name + `": ` + value + "\n")
	}
	params, err := httpsfv.Marshal(list)
	if err != nil {
		return "", malformed("the Signature-Input header cannot be written back")
	}
	b.WriteString(`"@signature-params": ` + params)
	return b.String(), nil
}

// componentValue gives a derived component or a field. [RFC 9421 2.1, 2.2]
func componentValue(m Message, origin *url.URL, name string) (string, error) {
	path, query, hasQuery := strings.Cut(m.Target, "?")
	switch name {
	case "@method":
		return m.Method, nil
	case "@target-uri":
		return origin.Scheme + "://" + origin.Host + m.Target, nil
	case "@authority":
		return strings.ToLower(origin.Host), nil
	case "@scheme":
		return origin.Scheme, nil
	case "@request-target":
		return m.Target, nil
	case "@path":
		if path == "" {
			path = "/"
		}
		return path, nil
	case "@query":
		if !hasQuery {
			return "?", nil
		}
		return "?" + query, nil
	case "host":
		return m.Host, nil
	}
	if strings.HasPrefix(name, "@") {
		return "", refuse("component", "the component %.40q is not accepted", name)
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
