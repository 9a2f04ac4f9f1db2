package httpsig

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"math/big"
	"net/http"
	"strings"
	"testing"
)

func TestKeyMustFitTheSignature(t *testing.T) {
	t.Parallel()
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	weak := &rsa.PublicKey{N: new(big.Int).Lsh(big.NewInt(1), minRSA-2), E: 65537}
	heavy := &rsa.PublicKey{N: new(big.Int).Lsh(big.NewInt(1), maxRSA), E: 65537}
	for _, c := range []struct {
		name   string
		scheme Scheme
		alg    string // "" leaves it to the key
		signer crypto.Signer
		key    crypto.PublicKey
		reason string // "" when it fits
	}{
		{"RSA by RSA", Cavage, "rsa-sha256", rsaKey(), rsaKey().Public(), ""},
		{"RSA by hs2019", Cavage, "hs2019", rsaKey(), rsaKey().Public(), ""},
		{"Ed25519 by hs2019", Cavage, "hs2019", edKey(1), edKey(1).Public(), ""},
		{"Ed25519 by its name", Cavage, "ed25519", edKey(1), edKey(1).Public(), ""},
		{"Ed25519 by no name", Cavage, "", edKey(1), edKey(1).Public(), ""},
		{"RSA by another RSA key", Cavage, "rsa-sha256", rsaKey(), otherRSA().Public(), "mismatch"},
		{"Ed25519 by another", Cavage, "hs2019", edKey(1), edKey(2).Public(), "mismatch"},
		{"RSA by an Ed25519 key", Cavage, "hs2019", rsaKey(), edKey(1).Public(), "mismatch"},
		{"Ed25519 by an RSA key", Cavage, "", edKey(1), rsaKey().Public(), "mismatch"},
		{"called RSA, by an Ed25519 key", Cavage, "rsa-sha256", edKey(1), edKey(1).Public(), "key-type"},
		{"called Ed25519, by an RSA key", Cavage, "ed25519", rsaKey(), rsaKey().Public(), "key-type"},
		{"RFC 9421 with RSA", RFC9421, "rsa-v1_5-sha256", rsaKey(), rsaKey().Public(), ""},
		{"RFC 9421 with Ed25519", RFC9421, "ed25519", edKey(1), edKey(1).Public(), ""},
		{"RFC 9421 with no name", RFC9421, "", edKey(1), edKey(1).Public(), ""},
		{"RFC 9421 called RSA, by an Ed25519 key", RFC9421, "rsa-v1_5-sha256", edKey(1), edKey(1).Public(), "key-type"},
		{"RFC 9421 called Ed25519, by an RSA key", RFC9421, "ed25519", rsaKey(), rsaKey().Public(), "key-type"},
		{"RFC 9421 by another key", RFC9421, "ed25519", edKey(1), edKey(2).Public(), "mismatch"},
		{"ECDSA", Cavage, "hs2019", ec, ec.Public(), "key-type"},
		{"a secret", Cavage, "hs2019", rsaKey(), []byte("secret"), "key-type"},
		{"no key", Cavage, "hs2019", rsaKey(), nil, "key-type"},
		{"a short Ed25519 key", Cavage, "hs2019", edKey(1), ed25519.PublicKey{1}, "key-type"},
		{"a weak RSA key", Cavage, "hs2019", rsaKey(), weak, "key-size"},
		{"a heavy RSA key", Cavage, "hs2019", rsaKey(), heavy, "key-size"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l := newLetter(c.scheme, http.MethodGet)
			l.key = c.signer
			name := map[Scheme]string{Cavage: "algorithm", RFC9421: "alg"}[c.scheme]
			drop(name)(l)
			if c.alg != "" {
				set(name, quote(c.alg))(l)
			}
			s, err := ourPolicy().Read(l.sealed(t))
			if err != nil {
				t.Fatal(err)
			}
			err = s.Verify(c.key)
			if c.reason == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			checkRefusal(t, nil, err, c.reason)
		})
	}
}

// TestWhatIsCoveredCannotBeChanged changes each covered part of signed requests.
func TestWhatIsCoveredCannotBeChanged(t *testing.T) {
	t.Parallel()
	for name, edit := range map[string]func(*Message){
		"method":             func(m *Message) { m.Method = http.MethodPut },
		"path":               func(m *Message) { m.Target = "/outbox?x=1" },
		"query":              func(m *Message) { m.Target = "/inbox?x=2" },
		"case of the path":   func(m *Message) { m.Target = "/Inbox?x=1" },
		"escapes of a path":  func(m *Message) { m.Target = "/%69nbox?x=1" },
		"type":               func(m *Message) { m.Header.Set("Content-Type", "text/html") },
		"a second type":      func(m *Message) { m.Header.Add("Content-Type", "text/html") },
		"a digest beside it": func(m *Message) { addDigests(m.Header) },
		"key id or created":  func(m *Message) { sayOther(m.Header) },
	} {
		for _, scheme := range []Scheme{Cavage, RFC9421} {
			m := newLetter(scheme, http.MethodPost).sealed(t)
			edit(&m)
			s, err := ourPolicy().Read(m)
			if err != nil {
				t.Errorf("%s, %s: %v", scheme, name, err)
				continue
			}
			err = s.Verify(rsaKey().Public())
			if scheme == Cavage && name == "key id or created" {
				// The draft signs no parameters: that the key is the actor's own is
				// for whoever finds it.
				if err != nil {
					t.Errorf("%s, %s: %v", scheme, name, err)
				}
				continue
			}
			t.Run(scheme.String()+"/"+name, func(t *testing.T) { checkRefusal(t, nil, err, "mismatch") })
		}
	}
}

func addDigests(h http.Header) {
	h.Add("Digest", "SHA-512=x")
	h.Add("Content-Digest", "sha-512=:AAAA:")
}

func sayOther(h http.Header) {
	for _, name := range []string{"Signature", "Signature-Input"} {
		if v := h.Get(name); v != "" {
			h.Set(name, strings.Replace(v, "https://peer.example/actor", "https://peer.example/other", 1))
		}
	}
}

func TestReplayHasTheSameFingerprint(t *testing.T) {
	t.Parallel()
	for _, scheme := range []Scheme{Cavage, RFC9421} {
		m := newLetter(scheme, http.MethodPost).sealed(t)
		first, again := fingerprint(t, m), fingerprint(t, m)
		if first != again {
			t.Errorf("%s: the same request has the fingerprints %s and %s", scheme, first, again)
		}
		m.Header.Set("User-Agent", "another way")
		if got := fingerprint(t, m); got != first {
			t.Errorf("%s: a header that is not signed changes the fingerprint", scheme)
		}
		if got := fingerprint(t, newLetter(scheme, http.MethodGet).sealed(t)); got == first {
			t.Errorf("%s: another request has the same fingerprint", scheme)
		}
		m.Target = "/outbox"
		if got := fingerprint(t, m); got == first {
			t.Errorf("%s: the same value for another target has the same fingerprint", scheme)
		}
	}
}

func fingerprint(t *testing.T, m Message) string {
	t.Helper()
	s, err := ourPolicy().Read(m)
	if err != nil {
		t.Fatal(err)
	}
	return s.Fingerprint()
}
