package httpsig

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	fed "github.com/go-fed/httpsig"
	"github.com/google/go-cmp/cmp"
)

type signing func(r *http.Request, body []byte, key Key, now time.Time) error

// waysToSign are the two schemes with the keys that they take.
var waysToSign = []struct {
	name string
	sign signing
	key  func() crypto.Signer
}{
	{"draft-cavage RSA", Sign, func() crypto.Signer { return rsaKey() }},
	{"RFC 9421 RSA", SignRFC9421, func() crypto.Signer { return rsaKey() }},
	{"RFC 9421 Ed25519", SignRFC9421, func() crypto.Signer { return edKey(1) }},
}

// client keeps its connections to itself: a server of httptest that ends closes
// those of the default client, which tests beside it are using.
var client = &http.Client{Transport: new(http.Transport)}

// server gives requests as a Go server receives them.
func server(t *testing.T) (address string, received <-chan Message) {
	t.Helper()
	messages := make(chan Message, 1)
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		messages <- FromRequest(r, body)
	}))
	t.Cleanup(s.Close)
	return s.URL, messages
}

func request(t *testing.T, method, address string, body []byte) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/activity+json")
	}
	return r
}

func send(t *testing.T, r *http.Request, received <-chan Message) Message {
	t.Helper()
	answer, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if err := answer.Body.Close(); err != nil {
		t.Error(err)
	}
	return <-received
}

func TestSignedRequestsAreVerifiedWhereTheyArrive(t *testing.T) {
	t.Parallel()
	for _, way := range waysToSign {
		for _, target := range []string{"", "/", "/inbox", "/a%40b/%C3%BC", "/p?q=1&r=%2F", "/p?", "?q=1"} {
			for _, method := range []string{http.MethodGet, http.MethodPost} {
				t.Run(way.name+"/"+method+"/"+target, func(t *testing.T) {
					t.Parallel()
					address, received := server(t)
					var body []byte
					if method == http.MethodPost {
						body = []byte(likeBody)
					}
					r := request(t, method, address+target, body)
					if err := way.sign(r, body, Key{peerKeyID, way.key()}, noon); err != nil {
						t.Fatal(err)
					}
					s, err := Policy{Origins: []string{address}, Now: ourPolicy().Now}.Read(send(t, r, received))
					if err != nil {
						t.Fatal(err)
					}
					if s.KeyID != peerKeyID {
						t.Errorf("got the key %q, want %q", s.KeyID, peerKeyID)
					}
					if err := s.Verify(way.key().Public()); err != nil {
						t.Error(err)
					}
				})
			}
		}
	}
}

func TestSignedRequestsThatChangeOnTheWayAreRefused(t *testing.T) {
	t.Parallel()
	for _, way := range waysToSign {
		for name, c := range map[string]struct {
			edit   func(m *Message)
			key    crypto.PublicKey
			reason string
		}{
			"another body": {func(m *Message) { m.Body = []byte("{}") }, way.key().Public(), "digest"},
			"another path": {func(m *Message) { m.Target = "/outbox" }, way.key().Public(), "mismatch"},
			"a query":      {func(m *Message) { m.Target += "?page=2" }, way.key().Public(), "mismatch"},
			"another host": {func(m *Message) { m.Host = "evil.example" }, way.key().Public(), "host"},
			"no signature": {func(m *Message) { m.Header.Del("Signature"); m.Header.Del("Signature-Input") }, nil, "no-signature"},
			"another key":  {func(*Message) {}, otherOf(way.key()), "mismatch"},
		} {
			t.Run(way.name+"/"+name, func(t *testing.T) {
				t.Parallel()
				address, received := server(t)
				r := request(t, http.MethodPost, address+"/inbox", []byte(likeBody))
				if err := way.sign(r, []byte(likeBody), Key{peerKeyID, way.key()}, noon); err != nil {
					t.Fatal(err)
				}
				m := send(t, r, received)
				c.edit(&m)
				s, err := Policy{Origins: []string{address}, Now: ourPolicy().Now}.Read(m)
				if err == nil {
					err = s.Verify(c.key)
				}
				checkRefusal(t, nil, err, c.reason)
			})
		}
	}
}

// otherOf is another key of the same kind.
func otherOf(key crypto.Signer) crypto.PublicKey {
	if key == crypto.Signer(rsaKey()) {
		return otherRSA().Public()
	}
	return edKey(2).Public()
}

func TestSignatureHasTheFormThatPeersTake(t *testing.T) {
	t.Parallel()
	r := request(t, http.MethodPost, "https://peer.example/inbox", []byte(likeBody))
	if err := Sign(r, []byte(likeBody), Key{peerKeyID, rsaKey()}, noon.In(time.FixedZone("", 3600))); err != nil {
		t.Fatal(err)
	}
	const want = `keyId="` + peerKeyID + `",algorithm="rsa-sha256",headers="(request-target) host date digest content-type",signature="`
	if got := r.Header.Get("Signature"); !strings.HasPrefix(got, want) {
		t.Errorf("got %s\nwant %s…", got, want)
	}
	if got, want := r.Header.Get("Date"), "Sun, 01 Mar 2026 12:00:00 GMT"; got != want {
		t.Errorf("got the date %s, want %s", got, want)
	}
	if diff := cmp.Diff([]string{"SHA-256=" + sum256([]byte(likeBody))}, r.Header.Values("Digest")); diff != "" {
		t.Error(diff)
	}
	if r.Host != "peer.example" || r.Header.Get("Host") != "" {
		t.Errorf("got the host %q and a header %q", r.Host, r.Header.Get("Host"))
	}
}

func TestMessageSignatureHasTheFormThatPeersTake(t *testing.T) {
	t.Parallel()
	r := request(t, http.MethodPost, "https://peer.example/inbox", []byte(likeBody))
	if err := SignRFC9421(r, []byte(likeBody), Key{peerKeyID, edKey(1)}, noon); err != nil {
		t.Fatal(err)
	}
	want := `sig1=("@method" "@target-uri" "content-digest");created=` + unix(0) + `;keyid="` + peerKeyID + `";alg="ed25519"`
	if got := r.Header.Get("Signature-Input"); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	if got, want := r.Header.Get("Content-Digest"), "sha-256=:"+sum256([]byte(likeBody))+":"; got != want {
		t.Errorf("got the digest %s, want %s", got, want)
	}
}

// TestSigningAnewReplacesTheSignature signs one request again and again, as every
// new attempt does, by the one scheme and by the other.
func TestSigningAnewReplacesTheSignature(t *testing.T) {
	t.Parallel()
	r := request(t, http.MethodPost, ourOrigin+"/inbox", []byte(likeBody))
	for i, sign := range []signing{Sign, Sign, SignRFC9421, SignRFC9421, Sign} {
		if err := sign(r, []byte(likeBody), Key{peerKeyID, rsaKey()}, noon.Add(time.Duration(i)*time.Minute)); err != nil {
			t.Fatal(err)
		}
		p := ourPolicy()
		p.Now = func() time.Time { return noon.Add(time.Duration(i) * time.Minute) }
		s, err := p.Read(FromRequest(r, []byte(likeBody)))
		if err != nil {
			t.Fatalf("attempt %d: %v", i, err)
		}
		if err := s.Verify(rsaKey().Public()); err != nil {
			t.Errorf("attempt %d: %v", i, err)
		}
	}
}

// TestAnotherVerifierAgrees gives what we sign to the library, which builds what
// was signed by itself.
func TestAnotherVerifierAgrees(t *testing.T) {
	t.Parallel()
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		r := request(t, method, ourOrigin+"/users/a?page=1&x=%2F", []byte(likeBody))
		if err := Sign(r, []byte(likeBody), Key{peerKeyID, rsaKey()}, time.Now()); err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Host", r.Host)
		v, err := fed.NewVerifier(r)
		if err != nil {
			t.Fatal(err)
		}
		if v.KeyId() != peerKeyID {
			t.Errorf("got the key %q, want %q", v.KeyId(), peerKeyID)
		}
		if err := v.Verify(rsaKey().Public(), fed.RSA_SHA256); err != nil {
			t.Errorf("%s: %v", method, err)
		}
	}
}

func TestKeysThatCannotSignAreNamed(t *testing.T) {
	t.Parallel()
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		sign signing
		key  crypto.Signer
	}{
		"draft-cavage with Ed25519": {Sign, edKey(1)},
		"draft-cavage with ECDSA":   {Sign, ec},
		"draft-cavage with nothing": {Sign, nil},
		"RFC 9421 with ECDSA":       {SignRFC9421, ec},
		"RFC 9421 with nothing":     {SignRFC9421, nil},
	} {
		r := request(t, http.MethodGet, ourOrigin+"/", nil)
		err := c.sign(r, nil, Key{peerKeyID, c.key}, noon)
		if err == nil || !strings.Contains(err.Error(), peerKeyID) {
			t.Errorf("%s: got %v, want an error that names the key", name, err)
		}
		if Signed(r.Header) {
			t.Errorf("%s: the request is signed", name)
		}
	}
}

func TestPostWithoutTypeIsNotSigned(t *testing.T) {
	t.Parallel()
	r := request(t, http.MethodPost, ourOrigin+"/inbox", []byte(likeBody))
	r.Header.Del("Content-Type")
	if err := Sign(r, []byte(likeBody), Key{peerKeyID, rsaKey()}, noon); err == nil {
		t.Error("got no error; peers cannot verify a type that is not sent")
	}
}
