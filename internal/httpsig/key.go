package httpsig

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"strings"

	"github.com/mr-tron/base58"
)

// Key signs requests as the actor whose key id it has.
type Key struct {
	ID      string
	Private crypto.Signer // *rsa.PrivateKey or ed25519.PrivateKey
}

// Sizes of RSA keys that are accepted: smaller ones are weak, larger ones only
// cost time.
const (
	minRSA = 2048
	maxRSA = 4096
)

func checkKey(key crypto.PublicKey) error {
	switch k := key.(type) {
	case *rsa.PublicKey:
		if n := k.N.BitLen(); n < minRSA || n > maxRSA {
			return refuse("key-size", "the RSA key has %d bits; %d to %d are accepted", n, minRSA, maxRSA)
		}
		return nil
	case ed25519.PublicKey:
		if len(k) == ed25519.PublicKeySize {
			return nil
		}
	}
	return refuse("key-type", "the key is neither RSA nor Ed25519")
}

// ParsePublicKeyPEM reads a public key: SPKI or PKCS#1, RSA or Ed25519. Its error
// is a *Refusal.
func ParsePublicKeyPEM(text string) (crypto.PublicKey, error) {
	block, _ := pem.Decode([]byte(strings.TrimSpace(text) + "\n"))
	if block == nil {
		return nil, refuse("key-type", "the public key is not PEM")
	}
	var key crypto.PublicKey
	var err error
	if block.Type == "RSA PUBLIC KEY" {
		key, err = x509.ParsePKCS1PublicKey(block.Bytes)
	} else {
		key, err = x509.ParsePKIXPublicKey(block.Bytes)
	}
	if err != nil {
		return nil, refuse("key-type", "the public key cannot be read")
	}
	return accepted(key)
}

// accepted gives a key that we verify with, or a Refusal and no key.
func accepted(key crypto.PublicKey) (crypto.PublicKey, error) {
	if err := checkKey(key); err != nil {
		return nil, err
	}
	return key, nil
}

// EncodePublicKeyPEM writes a public key as SPKI.
func EncodePublicKeyPEM(key crypto.PublicKey) (string, error) {
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return "", err
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})), nil
}

// The multicodec prefixes of public keys.
var (
	codecEd25519 = []byte{0xed, 0x01}
	codecRSA     = []byte{0x85, 0x24}
)

// ParseMultikey reads a publicKeyMultibase: base58btc of Ed25519 or RSA. Its error
// is a *Refusal. [FEP-521a]
func ParseMultikey(s string) (crypto.PublicKey, error) {
	encoded, ok := strings.CutPrefix(s, "z")
	if !ok || len(s) > 2048 {
		return nil, refuse("key-type", "the Multikey is not base58btc")
	}
	raw, err := base58.Decode(encoded)
	if err != nil {
		return nil, refuse("key-type", "the Multikey is not base58btc")
	}
	if key, ok := bytes.CutPrefix(raw, codecEd25519); ok && len(key) == ed25519.PublicKeySize {
		return ed25519.PublicKey(key), nil
	}
	if der, ok := bytes.CutPrefix(raw, codecRSA); ok {
		key, err := x509.ParsePKCS1PublicKey(der)
		if err != nil {
			return nil, refuse("key-type", "the Multikey's RSA key cannot be read")
		}
		return accepted(key)
	}
	return nil, refuse("key-type", "the Multikey is neither Ed25519 nor RSA")
}

// EncodeMultikey writes an Ed25519 key as publicKeyMultibase. [FEP-521a]
func EncodeMultikey(key ed25519.PublicKey) string {
	return "z" + base58.Encode(append(bytes.Clone(codecEd25519), key...))
}
