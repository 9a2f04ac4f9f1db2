package httpsig

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"math/big"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/dunglas/httpsfv"
)

// vectors gives the folder of vectors that stand outside this tree; ok is false
// when there are none.
func vectors(t *testing.T, name ...string) (path string, ok bool) {
	t.Helper()
	root := os.Getenv("SKERRY_SHARED")
	if root == "" {
		t.Log("SKERRY_SHARED is not set: the vectors of others are not tried")
		return "", false
	}
	return filepath.Join(append([]string{root, "vectors"}, name...)...), true
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// vector is a request of other software with its key and what was signed.
type vector struct {
	Name    string
	Request struct {
		Method, Target, Body string
		Headers              [][2]string
	}
	Key struct {
		KeyID         string
		PrivateKeyPEM string
	}
	Expect        string // "valid", "invalid" or "error"
	Now           *time.Time
	SigningString string `json:"signing_string"`
	Verifies      bool   `json:"signature_verifies_here"`
}

func (v vector) message() Message {
	m := Message{Method: v.Request.Method, Target: v.Request.Target, Header: http.Header{}, Body: []byte(v.Request.Body)}
	for _, h := range v.Request.Headers {
		if h[0] == "Host" {
			m.Host = h[1]
			continue
		}
		m.Header.Add(h[0], h[1])
	}
	return m
}

func (v vector) policy() Policy {
	at := time.Date(2014, 1, 5, 21, 31, 40, 0, time.UTC) // the Date of the draft's examples
	if v.Now != nil {
		at = *v.Now
	}
	return Policy{Origins: []string{"https://www.example.com", "https://example.com"}, Now: func() time.Time { return at }}
}

func (v vector) public(t *testing.T) crypto.PublicKey {
	t.Helper()
	return private(t, v.Key.PrivateKeyPEM).Public()
}

func private(t *testing.T, text string) crypto.Signer {
	t.Helper()
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		t.Fatal("no PEM")
	}
	if key, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
		return key
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return key.(crypto.Signer)
}

const cut = "the header is cut off in the collection: it cannot be read"

// ourAnswers are the reasons for which policy refuses vectors; of the others the
// value alone decides. The first are sound by their authors, who ask for less.
var ourAnswers = map[string]struct{ reason, why string }{
	"cavage-12-C.1-default-date": {"uncovered", "neither target nor host nor digest is signed"},
	"cavage-12-C.2-basic":        {"uncovered", "the digest of a POST is not signed"},
	"cavage-12-C.3-all-headers":  {"key-size", "1024 bits are too few"},

	"mastodon-cavage-with-a-known-account-with-an-unparsable-date":                          {"malformed", "no date"},
	"mastodon-cavage-with-a-known-account-with-a-request-older-than-a-day":                  {"stale", "two days old"},
	"mastodon-cavage-with-a-known-account-when-the-digest-of-a-post-request-is-not-signed":  {"uncovered", "no digest"},
	"mastodon-cavage-with-a-known-account-with-a-tampered-body-on-a-post-request":           {"digest", "another body"},
	"mastodon-cavage-with-a-known-account-with-a-mismatching-path":                          {"malformed", cut},
	"mastodon-cavage-with-a-known-account-with-a-mismatching-method":                        {"malformed", cut},
	"mastodon-cavage-with-a-known-account-with-a-tampered-path-in-a-post-request":           {"malformed", cut},
	"mastodon-cavage-with-an-http-signature-draft-version-with-an-inaccessible-key":         {"malformed", cut},
	"mastodon-rfc9421-with-a-known-account-with-a-mismatching-method":                       {"uncovered", "a POST without digest"},
	"mastodon-rfc9421-with-a-known-account-with-a-request-older-than-a-day":                 {"stale", "two days old"},
	"mastodon-rfc9421-with-a-known-account-when-the-digest-of-a-post-request-is-not-signed": {"uncovered", "no digest"},
	"mastodon-rfc9421-with-a-known-account-with-a-tampered-body-on-a-post-request":          {"digest", "another body"},
	"mastodon-rfc9421-with-a-known-account-with-a-malformed-content-digest-header":          {"malformed", "a dictionary has no capitals"},
}

// TestRequestsOfOtherSoftware walks the cases of Mastodon and of the draft: what
// was signed, whether the value fits it, and what we say to the request.
func TestRequestsOfOtherSoftware(t *testing.T) {
	t.Parallel()
	path, ok := vectors(t, "http-signatures", "requests.json")
	if !ok {
		return
	}
	var all []vector
	if err := json.Unmarshal([]byte(readFile(t, path)), &all); err != nil || len(all) == 0 {
		t.Fatalf("%d requests, %v", len(all), err)
	}
	used := map[string]bool{}
	for _, v := range all {
		answer := ourAnswers[v.Name]
		used[v.Name] = answer.reason != ""
		t.Run(v.Name, func(t *testing.T) {
			if answer.why != cut {
				v.checkPrimitive(t)
			}
			v.checkAnswer(t, answer.reason)
		})
	}
	for name := range ourAnswers {
		if !used[name] {
			t.Errorf("the answer for %q is not used", name)
		}
	}
	t.Logf("%d requests, %d refused by policy", len(all), len(ourAnswers))
}

// checkPrimitive wants our string to be theirs, and the value to fit it as they say.
func (v vector) checkPrimitive(t *testing.T) {
	t.Helper()
	s, base := rebuild(t, v.message(), &url.URL{Scheme: "https", Host: v.message().Host}, "")
	if base != v.SigningString {
		t.Errorf("got the string\n%s\nwant\n%s", base, v.SigningString)
	}
	if got := s.verifies(v.SigningString, v.public(t)); got != v.Verifies {
		t.Errorf("the value fits: %v, want %v", got, v.Verifies)
	}
}

// rebuild gives what a request's signature was made of, without policy. label may
// be "" when there is one signature by RFC 9421.
func rebuild(t *testing.T, m Message, origin *url.URL, label string) (*Signature, string) {
	t.Helper()
	if m.Header.Get("Signature-Input") == "" {
		s, err := parseCavage(m.Header.Get("Signature"))
		if err != nil {
			t.Fatal(err)
		}
		base, err := cavageBase(s, m, m.Target)
		if err != nil {
			t.Fatal(err)
		}
		return s, base
	}
	inputs, err := httpsfv.UnmarshalDictionary(m.Header.Values("Signature-Input"))
	if err != nil {
		t.Fatal(err)
	}
	if label == "" {
		label = inputs.Names()[0]
	}
	member, _ := inputs.Get(label)
	list := member.(httpsfv.InnerList)
	s, err := parseInput(list)
	if err != nil {
		t.Fatal(err)
	}
	s.value = labelValue(t, m, label)
	base, err := messageBase(s, m, origin, list)
	if err != nil {
		t.Fatal(err)
	}
	return s, base
}

func labelValue(t *testing.T, m Message, label string) []byte {
	t.Helper()
	values, err := httpsfv.UnmarshalDictionary(m.Header.Values("Signature"))
	if err != nil {
		t.Fatal(err)
	}
	member, _ := values.Get(label)
	return member.(httpsfv.Item).Value.([]byte)
}

// checkAnswer wants a refusal for a reason of ours, or, without one, what the
// authors expect.
func (v vector) checkAnswer(t *testing.T, reason string) {
	t.Helper()
	s, err := v.policy().Read(v.message())
	if err == nil {
		err = s.Verify(v.public(t))
	}
	switch {
	case reason != "":
		checkRefusal(t, nil, err, reason)
	case v.Expect == "valid" && err != nil:
		t.Error(err)
	case v.Expect != "valid":
		checkRefusal(t, nil, err, "mismatch")
	}
	var r *Refusal
	if v.Expect == "error" && !(errors.As(err, &r) && r.Malformed) {
		t.Errorf("got %v, want what is answered with a bad request", err)
	}
}

// fits tells whether a value fits what was signed, by all the algorithms that
// vectors use; the package itself knows two of them.
func fits(key any, base string, value []byte) bool {
	sum, long := sha256.Sum256([]byte(base)), sha512.Sum512([]byte(base))
	switch k := key.(type) {
	case *rsa.PublicKey:
		return rsa.VerifyPSS(k, crypto.SHA512, long[:], value, nil) == nil ||
			rsa.VerifyPKCS1v15(k, crypto.SHA256, sum[:], value) == nil
	case *ecdsa.PublicKey:
		if len(value) == 64 { // RFC 9421 writes both numbers as they are
			r, s := new(big.Int).SetBytes(value[:32]), new(big.Int).SetBytes(value[32:])
			return ecdsa.Verify(k, sum[:], r, s)
		}
		return ecdsa.VerifyASN1(k, sum[:], value)
	case ed25519.PublicKey:
		return ed25519.Verify(k, []byte(base), value)
	case []byte:
		h := hmac.New(sha256.New, k)
		h.Write([]byte(base))
		return hmac.Equal(h.Sum(nil), value)
	}
	return false
}

// anyPublicKey reads a public key of any kind; nil when the standard library does
// not know its kind.
func anyPublicKey(t *testing.T, text string) crypto.PublicKey {
	t.Helper()
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		t.Fatal("no PEM")
	}
	if key, err := x509.ParsePKCS1PublicKey(block.Bytes); err == nil {
		return key
	}
	key, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil
	}
	return key
}
