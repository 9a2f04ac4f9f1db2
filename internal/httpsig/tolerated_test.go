package httpsig

import (
	"strings"
	"testing"
	"time"
)

// tolerated is what other software writes and we let pass.
var tolerated = []struct {
	scheme Scheme
	method string
	name   string
	change change
}{
	{Cavage, "POST", "no algorithm", drop("algorithm")},
	{Cavage, "POST", "hs2019", set("algorithm", quote("hs2019"))},
	{Cavage, "GET", "the algorithm in capitals", set("algorithm", quote("RSA-SHA256"))},
	{Cavage, "GET", "a port that goes without saying", toHost("skerry.example:443")},
	{Cavage, "GET", "a host in capitals", toHost("SKERRY.example")},
	{Cavage, "GET", "date an hour ago", header("Date", httpDate(-time.Hour))},
	{Cavage, "GET", "date in an hour", header("Date", httpDate(time.Hour))},
	{Cavage, "GET", "created an hour ago", timed(unix(-time.Hour), "")},
	{Cavage, "GET", "created soon", timed(unix(maxFuture), "")},
	{Cavage, "GET", "created in quotes", timed(quote(unix(0)), "")},
	{Cavage, "GET", "a long life that is told", timed(unix(-maxLife), unix(0))},
	{Cavage, "GET", "an uncovered created that is stale", all(set("algorithm", quote("hs2019")), set("created", "1"), set("expires", "2"))},
	{Cavage, "POST", "sha-256 among others", header("Digest", "SHA-512="+sum512([]byte(likeBody))+", SHA-256="+sum256([]byte(likeBody)))},
	{Cavage, "POST", "sha-256 in small letters, on its own line", header("Digest", "md5=x", "sha-256="+sum256([]byte(likeBody)))},
	{Cavage, "POST", "sha-256 twice", header("Digest", "SHA-256="+sum256([]byte(likeBody)), "SHA-256="+sum256([]byte(likeBody)))},
	{Cavage, "GET", "the name of the scheme before it", then(func(m *Message) { m.Header.Set("Signature", "Signature "+m.Header.Get("Signature")) })},
	{Cavage, "GET", "blanks between parameters", then(func(m *Message) {
		m.Header.Set("Signature", strings.ReplaceAll(m.Header.Get("Signature"), `",`, "\" ,\t "))
	})},
	{Cavage, "GET", "a comma in the keyId", set("keyId", quote("https://peer.example/a,b=c"))},
	{Cavage, "GET", "an unknown parameter", add("opaque", quote("x"))},
	{Cavage, "GET", "a header twice, with blanks", all(header("Accept", "a", "b"), cover("accept"), thenHeader("Accept", "a ", " b"))},
	{Cavage, "GET", "an empty header", all(header("X-Empty", ""), cover("x-empty"))},
	{Cavage, "GET", "as much covered as may be", all(cover(numbered("x-", maxCovered-3)...), headers(numbered("x-", maxCovered-3)))},
	{Cavage, "GET", "a keyId as long as may be", set("keyId", quote(strings.Repeat("k", maxKeyID)))},

	{RFC9421, "POST", "no algorithm", drop("alg")},
	{RFC9421, "GET", "created an hour ago", set("created", unix(-time.Hour))},
	{RFC9421, "GET", "created soon", set("created", unix(maxFuture))},
	{RFC9421, "GET", "a long life that is told", all(set("created", unix(-maxLife)), set("expires", unix(0)))},
	{RFC9421, "GET", "a port that goes without saying", toHost("skerry.example:443")},
	{RFC9421, "POST", "all that some cover", cover("@authority", "@scheme", "@request-target", "@path", "@query", "host", "date")},
	{RFC9421, "GET", "no query", all(func(l *letter) { l.Target = "/users/a%40b" }, cover("@path", "@query"))},
	{RFC9421, "GET", "nonce and tag", all(set("nonce", quote("n")), set("tag", quote("t")))},
	{RFC9421, "POST", "sha-256 among others",
		header("Content-Digest", "sha-512=:"+sum512([]byte(likeBody))+":, sha-256=:"+sum256([]byte(likeBody))+":")},
	{RFC9421, "POST", "sha-256 twice, the last right",
		header("Content-Digest", "sha-256=:"+sum256(nil)+":", "sha-256=:"+sum256([]byte(likeBody))+":")},
	{RFC9421, "GET", "a header twice", all(header("Accept", "a", "b"), cover("accept"))},
	{RFC9421, "GET", "a draft-cavage digest that is wrong", header("Digest", "SHA-256="+sum256([]byte("x")))},
	{RFC9421, "GET", "a keyid as long as may be", set("keyid", quote(strings.Repeat("k", maxKeyID)))},
	{RFC9421, "GET", "a keyid with a quotation mark", set("keyid", `"a\"b"`)},
}

func headers(names []string) change {
	return func(l *letter) {
		for _, name := range names {
			header(name, "v")(l)
		}
	}
}

func TestWhatOthersWriteIsTolerated(t *testing.T) {
	t.Parallel()
	for _, c := range tolerated {
		t.Run(c.scheme.String()+"/"+c.method+"/"+c.name, func(t *testing.T) {
			t.Parallel()
			l := newLetter(c.scheme, c.method)
			c.change(l)
			s, err := ourPolicy().Read(l.sealed(t))
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Verify(rsaKey().Public()); err != nil {
				t.Error(err)
			}
		})
	}
}
