package httpsig

import (
	"crypto"
	"errors"
	"net/http"
	"slices"
	"testing"
)

// FuzzSignatureHeader reads draft-cavage signatures that strangers write.
func FuzzSignatureHeader(f *testing.F) {
	for _, line := range []string{
		`keyId="k",algorithm="rsa-sha256",headers="(request-target) host date digest",signature="AAAA"`,
		`keyId="k",algorithm="hs2019",created=1772366400,expires="1772366460",headers="(request-target) host (created) (expires) digest",signature="AAAA"`,
		`Signature keyId="k" , signature=AAAA ,headers="(request-target) Host date"`,
		`keyId="k",headers="",signature="AAAA"`, `keyId="k`, `keyId="k",keyId="k"`, `,`, `=`, `"`, ``,
	} {
		f.Add(line, "", uint8(0))
		f.Add(line, "SHA-256="+sum256([]byte(likeBody)), uint8(1))
	}
	f.Fuzz(func(t *testing.T, line, digest string, post uint8) {
		m := newLetter(Cavage, method(post)).Message
		m.Header.Set("Signature", line)
		if digest != "" {
			m.Header.Set("Digest", digest)
		}
		checkRead(t, m)
	})
}

// FuzzSignatureInput reads signatures by RFC 9421 that strangers write.
func FuzzSignatureInput(f *testing.F) {
	for _, input := range []string{
		`sig1=("@method" "@target-uri" "content-digest");created=1772366400;keyid="k";alg="ed25519"`,
		`sig1=("@method" "@target-uri" "@authority" "host" "date");created=1772366400;expires=1772366460;keyid="k";nonce="n";tag="t"`,
		`a=("@method");created=1;keyid="k", sig1=("@method" "@target-uri" "@query");created=1772366400;keyid="k"`,
		`sig1=("@query-param";name="x" "date";sf "@method";req);created=1`,
		`sig1=()`, `sig1`, `sig1=("`, `sig1=1;created=@1`, ``,
	} {
		f.Add(input, "sig1=:AAAA:", "", uint8(0))
		f.Add(input, "a=:AAAA:, sig1=:AAAA:", "sha-256=:"+sum256([]byte(likeBody))+":", uint8(1))
	}
	f.Fuzz(func(t *testing.T, input, value, digest string, post uint8) {
		m := newLetter(RFC9421, method(post)).Message
		m.Header.Set("Signature-Input", input)
		m.Header.Set("Signature", value)
		if digest != "" {
			m.Header.Set("Content-Digest", digest)
		}
		checkRead(t, m)
	})
}

// FuzzKeys reads keys that strangers publish.
func FuzzKeys(f *testing.F) {
	for _, text := range []string{
		"", "z", "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2",
		"-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=\n-----END PUBLIC KEY-----\n",
		"-----BEGIN RSA PUBLIC KEY-----\nMAYCAQECAQE=\n-----END RSA PUBLIC KEY-----\n",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, read := range []func(string) (crypto.PublicKey, error){ParsePublicKeyPEM, ParseMultikey} {
			key, err := read(text)
			var r *Refusal
			switch {
			case err != nil && (key != nil || !errors.As(err, &r)):
				t.Errorf("got %v with %v", key, err)
			case err == nil && checkKey(key) != nil:
				t.Errorf("a key passes that does not verify: %v", key)
			}
		}
	})
}

func method(post uint8) string {
	return []string{http.MethodGet, http.MethodPost, http.MethodDelete}[post%3]
}

// checkRead reads a request and, when policy lets it pass, checks that it does so
// rightly.
func checkRead(t *testing.T, m Message) {
	t.Helper()
	s, err := ourPolicy().Read(m)
	if err != nil {
		var r *Refusal
		if !errors.As(err, &r) || r.Reason == "" || s != nil {
			t.Errorf("got %v with %v", s, err)
		}
		return
	}
	need := []string{"(request-target)", "host"}
	digest := "digest"
	if s.Scheme == RFC9421 {
		need, digest = []string{"@method", "@target-uri"}, "content-digest"
	}
	if m.Method != http.MethodGet {
		need = append(need, digest)
	}
	for _, name := range need {
		if !slices.Contains(s.Covered, name) {
			t.Errorf("%s passes without %s", m.Method, name)
		}
	}
	if s.Created.IsZero() && !slices.Contains(s.Covered, "date") {
		t.Error("passes without a time")
	}
	if !s.Created.IsZero() && (noon.Sub(s.Created) > maxLife || s.Created.Sub(noon) > maxFuture) {
		t.Errorf("passes, created %v", s.Created)
	}
	if !s.Expires.IsZero() && s.Expires.Before(noon) {
		t.Errorf("passes, expired %v", s.Expires)
	}
	if s.KeyID == "" || len(s.KeyID) > maxKeyID || len(s.Covered) > maxCovered || len(s.bases) == 0 || len(s.value) == 0 {
		t.Errorf("passes incomplete: %+v", s)
	}
	if s.Fingerprint() == "" || s.Verify(rsaKey().Public()) == nil {
		t.Error("a signature that nobody made is verified")
	}
}
