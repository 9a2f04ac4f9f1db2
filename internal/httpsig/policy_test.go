package httpsig

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"
)

// likeBody is the body of a usual POST.
const likeBody = `{"type":"Like"}`

// refusals is all that policy refuses, and why. Each request is signed by the
// right key: nothing but the change is wrong with it.
var refusals = []struct {
	scheme Scheme
	method string
	name   string
	reason string
	change change
}{
	// Where it goes to.
	{Cavage, "POST", "a host that is not ours", "host", toHost("other.example")},
	{Cavage, "POST", "a host that begins like ours", "host", toHost("skerry.example.evil.example")},
	{Cavage, "POST", "a port that is not ours", "host", toHost("skerry.example:8443")},
	{Cavage, "POST", "no host", "host", toHost("")},
	{RFC9421, "POST", "a host that is not ours", "host", toHost("other.example")},
	{RFC9421, "GET", "a port that is not ours", "host", toHost("skerry.example:80")},

	// What is covered.
	{Cavage, "GET", "no signature", "no-signature", then(func(m *Message) { m.Header.Del("Signature") })},
	{Cavage, "POST", "target uncovered", "uncovered", uncover("(request-target)")},
	{Cavage, "GET", "target uncovered", "uncovered", uncover("(request-target)")},
	{Cavage, "POST", "host uncovered", "uncovered", uncover("host")},
	{Cavage, "GET", "host uncovered", "uncovered", uncover("host")},
	{Cavage, "POST", "digest uncovered", "uncovered", uncover("digest")},
	{Cavage, "PUT", "digest uncovered", "uncovered", nil},
	{Cavage, "POST", "digest uncovered and no body", "uncovered", all(uncover("digest"), func(l *letter) { l.Body = nil })},
	{Cavage, "POST", "time uncovered", "uncovered", uncover("date")},
	{Cavage, "GET", "time uncovered", "uncovered", uncover("date")},
	{Cavage, "GET", "created given and uncovered", "uncovered", all(timed(unix(0), ""), uncover("(created)"))},
	{Cavage, "GET", "only expires covered", "uncovered", all(timed(unix(0), unix(time.Minute)), uncover("(created)"))},
	{Cavage, "GET", "nothing covered", "uncovered", func(l *letter) { l.covered = nil }},
	{Cavage, "GET", "date covered and not sent", "uncovered", noHeader("Date")},
	{Cavage, "POST", "type covered and not sent", "uncovered", noHeader("Content-Type")},
	{RFC9421, "POST", "@method uncovered", "uncovered", uncover("@method")},
	{RFC9421, "GET", "@target-uri uncovered", "uncovered", uncover("@target-uri")},
	{RFC9421, "GET", "parts of the address instead of @target-uri", "uncovered",
		all(uncover("@target-uri"), cover("@authority", "@path", "@query"))},
	{RFC9421, "POST", "@path alone", "uncovered", all(uncover("@target-uri"), cover("@path"))},
	{RFC9421, "POST", "content-digest uncovered", "uncovered", uncover("content-digest")},
	{RFC9421, "POST", "only the older digest covered", "uncovered", all(uncover("content-digest"), cover("digest"))},
	{RFC9421, "GET", "no created", "uncovered", drop("created")},
	{RFC9421, "GET", "date instead of created", "uncovered", all(drop("created"), cover("date"))},
	{RFC9421, "GET", "date covered and not sent", "uncovered", all(cover("date"), noHeader("Date"))},
	{RFC9421, "POST", "type covered and not sent", "uncovered", noHeader("Content-Type")},

	// When it was signed.
	{Cavage, "POST", "date an hour ago and more", "stale", header("Date", httpDate(-time.Hour-time.Second))},
	{Cavage, "GET", "date in an hour and more", "stale", header("Date", httpDate(time.Hour+time.Second))},
	{Cavage, "GET", "date that cannot be read", "malformed", header("Date", "yesterday")},
	{Cavage, "GET", "created an hour ago and more", "stale", timed(unix(-time.Hour-time.Second), "")},
	{Cavage, "GET", "created in the future", "stale", timed(unix(maxFuture+time.Second), "")},
	{Cavage, "GET", "expired", "stale", timed(unix(-2*time.Minute), unix(-time.Second))},
	{Cavage, "GET", "a life that is too long", "stale", timed(unix(-maxLife-time.Second), unix(time.Hour))},
	{Cavage, "GET", "fresh created and stale date", "stale", all(timed(unix(0), ""), cover("date"), header("Date", httpDate(-2*time.Hour)))},
	{Cavage, "GET", "fresh date and expired", "stale", all(timed(unix(-2*time.Minute), unix(-time.Second)), cover("date"))},
	{Cavage, "GET", "created covered and not given", "malformed", all(timed(unix(0), ""), cover("date"), drop("created"))},
	{Cavage, "GET", "expires covered and not given", "malformed", all(timed(unix(0), unix(time.Minute)), drop("expires"))},
	{Cavage, "GET", "created that is no number", "malformed", timed(quote("now"), "")},
	{Cavage, "GET", "created zero", "malformed", timed("0", "")},
	{Cavage, "GET", "created below zero", "malformed", timed("-5", "")},
	{Cavage, "GET", "created beyond all times", "malformed", timed("9223372036854775807", "")},
	{Cavage, "GET", "created with a sign", "malformed", timed("+"+unix(0), "")},
	{Cavage, "GET", "created with a fraction", "malformed", timed(unix(0)+".5", "")},
	{Cavage, "GET", "expires that only begins as a number", "malformed", timed(unix(0), unix(time.Minute)+".x")},
	{RFC9421, "GET", "created an hour ago and more", "stale", set("created", unix(-time.Hour-time.Second))},
	{RFC9421, "GET", "created in the future", "stale", set("created", unix(maxFuture+time.Second))},
	{RFC9421, "GET", "created beyond all times", "stale", set("created", "999999999999999")},
	{RFC9421, "GET", "expired", "stale", set("expires", unix(-time.Second))},
	{RFC9421, "GET", "a life that is too long", "stale", all(set("created", unix(-maxLife-time.Second)), set("expires", unix(time.Hour)))},
	{RFC9421, "GET", "fresh created and stale date", "stale", all(cover("date"), header("Date", httpDate(-2*time.Hour)))},
	{RFC9421, "GET", "date that cannot be read", "malformed", all(cover("date"), header("Date", "yesterday"))},
	{RFC9421, "GET", "created as a text", "malformed", set("created", quote(unix(0)))},
	{RFC9421, "GET", "created with a fraction", "malformed", set("created", unix(0)+".5")},
	{RFC9421, "GET", "created as a date", "malformed", set("created", "@"+unix(0))},
	{RFC9421, "GET", "expires below zero", "malformed", set("expires", "-1")},

	// What it says.
	{Cavage, "POST", "another body", "digest", then(func(m *Message) { m.Body = []byte(`{"type":"Block"}`) })},
	{Cavage, "POST", "no body", "digest", then(func(m *Message) { m.Body = nil })},
	{Cavage, "GET", "a body and a digest of none", "digest", all(header("Digest", "SHA-256="+sum256(nil)), cover("digest"), func(l *letter) { l.Body = []byte("x") })},
	{Cavage, "POST", "digest covered and not sent", "digest", noHeader("Digest")},
	{Cavage, "POST", "a digest of an unknown algorithm", "digest", header("Digest", "SHA-512="+sum512([]byte(likeBody)))},
	{Cavage, "POST", "a digest without algorithm", "digest", header("Digest", sum256([]byte(likeBody)))},
	{Cavage, "POST", "two digests, the second wrong", "digest", header("Digest", "SHA-256="+sum256([]byte(likeBody)), "SHA-256="+sum256(nil))},
	{Cavage, "POST", "two digests, the first wrong", "digest", header("Digest", "sha-256="+sum256(nil)+",SHA-256="+sum256([]byte(likeBody)))},
	{Cavage, "POST", "a short digest", "digest", header("Digest", "SHA-256=AAAA")},
	{Cavage, "POST", "a digest that cannot be read", "malformed", header("Digest", "SHA-256=?")},
	{RFC9421, "POST", "another body", "digest", then(func(m *Message) { m.Body = []byte(`{"type":"Block"}`) })},
	{RFC9421, "POST", "digest covered and not sent", "digest", noHeader("Content-Digest")},
	{RFC9421, "POST", "a digest of an unknown algorithm", "digest", header("Content-Digest", "sha-512=:"+sum512([]byte(likeBody))+":")},
	{RFC9421, "POST", "two digests, the last wrong", "digest",
		header("Content-Digest", "sha-256=:"+sum256([]byte(likeBody))+":", "sha-256=:"+sum256(nil)+":")},
	{RFC9421, "POST", "a digest as a text", "digest", header("Content-Digest", `sha-256="`+sum256([]byte(likeBody))+`"`)},
	{RFC9421, "POST", "a digest as a list", "digest", header("Content-Digest", "sha-256=(:"+sum256([]byte(likeBody))+":)")},
	{RFC9421, "POST", "a digest in the older form", "malformed", header("Content-Digest", "SHA-256="+sum256([]byte(likeBody)))},

	// With what it is signed.
	{Cavage, "GET", "hmac", "algorithm", set("algorithm", quote("hmac-sha256"))},
	{Cavage, "GET", "rsa with sha-1", "algorithm", set("algorithm", quote("rsa-sha1"))},
	{Cavage, "GET", "rsa with sha-512", "algorithm", set("algorithm", quote("rsa-sha512"))},
	{Cavage, "GET", "rsa-pss", "algorithm", set("algorithm", quote("rsa-pss-sha512"))},
	{Cavage, "GET", "ecdsa", "algorithm", set("algorithm", quote("ecdsa-sha256"))},
	{Cavage, "GET", "created by the older name", "algorithm", all(timed(unix(0), ""), set("algorithm", quote("rsa-sha256")))},
	{Cavage, "GET", "expires by the older name", "algorithm", all(set("expires", unix(time.Minute)), cover("(expires)"))},
	{RFC9421, "GET", "hmac", "algorithm", set("alg", quote("hmac-sha256"))},
	{RFC9421, "GET", "rsa-pss", "algorithm", set("alg", quote("rsa-pss-sha512"))},
	{RFC9421, "GET", "ecdsa", "algorithm", set("alg", quote("ecdsa-p256-sha256"))},
	{RFC9421, "GET", "a name of draft-cavage", "algorithm", set("alg", quote("hs2019"))},
	{RFC9421, "GET", "an algorithm as a token", "malformed", set("alg", "ed25519")},

	// By which key.
	{Cavage, "GET", "no keyId", "malformed", drop("keyId")},
	{Cavage, "GET", "an empty keyId", "malformed", set("keyId", `""`)},
	{Cavage, "GET", "a long keyId", "key-id", set("keyId", quote(strings.Repeat("k", maxKeyID+1)))},
	{RFC9421, "GET", "no keyid", "malformed", drop("keyid")},
	{RFC9421, "GET", "an empty keyid", "malformed", set("keyid", `""`)},
	{RFC9421, "GET", "a keyid as a token", "malformed", set("keyid", "peer")},
	{RFC9421, "GET", "a long keyid", "key-id", set("keyid", quote(strings.Repeat("k", maxKeyID+1)))},

	// How much, and how often.
	{Cavage, "GET", "one too many covered", "covered", cover(numbered("x-", maxCovered-2)...)},
	{Cavage, "GET", "a long signature", "oversized", set("nonce", quote(strings.Repeat("n", maxFields)))},
	{Cavage, "GET", "a header covered twice", "malformed", cover("host")},
	{Cavage, "GET", "a header covered twice in two cases", "malformed", cover("Host")},
	{Cavage, "GET", "keyId twice", "malformed", add("keyId", quote("https://evil.example/actor#main-key"))},
	{Cavage, "GET", "algorithm twice", "malformed", add("algorithm", quote("rsa-sha256"))},
	{Cavage, "GET", "headers twice", "malformed", add("headers", quote("date"))},
	{Cavage, "GET", "signature twice", "malformed", add("signature", quote("AAAA"))},
	{Cavage, "GET", "two signatures", "malformed", then(func(m *Message) { m.Header.Add("Signature", m.Header.Get("Signature")) })},
	{Cavage, "GET", "an empty second signature", "malformed", then(func(m *Message) { m.Header.Add("Signature", "") })},
	{Cavage, "GET", "an RFC 9421 input beside it", "malformed", thenHeader("Signature-Input", `sig1=("@method")`)},
	{Cavage, "GET", "an empty RFC 9421 input beside it", "malformed", thenHeader("Signature-Input", "")},
	{RFC9421, "GET", "one too many covered", "covered", cover(numbered("x-", maxCovered-1)...)},
	{RFC9421, "GET", "a long signature", "oversized", set("nonce", quote(strings.Repeat("n", maxFields)))},
	{RFC9421, "GET", "a component covered twice", "malformed", cover("@method")},
	{RFC9421, "GET", "too many signatures", "malformed", then(func(m *Message) {
		m.Header.Add("Signature-Input", `b=("a"), c=("a"), d=("a")`)
	})},

	// What RFC 9421 has and we do not.
	{RFC9421, "GET", "a component that is strict", "component", cover(`"date";sf`)},
	{RFC9421, "GET", "a component in bytes", "component", cover(`"date";bs`)},
	{RFC9421, "GET", "a component of another request", "component", cover(`"@method";req`)},
	{RFC9421, "GET", "a part of the query", "component", cover(`"@query-param";name="x"`)},
	{RFC9421, "GET", "a component of answers", "component", cover("@status")},
	{RFC9421, "GET", "an unknown parameter", "parameter", set("context", quote("x"))},
	{RFC9421, "GET", "a component in capitals", "malformed", cover("Date")},
	{RFC9421, "GET", "a nonce that is no text", "malformed", set("nonce", "1")},
}

func TestPolicyRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range refusals {
		t.Run(c.scheme.String()+"/"+c.method+"/"+c.name, func(t *testing.T) {
			t.Parallel()
			l := newLetter(c.scheme, c.method)
			if c.change != nil {
				c.change(l)
			}
			s, err := ourPolicy().Read(l.sealed(t))
			checkRefusal(t, s, err, c.reason)
		})
	}
}

// checkRefusal wants a Refusal for a reason; only one that names the reason
// "malformed" is Malformed.
func checkRefusal(t *testing.T, s *Signature, err error, reason string) {
	t.Helper()
	var r *Refusal
	if !errors.As(err, &r) {
		t.Fatalf("got %v, want a refusal: %s", err, reason)
	}
	if s != nil {
		t.Error("got a signature beside the refusal")
	}
	if r.Reason != reason || r.Malformed != (reason == "malformed") {
		t.Errorf("got %q (malformed %v), want %q: %s", r.Reason, r.Malformed, reason, r.Say)
	}
	if r.Say == "" || !strings.Contains(r.Error(), r.Reason) {
		t.Errorf("the refusal does not say why: %q", r.Error())
	}
}

// TestEveryReasonIsTried keeps the table honest: what the package can answer has
// a row.
func TestEveryReasonIsTried(t *testing.T) {
	t.Parallel()
	tried := map[Scheme]map[string]bool{Cavage: {}, RFC9421: {}}
	for _, c := range refusals {
		tried[c.scheme][c.reason] = true
	}
	both := []string{"host", "uncovered", "stale", "digest", "algorithm", "key-id", "covered", "oversized", "malformed"}
	for scheme, own := range map[Scheme][]string{Cavage: {"no-signature"}, RFC9421: {"component", "parameter"}} {
		for _, reason := range append(own, both...) {
			if !tried[scheme][reason] {
				t.Errorf("%s: no request is refused for %q", scheme, reason)
			}
		}
	}
}

func TestNothingIsRefusedOfUsualRequests(t *testing.T) {
	t.Parallel()
	for _, scheme := range []Scheme{Cavage, RFC9421} {
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost} {
			m := newLetter(scheme, method).sealed(t)
			s, err := ourPolicy().Read(m)
			if err != nil {
				t.Errorf("%s %s: %v", scheme, method, err)
				continue
			}
			if s.Scheme != scheme || s.KeyID != peerKeyID {
				t.Errorf("%s %s: got %s by %q", scheme, method, s.Scheme, s.KeyID)
			}
			if err := s.Verify(rsaKey().Public()); err != nil {
				t.Errorf("%s %s: %v", scheme, method, err)
			}
		}
	}
}
