package store

import (
	"context"
	"strings"

	"skerry/internal/social"
)

// What keeps a post. posts.kept is 0 for what nothing keeps, 1 and 2 for what is
// kept, and 3 for what is doubted; the migration says more.
//
// Touching marks a post and all above it, at once and in the transaction of the
// touch: a post that is deleted meanwhile is waited for, since both change its row.
// Letting go marks nothing. The sweeper finds what nothing keeps any more, doubts
// it, and in a later round, when whoever touched it meanwhile has committed, looks
// again: so no touch can be overlooked, and nobody has to wait for a lock.

// holds are the reasons to keep a post, each with its question in SQL about a post
// that is called p in a statement.
func holds(p string) []hold {
	by := func(table string) string {
		return `EXISTS (SELECT 1 FROM ` + table + ` t WHERE t.post_id = ` + p + `.id AND t.actor_id = (SELECT w.actor_id FROM owner w))`
	}
	return []hold{
		{social.HoldOwn, p + `.local`},
		{social.HoldLike, by("likes")},
		{social.HoldBoost, by("boosts")},
		{social.HoldBookmark, by("bookmarks")},
		{social.HoldVote, by("votes")},
		{social.HoldQuote, isQuoted(p)},
		{social.HoldDirect, p + `.visibility = 3`},
		{social.HoldMention, by("post_mentions")},
		{social.HoldAnswer, `EXISTS (SELECT 1 FROM posts o WHERE o.id = ` + p + `.parent_id AND o.local)`},
	}
}

// isQuoted is whether the owner quotes a post. It is asked in this order alone: a
// planner that thinks the posts few would begin with all of the owner's.
func isQuoted(p string) string {
	return `EXISTS (SELECT 1 FROM quotes q WHERE q.iri = ` + p + `.iri AND (SELECT o.local FROM posts o WHERE o.id = q.post_id))`
}

type hold struct {
	why social.Hold
	is  string
}

// touched is whether any of these reasons is there.
func touched(p string) string {
	var all []string
	for _, h := range holds(p) {
		all = append(all, h.is)
	}
	return `(` + strings.Join(all, ` OR `) + `)`
}

// above is whether a kept post answers a post, or one of which it is not decided.
// Strangers can make posts that answer each other in a ring: such posts, once one of
// them was touched, keep each other. That is no more than they could by a mention.
func above(p string) string {
	return `EXISTS (SELECT 1 FROM posts c WHERE c.parent_id = ` + p + `.id AND c.parent_id <> 0 AND c.id <> ` + p + `.id AND c.kept <> 0)`
}

// keep marks those of some posts that are to be kept, with all above them. What
// stands above a marked post is marked already. It runs after all that it looks at.
func keep(by string) *many {
	return &many{
		doing: "keep what is touched",
		last:  true,
		before: `
			WITH RECURSIVE up (id) AS (
				SELECT p.id FROM posts p WHERE p.` + by + ` IN (`, row: `?`, after: `) AND (` + touched("p") + ` OR ` + above("p") + `)
				UNION
				SELECT p.parent_id FROM up JOIN posts p ON p.id = up.id WHERE p.parent_id <> 0 AND p.kept IN (0, 3)
			)
			UPDATE posts SET kept = 1 WHERE kept IN (0, 3) AND id IN (SELECT up.id FROM up)`,
	}
}

var (
	keepByID, keepByIRI = keep("id"), keep("iri")

	// Most new posts stand alone and name nobody: only what came before them can keep
	// them, which the owner has quoted, or which was kept and answers them.
	keepLone = &many{
		doing:  "keep what is touched",
		last:   true,
		before: `UPDATE posts SET kept = 1 WHERE kept IN (0, 3) AND iri IN (`, row: `?`, after: `) AND (` + isQuoted("posts") + ` OR ` + above("posts") + `)`,
	}
)

// keepNew marks a post that was stored, and what the owner quotes in it.
func (tx *Tx) keepNew(ctx context.Context, p social.Post) error {
	if !p.Local && p.Visibility != social.Direct && p.Parent == 0 && len(p.Mentions) == 0 {
		return tx.later(ctx, keepLone, p.IRI)
	}
	return tx.keepPost(ctx, p)
}

// keepPost marks a post that was stored or edited, and what the owner quotes in it.
func (tx *Tx) keepPost(ctx context.Context, p social.Post) error {
	if p.Local && p.Quote != nil {
		if err := tx.later(ctx, keepByIRI, p.Quote.IRI); err != nil {
			return err
		}
	}
	return tx.later(ctx, keepByIRI, p.IRI)
}

// Unsettled gives the posts of which it must be decided whether they are kept, or
// whose media must be listed.
func (r Reader) Unsettled(ctx context.Context) ([]social.ID, error) {
	return list(ctx, r, "find unsettled posts", value[social.ID], `SELECT p.id FROM posts p WHERE p.kept IN (1, 3) ORDER BY p.id`)
}

// SettlePost decides about an unsettled post: when nothing keeps it, it is let go,
// and what it answers is doubted; else the media that it shows are listed.
func (tx *Tx) SettlePost(ctx context.Context, id social.ID) error {
	n, err := tx.exec(ctx, "let go of post", `
		UPDATE posts SET kept = 0 WHERE id = $1 AND kept = 3 AND NOT `+touched("posts")+` AND NOT `+above("posts"), id)
	if err == nil && n == 0 {
		return tx.keep(ctx, id, `kept IN (1, 3)`)
	}
	if err != nil {
		return err
	}
	if _, err := tx.exec(ctx, "let go of media", `DELETE FROM kept_media WHERE post_id = $1`, id); err != nil {
		return err
	}
	_, err = tx.exec(ctx, "doubt what a post answers", `
		UPDATE posts SET kept = 3 WHERE id = (SELECT p.parent_id FROM posts p WHERE p.id = $1) AND kept IN (1, 2)`, id)
	return err
}

// Unlisted gives the kept posts whose media must be listed.
// kept IN (1, 3) is there for the index of unsettled posts, which is small.
func (r Reader) Unlisted(ctx context.Context) ([]social.ID, error) {
	return list(ctx, r, "find unlisted posts", value[social.ID], `SELECT p.id FROM posts p WHERE p.kept IN (1, 3) AND p.kept = 1 ORDER BY p.id`)
}

// ListMedia lists the media of a kept post, when that was not done yet. About what is
// doubted it decides nothing.
func (tx *Tx) ListMedia(ctx context.Context, id social.ID) error {
	return tx.keep(ctx, id, `kept = 1`)
}

// keep keeps a post that is so, and lists its media.
func (tx *Tx) keep(ctx context.Context, id social.ID, so string) error {
	n, err := tx.exec(ctx, "settle post", `UPDATE posts SET kept = 2 WHERE id = $1 AND `+so, id)
	if err != nil || n == 0 {
		return err // it went meanwhile
	}
	return tx.listMedia(ctx, id)
}

// listMedia lists what a kept post shows, in place of what was listed.
func (tx *Tx) listMedia(ctx context.Context, id social.ID) error {
	p, err := tx.Post(ctx, id)
	if err != nil {
		return err
	}
	if _, err := tx.exec(ctx, "list media", `DELETE FROM kept_media WHERE post_id = $1`, id); err != nil {
		return err
	}
	if p.Local {
		return nil // its media are the owner's
	}
	for _, url := range p.MediaURLs() {
		_, err := tx.exec(ctx, "list media", `
			INSERT INTO kept_media (post_id, url) VALUES ($1, $2) ON CONFLICT (post_id, url) DO NOTHING`, id, url)
		if err != nil {
			return err
		}
	}
	return nil
}

// KeptPosts gives the ids of some kept posts with smaller ids, the largest first.
func (r Reader) KeptPosts(ctx context.Context, before social.ID, limit int) ([]social.ID, error) {
	return list(ctx, r, "read kept posts", value[social.ID], `
		SELECT p.id FROM posts p WHERE p.kept <> 0 AND p.id < $1 ORDER BY p.id DESC LIMIT $2`, before, limit)
}

// Doubtful gives those of the posts that nothing keeps, though they are marked.
func (r Reader) Doubtful(ctx context.Context, ids []social.ID) ([]social.ID, error) {
	return list(ctx, r, "find doubtful posts", value[social.ID], `
		SELECT p.id FROM posts p WHERE p.id IN (`+marks(1, len(ids))+`) AND p.kept IN (1, 2)
			AND NOT `+touched("p")+` AND NOT `+above("p"), anys(ids)...)
}

// DoubtPosts makes it to be decided whether these posts are kept.
func (tx *Tx) DoubtPosts(ctx context.Context, ids []social.ID) error {
	_, err := tx.exec(ctx, "doubt posts", `
		UPDATE posts SET kept = 3 WHERE id IN (`+marks(1, len(ids))+`) AND kept IN (1, 2)`, anys(ids)...)
	return err
}
