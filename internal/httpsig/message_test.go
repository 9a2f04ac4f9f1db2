package httpsig

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestContentLengthCanBeCovered signs as Pleroma does, which covers it.
func TestContentLengthCanBeCovered(t *testing.T) {
	t.Parallel()
	l := newLetter(Cavage, http.MethodPost)
	all(header("Content-Length", "15"), cover("content-length"))(l)
	m := l.sealed(t)
	r := httptest.NewRequest(m.Method, m.Target, strings.NewReader(string(m.Body)))
	r.Host, r.Header = m.Host, m.Header
	r.Header.Del("Content-Length")
	s, err := ourPolicy().Read(FromRequest(r, m.Body))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Verify(rsaKey().Public()); err != nil {
		t.Error(err)
	}
	if r.Header.Get("Content-Length") != "" {
		t.Error("the request's own header was changed")
	}
}

func TestContentLengthIsNotMadeUp(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequest(http.MethodPost, "/inbox", strings.NewReader("12345"))
	for name, c := range map[string]struct {
		length int64
		sent   string
		want   string
	}{
		"chunked":      {-1, "", ""},
		"a part read":  {9, "", ""},
		"all read":     {5, "", "5"},
		"sent already": {5, "05", "05"},
	} {
		r.ContentLength = c.length
		r.Header.Del("Content-Length")
		if c.sent != "" {
			r.Header.Set("Content-Length", c.sent)
		}
		if got := FromRequest(r, []byte("12345")).Header.Get("Content-Length"); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

func TestTargetIsTakenAsItCame(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequest(http.MethodGet, "/a%40b//../c?x=%2f", nil)
	if got, want := FromRequest(r, nil).Target, "/a%40b//../c?x=%2f"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	r.RequestURI = "" // a request that is being made, not one that came
	if got, want := FromRequest(r, nil).Target, "/a%40b//../c?x=%2f"; got != want {
		t.Errorf("made: got %s, want %s", got, want)
	}
}

func TestSignedRequestsAreKnown(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		h    http.Header
		want bool
	}{
		"no header":              {http.Header{}, false},
		"draft-cavage":           {http.Header{"Signature": {"x"}}, true},
		"RFC 9421":               {http.Header{"Signature-Input": {"x"}}, true},
		"another kind of proof":  {http.Header{"Authorization": {"Signature x"}}, false},
		"an empty header or two": {http.Header{"Signature": {""}, "Signature-Input": {""}}, false},
	} {
		if got := Signed(c.h); got != c.want {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}
