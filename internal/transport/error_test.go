package transport

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"skerry/internal/httpsig"
	"time"

	"skerry/internal/social"
)

// expired makes a server show a certificate of last year.
func expired(t *testing.T) func(*httptest.Server) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{"a.example.com"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().AddDate(-2, 0, 0), NotAfter: time.Now().AddDate(-1, 0, 0),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return speaks(&tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}})
}

// speaks makes a server speak TLS in another way than usual.
func speaks(c *tls.Config) func(*httptest.Server) { return func(s *httptest.Server) { s.TLS = c } }

func TestTroubleOnTheWayIsNamed(t *testing.T) {
	t.Parallel()
	hello := says(200, "hello")
	gone := newTown(t, hello)
	gone.Close()
	for name, c := range map[string]struct {
		town *stranger
		host string
		want ErrorKind
		say  string
	}{
		"expired": {newTown(t, hello, expired(t)), "a.example.com", TLS,
			"the secure connection failed: the certificate is not valid (x509: certificate has expired"},
		"another name": {newTown(t, hello), "other.test", TLS, "the secure connection failed: the certificate is for another name"},
		"old TLS":      {newTown(t, hello, speaks(&tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11})), "a.example.com", TLS, "the secure connection failed"},
		"a certificate of ours wanted": {newTown(t, hello, speaks(&tls.Config{ClientAuth: tls.RequireAnyClientCert, MaxVersion: tls.VersionTLS12})),
			"a.example.com", TLS, "the secure connection failed"},
		"no TLS": {newStranger(t, hello), "a.example.com", TLS, "the secure connection failed: the other side does not speak TLS"},
		"hung up": {newTown(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })),
			"a.example.com", Network, "the connection failed: the answer broke off"},
		"nobody there":      {gone, "a.example.com", Network, "the connection failed: connection refused"},
		"a private address": {newTown(t, hello), "private.example.com", Refused, "the address 127.0.0.2 is not on the public internet"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := c.town.visitor(t, Options{Resolve: inside})
			res, err := client.Get(t.Context(), "https://"+c.host+"/", Get{})
			named(t, "GET", res, err, c.want, c.say)
			res, err = client.Post(t.Context(), "https://"+c.host+"/", []byte("{}"), ourKey(), httpsig.Cavage)
			named(t, "POST", res, err, c.want, c.say)
		})
	}
}

func named(t *testing.T, what string, res *Response, err error, want ErrorKind, say string) {
	t.Helper()
	if kind(err) != want || res != nil || !strings.HasPrefix(Reason(err), say) {
		t.Errorf("%s: got %+v, kind %d, %q (%v), want kind %d, %q", what, res, kind(err), Reason(err), err, want, say)
	}
	if Permanent(err) {
		t.Errorf("%s: got permanent; what goes wrong on the way may pass", what)
	}
}

func TestUnknownAuthorityIsNamed(t *testing.T) {
	t.Parallel()
	c := newTown(t, says(200, "hello")).visitor(t, Options{})
	c.wire.TLSClientConfig.RootCAs = x509.NewCertPool()
	res, err := c.Get(t.Context(), "https://a.example.com/", Get{})
	named(t, "GET", res, err, TLS, "the secure connection failed: the certificate is of an unknown authority")
}

func TestResetIsNamed(t *testing.T) {
	t.Parallel()
	address := rough(t, func(conn net.Conn) { conn.(*net.TCPConn).SetLinger(0) })
	c := newClient(t, Options{})
	res, err := c.Get(t.Context(), "http://"+address+"/", Get{})
	named(t, "GET", res, err, Network, "the connection failed: connection reset")
	res, err = c.Get(t.Context(), "http://"+address+"/", Get{})
	named(t, "GET again", res, err, Recently, "it failed not long ago: the connection failed: connection reset")
}

func TestReasonSpeaksToTheOperator(t *testing.T) {
	t.Parallel()
	cause := errors.New("cause")
	invalid := social.Faultf(social.Invalid, "it cannot be asked")
	for name, c := range map[string]struct {
		err       error
		reason    string
		text      string // of Error; empty: the reason
		permanent bool
	}{
		"nothing":           {nil, "", "", false},
		"a fault":           {invalid.Because(cause), "it cannot be asked", "it cannot be asked: cause", true},
		"another fault":     {social.Faultf(social.NotFound, "not there"), "not there", "", false},
		"of our own":        {cause, "cause", "", false},
		"network":           {&Error{Kind: Network, Err: cause}, "the connection failed", "the connection failed: cause", false},
		"refused":           {&Error{Kind: Refused, Address: "10.0.0.1"}, "the address 10.0.0.1 is not on the public internet", "", false},
		"wrapped":           {fmt.Errorf("deliver: %w", &Error{Kind: Refused, Address: "::1"}), "the address ::1 is not on the public internet", "deliver: the address ::1 is not on the public internet", false},
		"no name":           {&Error{Kind: NoName, Err: cause}, "the name has no address", "the name has no address: cause", false},
		"tls":               {&Error{Kind: TLS, Err: cause}, "the secure connection failed", "the secure connection failed: cause", false},
		"timeout":           {&Error{Kind: Timeout, Err: context.DeadlineExceeded}, "no answer in time", "no answer in time: context deadline exceeded", false},
		"too large":         {&Error{Kind: TooLarge}, "the answer is too large", "", false},
		"redirects":         {&Error{Kind: Redirects}, "the answer leads somewhere we do not go", "", false},
		"a redirect":        {&Error{Kind: Redirects, Err: invalid}, "the answer leads somewhere we do not go: it cannot be asked", "", false},
		"budget":            {&Error{Kind: Budget}, "one cause led to too many fetches", "", false},
		"crowded":           {&Error{Kind: Crowded}, "too many fetches at once", "", false},
		"unsigned":          {&Error{Kind: Unsigned, Err: cause}, "we could not sign the request", "we could not sign the request: cause", false},
		"cut":               {&Error{Kind: Network, Err: io.ErrUnexpectedEOF}, "the connection failed: the answer broke off", "the connection failed: unexpected EOF", false},
		"remembered":        {&Error{Kind: Recently, Err: &Error{Kind: Timeout}}, "it failed not long ago: no answer in time", "", false},
		"refused, not long": {&Error{Kind: Recently, Err: &Error{Kind: Refused, Address: "::1"}}, "it failed not long ago: the address ::1 is not on the public internet", "", false},
	} {
		if got := Reason(c.err); got != c.reason {
			t.Errorf("%s: got the reason %q, want %q", name, got, c.reason)
		}
		if got := Permanent(c.err); got != c.permanent {
			t.Errorf("%s: got permanent: %v, want %v", name, got, c.permanent)
		}
		if c.text == "" {
			c.text = c.reason
		}
		if c.err != nil && c.err.Error() != c.text {
			t.Errorf("%s: got the text %q, want %q", name, c.err, c.text)
		}
	}
}

func TestDamagedAnswerIsNamed(t *testing.T) {
	t.Parallel()
	whole := gzipped("hello")
	for name, body := range map[string]string{
		"not packed": "hello, this is text", "another sum": whole[:len(whole)-8] + "12345678", "spoilt": whole[:10] + "\xff\xff\xff\xff",
	} {
		s := newStranger(t, packed("gzip", body))
		res, err := newClient(t, Options{}).Get(t.Context(), s.URL, Get{})
		named(t, name, res, err, Network, "the connection failed: the answer is damaged")
	}
}

func TestOnlyLimitsOfOursAreFaults(t *testing.T) {
	t.Parallel()
	for k := Network; k <= Unsigned; k++ {
		err := fmt.Errorf("fetch: %w", &Error{Kind: k, Address: "::1"})
		var f *social.Fault
		got := errors.As(err, &f)
		if want := k == Budget || k == Crowded; got != want || got && (f.Kind != social.Limited || f.Say != Reason(err)) {
			t.Errorf("kind %d: got %v, want a Fault: %v", k, f, want)
		}
	}
}

func TestCauseIsKept(t *testing.T) {
	t.Parallel()
	c := newTown(t, says(200, "hello")).visitor(t, Options{Resolve: at()})
	_, err := c.Get(t.Context(), "https://a.example.com/", Get{})
	var dns *net.DNSError
	if !errors.As(err, &dns) || dns.Name != "a.example.com" {
		t.Errorf("got %v, want the resolver's own error within it", err)
	}
}
