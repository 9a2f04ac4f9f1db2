package store

import (
	"context"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"

	"golang.org/x/crypto/chacha20poly1305"

	"skerry/internal/social"
)

// sealer encrypts what must not be read from a stolen database: private keys.
type sealer struct{ aead cipher.AEAD }

func newSealer(secret []byte) (sealer, error) {
	if len(secret) == 0 {
		return sealer{}, errors.New("open database: no secret key given")
	}
	key, err := hkdf.Key(sha256.New, secret, nil, "skerry private keys at rest", chacha20poly1305.KeySize)
	if err != nil {
		return sealer{}, fmt.Errorf("derive the sealing key: %w", err)
	}
	aead, err := chacha20poly1305.NewX(key)
	return sealer{aead}, err
}

// seal encrypts text; label says what it is and must be given again to open it.
func (s sealer) seal(text []byte, label string) []byte {
	nonce := make([]byte, s.aead.NonceSize())
	rand.Read(nonce) // never fails
	return s.aead.Seal(nonce, nonce, text, []byte(label))
}

// open decrypts what seal made, with the same key and label.
func (s sealer) open(sealed []byte, label string) ([]byte, error) {
	n := s.aead.NonceSize()
	if len(sealed) < n {
		return nil, errors.New("sealed value is too short")
	}
	return s.aead.Open(nil, sealed[:n], sealed[n:], []byte(label))
}

const (
	settingSecret = "secret_check"
	secretCheck   = "this database belongs to this secret key"
)

// checkSecret refuses a database that another secret key sealed, and marks a
// new one as belonging to ours.
func (db *DB) checkSecret(ctx context.Context) error {
	mark, err := db.Setting(ctx, settingSecret)
	if social.Is(err, social.NotFound) {
		return db.InTx(ctx, func(tx *Tx) error {
			return tx.SetSetting(ctx, settingSecret, string(encode(db.seal.seal([]byte(secretCheck), settingSecret))))
		})
	}
	if err != nil {
		return err
	}
	if _, err := db.seal.open(decode(mark), settingSecret); err != nil {
		return errors.New("SECRET_KEY is not the one this database was made with, so its private keys cannot be read: " +
			"give the old one back (SECRET_KEY, SECRET_KEY_FILE or DATA_DIR/secret.key), or change it with: skerry config rekey")
	}
	return nil
}

// Rekey seals everything with another secret: all of it, or nothing.
func (db *DB) Rekey(ctx context.Context, secret []byte) error {
	next, err := newSealer(secret)
	if err != nil {
		return err
	}
	return db.InTx(ctx, func(tx *Tx) error {
		keys, err := tx.sealedKeys(ctx)
		if err != nil {
			return err
		}
		for _, k := range keys {
			text, err := db.seal.open(k.sealed, k.label)
			if err != nil {
				return fmt.Errorf("open key %s: %w", k.iri, err)
			}
			if _, err := tx.exec(ctx, "seal key", `UPDATE own_keys SET sealed = $1 WHERE iri = $2`,
				next.seal(text, k.label), k.iri); err != nil {
				return err
			}
		}
		return tx.SetSetting(ctx, settingSecret, encode(next.seal([]byte(secretCheck), settingSecret)))
	})
}
