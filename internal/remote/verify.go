package remote

import (
	"context"
	"crypto"
	"errors"
	"time"

	"skerry/internal/activitypub"
	"skerry/internal/httpsig"
	"skerry/internal/social"
)

// Signer is an actor who has proven to have sent a request. Only Verify makes
// one: code that takes a Signer cannot be reached by an unverified request.
type Signer struct {
	actor       string
	key         string
	fingerprint string
}

// Actor is the IRI of who signed.
func (s Signer) Actor() string { return s.actor }

// Key is the IRI of the key that verified the request.
func (s Signer) Key() string { return s.key }

// Fingerprint identifies the signed request; a replay has the same.
func (s Signer) Fingerprint() string { return s.fingerprint }

// Verifier says who signed a request.
type Verifier struct {
	finder *Finder
	policy httpsig.Policy
}

// NewVerifier makes a verifier. origins are the addresses requests may be meant for.
func NewVerifier(f *Finder, origins []string) *Verifier {
	return &Verifier{finder: f, policy: httpsig.Policy{Origins: origins, Now: f.db.Now}}
}

// Verify proves who signed a request. Unauthorized says what is wrong with the
// signature; Gone, that its signer is deleted; Unavailable, that the key cannot
// be had right now.
func (v *Verifier) Verify(ctx context.Context, m httpsig.Message) (Signer, error) {
	sig, err := v.policy.Read(m)
	if err != nil {
		return Signer{}, refuse(err)
	}
	if err := v.heard(ctx, sig.KeyID); err != nil {
		return Signer{}, err
	}
	key, err := v.finder.Key(ctx, sig.KeyID)
	if err != nil {
		return Signer{}, keyFault(sig.KeyID, err)
	}
	if err = check(sig, key); err != nil {
		// The actor may have a new key: look once, not for every bad signature.
		if !v.finder.tried.first(sig.KeyID, retryKey) {
			return Signer{}, refuse(err)
		}
		if key, err = v.finder.FetchKey(ctx, sig.KeyID); err != nil {
			return Signer{}, keyFault(sig.KeyID, err)
		}
		if err = check(sig, key); err != nil {
			return Signer{}, refuse(err)
		}
	}
	return Signer{actor: key.ActorIRI, key: key.IRI, fingerprint: sig.Fingerprint()}, nil
}

// Known is Verify with the keys that are stored: nobody is asked. What cannot be
// proven with them is Unauthorized.
func (v *Verifier) Known(ctx context.Context, m httpsig.Message) (Signer, error) {
	sig, err := v.policy.Read(m)
	if err != nil {
		return Signer{}, refuse(err)
	}
	if err := v.heard(ctx, sig.KeyID); err != nil {
		return Signer{}, err
	}
	key, err := v.finder.storedKey(ctx, sig.KeyID)
	if err != nil {
		return Signer{}, keyFault(sig.KeyID, err)
	}
	if err := check(sig, key); err != nil {
		return Signer{}, refuse(err)
	}
	return Signer{actor: key.ActorIRI, key: key.IRI, fingerprint: sig.Fingerprint()}, nil
}

// heard refuses who lives on a server that is suspended, before anything is fetched or
// checked. The key of an actor is nowhere else.
func (v *Verifier) heard(ctx context.Context, key string) error {
	f, err := v.finder.db.Federation(ctx)
	if err == nil && f.Suspended(activitypub.Host(key)) {
		err = social.Faultf(social.Forbidden, "this server has nothing to do with yours")
	}
	return err
}

// check verifies a signature with a stored key.
func check(sig *httpsig.Signature, k social.Key) error {
	var key crypto.PublicKey
	var err error
	if k.Multikey != "" {
		key, err = httpsig.ParseMultikey(k.Multikey)
	} else {
		key, err = httpsig.ParsePublicKeyPEM(k.PEM)
	}
	if err != nil {
		return err
	}
	return sig.Verify(key)
}

// refuse words a refusal for the sender: 401, because another signature may do.
func refuse(err error) error {
	var r *httpsig.Refusal
	if errors.As(err, &r) {
		return social.Faultf(social.Unauthorized, "%s", r.Say).Because(err)
	}
	return social.Faultf(social.Unauthorized, "the signature could not be checked").Because(err)
}

// keyFault says what a key that cannot be had means for the sender: a fault that
// may pass is Unavailable, so that it is sent again; a key that is not there is
// Unauthorized.
func keyFault(key string, err error) error {
	switch social.KindOf(err) {
	case social.Gone, social.Internal:
		return err
	case social.Unavailable, social.Limited, social.Upstream:
		f := social.Faultf(social.Unavailable, "the key %s cannot be fetched right now", key).Because(err)
		f.After = 5 * time.Minute // as long as a failed fetch is remembered
		return f
	}
	return social.Faultf(social.Unauthorized, "the key %s cannot be used", key).Because(err)
}
