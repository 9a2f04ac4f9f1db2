// Package proof signs documents, for those who get them from somebody else than us: a
// relay passes on what it was sent, and who receives it must know whose words they are.
//
// A document of ours comes in with keys; it goes out with a Data Integrity proof, and
// with the older Linked Data signature. Nothing of strangers is ever verified here:
// whoever rewrites a document can keep its signature, so ids are looked up at their
// origins instead. No context is fetched either, the terms of ours are pinned.
package proof

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"github.com/gowebpki/jcs"
	"github.com/mr-tron/base58"
)

// Keys are what an actor signs documents with, and the ids of these keys.
type Keys struct {
	RSA       *rsa.PrivateKey
	RSAID     string
	Ed25519   ed25519.PrivateKey
	Ed25519ID string
}

// Sign gives a document a proof and a signature, in this order: the signature covers the
// proof. Of contexts elsewhere the document may name that of ActivityStreams alone.
// [FEP-8b32]
func Sign(doc map[string]any, keys Keys, at time.Time) error {
	created := at.UTC().Format(time.RFC3339)
	if err := integrity(doc, keys, created); err != nil {
		return fmt.Errorf("prove a document: %w", err)
	}
	if err := linkedData(doc, keys, created); err != nil {
		return fmt.Errorf("sign a document: %w", err)
	}
	return nil
}

// integrity adds a proof with the suite eddsa-jcs-2022. [DI-EdDSA 3.3]
func integrity(doc map[string]any, keys Keys, created string) error {
	options := map[string]any{
		"@context": doc["@context"], "type": "DataIntegrityProof", "cryptosuite": "eddsa-jcs-2022", "created": created,
		"verificationMethod": keys.Ed25519ID, "proofPurpose": "assertionMethod",
	}
	hashed, err := hashJCS(options)
	if err != nil {
		return err
	}
	of, err := hashJCS(doc)
	if err != nil {
		return err
	}
	options["proofValue"] = "z" + base58.Encode(ed25519.Sign(keys.Ed25519, append(hashed, of...)))
	doc["proof"] = options
	return nil
}

// hashJCS hashes the one text that all who hold a document write it as. [RFC 8785]
func hashJCS(doc map[string]any) ([]byte, error) {
	text, err := json.Marshal(doc)
	if err != nil {
		return nil, err
	}
	if text, err = jcs.Transform(text); err != nil {
		return nil, err
	}
	sum := sha256.Sum256(text)
	return sum[:], nil
}

// linkedData adds a signature as Mastodon made them first, RsaSignature2017. Of the
// options only who and when are signed.
func linkedData(doc map[string]any, keys Keys, created string) error {
	options := map[string]any{"@context": signing, "creator": keys.RSAID, "created": created}
	text, err := hashRDF(options)
	if err != nil {
		return err
	}
	of, err := hashRDF(doc)
	if err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(text + of))
	value, err := rsa.SignPKCS1v15(rand.Reader, keys.RSA, crypto.SHA256, sum[:])
	if err != nil {
		return err
	}
	doc["signature"] = map[string]any{
		"type": "RsaSignature2017", "creator": keys.RSAID, "created": created, "signatureValue": base64.StdEncoding.EncodeToString(value),
	}
	return nil
}

// hashRDF hashes what a document says, in hexadecimal: its statements in their one
// order, whatever words and order it says them in. [RDF-CANON]
func hashRDF(doc map[string]any) (string, error) {
	text, err := statements(doc)
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:]), err
}
