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
	m := Marked{Liked: map[social.ID]bool{}, Boosted: map[social.ID]bool{}, Bookmarked: map[social.ID]bool{}, Pinned: map[social.ID]bool{}, Muted: map[social.ID]bool{}}
	for part := range chunks(posts) {
		for _, of := range []struct {
			table string
			into  map[social.ID]bool
		}{{"likes", m.Liked}, {"boosts", m.Boosted}, {"bookmarks", m.Bookmarked}, {"pins", m.Pinned}} {
			err := r.mark(ctx, of.into, `SELECT post_id FROM `+of.table+` WHERE actor_id = $1 AND post_id IN (`+marks(2, len(part))+`)`,
				append([]any{actor}, anys(part)...)...)
			if err != nil {
				return m, err
			}
		}
		err := r.mark(ctx, m.Muted, `
			SELECT p.id FROM posts p JOIN conversations c ON c.context = p.context WHERE c.muted AND p.id IN (`+marks(1, len(part))+`)`, anys(part)...)
		if err != nil {
			return m, err
		}
	}
	var err error
	m.Voted, err = r.VotesBy(ctx, actor, posts)
	return m, err
}

func (r Reader) mark(ctx context.Context, into map[social.ID]bool, sql string, args ...any) error {
	ids, err := list(ctx, r, "read marks", value[social.ID], sql, args...)
	for _, id := range ids {
		into[id] = true
	}
	return err
}
