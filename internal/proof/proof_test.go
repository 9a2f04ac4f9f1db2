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
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mr-tron/base58"
)

func note() map[string]any {
	return map[string]any{
		"@context": []any{streams, map[string]any{"sensitive": "as:sensitive", "toot": "http://joinmastodon.org/ns#", "blurhash": "toot:blurhash"}},
		"id":       "https://a.example/users/anna/activities/1", "type": "Create", "actor": "https://a.example/users/anna",
		"to": []string{streams + "#Public"}, "published": "2026-03-04T05:06:07Z",
		"object": map[string]any{
			"id": "https://a.example/users/anna/posts/1", "type": "Note", "attributedTo": "https://a.example/users/anna", "sensitive": false,
			"content": "<p>Grüße</p>", "contentMap": map[string]any{"de": "<p>Grüße</p>"}, "likes": map[string]any{"type": "Collection", "totalItems": 3},
			"attachment": []any{map[string]any{"type": "Document", "url": "https://a.example/1.png", "width": 3, "blurhash": "LEHV6nWB2yk8"}},
		},
	}
}

func testKeys(t *testing.T) Keys {
	t.Helper()
	r, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	_, e, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return Keys{r, "https://a.example/users/anna#main-key", e, "https://a.example/users/anna#ed25519-key"}
}

func signed(t *testing.T, keys Keys) map[string]any {
	t.Helper()
	doc := note()
	if err := Sign(doc, keys, time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	var read map[string]any
	if err := json.Unmarshal(text, &read); err != nil {
		t.Fatal(err)
	}
	return read
}

// provedBy verifies the proof of a document as its receivers do.
func provedBy(t *testing.T, doc map[string]any, key ed25519.PublicKey) bool {
	t.Helper()
	doc = maps.Clone(doc)
	delete(doc, "signature")
	options := maps.Clone(doc["proof"].(map[string]any))
	delete(doc, "proof")
	value, err := base58.Decode(strings.TrimPrefix(options["proofValue"].(string), "z"))
	if err != nil {
		t.Fatal(err)
	}
	delete(options, "proofValue")
	a, err := hashJCS(options)
	if err != nil {
		t.Fatal(err)
	}
	b, err := hashJCS(doc)
	if err != nil {
		t.Fatal(err)
	}
	return ed25519.Verify(key, append(a, b...), value)
}

// signedBy verifies the signature of a document as its receivers do.
func signedBy(t *testing.T, doc map[string]any, key *rsa.PublicKey) bool {
	t.Helper()
	doc = maps.Clone(doc)
	options := doc["signature"].(map[string]any)
	delete(doc, "signature")
	value, err := base64.StdEncoding.DecodeString(options["signatureValue"].(string))
	if err != nil {
		t.Fatal(err)
	}
	a, err := hashRDF(map[string]any{"@context": signing, "creator": options["creator"], "created": options["created"]})
	if err != nil {
		t.Fatal(err)
	}
	b, err := hashRDF(doc)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(a + b))
	return rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], value) == nil
}

func TestDocumentIsSignedInBothWays(t *testing.T) {
	t.Parallel()
	keys := testKeys(t)
	doc := signed(t, keys)
	if !provedBy(t, doc, keys.Ed25519.Public().(ed25519.PublicKey)) || !signedBy(t, doc, &keys.RSA.PublicKey) {
		t.Fatalf("the document does not verify: %v", doc)
	}
	for name, change := range map[string]func(map[string]any){
		"another text":   func(d map[string]any) { d["object"].(map[string]any)["content"] = "<p>no</p>" },
		"another actor":  func(d map[string]any) { d["actor"] = "https://b.example/users/b" },
		"another proof":  func(d map[string]any) { d["proof"].(map[string]any)["created"] = "2027-03-04T05:06:07Z" },
		"another number": func(d map[string]any) { d["object"].(map[string]any)["likes"].(map[string]any)["totalItems"] = 4 },
	} {
		doc := signed(t, keys)
		change(doc)
		if provedBy(t, doc, keys.Ed25519.Public().(ed25519.PublicKey)) {
			t.Errorf("with %s the proof still holds", name)
		}
		if name != "another proof" && signedBy(t, doc, &keys.RSA.PublicKey) {
			t.Errorf("with %s the signature still holds", name)
		}
	}
}

// What is signed is what a document says, and every word of ours says something.
func TestEveryTermIsSigned(t *testing.T) {
	t.Parallel()
	said, err := statements(note())
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`<https://a.example/users/anna/activities/1> <https://www.w3.org/ns/activitystreams#object> <https://a.example/users/anna/posts/1> .`,
		`<https://www.w3.org/ns/activitystreams#published> "2026-03-04T05:06:07Z"^^<http://www.w3.org/2001/XMLSchema#dateTime> .`,
		`<https://www.w3.org/ns/activitystreams#content> "<p>Grüße</p>"@de .`,
		`<https://www.w3.org/ns/activitystreams#sensitive> "false"^^<http://www.w3.org/2001/XMLSchema#boolean> .`,
		`<https://www.w3.org/ns/activitystreams#totalItems> "3"^^<http://www.w3.org/2001/XMLSchema#nonNegativeInteger> .`,
		`<http://joinmastodon.org/ns#blurhash> "LEHV6nWB2yk8" .`,
	} {
		if !strings.Contains(said, want) {
			t.Errorf("nothing says %s in\n%s", want, said)
		}
	}
}

func TestForeignContextIsNotFetched(t *testing.T) {
	t.Parallel()
	doc := note()
	doc["@context"] = []any{streams, "https://b.example/context"}
	if err := Sign(doc, testKeys(t), time.Now()); err == nil || !strings.Contains(err.Error(), "https://b.example/context is not known here") {
		t.Errorf("got %v, want that the context is not known", err)
	}
}

// TestVectorsOfTheSuite makes the signature that the specification gives. [DI-EdDSA B.3]
func TestVectorsOfTheSuite(t *testing.T) {
	t.Parallel()
	shared := os.Getenv("SKERRY_SHARED")
	if shared == "" {
		t.Log("without SKERRY_SHARED the vectors are not read")
		return
	}
	dir := filepath.Join(shared, "vectors", "w3c-vc-di-eddsa")
	var doc, pair, want map[string]any
	for name, into := range map[string]*map[string]any{"unsigned.json": &doc, "keyPair.json": &pair, "eddsa-jcs-2022/signedJCS.json": &want} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, into); err != nil {
			t.Fatal(err)
		}
	}
	seed, err := base58.Decode(pair["privateKeyMultibase"].(string)[1:])
	if err != nil {
		t.Fatal(err)
	}
	proof := want["proof"].(map[string]any)
	keys := Keys{Ed25519: ed25519.NewKeyFromSeed(seed[2:]), Ed25519ID: proof["verificationMethod"].(string)}
	if err := integrity(doc, keys, proof["created"].(string)); err != nil {
		t.Fatal(err)
	}
	if got := doc["proof"].(map[string]any)["proofValue"]; got != proof["proofValue"] {
		t.Errorf("the proof is %v, want %v", got, proof["proofValue"])
	}
	hash, err := os.ReadFile(filepath.Join(dir, "eddsa-jcs-2022", "docHashJCS.txt"))
	if err != nil {
		t.Fatal(err)
	}
	delete(doc, "proof")
	if sum, err := hashJCS(doc); err != nil || hex.EncodeToString(sum) != strings.TrimSpace(string(hash)) {
		t.Errorf("the hash is %x, %v, want %s", sum, err, hash)
	}
}
