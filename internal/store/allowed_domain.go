package store

import (
	"context"

	"skerry/internal/social"
)

// AllowedDomains gives who is let in where federation is limited, by name.
func (r Reader) AllowedDomains(ctx context.Context) ([]social.AllowedDomain, error) {
	return list(ctx, r, "read allowed domains", func(r rows) (d social.AllowedDomain, err error) {
		return d, r.Scan(&d.ID, &d.Domain, moment{&d.At})
	}, `SELECT id, domain, created_at FROM allowed_domains ORDER BY domain`)
}

// AddAllowedDomain lets a domain in; one that is let in already stays.
func (tx *Tx) AddAllowedDomain(ctx context.Context, d social.AllowedDomain) error {
	_, err := tx.exec(ctx, "allow domain", `
		INSERT INTO allowed_domains (id, domain, created_at) VALUES ($1, $2, $3) ON CONFLICT (domain) DO NOTHING`, d.ID, d.Domain, millis(d.At))
	return err
}

// DropAllowedDomain ends that; what is not there is no error.
func (tx *Tx) DropAllowedDomain(ctx context.Context, domain string) error {
	_, err := tx.exec(ctx, "disallow domain", `DELETE FROM allowed_domains WHERE domain = $1`, domain)
	return err
}
