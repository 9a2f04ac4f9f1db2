package store

import (
	"context"

	"skerry/internal/social"
)

const blocklistSelect = `SELECT l.id, l.url, l.mild, l.trouble, l.tried_at, l.read_at, l.created_at,
		(SELECT COUNT(*) FROM domain_blocks b WHERE b.list_id = l.id),
		(SELECT COUNT(*) FROM domain_blocks b WHERE b.list_id = l.id AND b.held
			AND NOT EXISTS (SELECT 1 FROM domain_blocks o WHERE o.domain = b.domain AND o.list_id = 0))
	FROM blocklists l`

func scanBlocklist(r rows) (l social.Blocklist, err error) {
	err = r.Scan(&l.ID, &l.URL, &l.Mild, &l.Trouble, moment{&l.TriedAt}, moment{&l.ReadAt}, moment{&l.At}, &l.Domains, &l.Held)
	return l, err
}

// Blocklists gives the lists that the owner subscribes to, the first first.
func (r Reader) Blocklists(ctx context.Context) ([]social.Blocklist, error) {
	return list(ctx, r, "read blocklists", scanBlocklist, blocklistSelect+` ORDER BY l.id`)
}

// Blocklist gives a list by id, or NotFound.
func (r Reader) Blocklist(ctx context.Context, id social.ID) (social.Blocklist, error) {
	return one(ctx, r, "read blocklist", scanBlocklist, blocklistSelect+` WHERE l.id = $1`, id)
}

// AddBlocklist stores a list, and reports false when its address is one already.
func (tx *Tx) AddBlocklist(ctx context.Context, l social.Blocklist) (bool, error) {
	n, err := tx.exec(ctx, "add blocklist", `
		INSERT INTO blocklists (id, url, mild, trouble, tried_at, read_at, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (url) DO NOTHING`,
		l.ID, l.URL, l.Mild, l.Trouble, millis(l.TriedAt), millis(l.ReadAt), millis(l.At))
	return n > 0, err
}

// NoteBlocklist stores how the reading of a list went, or gives NotFound when it is read
// no more.
func (tx *Tx) NoteBlocklist(ctx context.Context, l social.Blocklist) error {
	_, err := one(ctx, tx.Reader, "note blocklist", value[social.ID], `
		UPDATE blocklists SET trouble = $2, tried_at = $3, read_at = $4 WHERE id = $1 RETURNING id`, l.ID, l.Trouble, millis(l.TriedAt), millis(l.ReadAt))
	return err
}

// DropBlocklist ends a subscription and all that the list said.
func (tx *Tx) DropBlocklist(ctx context.Context, id social.ID) error {
	for _, sql := range []string{`DELETE FROM domain_blocks WHERE list_id = $1`, `DELETE FROM blocklists WHERE id = $1`} {
		if _, err := tx.exec(ctx, "drop blocklist", sql, id); err != nil {
			return err
		}
	}
	return nil
}
