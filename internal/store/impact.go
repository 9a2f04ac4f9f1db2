package store

import (
	"context"
	"maps"
	"slices"

	"skerry/internal/social"
)

// ImpactOn says what there is between the owner and those who live at some places.
func (r Reader) ImpactOn(ctx context.Context, owner social.ID, places []Place) (social.Impact, error) {
	i := social.Impact{}
	pairs := map[[2]string]bool{} // a place is given for each of the limits that hold there
	for _, p := range places {
		i.Hosts, pairs[[2]string{p.Host, p.Domain}] = append(i.Hosts, p.Host), true
	}
	slices.Sort(i.Hosts)
	i.Hosts = slices.Compact(i.Hosts)
	for part := range chunks(slices.Collect(maps.Keys(pairs))) {
		in, args := `(VALUES `, []any{owner}
		for n, pair := range part {
			if n > 0 {
				in += `,`
			}
			in += `(` + marks(len(args)+1, 2) + `)`
			args = append(args, pair[0], pair[1])
		}
		in += `)`
		counts, err := one(ctx, r, "weigh hosts", func(r rows) (n social.Impact, err error) {
			return n, r.Scan(&n.People, &n.Followers, &n.Posts, &n.Touched, &n.WithMedia)
		}, `SELECT COUNT(DISTINCT a.id), (
				SELECT COUNT(*) FROM follows f JOIN actors b ON b.id = f.follower_id WHERE f.followee_id = $1 AND f.state = 1 AND (b.host, b.domain) IN `+in+`),
			COUNT(p.id), COALESCE(SUM(CASE WHEN p.kept <> 0 THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN p.attachments <> '' THEN 1 ELSE 0 END), 0)
			FROM actors a LEFT JOIN posts p ON p.author_id = a.id WHERE (a.host, a.domain) IN `+in, args...)
		if err != nil {
			return i, err
		}
		i.People, i.Followers = i.People+counts.People, i.Followers+counts.Followers
		i.Posts, i.Touched, i.WithMedia = i.Posts+counts.Posts, i.Touched+counts.Touched, i.WithMedia+counts.WithMedia
		followed, err := list(ctx, r, "read whom the owner follows there", scanActor, `SELECT `+actorColumns+` FROM actors a
			JOIN follows f ON f.followee_id = a.id WHERE f.follower_id = $1 AND f.state <> 2 AND (a.host, a.domain) IN `+in+` ORDER BY a.id`, args...)
		if err != nil {
			return i, err
		}
		i.Followed = append(i.Followed, followed...)
	}
	return i, nil
}
