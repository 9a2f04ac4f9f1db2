package httpsig

import (
	"bufio"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// w3cRequests are the requests of the W3C group's suite for the draft. The suite
// sends signatures as Authorization; reason is for what is refused of them once
// they stand where the fediverse has them. The values in its files were made for
// texts other than those of the files: none fits the key of its name.
var w3cRequests = map[string]struct {
	covered     string // what the suite signs, where the request does not say so
	base        string // what is signed then; "" where there is no telling
	key         string // "" where the value is no value, or the curve unknown to the standard library
	reason, why string
}{
	"basic-request":             {"(request-target)", "(request-target): get /basic/request", "", "no-signature", "no signature"},
	"default-test":              {"content-Length host digest", w3cLength + "\nhost: example.com\n" + w3cDigest, "", "no-signature", "no signature"},
	"ignore-case":               {"Content-length hoSt DIGEST", w3cLength + "\nhost: example.com\n" + w3cDigest, "", "no-signature", "no signature"},
	"zero-length":               {"zero host", "zero: \nhost: example.com", "", "no-signature", "no signature"},
	"created":                   {"", "(created): 1", "", "uncovered", "nothing but its time is signed"},
	"created-rsa":               {"", "", "", "algorithm", "created is not signed with rsa"},
	"created-hmac":              {"", "", "", "algorithm", "created is not signed with hmac"},
	"created-ecdsa":             {"", "", "", "algorithm", "created is not signed with ecdsa"},
	"expires":                   {"", "", "", "malformed", "zero is no time, and created is not given"},
	"rsa-signed":                {"", "host: example.com\n" + w3cDigest, "rsa.pub", "uncovered", "no target"},
	"ed25519-signed":            {"", "host: example.com\n" + w3cDigest, "ed25519.pub", "uncovered", "no target"},
	"p256-signed":               {"", "host: example.com\n" + w3cDigest, "P256.pub", "uncovered", "no target"},
	"ecdsa-signed":              {"", "host: example.com\n" + w3cDigest, "", "uncovered", "no target"},
	"duplicate-headers-request": {"duplicate", "duplicate: one, two", "", "malformed", "no keyId"},
	"duplicate-parameters":      {"", "", "", "malformed", "headers twice"},
	"nokeyid-request":           {"", "", "", "malformed", "no keyId"},
	"nosignature-request":       {"", "", "", "malformed", "no signature"},
}

const (
	w3cLength = "content-length: 18"
	w3cDigest = "digest: SHA-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE="
)

// w3cKeys are its keys, each with the reason for which it is refused.
var w3cKeys = map[string]string{
	"ed25519.pub": "", "rsa.pub": "key-size", "P256.pub": "key-type", "koblitzCurve.pub": "key-type", "dsa_pub.pem": "key-type",
	"ed25519.private": "key-type", "rsa.private": "key-type", "P256.private": "key-type", "koblitzCurve.private": "key-type", "dsa_priv.pem": "key-type",
}

func TestRequestsOfTheDraftSuite(t *testing.T) {
	t.Parallel()
	dir, ok := vectors(t, "w3c-ccg-cavage")
	if !ok {
		return
	}
	for _, name := range filesOf(t, filepath.Join(dir, "input"), len(w3cRequests)) {
		c, known := w3cRequests[strings.TrimSuffix(name, ".httpMessage")]
		if !known {
			t.Errorf("%s is not tried", name)
			continue
		}
		t.Run(name, func(t *testing.T) {
			r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(readFile(t, filepath.Join(dir, "input", name)) + "\n\n")))
			if err != nil {
				t.Fatal(err)
			}
			m := FromRequest(r, nil)
			m.Host = "example.com" // not all have one
			p := Policy{Origins: []string{"https://example.com"}, Now: func() time.Time { return time.Unix(1, 0) }}
			s, err := p.Read(m)
			checkRefusal(t, s, err, "no-signature")
			if value := m.Header.Get("Authorization"); value != "" {
				m.Header.Set("Signature", value)
			}
			s, err = p.Read(m)
			checkRefusal(t, s, err, c.reason)
			if c.base == "" {
				return
			}
			var base string
			if c.covered != "" {
				s = &Signature{}
				if s.Covered, err = parseCovered(map[string]string{"headers": c.covered}); err != nil {
					t.Fatal(err)
				}
				if base, err = cavageBase(s, m, m.Target); err != nil {
					t.Fatal(err)
				}
			} else {
				s, base = rebuild(t, m, nil, "")
			}
			if base != c.base {
				t.Errorf("got the string\n%s\nwant\n%s", base, c.base)
			}
			if c.key == "" {
				return
			}
			key := anyPublicKey(t, readFile(t, filepath.Join(dir, "keys", c.key)))
			if fits(key, base, s.value) || s.verifies(base, key) {
				t.Error("the value fits; it was made for another text")
			}
		})
	}
}

func TestKeysOfTheDraftSuite(t *testing.T) {
	t.Parallel()
	dir, ok := vectors(t, "w3c-ccg-cavage", "keys")
	if !ok {
		return
	}
	for _, name := range filesOf(t, dir, len(w3cKeys)) {
		reason, known := w3cKeys[name]
		key, err := ParsePublicKeyPEM(readFile(t, filepath.Join(dir, name)))
		switch {
		case !known:
			t.Errorf("%s is not tried", name)
		case reason != "":
			t.Run(name, func(t *testing.T) { checkNoKey(t, key, err, reason) })
		case err != nil:
			t.Errorf("%s: %v", name, err)
		}
	}
}

// filesOf lists a folder that must have so many files.
func filesOf(t *testing.T, dir string, n int) []string {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range files {
		names = append(names, f.Name())
	}
	if len(names) != n {
		t.Errorf("got %d files in %s, want %d", len(names), dir, n)
	}
	return names
}
