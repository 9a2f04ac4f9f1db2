package store

import (
	"context"

	"skerry/internal/social"
)

// ImpactOn says what there is between the owner and some hosts.
func (r Reader) ImpactOn(ctx context.Context, owner social.ID, hosts []string) (social.Impact, error) {
	i := social.Impact{Hosts: hosts}
	for part := range chunks(hosts) {
		in := `(` + marks(2, len(part)) + `)`
		args := append([]any{owner}, anys(part)...)
		counts, err := one(ctx, r, "weigh hosts", func(r rows) (n social.Impact, err error) {
			return n, r.Scan(&n.People, &n.Followers, &n.Posts, &n.Touched, &n.WithMedia)
		}, `SELECT COUNT(DISTINCT a.id), (
				SELECT COUNT(*) FROM follows f JOIN actors b ON b.id = f.follower_id WHERE f.followee_id = $1 AND f.state = 1 AND b.host IN `+in+`),
			COUNT(p.id), COALESCE(SUM(CASE WHEN p.kept <> 0 THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN p.attachments <> '' THEN 1 ELSE 0 END), 0)
			FROM actors a LEFT JOIN posts p ON p.author_id = a.id WHERE a.host IN `+in, args...)
		if err != nil {
			return i, err
		}
		i.People, i.Followers = i.People+counts.People, i.Followers+counts.Followers
		i.Posts, i.Touched, i.WithMedia = i.Posts+counts.Posts, i.Touched+counts.Touched, i.WithMedia+counts.WithMedia
		followed, err := list(ctx, r, "read whom the owner follows there", scanActor, `SELECT `+actorColumns+` FROM actors a
			JOIN follows f ON f.followee_id = a.id WHERE f.follower_id = $1 AND f.state <> 2 AND a.host IN `+in+` ORDER BY a.id`, args...)
		if err != nil {
			return i, err
		}
		i.Followed = append(i.Followed, followed...)
	}
	return i, nil
}
