package store

import (
	"context"

	"skerry/internal/social"
)

// between is whether a post is the owner's ($1) or names them: others' direct posts
// may be here too, as answers to posts that are kept.
func between(post string) string {
	return `(` + post + `.author_id = $1 OR EXISTS (SELECT 1 FROM post_mentions m WHERE m.actor_id = $1 AND m.post_id = ` + post + `.id))`
}

// lastDirect are the last direct posts of conversations, each with the first one
// and what the owner did about it. It goes down the direct posts and passes over
// those that have a later one.
var lastDirect = `
	SELECT p.id, p.context, p.author_id <> $1 AND p.id > COALESCE(c.read_id, 0) AND NOT COALESCE(c.muted, FALSE)
			AND NOT EXISTS (SELECT 1 FROM mutes m WHERE m.target_id = p.author_id),
		(SELECT f.id FROM posts f WHERE f.visibility = 3 AND f.context = p.context AND ` + between("f") + ` ORDER BY f.id LIMIT 1)
	FROM posts p LEFT JOIN conversations c ON c.context = p.context
	WHERE p.visibility = 3 AND p.id < $2 AND p.id > $3 AND ` + between("p") + `
		AND NOT EXISTS (SELECT 1 FROM posts q WHERE q.visibility = 3 AND q.context = p.context AND q.id > p.id AND ` + between("q") + `)`

func scanConversation(r rows) (c social.Conversation, err error) {
	err = r.Scan(&c.Last.ID, &c.Context, &c.Unread, &c.ID)
	return c, err
}

// Conversations gives an owner's conversations, the last said first. Page by the
// id of the last post.
func (r Reader) Conversations(ctx context.Context, owner social.ID, page PageOf) ([]social.Conversation, error) {
	before, after, limit := page.bounds()
	all, err := list(ctx, r, "read conversations", scanConversation,
		lastDirect+` AND p.id > COALESCE(c.hidden_id, 0) ORDER BY p.id `+page.order()+` LIMIT $4`, owner, before, after, limit)
	if err != nil {
		return nil, err
	}
	all, err = r.lastSaid(ctx, all)
	return newestFirst(page, all), err
}

// Conversation gives the conversation that a direct post is in, or NotFound.
func (r Reader) Conversation(ctx context.Context, owner, post social.ID) (social.Conversation, error) {
	before, after, _ := PageOf{}.bounds()
	c, err := one(ctx, r, "read conversation", scanConversation, lastDirect+` AND p.context = (
		SELECT o.context FROM posts o WHERE o.id = $4 AND o.visibility = 3 AND `+between("o")+`)`, owner, before, after, post)
	if err != nil {
		return c, err
	}
	all, err := r.lastSaid(ctx, []social.Conversation{c})
	if err == nil && len(all) == 0 {
		err = r.fault("read conversation", errNoRows)
	}
	if err != nil {
		return c, err
	}
	return all[0], nil
}

// lastSaid reads the last posts; a conversation that lost it between the two reads
// is left out, as is one that somebody of a suspended server ended.
func (r Reader) lastSaid(ctx context.Context, all []social.Conversation) ([]social.Conversation, error) {
	ids := make([]social.ID, len(all))
	for i, c := range all {
		ids[i] = c.Last.ID
	}
	posts, err := r.Posts(ctx, ids)
	out := all[:0]
	for _, c := range all {
		if p, ok := posts[c.Last.ID]; ok && p.Limited != social.Suspended {
			c.Last = p
			out = append(out, c)
		}
	}
	return out, err
}

// ReadConversation notes that the owner has read all up to a post.
func (tx *Tx) ReadConversation(ctx context.Context, iri string, last social.ID) error {
	_, err := tx.exec(ctx, "read conversation", `
		INSERT INTO conversations (context, read_id, hidden_id) VALUES ($1, $2, 0)
		ON CONFLICT (context) DO UPDATE SET read_id = excluded.read_id WHERE excluded.read_id > conversations.read_id`, iri, last)
	return err
}

// HideConversation leaves a conversation out of the list until something is said
// after a post.
func (tx *Tx) HideConversation(ctx context.Context, iri string, last social.ID) error {
	_, err := tx.exec(ctx, "hide conversation", `
		INSERT INTO conversations (context, read_id, hidden_id) VALUES ($1, $2, $2)
		ON CONFLICT (context) DO UPDATE SET read_id = excluded.read_id, hidden_id = excluded.hidden_id
			WHERE excluded.hidden_id > conversations.hidden_id`, iri, last)
	return err
}

// HideConversationsWith is HideConversation for all in which somebody took part.
func (tx *Tx) HideConversationsWith(ctx context.Context, who social.ID) error {
	_, err := tx.exec(ctx, "hide conversations", `
		INSERT INTO conversations (context, read_id, hidden_id)
		SELECT p.context, MAX(p.id), MAX(p.id) FROM posts p WHERE p.visibility = 3 AND `+between("p")+` GROUP BY p.context
		ON CONFLICT (context) DO UPDATE SET read_id = excluded.read_id, hidden_id = excluded.hidden_id
			WHERE excluded.hidden_id > conversations.hidden_id`, who)
	return err
}
