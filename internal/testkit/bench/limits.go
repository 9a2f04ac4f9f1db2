package main

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// limits are what the machine can do in a second at most: every activity that goes
// out costs a signature, every one that comes in a verification.
type limits struct {
	sign, verify float64
	key          *rsa.PrivateKey
}

func (l limits) String() string {
	return fmt.Sprintf("RSA-2048 alone, on all cores: %.0f signatures/s, %.0f verifications/s", l.sign, l.verify)
}

var digest = sha256.Sum256([]byte("a signing string"))

func measureLimits(d time.Duration) (l limits, err error) {
	if l.key, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
		return l, err
	}
	signature, err := rsa.SignPKCS1v15(nil, l.key, crypto.SHA256, digest[:])
	if err != nil {
		return l, err
	}
	l.sign = l.signing(d)
	l.verify = perSecond(d, func() { _ = rsa.VerifyPKCS1v15(&l.key.PublicKey, crypto.SHA256, digest[:], signature) })
	return l, nil
}

// signing measures signatures again: a machine that others share is not as fast
// later as it was, and a fan-out is hardly anything else.
func (l limits) signing(d time.Duration) float64 {
	return perSecond(d, func() { _, _ = rsa.SignPKCS1v15(nil, l.key, crypto.SHA256, digest[:]) })
}

// perSecond is how often something can be done on all cores.
func perSecond(d time.Duration, do func()) float64 {
	var n atomic.Int64
	var all sync.WaitGroup
	began := time.Now()
	for range runtime.GOMAXPROCS(0) {
		all.Go(func() {
			for time.Since(began) < d {
				do()
				n.Add(1)
			}
		})
	}
	all.Wait()
	return float64(n.Load()) / time.Since(began).Seconds()
}
