package store

import (
	"context"

	"skerry/internal/social"
)

// PostsAt gives the open posts that have one of these addresses as their id, or say
// that it is their page: of them only what they are and where.
func (r Reader) PostsAt(ctx context.Context, addresses []string) ([]social.Post, error) {
	return listAt(ctx, r, "read posts by address", func(r rows) (p social.Post, err error) { return p, r.Scan(&p.ID, &p.IRI, &p.URL) }, addresses,
		`SELECT p.id, p.iri, p.url FROM posts p WHERE p.visibility <= 1 AND `, `p.iri`, `p.url`)
}

// ActorsAt gives the actors that have one of these addresses as their id, or say that
// it is their page: of them only who they are and where.
func (r Reader) ActorsAt(ctx context.Context, addresses []string) ([]social.Actor, error) {
	return listAt(ctx, r, "read actors by address", func(r rows) (a social.Actor, err error) {
		return a, r.Scan(&a.ID, &a.IRI, &a.URL, &a.Username, &a.Local)
	}, addresses, `SELECT a.id, a.iri, a.url, a.username, a.local FROM actors a WHERE a.gone_at = 0 AND `, `a.iri`, `a.url`)
}

// listAt reads what has addresses in either of two columns. Each is looked through by
// its own index, which an OR of both would not use on SQLite.
func listAt[T any](ctx context.Context, r Reader, doing string, scan func(rows) (T, error), addresses []string, read, iri, url string) (out []T, err error) {
	for part := range chunks(addresses) {
		in := ` IN (` + marks(1, len(part)) + `)`
		some, err := list(ctx, r, doing, scan, read+iri+in+` UNION `+read+url+in, anys(part)...)
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
	}
	return out, nil
}
