package outbox

import (
	"context"
	"strings"
	"unicode/utf8"

	"skerry/internal/access"
	"skerry/internal/social"
	"skerry/internal/store"
)

// maxTokenName is how long the name of a token may be, in characters.
const maxTokenName = 100

// NewToken lets a program do some things for the owner. It gives the token, which
// nobody can be told again.
func (i *Identity) NewToken(ctx context.Context, name string, scopes access.Scopes) (string, error) {
	name = strings.TrimSpace(name)
	if name == "" || utf8.RuneCountInString(name) > maxTokenName || !social.Storable(name) {
		return "", social.Faultf(social.Unprocessable, "a token has a name of 1 to %d characters, by which you know it again", maxTokenName)
	}
	token, hash := access.NewToken()
	err := i.db.InTx(ctx, func(tx *store.Tx) error {
		return tx.AddToken(ctx, store.Token{ID: i.db.IDs().New(), Hash: hash, Name: name, Scopes: scopes.String(), Created: i.db.Now()})
	})
	return token, err
}
