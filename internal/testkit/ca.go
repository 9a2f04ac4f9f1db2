package testkit

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"testing"
	"time"
)

// CA is a certificate authority of a test's own.
type CA struct {
	Cert *x509.Certificate

	t   testing.TB
	key *ecdsa.PrivateKey
}

// NewCA makes an authority.
func NewCA(t testing.TB) *CA {
	t.Helper()
	c := &CA{t: t, key: newECKey(t)}
	own := &x509.Certificate{
		Subject: pkix.Name{CommonName: "authority of a test"}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
		NotAfter: time.Now().Add(365 * 24 * time.Hour),
	}
	c.Cert = c.sign(own, own, c.key.Public())
	return c
}

func newECKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// Sign makes a certificate of what a template says and a key.
func (c *CA) Sign(template *x509.Certificate, public any) *x509.Certificate {
	c.t.Helper()
	return c.sign(template, c.Cert, public)
}

func (c *CA) sign(template, parent *x509.Certificate, public any) *x509.Certificate {
	c.t.Helper()
	template.SerialNumber, template.NotBefore = big.NewInt(time.Now().UnixNano()), time.Now().Add(-time.Minute)
	der, err := x509.CreateCertificate(rand.Reader, template, parent, public, c.key)
	if err != nil {
		c.t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		c.t.Fatal(err)
	}
	return cert
}

// Issue makes a certificate for a name or an address, as files of certificate and
// key hold it.
func (c *CA) Issue(host string) (cert, key []byte) {
	c.t.Helper()
	private := newECKey(c.t)
	template := &x509.Certificate{NotAfter: time.Now().Add(24 * time.Hour), ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	if ip := net.ParseIP(host); ip != nil {
		template.IPAddresses = []net.IP{ip}
	} else {
		template.DNSNames = []string{host}
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		c.t.Fatal(err)
	}
	return PEM(c.Sign(template, private.Public()), c.Cert), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
}

// Trust is how a client believes this authority alone.
func (c *CA) Trust() *tls.Config {
	pool := x509.NewCertPool()
	pool.AddCert(c.Cert)
	return &tls.Config{RootCAs: pool}
}

// PEM writes certificates one after the other.
func PEM(all ...*x509.Certificate) []byte {
	var out bytes.Buffer
	for _, cert := range all {
		_ = pem.Encode(&out, &pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw}) // a buffer takes everything
	}
	return out.Bytes()
}
