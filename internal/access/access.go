// Package access makes and checks what lets people and programs in: passwords
// and random tokens. Secrets come in or go out once; what is stored is a hash
// that gives nothing away. It keeps no state and knows nothing of requests.
package access

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// argon2id with 19 MiB and two passes, as OWASP advises where memory is dear: a
// server that idles at 40 MB should not need 100 for a login. Two at once at most,
// so that a flood of logins cannot take the memory of the machine.
const (
	memory  = 19 * 1024 // KiB
	passes  = 2
	lanes   = 1
	saltLen = 16
	hashLen = 32

	maxMemory = 1 << 20 // KiB: no hash of ours or of a later version needs more
)

// Passwords hashes and checks passwords.
type Passwords struct{ slots chan struct{} }

// NewPasswords makes a checker.
func NewPasswords() *Passwords { return &Passwords{slots: make(chan struct{}, 2)} }

// Hash gives the stored form of a password: argon2id in PHC notation.
func (p *Passwords) Hash(password string) string {
	salt := make([]byte, saltLen)
	rand.Read(salt) // never fails
	sum := p.sum(password, salt, memory, passes, lanes, hashLen)
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, memory, passes, lanes,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(sum))
}

// Check reports whether the password is the one that was hashed. With no hash
// it takes the same time and says no, so that a wrong name looks like a wrong password.
func (p *Passwords) Check(hash, password string) (bool, error) {
	if hash == "" {
		p.sum(password, make([]byte, saltLen), memory, passes, lanes, hashLen)
		return false, nil
	}
	var version int
	var m, t uint32
	var l uint8
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false, errors.New("the stored password hash is not argon2id")
	}
	if _, err := fmt.Sscanf(parts[2]+" "+parts[3], "v=%d m=%d,t=%d,p=%d", &version, &m, &t, &l); err != nil {
		return false, fmt.Errorf("read the stored password hash: %w", err)
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return false, fmt.Errorf("read the stored password hash: %w", err)
	}
	want, err := base64.RawStdEncoding.DecodeString(parts[5])
	// argon2 panics without a pass or a lane, and takes whatever memory it is told to.
	if err != nil || len(want) == 0 || version != argon2.Version || t == 0 || l == 0 || m > maxMemory {
		return false, errors.New("the stored password hash cannot be read")
	}
	got := p.sum(password, salt, m, t, l, uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1, nil
}

func (p *Passwords) sum(password string, salt []byte, memory, passes uint32, lanes uint8, n uint32) []byte {
	p.slots <- struct{}{}
	defer func() { <-p.slots }()
	return argon2.IDKey([]byte(password), salt, passes, memory, lanes, n)
}

// NewToken makes a secret of more than 128 random bits and the hash under which it is stored.
func NewToken() (token, hash string) {
	token = rand.Text() + rand.Text()
	return token, HashToken(token)
}

// HashToken gives the stored form of a token. The token is random, so a plain
// hash cannot be guessed back.
func HashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
