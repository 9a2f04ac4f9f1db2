package store

import (
	"context"

	"skerry/internal/social"
)

// How many reports of others are kept: of each who makes them, and of all.
const (
	keepReportsOf = 20
	keepReports   = 500
)

// AddReport reports whether the report is new. Of others' reports the oldest go when
// there are too many.
func (tx *Tx) AddReport(ctx context.Context, p social.Report) (added bool, err error) {
	n, err := tx.exec(ctx, "add report", `
		INSERT INTO reports (id, iri, local, from_id, target_id, category, comment, posts, forwarded, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (iri) DO NOTHING`,
		p.ID, p.IRI, p.Local, p.From, p.Target, p.Category, p.Comment, document(p.Posts), p.Forwarded, millis(p.At))
	if err != nil || n == 0 || p.Local {
		return n == 1, err
	}
	_, err = tx.exec(ctx, "forget old reports of one", `
		DELETE FROM reports WHERE from_id = $1 AND NOT local AND id <= (
			SELECT id FROM reports WHERE from_id = $1 AND NOT local ORDER BY id DESC LIMIT 1 OFFSET $2)`, p.From, keepReportsOf)
	if err != nil {
		return true, err
	}
	_, err = tx.exec(ctx, "forget old reports", `
		DELETE FROM reports WHERE NOT local AND id <= (
			SELECT id FROM reports WHERE NOT local ORDER BY id DESC LIMIT 1 OFFSET $1)`, keepReports)
	return true, err
}

// Reports gives the owner's reports, or those of others about the owner, newest first.
func (r Reader) Reports(ctx context.Context, local bool, page PageOf) ([]social.Report, error) {
	before, after, limit := page.bounds()
	all, err := list(ctx, r, "read reports", func(r rows) (p social.Report, err error) {
		return p, r.Scan(&p.ID, &p.IRI, &p.Local, &p.From, &p.Target, &p.Category, &p.Comment, parsed{&p.Posts}, &p.Forwarded, moment{&p.At})
	}, `SELECT id, iri, local, from_id, target_id, category, comment, posts, forwarded, created_at FROM reports
		WHERE local = $1 AND id < $2 AND id > $3 ORDER BY id `+page.order()+` LIMIT $4`, local, before, after, limit)
	return newestFirst(page, all), err
}

// DropReport forgets a report; what is not there is no error.
func (tx *Tx) DropReport(ctx context.Context, id social.ID) error {
	_, err := tx.exec(ctx, "drop report", `DELETE FROM reports WHERE id = $1`, id)
	return err
}
