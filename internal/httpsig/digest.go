package httpsig

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"strings"

	"github.com/dunglas/httpsfv"
)

// digestOf writes the Digest header of a body. [RFC 3230]
func digestOf(body []byte) string {
	sum := sha256.Sum256(body)
	return "SHA-256=" + base64.StdEncoding.EncodeToString(sum[:])
}

// checkDigest compares the Digest header with the body: it must have SHA-256,
// in any case, among whatever else it has. Each SHA-256 that it has must fit.
func checkDigest(h http.Header, body []byte) error {
	sum := sha256.Sum256(body)
	found := false
	for _, one := range strings.Split(strings.Join(h.Values("Digest"), ","), ",") {
		name, value, ok := strings.Cut(strings.TrimSpace(one), "=")
		if !ok || !strings.EqualFold(name, "sha-256") {
			continue
		}
		got, err := base64.StdEncoding.DecodeString(value)
		if err != nil {
			return malformed("the Digest header cannot be read")
		}
		if subtle.ConstantTimeCompare(got, sum[:]) != 1 {
			return refuse("digest", "the Digest does not fit the body")
		}
		found = true
	}
	if !found {
		return refuse("digest", "the Digest header has no SHA-256")
	}
	return nil
}

// contentDigestOf writes the Content-Digest header of a body. [RFC 9530]
func contentDigestOf(body []byte) string {
	sum := sha256.Sum256(body)
	return "sha-256=:" + base64.StdEncoding.EncodeToString(sum[:]) + ":"
}

// checkContentDigest compares the Content-Digest header with the body. Of two
// sha-256 the last counts. [RFC 8941 3.2]
func checkContentDigest(h http.Header, body []byte) error {
	dict, err := httpsfv.UnmarshalDictionary(h.Values("Content-Digest"))
	if err != nil {
		return malformed("the Content-Digest header cannot be read")
	}
	member, ok := dict.Get("sha-256")
	if !ok {
		return refuse("digest", "the Content-Digest header has no sha-256")
	}
	item, _ := member.(httpsfv.Item)
	got, _ := item.Value.([]byte)
	sum := sha256.Sum256(body)
	if subtle.ConstantTimeCompare(got, sum[:]) != 1 {
		return refuse("digest", "the Content-Digest does not fit the body")
	}
	return nil
}
