package httpsig

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// rfcSigned are the signed messages of the specification's appendix B. All are
// sound but one; policy passes none.
var rfcSigned = map[string]struct {
	label, key, base string
	builds           bool // our string is that of the specification
	sound            bool // the value fits
	ours             bool // by an algorithm that we verify
	reason, why      string
}{
	"b21_request_signed.txt":  {"sig-b21", "test-key-rsa-pss.pub", "b21_request_sigbase.txt", true, true, false, "uncovered", "nothing is covered"},
	"b22_request_signed.txt":  {"sig-b22", "test-key-rsa-pss.pub", "b22_request_sigbase.txt", false, true, false, "component", "a part of the query"},
	"b23_request_signed.txt":  {"sig-b23", "test-key-rsa-pss.pub", "b23_request_sigbase.txt", true, true, false, "uncovered", "parts of the address, not all"},
	"b24_response_signed.txt": {"sig-b24", "test-key-ecc-p256.pub", "b24_response_sigbase.txt", false, true, false, "", "an answer"},
	"b25_request_signed.txt":  {"sig-b25", "test-shared-secret", "b25_request_sigbase.txt", true, true, false, "uncovered", "no method"},
	"b26_request_signed.txt":  {"sig-b26", "test-key-ed25519.pub", "b26_request_sigbase.txt", true, true, true, "uncovered", "not all of the address"},
	"verify_request1.txt":     {"sig-b21", "test-key-rsa-pss.pub", "b21_request_sigbase.txt", true, true, false, "uncovered", "nothing is covered"},
	"verify_request2.txt":     {"bad-sig", "test-shared-secret", "", false, false, false, "uncovered", "two signatures, neither covers the address"},
}

// rfcUnsigned are messages to be signed: what policy says to them when their
// digest and these components are covered as well.
var rfcUnsigned = map[string]struct {
	cover       []string
	ownDigest   bool
	reason, why string
}{
	"request1.txt":                    {nil, false, "digest", "its digest is SHA-512 only"},
	"rfc-test-request.txt":            {nil, false, "digest", "its digest is SHA-512 only"},
	"request_bad_digest.txt":          {nil, false, "digest", "its digest is of another body"},
	"request_no_digest.txt":           {nil, false, "digest", "it has no digest"},
	"request_multivalue.txt":          {[]string{"one"}, true, "", "a field on two lines is one"},
	"request_repeated_components.txt": {[]string{"one", "two", "three", "one"}, true, "malformed", "a component is covered once"},
}

// rfcKeys are the keys, each with the reason for which it is refused.
var rfcKeys = map[string]string{
	"test-key-rsa.pub": "", "test-key-rsa-pss.pub": "", "test-key-ed25519.pub": "",
	"key-rsa-v15.pub": "key-size", "test-key-ecc-p256.pub": "key-type", "test-key-ecc-p384.pub": "key-type",
	// Secrets are no public keys.
	"test-shared-secret": "key-type", "key-rsa-v15.key": "key-type", "test-key-rsa.key": "key-type",
	"test-key-rsa-pss.key": "key-type", "test-key-ed25519.key": "key-type",
	"test-key-ecc-p256.key": "key-type", "test-key-ecc-p384.key": "key-type",
}

var exampleOrigin = &url.URL{Scheme: "https", Host: "example.com"}

// rfcPolicy takes the requests when they were signed.
func rfcPolicy() Policy {
	return Policy{Origins: []string{exampleOrigin.String()}, Now: func() time.Time { return time.Unix(1618884473, 0) }}
}

func readMessage(t *testing.T, text string) Message {
	t.Helper()
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(text)))
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return FromRequest(r, body)
}

// anyKey reads a key of any kind, also those that the package refuses.
func anyKey(t *testing.T, dir, name string) any {
	t.Helper()
	text := readFile(t, filepath.Join(dir, name))
	if !strings.Contains(text, "-----BEGIN") {
		secret, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
		if err != nil {
			t.Fatal(err)
		}
		return secret
	}
	return anyPublicKey(t, text)
}

// TestFilesOfTheSpecification walks the folder: each file must be known.
func TestFilesOfTheSpecification(t *testing.T) {
	t.Parallel()
	dir, ok := vectors(t, "rfc9421")
	if !ok {
		return
	}
	known := map[string]bool{"appendix-b-test-cases.md": true, "rfc-test-response.txt": true}
	for name, c := range rfcSigned {
		known[name], known[c.base] = true, true
	}
	for name := range rfcUnsigned {
		known[name] = true
	}
	for name := range rfcKeys {
		known[name] = true
	}
	delete(known, "")
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !known[f.Name()] {
			t.Errorf("%s is not tried", f.Name())
		}
		delete(known, f.Name())
	}
	for name := range known {
		t.Errorf("%s is not there", name)
	}
}

func TestSignedMessagesOfTheSpecification(t *testing.T) {
	t.Parallel()
	dir, ok := vectors(t, "rfc9421")
	if !ok {
		return
	}
	for name, c := range rfcSigned {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, key := readFile(t, filepath.Join(dir, name)), anyKey(t, dir, c.key)
			if c.reason == "" {
				answer, err := http.ReadResponse(bufio.NewReader(strings.NewReader(text)), nil)
				if err != nil {
					t.Fatal(err)
				}
				value := labelValue(t, Message{Header: answer.Header}, c.label)
				if got := fits(key, readFile(t, filepath.Join(dir, c.base)), value); got != c.sound {
					t.Errorf("the value fits: %v, want %v", got, c.sound)
				}
				return
			}
			m := readMessage(t, text)
			s, err := rfcPolicy().Read(m)
			checkRefusal(t, s, err, c.reason)
			base, value := "", labelValue(t, m, c.label)
			if c.builds || c.base == "" {
				s, base = rebuild(t, m, exampleOrigin, c.label)
				if got := s.verifies(base, key); got != c.ours {
					t.Errorf("we verify it: %v, want %v", got, c.ours)
				}
			}
			if c.base != "" {
				want := readFile(t, filepath.Join(dir, c.base))
				if c.builds && base != want {
					t.Errorf("got the string\n%s\nwant\n%s", base, want)
				}
				base = want
			}
			if got := fits(key, base, value); got != c.sound {
				t.Errorf("the value fits: %v, want %v", got, c.sound)
			}
		})
	}
}

func TestUnsignedMessagesOfTheSpecification(t *testing.T) {
	t.Parallel()
	dir, ok := vectors(t, "rfc9421")
	if !ok {
		return
	}
	for name, c := range rfcUnsigned {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := readMessage(t, readFile(t, filepath.Join(dir, name)))
			s, err := rfcPolicy().Read(m)
			checkRefusal(t, s, err, "no-signature")
			l := newLetter(RFC9421, http.MethodPost)
			l.Message, l.Host = m, newLetter(RFC9421, http.MethodPost).Host
			if c.ownDigest {
				l.Header.Set("Content-Digest", "sha-256=:"+sum256(m.Body)+":")
			}
			cover(c.cover...)(l)
			s, err = ourPolicy().Read(l.sealed(t))
			if c.reason != "" {
				checkRefusal(t, s, err, c.reason)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Verify(rsaKey().Public()); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestKeysOfTheSpecification(t *testing.T) {
	t.Parallel()
	dir, ok := vectors(t, "rfc9421")
	if !ok {
		return
	}
	for name, reason := range rfcKeys {
		key, err := ParsePublicKeyPEM(readFile(t, filepath.Join(dir, name)))
		switch {
		case reason != "":
			t.Run(name, func(t *testing.T) { checkNoKey(t, key, err, reason) })
		case err != nil:
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestWeSignAsTheSpecificationDoes signs its example by Ed25519, which has one
// value only.
func TestWeSignAsTheSpecificationDoes(t *testing.T) {
	t.Parallel()
	dir, ok := vectors(t, "rfc9421")
	if !ok {
		return
	}
	key := private(t, readFile(t, filepath.Join(dir, "test-key-ed25519.key")))
	if public := anyKey(t, dir, "test-key-ed25519.pub").(ed25519.PublicKey); !public.Equal(key.Public()) {
		t.Fatal("the keys are not a pair")
	}
	got, err := signBase(readFile(t, filepath.Join(dir, "b26_request_sigbase.txt")), Key{"test-key-ed25519", key})
	if err != nil {
		t.Fatal(err)
	}
	want := labelValue(t, readMessage(t, readFile(t, filepath.Join(dir, "b26_request_signed.txt"))), "sig-b26")
	if !bytes.Equal(got, want) {
		t.Errorf("got %x, want %x", got, want)
	}
}

// TestTransformedMessagesOfTheSpecification reads the requests in its text: one
// that a proxy signs, and one that is changed on its way, as it may be or not.
func TestTransformedMessagesOfTheSpecification(t *testing.T) {
	t.Parallel()
	dir, ok := vectors(t, "rfc9421")
	if !ok {
		return
	}
	want := []bool{true, true, true, true, true, false, false}
	unfold := strings.NewReplacer("NOTE: '\\' line wrapping per RFC 8792\n\n", "", "\\\n  ", "")
	var requests []Message
	for i, block := range strings.Split(readFile(t, filepath.Join(dir, "appendix-b-test-cases.md")), "~~~") {
		_, block, _ = strings.Cut(block, "\n") // what kind of block it is
		if block = unfold.Replace(block); i%2 == 1 && strings.Contains(block, "HTTP/1.1\n") && strings.Contains(block, "\nSignature-Input:") {
			requests = append(requests, readMessage(t, strings.TrimRight(block, "\n")+"\n\n"))
		}
	}
	if len(requests) != len(want) {
		t.Fatalf("got %d signed requests, want %d", len(requests), len(want))
	}
	for i, m := range requests {
		s, base := rebuild(t, m, &url.URL{Scheme: "https", Host: m.Host}, "")
		if got := fits(anyKey(t, dir, s.KeyID+".pub"), base, s.value); got != want[i] {
			t.Errorf("request %d: the value fits: %v, want %v; of\n%s", i, got, want[i], base)
		}
		p := Policy{Origins: []string{"https://" + m.Host}, Now: rfcPolicy().Now}
		s, err := p.Read(m)
		checkRefusal(t, s, err, "uncovered")
	}
}
