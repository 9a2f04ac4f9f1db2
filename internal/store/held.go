package store

import (
	"context"
	"time"

	"skerry/internal/social"
)

// Holds gives why a marked post is kept: all that the owner has to do with it, else
// that it stands above something, or that it is let go.
func (r Reader) Holds(ctx context.Context, id social.ID) ([]social.Hold, error) {
	var all []social.Hold
	for _, h := range holds("p") {
		is, err := found(ctx, r, "read what keeps a post", `SELECT 1 FROM posts p WHERE p.id = $1 AND p.kept <> 0 AND `+h.is, id)
		if err != nil {
			return nil, err
		}
		if is {
			all = append(all, h.why)
		}
	}
	if len(all) > 0 {
		return all, nil
	}
	return list(ctx, r, "read what keeps a post", value[social.Hold], `
		SELECT CASE WHEN `+above("p")+` THEN $2 ELSE $3 END FROM posts p WHERE p.id = $1 AND p.kept <> 0`,
		id, social.HoldThread, social.HoldDoubt)
}

// HeldCount is how many posts are kept first of all for a reason.
type HeldCount struct {
	Why social.Hold
	N   int
}

// CountHolds counts the kept posts by what keeps them, the most first.
func (r Reader) CountHolds(ctx context.Context) ([]HeldCount, error) {
	by := `CASE`
	for _, h := range holds("p") {
		by += ` WHEN ` + h.is + ` THEN '` + string(h.why) + `'`
	}
	by += ` WHEN ` + above("p") + ` THEN '` + string(social.HoldThread) + `' ELSE '` + string(social.HoldDoubt) + `' END`
	return list(ctx, r, "count what keeps posts", func(r rows) (c HeldCount, err error) { return c, r.Scan(&c.Why, &c.N) }, `
		SELECT k.why, COUNT(*) FROM (SELECT `+by+` AS why FROM posts p WHERE p.kept <> 0) k GROUP BY k.why ORDER BY 2 DESC, 1`)
}

// OldMedia counts strangers' media that were not shown since then and that no kept
// post shows, and all others. Bytes that several addresses share count once, and as old
// when all of these are.
func (r Reader) OldMedia(ctx context.Context, since time.Time) (old, others social.Amount, err error) {
	type both struct{ old, all social.Amount }
	b, err := one(ctx, r, "count old media", func(r rows) (b both, err error) {
		return b, r.Scan(&b.old.N, &b.old.Bytes, &b.all.N, &b.all.Bytes)
	}, `
		SELECT CAST(COALESCE(SUM(k.old), 0) AS BIGINT), CAST(COALESCE(SUM(k.every * k.size), 0) AS BIGINT),
			CAST(COALESCE(SUM(k.n), 0) AS BIGINT), CAST(COALESCE(SUM(k.size), 0) AS BIGINT) FROM (
		SELECT SUM(m.old) AS old, MIN(m.old) AS every, COUNT(*) AS n, MAX(m.size) AS size FROM (
			SELECT o.key, o.size, CASE WHEN o.used_at <= $1 AND NOT EXISTS (SELECT 1 FROM kept_media k WHERE k.url = o.url) THEN 1 ELSE 0 END AS old
			FROM remote_media o) m GROUP BY m.key) k`, millis(since))
	return b.old, social.Amount{N: b.all.N - b.old.N, Bytes: b.all.Bytes - b.old.Bytes}, err
}
