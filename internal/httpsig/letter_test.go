package httpsig

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	ourOrigin = "https://skerry.example"
	peerKeyID = "https://peer.example/actor#main-key"
)

// noon is when the tests take place.
var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func ourPolicy() Policy {
	return Policy{Origins: []string{ourOrigin}, Now: func() time.Time { return noon }}
}

// Making an RSA key takes long: the tests share two.
var (
	rsaKey   = sync.OnceValue(func() *rsa.PrivateKey { return newRSA(2048) })
	otherRSA = sync.OnceValue(func() *rsa.PrivateKey { return newRSA(2048) })
)

func newRSA(bits int) *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		panic(err)
	}
	return key
}

func edKey(seed byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(slices.Repeat([]byte{seed}, ed25519.SeedSize))
}

// letter is a request that a test signs by hand, from the text of the
// specifications: the package is not to be compared with itself.
type letter struct {
	Message
	scheme  Scheme
	key     crypto.Signer
	covered []string
	params  [][2]string      // names and values as they are written
	after   []func(*Message) // what happens once it is signed
}

// change makes a letter other than the usual.
type change func(*letter)

// newLetter is a request as most peers sign it.
func newLetter(scheme Scheme, method string) *letter {
	l := &letter{scheme: scheme, key: rsaKey()}
	l.Method, l.Target, l.Host = method, "/inbox?x=1", "skerry.example"
	l.Header = http.Header{"Date": {httpDate(0)}, "Content-Type": {"application/activity+json"}}
	l.params = [][2]string{{"keyId", quote(peerKeyID)}, {"algorithm", quote("rsa-sha256")}}
	l.covered = []string{"(request-target)", "host", "date"}
	digest := "digest"
	if scheme == RFC9421 {
		l.params = [][2]string{{"created", unix(0)}, {"keyid", quote(peerKeyID)}, {"alg", quote("rsa-v1_5-sha256")}}
		l.covered = []string{"@method", "@target-uri"}
		digest = "content-digest"
	}
	if method == http.MethodPost {
		l.Body = []byte(likeBody)
		l.Header.Set("Digest", "SHA-256="+sum256(l.Body))
		l.Header.Set("Content-Digest", "sha-256=:"+sum256(l.Body)+":")
		l.covered = append(l.covered, digest, "content-type")
	}
	return l
}

// sealed gives the request with its signature.
func (l *letter) sealed(t *testing.T) Message {
	t.Helper()
	var lines []string
	for _, name := range l.covered {
		if l.scheme == RFC9421 {
			lines = append(lines, l.component(name)+": "+l.value(name))
		} else {
			lines = append(lines, name+": "+l.value(name))
		}
	}
	if l.scheme == Cavage {
		params := append(slices.Clone(l.params), [2]string{"headers", quote(strings.Join(l.covered, " "))},
			[2]string{"signature", quote(rawSign(t, l.key, strings.Join(lines, "\n")))})
		l.Header.Set("Signature", joinParams(params, ","))
	} else {
		var names []string
		for _, name := range l.covered {
			names = append(names, l.component(name))
		}
		input := "(" + strings.Join(names, " ") + ");" + joinParams(l.params, ";")
		base := strings.Join(append(lines, `"@signature-params": `+input), "\n")
		l.Header.Set("Signature-Input", "sig1="+input)
		l.Header.Set("Signature", "sig1=:"+rawSign(t, l.key, base)+":")
	}
	for _, f := range l.after {
		f(&l.Message)
	}
	return l.Message
}

// component writes a component's name; one with parameters is written by the test.
func (l *letter) component(name string) string {
	if strings.HasPrefix(name, `"`) {
		return name
	}
	return quote(name)
}

func (l *letter) value(name string) string {
	path, query, _ := strings.Cut(l.Target, "?")
	switch name {
	case "(request-target)":
		return strings.ToLower(l.Method) + " " + l.Target
	case "(created)", "(expires)":
		i := slices.IndexFunc(l.params, func(p [2]string) bool { return "("+p[0]+")" == name })
		if i < 0 {
			return ""
		}
		return strings.Trim(l.params[i][1], `"`)
	case "host":
		return l.Host
	case "@method":
		return l.Method
	case "@target-uri":
		return ourOrigin + l.Target
	case "@authority":
		return "skerry.example"
	case "@scheme":
		return "https"
	case "@request-target":
		return l.Target
	case "@path":
		return path
	case "@query":
		return "?" + query
	}
	return strings.Join(l.Header.Values(name), ", ")
}

// rawSign signs with the key's own algorithm and gives base64.
func rawSign(t *testing.T, key crypto.Signer, base string) string {
	t.Helper()
	text, hash := []byte(base), crypto.Hash(0)
	if _, ok := key.(*rsa.PrivateKey); ok {
		sum := sha256.Sum256(text)
		text, hash = sum[:], crypto.SHA256
	}
	value, err := key.Sign(rand.Reader, text, hash)
	if err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(value)
}

// The changes that tests make.

func all(changes ...change) change {
	return func(l *letter) {
		for _, c := range changes {
			c(l)
		}
	}
}

func cover(names ...string) change {
	return func(l *letter) { l.covered = append(l.covered, names...) }
}

func uncover(name string) change {
	return func(l *letter) {
		l.covered = slices.DeleteFunc(l.covered, func(s string) bool { return s == name })
	}
}

func set(name, value string) change {
	return func(l *letter) {
		drop(name)(l)
		l.params = append(l.params, [2]string{name, value})
	}
}

// add writes a parameter that may be there already.
func add(name, value string) change {
	return func(l *letter) { l.params = append(l.params, [2]string{name, value}) }
}

func drop(name string) change {
	return func(l *letter) {
		l.params = slices.DeleteFunc(l.params, func(p [2]string) bool { return p[0] == name })
	}
}

func header(name string, values ...string) change {
	return func(l *letter) { l.Header[http.CanonicalHeaderKey(name)] = values }
}

func noHeader(name string) change { return func(l *letter) { l.Header.Del(name) } }

func toHost(name string) change { return func(l *letter) { l.Host = name } }

// then happens to the signed request.
func then(f func(*Message)) change {
	return func(l *letter) { l.after = append(l.after, f) }
}

func thenHeader(name string, values ...string) change {
	return then(func(m *Message) { m.Header[http.CanonicalHeaderKey(name)] = values })
}

// timed has a draft-cavage signature tell its time by created, and by expires
// unless that is empty.
func timed(created, expires string) change {
	c := all(uncover("date"), set("algorithm", quote("hs2019")), set("created", created), cover("(created)"))
	if expires != "" {
		c = all(c, set("expires", expires), cover("(expires)"))
	}
	return c
}

// Small texts.

func quote(s string) string { return `"` + s + `"` }

func httpDate(d time.Duration) string { return noon.Add(d).Format(http.TimeFormat) }

func unix(d time.Duration) string { return fmt.Sprint(noon.Add(d).Unix()) }

func sum256(b []byte) string {
	sum := sha256.Sum256(b)
	return base64.StdEncoding.EncodeToString(sum[:])
}

func sum512(b []byte) string {
	sum := sha512.Sum512(b)
	return base64.StdEncoding.EncodeToString(sum[:])
}

func joinParams(params [][2]string, by string) string {
	var b strings.Builder
	for i, p := range params {
		if i > 0 {
			b.WriteString(by)
		}
		b.WriteString(p[0] + "=" + p[1])
	}
	return b.String()
}

func numbered(prefix string, n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprint(prefix, i)
	}
	return names
}
