package store

import (
	"context"
	"slices"
	"time"

	"skerry/internal/social"
)

// federation is the name of the setting that says with whom we speak, and of the
// counter of its changes.
const federation = "federation"

// domains is with whom we speak, as it was at a count of changes.
type domains struct {
	*social.Federation
	changes int64
}

// Federation says with whom we speak. It may be seconds old.
func (db *DB) Federation(ctx context.Context) (*social.Federation, error) {
	c := db.cache
	d, err := recall(ctx, c, func() (remembered[domains], bool) { return c.domains, true },
		func(r remembered[domains]) { c.domains = r },
		func(ctx context.Context) (domains, error) { return db.domainsNow(ctx, db.Reader) })
	return d.Federation, err
}

// Federation is DB.Federation as the transaction sees it.
func (tx *Tx) Federation(ctx context.Context) (*social.Federation, error) {
	d, err := tx.db.domainsNow(ctx, tx.Reader)
	return d.Federation, err
}

// domainsNow reads with whom we speak, unless it is as it was when last read: a
// blocklist has thousands of lines.
func (db *DB) domainsNow(ctx context.Context, r Reader) (d domains, err error) {
	if d.changes, err = one(ctx, r, "read changes of the federation", value[int64], `SELECT n FROM counters WHERE name = $1`, federation); err != nil {
		return d, err
	}
	db.cache.mu.Lock()
	had := db.cache.domains.value
	db.cache.mu.Unlock()
	if had.Federation != nil && had.changes == d.changes {
		return had, nil
	}
	closed, err := r.closed(ctx, db.closed)
	if err != nil {
		return d, err
	}
	blocks, err := r.AllDomainBlocks(ctx)
	if err != nil {
		return d, err
	}
	allowed, err := r.AllowedDomains(ctx)
	d.Federation = social.NewFederation(closed, blocks, allowed)
	return d, err
}

// closed reports whether federation is limited to who is allowed: as the owner says,
// else as the setting does.
func (r Reader) closed(ctx context.Context, fallback bool) (bool, error) {
	said, err := r.Setting(ctx, federation)
	if social.Is(err, social.NotFound) {
		return fallback, nil
	}
	return said == social.FederationAllowlist, err
}

// SetClosed says whether federation is limited to who is allowed.
func (tx *Tx) SetClosed(ctx context.Context, closed bool) error {
	mode := social.FederationOpen
	if closed {
		mode = social.FederationAllowlist
	}
	return tx.SetSetting(ctx, federation, mode)
}

// ApplyFederation makes what the transaction changed of it hold for all whom we know,
// and gives the hosts of those who are suspended from now on.
func (tx *Tx) ApplyFederation(ctx context.Context) (suspended []string, err error) {
	if _, err := tx.next(ctx, federation); err != nil {
		return nil, err
	}
	tx.forgetAll()
	tx.forgetOwner()
	f, err := tx.Federation(ctx)
	if err != nil {
		return nil, err
	}
	return tx.limitActors(ctx, f)
}

// Place is where actors live: those of a host who are named by a domain.
type Place struct {
	Host, Domain string
	social.Limits
}

// Places gives where everybody lives whom we know.
func (r Reader) Places(ctx context.Context) ([]Place, error) {
	return list(ctx, r, "read hosts", func(r rows) (p Place, err error) { return p, r.Scan(&p.Host, &p.Domain, &p.Limited, &p.RejectMedia) },
		`SELECT DISTINCT a.host, a.domain, a.limited, a.reject_media FROM actors a WHERE a.local = $1`, false)
}

// limitActors writes what holds for actors to their rows, where it changed, and gives
// the hosts of those who are suspended now, each once.
func (tx *Tx) limitActors(ctx context.Context, f *social.Federation) (suspended []string, err error) {
	places, err := tx.Places(ctx)
	if err != nil {
		return nil, err
	}
	const set = `UPDATE actors SET limited = $1, reject_media = $2 WHERE local = $3 AND `
	moved := map[social.Limits][]string{}
	for _, p := range places {
		now := f.OfActor(p.Host, p.Domain)
		if now == p.Limits {
			continue
		}
		if now.Limited == social.Suspended && p.Limited != social.Suspended {
			suspended = append(suspended, p.Host)
		}
		if p.Domain == p.Host {
			moved[now] = append(moved[now], p.Host)
			continue
		}
		if _, err := tx.exec(ctx, "limit actors", set+`host = $4 AND domain = $5`, now.Limited, now.RejectMedia, false, p.Host, p.Domain); err != nil {
			return nil, err
		}
	}
	for now, hosts := range moved {
		for part := range chunks(hosts) {
			_, err := tx.exec(ctx, "limit actors", set+`host = domain AND host IN (`+marks(4, len(part))+`)`,
				append([]any{now.Limited, now.RejectMedia, false}, anys(part)...)...)
			if err != nil {
				return nil, err
			}
		}
	}
	slices.Sort(suspended)
	return slices.Compact(suspended), nil
}

// FollowsWith gives the follows, in any state, of and by suspended actors of these hosts.
// Others there may be named by a domain that is not blocked.
func (r Reader) FollowsWith(ctx context.Context, hosts []string) ([]social.Follow, error) {
	return byHosts(ctx, r, "read follows", scanFollow, hosts, func(in string) string {
		return `SELECT ` + followColumns + ` FROM follows f
			WHERE f.follower_id IN (SELECT a.id FROM actors a WHERE a.limited = 2 AND a.host IN (` + in + `))
				OR f.followee_id IN (SELECT a.id FROM actors a WHERE a.limited = 2 AND a.host IN (` + in + `))`
	})
}

// FollowedPlaces gives the hosts and account domains of those who follow somebody, or are
// followed.
func (r Reader) FollowedPlaces(ctx context.Context, of social.ID) ([]string, error) {
	return list(ctx, r, "read where follows lead", value[string], `
		SELECT a.host FROM follows f JOIN actors a ON a.id = f.follower_id WHERE f.followee_id = $1 AND f.state = 1
		UNION SELECT a.domain FROM follows f JOIN actors a ON a.id = f.follower_id WHERE f.followee_id = $1 AND f.state = 1
		UNION SELECT a.host FROM follows f JOIN actors a ON a.id = f.followee_id WHERE f.follower_id = $1
		UNION SELECT a.domain FROM follows f JOIN actors a ON a.id = f.followee_id WHERE f.follower_id = $1`, of)
}

// byHosts asks about hosts, some at a time; ask makes the question of their marks.
func byHosts[T any](ctx context.Context, r Reader, doing string, scan func(rows) (T, error), hosts []string, ask func(in string) string) ([]T, error) {
	var out []T
	for part := range chunks(hosts) {
		some, err := list(ctx, r, doing, scan, ask(marks(1, len(part))), anys(part)...)
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
	}
	return out, nil
}

// DropHomeFrom takes what suspended people of these hosts said, and what they boosted, out of the
// timeline.
func (tx *Tx) DropHomeFrom(ctx context.Context, hosts []string) error {
	for part := range chunks(hosts) {
		theirs := `(SELECT a.id FROM actors a WHERE a.limited = 2 AND a.host IN (` + marks(1, len(part)) + `))`
		_, err := tx.exec(ctx, "drop from home", `
			DELETE FROM home WHERE by_id IN `+theirs+` OR post_id IN (SELECT p.id FROM posts p WHERE p.author_id IN `+theirs+`)`, anys(part)...)
		if err != nil {
			return err
		}
	}
	return nil
}

// CancelDeliveriesTo ends what waits to be sent to these hosts, but for activities of
// some kinds, and notes why.
func (tx *Tx) CancelDeliveriesTo(ctx context.Context, hosts, but []string, why string, at time.Time) error {
	for part := range chunks(hosts) {
		_, err := tx.exec(ctx, "cancel deliveries", `
			UPDATE deliveries SET state = 3, outcome = $1, finished_at = $2
			WHERE state = 0 AND host IN (`+marks(3, len(part))+`)
				AND (SELECT v.kind FROM activities v WHERE v.id = deliveries.activity_id) NOT IN (`+marks(3+len(part), len(but))+`)`,
			append([]any{why, millis(at)}, append(anys(part), anys(but)...)...)...)
		if err != nil {
			return err
		}
	}
	return nil
}
