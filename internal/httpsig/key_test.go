package httpsig

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"

	"github.com/mr-tron/base58"
)

// modulus is a number of so many bits; reading a key does not ask for primes.
func modulus(bits uint) *rsa.PublicKey {
	n := new(big.Int).Lsh(big.NewInt(1), bits-1)
	return &rsa.PublicKey{N: n.Add(n, big.NewInt(1)), E: 65537}
}

func pkixPEM(t *testing.T, key crypto.PublicKey) string {
	t.Helper()
	text, err := EncodePublicKeyPEM(key)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func pkcs1PEM(key *rsa.PublicKey) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "RSA PUBLIC KEY", Bytes: x509.MarshalPKCS1PublicKey(key)}))
}

func TestPublicKeysAreRead(t *testing.T) {
	t.Parallel()
	rsaPublic, edPublic := &rsaKey().PublicKey, edKey(1).Public().(ed25519.PublicKey)
	for name, c := range map[string]struct {
		text string
		want interface{ Equal(crypto.PublicKey) bool }
	}{
		"RSA as SPKI":        {pkixPEM(t, rsaPublic), rsaPublic},
		"RSA as PKCS#1":      {pkcs1PEM(rsaPublic), rsaPublic},
		"Ed25519 as SPKI":    {pkixPEM(t, edPublic), edPublic},
		"blanks around it":   {"\n  " + pkixPEM(t, rsaPublic) + " \n\n", rsaPublic},
		"no newline at end":  {strings.TrimSpace(pkixPEM(t, rsaPublic)), rsaPublic},
		"newlines of DOS":    {strings.ReplaceAll(pkixPEM(t, rsaPublic), "\n", "\r\n"), rsaPublic},
		"the smallest":       {pkixPEM(t, modulus(minRSA)), modulus(minRSA)},
		"the largest":        {pkcs1PEM(modulus(maxRSA)), modulus(maxRSA)},
		"text before it":     {"a key:\n" + pkixPEM(t, edPublic), edPublic},
		"RSA as Multikey":    {rsaMultikey(rsaPublic), rsaPublic},
		"Ed25519 as Multkey": {EncodeMultikey(edPublic), edPublic},
	} {
		read := ParsePublicKeyPEM
		if strings.HasPrefix(c.text, "z") {
			read = ParseMultikey
		}
		got, err := read(c.text)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !c.want.Equal(got) {
			t.Errorf("%s: got another key", name)
		}
	}
}

func TestPublicKeysThatAreRefused(t *testing.T) {
	t.Parallel()
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	good := pkixPEM(t, rsaKey().Public())
	block, _ := pem.Decode([]byte(good))
	as := func(kind string, der []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
	}
	private, err := x509.MarshalPKCS8PrivateKey(rsaKey())
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ text, reason string }{
		"nothing":                 {"", "key-type"},
		"no PEM":                  {"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A", "key-type"},
		"half a PEM":              {good[:len(good)/2], "key-type"},
		"an empty PEM":            {as("PUBLIC KEY", nil), "key-type"},
		"garbage in a PEM":        {as("PUBLIC KEY", []byte("garbage")), "key-type"},
		"garbage in a PKCS#1":     {as("RSA PUBLIC KEY", []byte("garbage")), "key-type"},
		"bytes behind the key":    {as("PUBLIC KEY", append(block.Bytes, 0)), "key-type"},
		"SPKI called PKCS#1":      {as("RSA PUBLIC KEY", block.Bytes), "key-type"},
		"a private key":           {as("PRIVATE KEY", private), "key-type"},
		"ECDSA":                   {pkixPEM(t, ec.Public()), "key-type"},
		"a weak RSA key":          {pkixPEM(t, modulus(minRSA-1)), "key-size"},
		"a weak PKCS#1 key":       {pkcs1PEM(modulus(1024)), "key-size"},
		"a heavy RSA key":         {pkixPEM(t, modulus(maxRSA+1)), "key-size"},
		"a heavy PKCS#1 key":      {pkcs1PEM(modulus(16384)), "key-size"},
		"a Multikey in its stead": {EncodeMultikey(edKey(1).Public().(ed25519.PublicKey)), "key-type"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			key, err := ParsePublicKeyPEM(c.text)
			checkNoKey(t, key, err, c.reason)
		})
	}
}

func checkNoKey(t *testing.T, key crypto.PublicKey, err error, reason string) {
	t.Helper()
	checkRefusal(t, nil, err, reason)
	if key != nil {
		t.Error("got a key beside the refusal")
	}
}

// TestMultikeyOfTheStandard has the pair of keys that the examples of Data
// Integrity EdDSA are signed with. [vc-di-eddsa B]
func TestMultikeyOfTheStandard(t *testing.T) {
	t.Parallel()
	const (
		public = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
		secret = "z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq"
	)
	seed, err := base58.Decode(secret[1:])
	if err != nil {
		t.Fatal(err)
	}
	want := ed25519.NewKeyFromSeed(seed[2:]).Public().(ed25519.PublicKey)
	got, err := ParseMultikey(public)
	if err != nil {
		t.Fatal(err)
	}
	if !want.Equal(got) {
		t.Errorf("got the key %x, want %x", got, want)
	}
	if got := EncodeMultikey(want); got != public {
		t.Errorf("got %s, want %s", got, public)
	}
}

func rsaMultikey(key *rsa.PublicKey) string {
	return "z" + base58.Encode(append([]byte{0x85, 0x24}, x509.MarshalPKCS1PublicKey(key)...))
}

func TestMultikeysThatAreRefused(t *testing.T) {
	t.Parallel()
	edPublic := edKey(1).Public().(ed25519.PublicKey)
	z := func(parts ...byte) string { return "z" + base58.Encode(parts) }
	for name, c := range map[string]struct{ text, reason string }{
		"nothing":               {"", "key-type"},
		"only its base":         {"z", "key-type"},
		"another base":          {"u7QEBAQ", "key-type"},
		"letters not of base58": {"z0OIl", "key-type"},
		"a byte beyond ASCII":   {"z6Mk\xff", "key-type"},
		"an unknown codec":      {z(append([]byte{0x80, 0x24}, edPublic...)...), "key-type"},
		"only a codec":          {z(0xed, 0x01), "key-type"},
		"a short Ed25519 key":   {z(append([]byte{0xed, 0x01}, edPublic[1:]...)...), "key-type"},
		"a long Ed25519 key":    {z(append(append([]byte{0xed, 0x01}, edPublic...), 0)...), "key-type"},
		"garbage for RSA":       {z(0x85, 0x24, 1, 2, 3), "key-type"},
		"a weak RSA key":        {rsaMultikey(modulus(1024)), "key-size"},
		"a heavy RSA key":       {rsaMultikey(modulus(maxRSA + 8)), "key-size"},
		"a flood":               {"z" + strings.Repeat("1", 1<<20), "key-type"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			key, err := ParseMultikey(c.text)
			checkNoKey(t, key, err, c.reason)
		})
	}
}

func TestUnknownKeysAreNotEncoded(t *testing.T) {
	t.Parallel()
	if text, err := EncodePublicKeyPEM("no key"); err == nil {
		t.Errorf("got %q, want an error", text)
	}
}
