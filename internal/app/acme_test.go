package app_test

import (
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/acme"

	"skerry/internal/testkit"
)

// authority is a certificate authority on loopback that speaks as much of ACME as
// is needed to get one certificate. It looks whether its challenge is met, and believes
// the signatures of requests unseen.
type authority struct {
	*httptest.Server
	challenge   string // the only kind it offers: http-01 or tls-alpn-01
	main, plain string // where the domain leads: addresses of ports 443 and 80
	life        time.Duration

	t  *testing.T
	ca *testkit.CA

	mu     sync.Mutex
	closed bool // refuses every order
	orders int
	met    bool
	chain  []byte
}

const token = "a-token-of-the-authority"

func newAuthority(t *testing.T, challenge, main, plain string) *authority {
	t.Helper()
	c := &authority{t: t, challenge: challenge, main: main, plain: plain, life: 90 * 24 * time.Hour, ca: testkit.NewCA(t)}
	mux := http.NewServeMux()
	for path, answer := range map[string]func(http.ResponseWriter, []byte){
		"/nonce": func(http.ResponseWriter, []byte) {}, "/account": c.account, "/order": c.order, "/order/1": c.order1,
		"/authz": c.authz, "/challenge": c.look, "/finalize": c.finalize, "/cert": c.cert,
	} {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Replay-Nonce", rand.Text())
			answer(w, payload(r))
		})
	}
	mux.HandleFunc("/directory", func(w http.ResponseWriter, _ *http.Request) {
		say(w, 200, map[string]string{"newNonce": c.URL + "/nonce", "newAccount": c.URL + "/account", "newOrder": c.URL + "/order"})
	})
	c.Server = httptest.NewServer(mux)
	t.Cleanup(c.Close)
	return c
}

// payload is what a request says, out of its signed envelope.
func payload(r *http.Request) []byte {
	var envelope struct{ Payload string }
	body, _ := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	_ = json.Unmarshal(body, &envelope) // a HEAD has none
	text, _ := base64.RawURLEncoding.DecodeString(envelope.Payload)
	return text
}

func say(w http.ResponseWriter, status int, doc any) {
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(doc) // fails when the other side has left
}

func (c *authority) account(w http.ResponseWriter, _ []byte) {
	w.Header().Set("Location", c.URL+"/account/1")
	say(w, http.StatusCreated, map[string]string{"status": acme.StatusValid})
}

func (c *authority) order(w http.ResponseWriter, _ []byte) {
	c.mu.Lock()
	c.orders++
	closed := c.closed
	c.mu.Unlock()
	if closed {
		say(w, http.StatusForbidden, map[string]string{"type": "urn:ietf:params:acme:error:unauthorized", "detail": "not today"})
		return
	}
	w.Header().Set("Location", c.URL+"/order/1")
	w.WriteHeader(http.StatusCreated)
	c.order1(w, nil)
}

// close makes it refuse every order, or none.
func (c *authority) close(closed bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = closed
}

// ordered is how many certificates were asked for.
func (c *authority) ordered() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.orders
}

func (c *authority) order1(w http.ResponseWriter, _ []byte) {
	doc := map[string]any{"status": c.state("ready"), "authorizations": []string{c.URL + "/authz"}, "finalize": c.URL + "/finalize"}
	_ = json.NewEncoder(w).Encode(doc)
}

// state is pending until the challenge is met.
func (c *authority) state(then string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.met {
		return then
	}
	return "pending"
}

func (c *authority) authz(w http.ResponseWriter, _ []byte) {
	challenge := map[string]string{"type": c.challenge, "url": c.URL + "/challenge", "token": token, "status": c.state("valid")}
	say(w, 200, map[string]any{"status": c.state("valid"), "identifier": map[string]string{"type": "dns", "value": publicName}, "challenges": []any{challenge}})
}

// look goes to the domain and looks whether who asked answers there. A server that
// was stopped meanwhile does not.
func (c *authority) look(w http.ResponseWriter, _ []byte) {
	ask := map[string]func() error{"http-01": c.lookPlain, "tls-alpn-01": c.lookTLS}[c.challenge]
	if err := ask(); err != nil {
		say(w, http.StatusForbidden, map[string]string{"detail": err.Error()})
		return
	}
	c.mu.Lock()
	c.met = true
	c.mu.Unlock()
	c.authz(w, nil)
}

func (c *authority) lookPlain() error {
	r, err := http.NewRequest(http.MethodGet, "http://"+c.plain+"/.well-known/acme-challenge/"+token, nil)
	if err != nil {
		return err
	}
	r.Host = publicName
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err == nil && (res.StatusCode != 200 || !strings.HasPrefix(string(body), token+".")) {
		err = fmt.Errorf("got %d %q, want the token", res.StatusCode, body)
	}
	return err
}

// acmeIdentifier marks the certificate that answers a challenge. [RFC 8737 3]
var acmeIdentifier = []int{1, 3, 6, 1, 5, 5, 7, 1, 31}

func (c *authority) lookTLS() error {
	conn, err := tls.Dial("tcp", c.main, &tls.Config{ServerName: publicName, NextProtos: []string{acme.ALPNProto}, InsecureSkipVerify: true})
	if err != nil {
		return err
	}
	defer conn.Close()
	proof := conn.ConnectionState().PeerCertificates[0].Extensions
	if !slices.ContainsFunc(proof, func(e pkix.Extension) bool { return e.Critical && e.Id.Equal(acmeIdentifier) }) {
		return fmt.Errorf("its certificate does not answer the challenge")
	}
	return nil
}

func (c *authority) finalize(w http.ResponseWriter, body []byte) {
	var doc struct{ CSR string }
	if err := json.Unmarshal(body, &doc); err != nil {
		c.t.Error(err)
	}
	der, _ := base64.RawURLEncoding.DecodeString(doc.CSR)
	csr, err := x509.ParseCertificateRequest(der)
	if err != nil || csr.CheckSignature() != nil || !slices.Equal(csr.DNSNames, []string{publicName}) {
		c.t.Errorf("it asks for %+v, %v", csr, err)
		say(w, http.StatusForbidden, map[string]string{})
		return
	}
	leaf := c.ca.Sign(&x509.Certificate{
		DNSNames: csr.DNSNames, NotAfter: time.Now().Add(c.life), ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}, csr.PublicKey)
	c.mu.Lock()
	c.chain = testkit.PEM(leaf, c.ca.Cert)
	c.mu.Unlock()
	w.Header().Set("Location", c.URL+"/order/1")
	say(w, 200, map[string]string{"status": acme.StatusValid, "certificate": c.URL + "/cert"})
}

func (c *authority) cert(w http.ResponseWriter, _ []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	w.Header().Set("Content-Type", "application/pem-certificate-chain")
	_, _ = w.Write(c.chain)
}
