package store

import (
	"context"
	"strings"

	"skerry/internal/social"
)

const blockColumns = `b.id, b.domain, b.list_id, b.severity, b.reject_media, b.reject_reports, b.reject_relayed,
	b.public_comment, b.private_comment, b.obfuscate, b.imported, b.held, b.created_at`

func scanDomainBlock(r rows) (b social.DomainBlock, err error) {
	err = r.Scan(&b.ID, &b.Domain, &b.List, &b.Severity, &b.RejectMedia, &b.RejectReports, &b.RejectRelayed,
		&b.Public, &b.Private, &b.Obfuscate, &b.Imported, &b.Held, moment{&b.At})
	return b, err
}

// DomainBlocks gives blocks whose domain has the text in it, newest first.
func (r Reader) DomainBlocks(ctx context.Context, text string, page PageOf) ([]social.DomainBlock, error) {
	before, after, limit := page.bounds()
	all, err := list(ctx, r, "read domain blocks", scanDomainBlock, `
		SELECT `+blockColumns+` FROM domain_blocks b WHERE b.id < $1 AND b.id > $2 AND b.domain LIKE $3 ESCAPE '\'
		ORDER BY b.id `+page.order()+` LIMIT $4`, before, after, "%"+escapeLike(strings.ToLower(text))+"%", limit)
	return newestFirst(page, all), err
}

// SuspendedDomains gives those that the owner suspends, newest first.
func (r Reader) SuspendedDomains(ctx context.Context, page PageOf) ([]social.DomainBlock, error) {
	before, after, limit := page.bounds()
	all, err := list(ctx, r, "read domain blocks", scanDomainBlock, `
		SELECT `+blockColumns+` FROM domain_blocks b WHERE b.list_id = 0 AND b.severity = 2 AND b.id < $1 AND b.id > $2
		ORDER BY b.id `+page.order()+` LIMIT $3`, before, after, limit)
	return newestFirst(page, all), err
}

// AllDomainBlocks gives every block, by domain.
func (r Reader) AllDomainBlocks(ctx context.Context) ([]social.DomainBlock, error) {
	return list(ctx, r, "read domain blocks", scanDomainBlock, `SELECT `+blockColumns+` FROM domain_blocks b ORDER BY b.domain, b.list_id`)
}

// HeldBlocks gives what lists say and the owner said nothing about, where their word is
// waited for, by domain.
func (r Reader) HeldBlocks(ctx context.Context) ([]social.DomainBlock, error) {
	return list(ctx, r, "read domain blocks", scanDomainBlock, `
		SELECT `+blockColumns+` FROM domain_blocks b WHERE b.held AND NOT EXISTS (SELECT 1 FROM domain_blocks o WHERE o.domain = b.domain AND o.list_id = 0)
		ORDER BY b.domain, b.list_id`)
}

// DomainBlock gives a block by id, or NotFound.
func (r Reader) DomainBlock(ctx context.Context, id social.ID) (social.DomainBlock, error) {
	return one(ctx, r, "read domain block", scanDomainBlock, `SELECT `+blockColumns+` FROM domain_blocks b WHERE b.id = $1`, id)
}

// DomainBlockOf gives what the owner says of a domain, or NotFound.
func (r Reader) DomainBlockOf(ctx context.Context, domain string) (social.DomainBlock, error) {
	return one(ctx, r, "read domain block", scanDomainBlock,
		`SELECT `+blockColumns+` FROM domain_blocks b WHERE b.domain = $1 AND b.list_id = 0`, domain)
}

// CountDomainBlocks counts them.
func (r Reader) CountDomainBlocks(ctx context.Context) (int, error) {
	return one(ctx, r, "count domain blocks", value[int], `SELECT COUNT(*) FROM domain_blocks`)
}

// PutDomainBlock stores a block; what the same list, or the owner, said of the domain
// before is so from now on.
func (tx *Tx) PutDomainBlock(ctx context.Context, b social.DomainBlock) error {
	return tx.later(ctx, putDomainBlock, b.ID, b.Domain, b.List, b.Severity, b.RejectMedia, b.RejectReports, b.RejectRelayed,
		b.Public, b.Private, b.Obfuscate, b.Imported, b.Held, millis(b.At))
}

var putDomainBlock = &many{
	doing: "put domain block",
	before: `INSERT INTO domain_blocks (id, domain, list_id, severity, reject_media, reject_reports, reject_relayed,
		public_comment, private_comment, obfuscate, imported, held, created_at) VALUES `,
	row: `(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
	after: ` ON CONFLICT (domain, list_id) DO UPDATE SET severity = excluded.severity, reject_media = excluded.reject_media,
		reject_reports = excluded.reject_reports, reject_relayed = excluded.reject_relayed, public_comment = excluded.public_comment,
		private_comment = excluded.private_comment, obfuscate = excluded.obfuscate, imported = excluded.imported, held = excluded.held`,
}

// DropDomainBlock ends a block; what is not there is no error.
func (tx *Tx) DropDomainBlock(ctx context.Context, id social.ID) error {
	_, err := tx.exec(ctx, "drop domain block", `DELETE FROM domain_blocks WHERE id = $1`, id)
	return err
}
