// Package httpsig signs requests and verifies signed ones, by draft-cavage and by
// the part of RFC 9421 that the fediverse uses.
//
// A request as it arrived comes in; a Signature that policy lets pass comes out,
// and is then verified with a key by whoever found that key. Our own strict
// parser and policy stand in front of go-fed/httpsig, which is lenient where it
// must not be: it checks neither the digest nor what is covered nor the age.
// Nothing is trusted here that a signature does not cover, and keys are never
// fetched.
package httpsig

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Message is a request as it arrived: what signatures cover.
type Message struct {
	Method string
	Target string // request target exactly as received: "/inbox?x=1"
	Host   string
	Header http.Header
	Body   []byte
}

// FromRequest gives a server's request as a Message. Content-Length, which some
// sign, is in the header only for some protocols and is put there.
func FromRequest(r *http.Request, body []byte) Message {
	h := r.Header.Clone()
	if r.ContentLength >= 0 && h.Get("Content-Length") == "" && r.ContentLength == int64(len(body)) {
		h.Set("Content-Length", strconv.Itoa(len(body)))
	}
	target := r.RequestURI
	if target == "" {
		target = r.URL.RequestURI()
	}
	return Message{Method: r.Method, Target: target, Host: r.Host, Header: h, Body: body}
}

// Signed reports whether a request carries a signature at all.
func Signed(h http.Header) bool { return h.Get("Signature") != "" || h.Get("Signature-Input") != "" }

// Scheme is how a request is signed.
type Scheme int

const (
	Cavage  Scheme = iota // draft-cavage-http-signatures-12
	RFC9421               // HTTP Message Signatures
)

// String names the scheme.
func (s Scheme) String() string {
	if s == RFC9421 {
		return "RFC 9421"
	}
	return "draft-cavage"
}

// Signature is a parsed signature that policy has let pass; its value is not yet
// checked against a key. Only Policy.Read makes one.
type Signature struct {
	Scheme           Scheme
	KeyID            string
	Algorithm        string
	Covered          []string
	Created, Expires time.Time // zero when not given

	value []byte
	bases []string // what was signed: the first that verifies counts
}

// Refusal says why a signature is not accepted.
type Refusal struct {
	Reason    string // a stable word: "stale", "uncovered", "digest", …
	Say       string // a sentence for the sender
	Malformed bool   // the headers cannot even be parsed
}

// Error implements error.
func (r *Refusal) Error() string { return "signature refused (" + r.Reason + "): " + r.Say }

func refuse(reason, format string, args ...any) error {
	return &Refusal{Reason: reason, Say: fmt.Sprintf(format, args...)}
}

func malformed(format string, args ...any) error {
	return &Refusal{Reason: "malformed", Say: fmt.Sprintf(format, args...), Malformed: true}
}

// Policy is what a signature must be like before its key is even looked for.
type Policy struct {
	// Origins are our public addresses, scheme and authority. The host of a
	// request must be one of them, and what RFC 9421 derives from the address is
	// built from it, never from TLS state or headers of a proxy.
	Origins []string
	Now     func() time.Time
}

// Limits of what is accepted.
const (
	maxCovered = 16
	maxKeyID   = 2048
	maxFields  = 16 << 10        // bytes of Signature and Signature-Input
	maxAge     = time.Hour       // of Date, or of created without expires
	maxLife    = 12 * time.Hour  // of created with expires
	maxFuture  = 5 * time.Minute // of created
)

// Read parses the signature of a request and checks all that needs no key:
// syntax, what is covered, the host, the age, the digest of the body. Its error
// is a *Refusal.
func (p Policy) Read(m Message) (*Signature, error) {
	origin, err := p.origin(m.Host)
	if err != nil {
		return nil, err
	}
	inputs := m.Header.Values("Signature-Input")
	if size := len(strings.Join(m.Header.Values("Signature"), "")) + len(strings.Join(inputs, "")); size > maxFields {
		return nil, refuse("oversized", "the signature has %d bytes; %d are accepted", size, maxFields)
	}
	if len(inputs) > 0 {
		return p.readRFC9421(m, origin)
	}
	return p.readCavage(m)
}

// origin gives the origin of ours that a host names.
func (p Policy) origin(host string) (*url.URL, error) {
	for _, o := range p.Origins {
		u, err := url.Parse(o)
		if err != nil {
			continue
		}
		if strings.EqualFold(withPort(u.Scheme, host), withPort(u.Scheme, u.Host)) {
			return u, nil
		}
	}
	return nil, refuse("host", "the request is for the host %.100q, which is not ours", host)
}

// withPort writes a host with its port, the scheme's when it has none.
func withPort(scheme, host string) string {
	if u := (&url.URL{Host: host}); u.Port() != "" {
		return host
	}
	if scheme == "http" {
		return strings.TrimSuffix(host, ":") + ":80"
	}
	return strings.TrimSuffix(host, ":") + ":443"
}

// age checks when a request was made: by a covered created, else by a covered Date.
func (p Policy) age(s *Signature, date string, dateCovered bool) error {
	now := p.Now()
	if !s.Created.IsZero() {
		if s.Created.After(now.Add(maxFuture)) {
			return refuse("stale", "created lies in the future; is your clock right?")
		}
		life := maxAge
		if !s.Expires.IsZero() {
			life = maxLife
		}
		if now.Sub(s.Created) > life {
			return refuse("stale", "the signature was created too long ago")
		}
	}
	if !s.Expires.IsZero() && now.After(s.Expires) {
		return refuse("stale", "the signature has expired")
	}
	if !dateCovered {
		if s.Created.IsZero() {
			return refuse("uncovered", "neither date nor (created) is signed")
		}
		return nil
	}
	if date == "" {
		return refuse("uncovered", "the header \"date\" is signed and not there")
	}
	at, err := http.ParseTime(date)
	if err != nil {
		return malformed("the Date header cannot be read")
	}
	if d := now.Sub(at); d > maxAge || d < -maxAge {
		return refuse("stale", "the Date is more than an hour away; is your clock right?")
	}
	return nil
}

// Verify checks the value against a key: RSA of 2048 to 4096 bits, or Ed25519.
// Its error is a *Refusal.
func (s *Signature) Verify(key crypto.PublicKey) error {
	if err := checkKey(key); err != nil {
		return err
	}
	if err := s.fits(key); err != nil {
		return err
	}
	for _, base := range s.bases {
		if s.verifies(base, key) {
			return nil
		}
	}
	return refuse("mismatch", "the signature does not fit the key %s", s.KeyID)
}

// fits checks that the algorithm the signature names is that of the key. hs2019
// and no name at all leave it to the key.
func (s *Signature) fits(key crypto.PublicKey) error {
	_, isRSA := key.(*rsa.PublicKey)
	want := map[string]bool{"rsa-sha256": true, "rsa-v1_5-sha256": true, "ed25519": false}
	if rsaWanted, named := want[s.Algorithm]; named && rsaWanted != isRSA {
		return refuse("key-type", "the algorithm %s does not fit the key %s", s.Algorithm, s.KeyID)
	}
	return nil
}

func (s *Signature) verifies(base string, key crypto.PublicKey) bool {
	switch k := key.(type) {
	case *rsa.PublicKey:
		sum := sha256.Sum256([]byte(base))
		return rsa.VerifyPKCS1v15(k, crypto.SHA256, sum[:], s.value) == nil
	case ed25519.PublicKey:
		return ed25519.Verify(k, []byte(base), s.value)
	}
	return false
}

// Fingerprint identifies this signed request: a replay has the same.
func (s *Signature) Fingerprint() string {
	h := sha256.New()
	h.Write([]byte(s.KeyID))
	h.Write([]byte{0})
	h.Write([]byte(s.bases[0]))
	h.Write([]byte{0})
	h.Write(s.value)
	return hex.EncodeToString(h.Sum(nil))
}
