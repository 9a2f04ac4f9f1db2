package store

import (
	"context"

	"skerry/internal/social"
)

// HomeEntry is a line of the owner's timeline: a post, or somebody's boost of one.
type HomeEntry struct {
	ID    social.ID // of the post or of the boost
	Post  social.ID
	Boost social.ID // 0 for a post
	By    social.ID // who wrote or boosted it
}

// Line is by what timelines are paged.
func (e HomeEntry) Line() social.ID { return e.ID }

func scanHome(r rows) (e HomeEntry, err error) {
	err = r.Scan(&e.ID, &e.Post, &e.Boost, &e.By)
	return e, err
}

// AddHome puts a line into the owner's timeline; one that is there stays.
func (tx *Tx) AddHome(ctx context.Context, e HomeEntry) error {
	return tx.later(ctx, addHome, e.ID, e.Post, e.Boost, e.By)
}

var addHome = &many{
	doing:  "add to home",
	before: `INSERT INTO home (id, post_id, boost_id, by_id) VALUES `, row: `(?, ?, ?, ?)`, after: ` ON CONFLICT (id) DO NOTHING`,
}

// DropHomeAbout takes all that an actor wrote out of the timeline, whoever boosted
// it: blocked.
func (tx *Tx) DropHomeAbout(ctx context.Context, author social.ID) error {
	_, err := tx.exec(ctx, "drop from home",
		`DELETE FROM home WHERE by_id = $1 OR post_id IN (SELECT p.id FROM posts p WHERE p.author_id = $1)`, author)
	return err
}

// DropHomeOf takes all lines of an actor out of the timeline: not followed any more.
func (tx *Tx) DropHomeOf(ctx context.Context, by social.ID) error {
	_, err := tx.exec(ctx, "drop from home", `DELETE FROM home WHERE by_id = $1`, by)
	return err
}

// InHome reports whether the post itself, or a boost of it newer than since, is in the timeline.
func (r Reader) InHome(ctx context.Context, post, since social.ID) (bool, error) {
	return found(ctx, r, "look in home", `SELECT 1 FROM home WHERE post_id = $1 AND id >= $2 LIMIT 1`, post, since)
}

// Home gives the owner's timeline without what they do not want to see, newest first.
func (r Reader) Home(ctx context.Context, page PageOf) ([]HomeEntry, error) {
	before, after, limit := page.bounds()
	all, err := list(ctx, r, "read home", scanHome, `
		SELECT h.id, h.post_id, h.boost_id, h.by_id FROM home h
		WHERE h.id < $1 AND h.id > $2 AND NOT `+unseen+` ORDER BY h.id `+page.order()+` LIMIT $3`,
		before, after, limit)
	return newestFirst(page, all), err
}
