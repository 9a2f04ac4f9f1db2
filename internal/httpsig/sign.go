package httpsig

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	fed "github.com/go-fed/httpsig"
)

// Sign signs a request by draft-cavage in the form that every known peer takes: a
// POST covers target, host, date, digest and type, a GET target, host and date.
// It sets Date, Host and Digest. Sign anew for every attempt: peers allow five
// minutes.
func Sign(r *http.Request, body []byte, key Key, now time.Time) error {
	if _, ok := key.Private.(*rsa.PrivateKey); !ok {
		return fmt.Errorf("sign: the key %s is not RSA, which draft-cavage peers expect", key.ID)
	}
	covered := []string{fed.RequestTarget, "host", "date"}
	r.Header.Del("Signature")       // the library adds one
	r.Header.Del("Signature-Input") // would make it a signature by RFC 9421
	r.Header.Set("Date", now.UTC().Format(http.TimeFormat))
	r.Header.Set("Host", host(r))
	if r.Method == http.MethodPost {
		r.Header.Set("Digest", digestOf(body))
		covered = append(covered, "digest", "content-type")
	}
	// One signer for one request: they are not safe to share. The digest is set
	// above, so the signer gets no body.
	signer, _, err := fed.NewSigner([]fed.Algorithm{fed.RSA_SHA256}, fed.DigestSha256, covered, fed.Signature, 0)
	if err != nil {
		return fmt.Errorf("sign: %w", err)
	}
	// The library signs the decoded path, and none for an empty one: it is shown
	// the target as it is sent.
	clone := *r
	clone.URL = &url.URL{Path: r.URL.RequestURI()}
	if err := signer.SignRequest(key.Private, key.ID, &clone, nil); err != nil {
		return fmt.Errorf("sign: %w", err)
	}
	// Its label hs2019 is refused by some; the algorithm is the same.
	r.Header.Set("Signature", strings.Replace(r.Header.Get("Signature"), `algorithm="hs2019"`, `algorithm="rsa-sha256"`, 1))
	r.Host = r.Header.Get("Host")
	r.Header.Del("Host") // net/http writes it from r.Host
	return nil
}

// SignRFC9421 signs a request by RFC 9421, covering what Mastodon asks for.
func SignRFC9421(r *http.Request, body []byte, key Key, now time.Time) error {
	covered := []string{"@method", "@target-uri"}
	if r.Method == http.MethodPost {
		r.Header.Set("Content-Digest", contentDigestOf(body))
		covered = append(covered, "content-digest")
	}
	algorithm := "rsa-v1_5-sha256"
	if _, ok := key.Private.(ed25519.PrivateKey); ok {
		algorithm = "ed25519"
	}
	params := `("` + strings.Join(covered, `" "`) + `");created=` + strconv.FormatInt(now.Unix(), 10) +
		`;keyid="` + key.ID + `";alg="` + algorithm + `"`
	m := Message{Method: r.Method, Target: r.URL.RequestURI(), Host: host(r), Header: r.Header, Body: body}
	origin := &url.URL{Scheme: r.URL.Scheme, Host: host(r)}
	var base strings.Builder
	for _, name := range covered {
		value, err := componentValue(m, origin, name)
		if err != nil {
			return err
		}
		base.WriteString(`"` + name + `": ` + value + "\n")
	}
	base.WriteString(`"@signature-params": ` + params)
	value, err := signBase(base.String(), key)
	if err != nil {
		return err
	}
	r.Header.Set("Signature-Input", "sig1="+params)
	r.Header.Set("Signature", "sig1=:"+base64.StdEncoding.EncodeToString(value)+":")
	return nil
}

func signBase(base string, key Key) ([]byte, error) {
	switch k := key.Private.(type) {
	case ed25519.PrivateKey:
		return ed25519.Sign(k, []byte(base)), nil
	case *rsa.PrivateKey:
		sum := sha256.Sum256([]byte(base))
		return rsa.SignPKCS1v15(rand.Reader, k, crypto.SHA256, sum[:])
	}
	return nil, fmt.Errorf("sign: the key %s is neither RSA nor Ed25519", key.ID)
}

func host(r *http.Request) string {
	if r.Host != "" {
		return r.Host
	}
	return r.URL.Host
}
