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
type limits struct{ sign, verify float64 }

func (l limits) String() string {
	return fmt.Sprintf("RSA-2048 alone, on all cores: %.0f signatures/s, %.0f verifications/s", l.sign, l.verify)
}

func measureLimits(d time.Duration) (l limits, err error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return l, err
	}
	digest := sha256.Sum256([]byte("a signing string"))
	signature, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, digest[:])
	if err != nil {
		return l, err
	}
	l.sign = perSecond(d, func() { _, _ = rsa.SignPKCS1v15(nil, key, crypto.SHA256, digest[:]) })
	l.verify = perSecond(d, func() { _ = rsa.VerifyPKCS1v15(&key.PublicKey, crypto.SHA256, digest[:], signature) })
	return l, nil
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
