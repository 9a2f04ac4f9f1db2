package httpsig

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestSignatureHeadersThatCannotBeReadAreMalformed(t *testing.T) {
	t.Parallel()
	for _, line := range []string{
		"", " ", "Signature ", "x", "=", `="a"`, "keyId", "keyId=", `keyId="a`, `keyId="a",`, `keyId="a",,algorithm="b"`,
		`,keyId="a"`, `keyId="a" algorithm="b"`, `keyId="a"b`, `keyId="a\"b"`, `key Id="a"`, `keyId=a b`, `keyId=a"b`,
		`"keyId"="a"`, `keyId="a";signature="AAAA"`,
		`keyId="a"`, `keyId="a",signature=""`, `keyId="a",signature="?"`, `keyId="a",signature="AAA"`,
		`signature="AAAA"`, `keyid="a",signature="AAAA"`,
	} {
		l := newLetter(Cavage, http.MethodGet)
		thenHeader("Signature", line)(l)
		s, err := ourPolicy().Read(l.sealed(t))
		t.Run(line, func(t *testing.T) { checkRefusal(t, s, err, "malformed") })
	}
}

func TestParametersAreReadAsTheyAreWritten(t *testing.T) {
	t.Parallel()
	got, err := parseParams(`keyId="https://peer.example/a,b=c" , created=1402170695,expires="5",headers="" ,	signature=ab+/==`)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"keyId": "https://peer.example/a,b=c", "created": "1402170695", "expires": "5", "headers": "", "signature": "ab+/=="}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestSignatureTellsWhatItSays(t *testing.T) {
	t.Parallel()
	l := newLetter(Cavage, http.MethodGet)
	timed(unix(0), unix(time.Minute))(l)
	s, err := ourPolicy().Read(l.sealed(t))
	if err != nil {
		t.Fatal(err)
	}
	if !s.Created.Equal(noon) || !s.Expires.Equal(noon.Add(time.Minute)) || s.Algorithm != "hs2019" {
		t.Errorf("got created %v, expires %v, algorithm %q", s.Created, s.Expires, s.Algorithm)
	}
	if diff := cmp.Diff([]string{"(request-target)", "host", "(created)", "(expires)"}, s.Covered); diff != "" {
		t.Error(diff)
	}
}

func TestUncoveredTimesAreNotTold(t *testing.T) {
	t.Parallel()
	l := newLetter(Cavage, http.MethodGet)
	all(set("created", unix(0)), set("expires", unix(time.Minute)))(l)
	s, err := ourPolicy().Read(l.sealed(t))
	if err != nil {
		t.Fatal(err)
	}
	if !s.Created.IsZero() || !s.Expires.IsZero() {
		t.Errorf("got created %v, expires %v; neither is signed", s.Created, s.Expires)
	}
}

// TestQueryMayBeUnsignedOfGetsOnly signs a target without its query.
func TestQueryMayBeUnsignedOfGetsOnly(t *testing.T) {
	t.Parallel()
	for method, want := range map[string]string{http.MethodGet: "", http.MethodPost: "mismatch", http.MethodHead: "mismatch"} {
		l := newLetter(Cavage, method)
		l.Target = "/outbox"
		then(func(m *Message) { m.Target = "/outbox?page=2" })(l)
		s, err := ourPolicy().Read(l.sealed(t))
		if err != nil {
			t.Errorf("%s: %v", method, err)
			continue
		}
		err = s.Verify(rsaKey().Public())
		switch {
		case want == "" && err != nil:
			t.Errorf("%s: %v", method, err)
		case want != "":
			checkRefusal(t, nil, err, want)
		}
	}
}

func TestQueryThatIsSignedMustBeThatOne(t *testing.T) {
	t.Parallel()
	l := newLetter(Cavage, http.MethodGet)
	then(func(m *Message) { m.Target = "/inbox?x=2" })(l)
	s, err := ourPolicy().Read(l.sealed(t))
	if err != nil {
		t.Fatal(err)
	}
	checkRefusal(t, nil, s.Verify(rsaKey().Public()), "mismatch")
}
