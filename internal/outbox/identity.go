package outbox

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"sync"

	"skerry/internal/activitypub"
	"skerry/internal/httpsig"
	"skerry/internal/proof"
	"skerry/internal/social"
	"skerry/internal/store"
)

// Identity makes our two actors and holds their keys.
type Identity struct {
	db      *store.DB
	urls    activitypub.URLs
	makeRSA func() (*rsa.PrivateKey, error)

	mu   sync.Mutex
	keys map[social.ID]pair
}

// pair is the keys of one actor.
type pair struct {
	rsa     *rsa.PrivateKey
	rsaIRI  string
	ed25519 ed25519.PrivateKey
}

// NewIdentity makes an identity. Its RSA keys are made by makeRSA.
func NewIdentity(db *store.DB, urls activitypub.URLs, makeRSA func() (*rsa.PrivateKey, error)) *Identity {
	return &Identity{db: db, urls: urls, makeRSA: makeRSA, keys: map[social.ID]pair{}}
}

// NewRSAKey makes a key of a size that every peer accepts; larger ones cost them more and
// us too.
func NewRSAKey() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) }

const (
	algorithmRSA     = "rsa"
	algorithmEd25519 = "ed25519"
)

// Server gives the server's own actor, made at the first start: it signs our
// GETs and follows relays.
func (i *Identity) Server(ctx context.Context) (social.Actor, error) {
	a, err := i.db.ActorByIRI(ctx, i.urls.Server())
	if !social.Is(err, social.NotFound) {
		return a, err
	}
	a = social.Actor{
		IRI: i.urls.Server(), Kind: social.Application, Local: true, Username: i.urls.ServerName(), Domain: i.urls.Domain,
		Name: i.urls.Domain, URL: i.urls.Origin + "/", Inbox: i.urls.ServerInbox(), SharedInbox: i.urls.SharedInbox(),
		Outbox: i.urls.ServerOutbox(), Followers: i.urls.ServerFollowers(), Following: i.urls.ServerFollowing(),
		Locked: true, Published: i.db.Now(),
	}
	keys, err := i.newPair()
	if err != nil {
		return a, err
	}
	err = i.db.InTx(ctx, func(tx *store.Tx) error {
		var err error
		if a.ID, err = tx.PutActor(ctx, a, i.urls.Domain); err != nil {
			return err
		}
		return i.keep(ctx, tx, a.ID, keys, i.urls.ServerMainKey(), i.urls.Server()+"#ed25519-key")
	})
	if social.Is(err, social.Conflict) { // another process was first
		return i.db.ActorByIRI(ctx, i.urls.Server())
	}
	return a, err
}

// CreateOwner makes the one person of this server. A second owner is a Conflict.
func (i *Identity) CreateOwner(ctx context.Context, username, passwordHash string, profile social.Profile) (social.Actor, error) {
	if err := social.CheckUsername(username); err != nil {
		return social.Actor{}, err
	}
	if err := profile.Check(); err != nil {
		return social.Actor{}, err
	}
	keys, err := i.newPair()
	if err != nil {
		return social.Actor{}, err
	}
	now := i.db.Now()
	a := social.Actor{
		IRI: i.urls.Actor(username), Local: true, Username: username, Domain: i.urls.AccountDomain,
		URL: i.urls.Profile(username), Inbox: i.urls.Inbox(username), SharedInbox: i.urls.SharedInbox(),
		Outbox: i.urls.Outbox(username), Followers: i.urls.Followers(username), Following: i.urls.Following(username),
		Featured: i.urls.Featured(username), FeaturedTags: i.urls.FeaturedTags(username), Published: now,
	}
	wear(&a, profile, i.urls.Tag)
	err = i.db.InTx(ctx, func(tx *store.Tx) error {
		if _, err := tx.Owner(ctx); err == nil {
			return social.Faultf(social.Conflict, "this server has an owner already")
		} else if !social.Is(err, social.NotFound) {
			return err
		}
		var err error
		if a.ID, err = tx.PutActor(ctx, a, i.urls.Domain); err != nil {
			return err
		}
		if err := i.keep(ctx, tx, a.ID, keys, i.urls.MainKey(username), i.urls.Ed25519Key(username)); err != nil {
			return err
		}
		return tx.AddOwner(ctx, store.Owner{Actor: a, PasswordHash: passwordHash, Profile: profile, CreatedAt: now})
	})
	return a, err
}

// NewProfile is what an owner starts with: easy to find, follows accepted by themselves.
func NewProfile(name string) social.Profile {
	return social.Profile{Name: name, Discoverable: true, Indexable: true}
}

// Key gives the key that signs an actor's requests.
func (i *Identity) Key(ctx context.Context, actor social.ID) (httpsig.Key, error) {
	keys, err := i.pair(ctx, actor)
	if err != nil {
		return httpsig.Key{}, err
	}
	return httpsig.Key{ID: keys.rsaIRI, Private: keys.rsa}, nil
}

// proofKeys gives the keys that sign an actor's documents.
func (i *Identity) proofKeys(ctx context.Context, a social.Actor) (proof.Keys, error) {
	keys, err := i.pair(ctx, a.ID)
	return proof.Keys{RSA: keys.rsa, RSAID: keys.rsaIRI, Ed25519: keys.ed25519, Ed25519ID: a.IRI + "#ed25519-key"}, err
}

// ServerKey gives the key that signs our GETs.
func (i *Identity) ServerKey(ctx context.Context) (httpsig.Key, error) {
	a, err := i.Server(ctx)
	if err != nil {
		return httpsig.Key{}, err
	}
	return i.Key(ctx, a.ID)
}

// PublicKeys gives what an actor's document shows.
func (i *Identity) PublicKeys(ctx context.Context, a social.Actor) (activitypub.ActorKeys, error) {
	keys, err := i.pair(ctx, a.ID)
	if err != nil {
		return activitypub.ActorKeys{}, err
	}
	pem, err := httpsig.EncodePublicKeyPEM(keys.rsa.Public())
	if err != nil {
		return activitypub.ActorKeys{}, err
	}
	return activitypub.ActorKeys{RSAPEM: pem, Multikey: httpsig.EncodeMultikey(keys.ed25519.Public().(ed25519.PublicKey))}, nil
}

func (i *Identity) newPair() (p pair, err error) {
	if p.rsa, err = i.makeRSA(); err != nil {
		return p, fmt.Errorf("make a key: %w", err)
	}
	if _, p.ed25519, err = ed25519.GenerateKey(rand.Reader); err != nil {
		return p, fmt.Errorf("make a key: %w", err)
	}
	return p, nil
}

func (i *Identity) keep(ctx context.Context, tx *store.Tx, actor social.ID, p pair, rsaIRI, edIRI string) error {
	for _, k := range []struct {
		iri, algorithm string
		key            crypto.Signer
	}{{rsaIRI, algorithmRSA, p.rsa}, {edIRI, algorithmEd25519, p.ed25519}} {
		der, err := x509.MarshalPKCS8PrivateKey(k.key)
		if err != nil {
			return fmt.Errorf("write a key: %w", err)
		}
		if err := tx.AddOwnKey(ctx, store.OwnKey{IRI: k.iri, Actor: actor, Algorithm: k.algorithm, Private: der}, i.db.Now()); err != nil {
			return err
		}
	}
	return nil
}

// pair gives an actor's keys, opened once and then kept in memory.
func (i *Identity) pair(ctx context.Context, actor social.ID) (pair, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if p, ok := i.keys[actor]; ok {
		return p, nil
	}
	stored, err := i.db.OwnKeys(ctx, actor)
	if err != nil {
		return pair{}, err
	}
	var p pair
	for _, k := range stored {
		key, err := x509.ParsePKCS8PrivateKey(k.Private)
		if err != nil {
			return p, fmt.Errorf("read key %s: %w", k.IRI, err)
		}
		switch key := key.(type) {
		case *rsa.PrivateKey:
			p.rsa, p.rsaIRI = key, k.IRI
		case ed25519.PrivateKey:
			p.ed25519 = key
		}
	}
	if p.rsa == nil || p.ed25519 == nil {
		return p, fmt.Errorf("actor %d has no key pair", actor)
	}
	i.keys[actor] = p
	return p, nil
}
