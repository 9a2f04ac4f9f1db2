package httpsig

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestInputsThatCannotBeReadAreMalformed(t *testing.T) {
	t.Parallel()
	const params = `;created=1772366400;keyid="k"`
	for name, edit := range map[string]func(h http.Header){
		"empty":                  func(h http.Header) { h.Set("Signature-Input", "") },
		"no dictionary":          func(h http.Header) { h.Set("Signature-Input", "(") },
		"a list without an end":  func(h http.Header) { h.Set("Signature-Input", `sig1=("@method"`) },
		"a text for a list":      func(h http.Header) { h.Set("Signature-Input", `sig1="@method"`+params) },
		"a label alone":          func(h http.Header) { h.Set("Signature-Input", "sig1"+params) },
		"tokens for components":  func(h http.Header) { h.Set("Signature-Input", "sig1=(date)"+params) },
		"numbers for components": func(h http.Header) { h.Set("Signature-Input", "sig1=(1 2)"+params) },
		"a byte beyond ASCII":    func(h http.Header) { h.Set("Signature-Input", "sig1=(\"dat\u00e9\")"+params) },
		"another label": func(h http.Header) {
			h.Set("Signature-Input", strings.Replace(h.Get("Signature-Input"), "sig1", "sig2", 1))
		},
		"no signature":             func(h http.Header) { h.Del("Signature") },
		"an empty signature":       func(h http.Header) { h.Set("Signature", "sig1=::") },
		"a signature as a text":    func(h http.Header) { h.Set("Signature", `sig1="AAAA"`) },
		"a signature as a list":    func(h http.Header) { h.Set("Signature", "sig1=(:AAAA:)") },
		"a signature of the draft": func(h http.Header) { h.Set("Signature", `keyId="k",signature="AAAA"`) },
		"bytes that are not bytes": func(h http.Header) { h.Set("Signature", "sig1=:?:") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newLetter(RFC9421, http.MethodGet).sealed(t)
			edit(m.Header)
			s, err := ourPolicy().Read(m)
			checkRefusal(t, s, err, "malformed")
		})
	}
}

// TestFirstSignatureThatPolicyPassesCounts puts others before a sound one, as
// proxies do that sign what they forward.
func TestFirstSignatureThatPolicyPassesCounts(t *testing.T) {
	t.Parallel()
	m := newLetter(RFC9421, http.MethodPost).sealed(t)
	input, value := m.Header.Get("Signature-Input"), m.Header.Get("Signature")
	m.Header["Signature-Input"] = []string{`proxy=("@status");created=1;keyid="p", old=("@method" "@target-uri");created=1;keyid="o"`, input}
	m.Header["Signature"] = []string{value, "proxy=:AAAA:, old=:AAAA:"}
	s, err := ourPolicy().Read(m)
	if err != nil {
		t.Fatal(err)
	}
	if s.KeyID != peerKeyID {
		t.Errorf("got the signature of %q, want that of %q", s.KeyID, peerKeyID)
	}
	if err := s.Verify(rsaKey().Public()); err != nil {
		t.Error(err)
	}
}

func TestFirstRefusalIsToldWhenNoSignaturePasses(t *testing.T) {
	t.Parallel()
	m := newLetter(RFC9421, http.MethodGet).sealed(t)
	m.Header.Set("Signature-Input", `a=("@method");created=`+unix(0)+`;keyid="k", b=("@method"`+` "@method");created=1;keyid="k"`)
	m.Header.Set("Signature", "a=:AAAA:, b=:AAAA:")
	s, err := ourPolicy().Read(m)
	checkRefusal(t, s, err, "uncovered")
}

// TestLastOfTwoParametersCounts follows structured fields, and what is signed
// with them: the parameters as they were understood. [RFC 8941 3.1.2]
func TestLastOfTwoParametersCounts(t *testing.T) {
	t.Parallel()
	m := newLetter(RFC9421, http.MethodGet).sealed(t)
	input := m.Header.Get("Signature-Input")
	m.Header.Set("Signature-Input", strings.Replace(input, ";created", `;keyid="https://evil.example/actor";created`, 1))
	s, err := ourPolicy().Read(m)
	if err != nil {
		t.Fatal(err)
	}
	if s.KeyID != peerKeyID {
		t.Errorf("got the key %q, want the last", s.KeyID)
	}
	checkRefusal(t, nil, s.Verify(rsaKey().Public()), "mismatch")
}

// TestAddressIsOursWhateverTheRequestSays has a stranger name another address in
// headers that proxies set: what is signed is built from our origin.
func TestAddressIsOursWhateverTheRequestSays(t *testing.T) {
	t.Parallel()
	l := newLetter(RFC9421, http.MethodGet)
	all(toHost("SKERRY.example:443"), cover("@authority", "@scheme"))(l)
	m := l.sealed(t)
	for _, name := range []string{"X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Path", "Forwarded", "X-Original-Url", "Host"} {
		m.Header.Set(name, "evil.example")
	}
	s, err := ourPolicy().Read(m)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Verify(rsaKey().Public()); err != nil {
		t.Error(err)
	}
}

func TestSignatureForAnotherOfOurOriginsDoesNotFit(t *testing.T) {
	t.Parallel()
	p := ourPolicy()
	p.Origins = []string{"http://[::1", ourOrigin, "http://skerry.example:8080"}
	m := newLetter(RFC9421, http.MethodGet).sealed(t)
	m.Host = "skerry.example:8080"
	s, err := p.Read(m)
	if err != nil {
		t.Fatal(err)
	}
	checkRefusal(t, nil, s.Verify(rsaKey().Public()), "mismatch")
}

func TestMessageSignatureTellsWhatItSays(t *testing.T) {
	t.Parallel()
	l := newLetter(RFC9421, http.MethodPost)
	set("expires", unix(time.Hour))(l)
	s, err := ourPolicy().Read(l.sealed(t))
	if err != nil {
		t.Fatal(err)
	}
	if !s.Created.Equal(noon) || !s.Expires.Equal(noon.Add(time.Hour)) || s.Algorithm != "rsa-v1_5-sha256" {
		t.Errorf("got created %v, expires %v, algorithm %q", s.Created, s.Expires, s.Algorithm)
	}
	if diff := cmp.Diff([]string{"@method", "@target-uri", "content-digest", "content-type"}, s.Covered); diff != "" {
		t.Error(diff)
	}
}

// TestDerivedComponents has the examples of the specification. [RFC 9421 2.2]
func TestDerivedComponents(t *testing.T) {
	t.Parallel()
	origin, err := Policy{Origins: []string{"https://www.Example.com"}}.origin("www.example.com")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ target, name, want string }{
		{"/path?param=value", "@method", "POST"},
		{"/path?param=value", "@authority", "www.example.com"},
		{"/path?param=value", "@scheme", "https"},
		{"/path?param=value", "@request-target", "/path?param=value"},
		{"/path?param=value", "@path", "/path"},
		{"?param=value", "@path", "/"},
		{"/path?param=value&foo=bar&baz=bat%2Dman", "@query", "?param=value&foo=bar&baz=bat%2Dman"},
		{"/path?queryString", "@query", "?queryString"},
		{"/path?", "@query", "?"},
		{"/path", "@query", "?"},
	} {
		got, err := componentValue(Message{Method: http.MethodPost, Target: c.target}, origin, c.name)
		if err != nil || got != c.want {
			t.Errorf("%s of %s: got %q, %v; want %q", c.name, c.target, got, err, c.want)
		}
	}
}
