package store

import (
	"context"

	"skerry/internal/social"
)

func scanLike(r rows) (l social.Like, err error) {
	err = r.Scan(&l.ID, &l.IRI, &l.Post, &l.By, moment{&l.At})
	return l, err
}

const likeColumns = `l.id, l.iri, l.post_id, l.actor_id, l.created_at`

// AddLike reports whether the like is new.
func (tx *Tx) AddLike(ctx context.Context, l social.Like) (added bool, err error) {
	n, err := tx.exec(ctx, "add like", `
		INSERT INTO likes (id, iri, post_id, actor_id, created_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (post_id, actor_id) DO NOTHING`, l.ID, l.IRI, l.Post, l.By, millis(l.At))
	if err != nil || n == 0 {
		return false, err
	}
	return true, tx.later(ctx, keepByID, l.Post)
}

// DropLike takes a like back and gives it, or NotFound.
func (tx *Tx) DropLike(ctx context.Context, post, by social.ID) (social.Like, error) {
	return one(ctx, tx.Reader, "drop like", scanLike, `
		DELETE FROM likes WHERE post_id = $1 AND actor_id = $2
		RETURNING id, iri, post_id, actor_id, created_at`, post, by)
}

// LikeByIRI gives a like by the id of its activity, or NotFound.
func (r Reader) LikeByIRI(ctx context.Context, iri string) (social.Like, error) {
	return one(ctx, r, "read like", scanLike, `SELECT `+likeColumns+` FROM likes l WHERE l.iri = $1 AND l.iri <> '' LIMIT 1`, iri)
}

// LikesOf gives who likes a post, newest first. Page by the like's id.
func (r Reader) LikesOf(ctx context.Context, post social.ID, page PageOf) ([]social.Like, error) {
	before, after, limit := page.bounds()
	all, err := list(ctx, r, "read likes", scanLike, `
		SELECT `+likeColumns+` FROM likes l WHERE l.post_id = $1 AND l.id < $2 AND l.id > $3
		ORDER BY l.id `+page.order()+` LIMIT $4`, post, before, after, limit)
	return newestFirst(page, all), err
}

// LikesBy gives what an actor likes, the last liked first. Page by the like's id.
func (r Reader) LikesBy(ctx context.Context, actor social.ID, page PageOf) ([]social.Like, error) {
	before, after, limit := page.bounds()
	all, err := list(ctx, r, "read likes", scanLike, `
		SELECT `+likeColumns+` FROM likes l WHERE l.actor_id = $1 AND l.id < $2 AND l.id > $3
		ORDER BY l.id `+page.order()+` LIMIT $4`, actor, before, after, limit)
	return newestFirst(page, all), err
}

// Marked says which of the posts an actor has liked, boosted, bookmarked and pinned,
// which are in a conversation that the owner mutes, and which answers they chose in
// those that ask.
type Marked struct {
	Liked, Boosted, Bookmarked, Pinned, Muted map[social.ID]bool
	Voted                                     map[social.ID][]int
}

// Marks gives what an actor has done to these posts.
func (r Reader) Marks(ctx context.Context, actor social.ID, posts []social.ID) (Marked, error) {
	m := Marked{Liked: map[social.ID]bool{}, Boosted: map[social.ID]bool{}, Bookmarked: map[social.ID]bool{}, Pinned: map[social.ID]bool{}, Muted: map[social.ID]bool{}, Voted: map[social.ID][]int{}}
	into := []map[social.ID]bool{m.Liked, m.Boosted, m.Bookmarked, m.Pinned, m.Muted}
	for part := range chunks(posts) {
		all, err := list(ctx, r, "read marks", scanMark, markedPosts(marks(2, len(part))), append([]any{actor}, anys(part)...)...)
		if err != nil {
			return m, err
		}
		for _, one := range all {
			if one.kind < len(into) {
				into[one.kind][one.post] = true
			} else {
				m.Voted[one.post] = append(m.Voted[one.post], one.choice)
			}
		}
	}
	return m, nil
}

// mark is one of the marks of a post. kind is its place in the statement.
type mark struct {
	kind, choice int
	post         social.ID
}

func scanMark(r rows) (m mark, err error) { return m, r.Scan(&m.kind, &m.post, &m.choice) }

// markedPosts asks all tables of those posts at once.
func markedPosts(in string) string {
	by := ` WHERE actor_id = $1 AND post_id IN (` + in + `)`
	return `SELECT 0, post_id, 0 FROM likes` + by +
		` UNION ALL SELECT 1, post_id, 0 FROM boosts` + by +
		` UNION ALL SELECT 2, post_id, 0 FROM bookmarks` + by +
		` UNION ALL SELECT 3, post_id, 0 FROM pins` + by +
		` UNION ALL SELECT 4, p.id, 0 FROM posts p JOIN conversations c ON c.context = p.context WHERE c.muted AND p.id IN (` + in + `)` +
		` UNION ALL SELECT 5, post_id, choice FROM votes` + by + ` ORDER BY 2, 3`
}
