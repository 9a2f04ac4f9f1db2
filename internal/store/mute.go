package store

import (
	"context"
	"time"

	"skerry/internal/social"
)

const muteColumns = `m.id, m.target_id, m.notifications, m.until_at, m.created_at`

func scanMute(r rows) (m social.Mute, err error) {
	err = r.Scan(&m.ID, &m.Target, &m.Notifications, moment{&m.Until}, moment{&m.At})
	return m, err
}

// unheard is whether the owner does not want to be told of a notification n: also of
// what people of silenced servers do whom they do not follow.
const unheard = `((SELECT a.limited FROM actors a WHERE a.id = n.from_id) <> 0
		AND NOT EXISTS (SELECT 1 FROM follows f WHERE f.followee_id = n.from_id AND f.follower_id = (SELECT actor_id FROM owner) AND f.state = 1)
	OR EXISTS (SELECT 1 FROM mutes m WHERE m.target_id = n.from_id AND m.notifications)
	OR EXISTS (SELECT 1 FROM posts p JOIN conversations c ON c.context = p.context WHERE p.id = n.post_id AND c.muted))`

// unseen is whether a line h of the home timeline is of somebody who is muted, or
// about them: by them, naming them, or a boost of theirs; or a boost by one whose
// boosts are hidden. What the owner says stays. Each is looked up for the lines that
// are read: for an EXISTS Postgres would gather all posts of the muted first.
const unseen = `(h.by_id <> (SELECT actor_id FROM owner) AND (
	(SELECT 1 FROM mutes m WHERE m.target_id = h.by_id) IS NOT NULL
	OR (SELECT 1 FROM post_mentions pm JOIN mutes m ON m.target_id = pm.actor_id WHERE pm.post_id = h.post_id LIMIT 1) IS NOT NULL
	OR h.boost_id <> 0 AND (
		(SELECT 1 FROM follows f WHERE f.followee_id = h.by_id AND f.hide_boosts LIMIT 1) IS NOT NULL
		OR (SELECT 1 FROM posts p JOIN mutes m ON m.target_id = p.author_id WHERE p.id = h.post_id) IS NOT NULL)))`

// Mutes gives whom the owner mutes, newest first. Page by the mute's id.
func (r Reader) Mutes(ctx context.Context, page PageOf) ([]social.Mute, error) {
	before, after, limit := page.bounds()
	all, err := list(ctx, r, "read mutes", scanMute, `
		SELECT `+muteColumns+` FROM mutes m WHERE m.id < $1 AND m.id > $2 ORDER BY m.id `+page.order()+` LIMIT $3`, before, after, limit)
	return newestFirst(page, all), err
}

func (r Reader) addMutes(ctx context.Context, part []social.ID, out map[social.ID]social.Relationship) error {
	all, err := list(ctx, r, "read relationships", scanMute,
		`SELECT `+muteColumns+` FROM mutes m WHERE m.target_id IN (`+marks(1, len(part))+`)`, anys(part)...)
	for _, m := range all {
		s := out[m.Target]
		s.Muting, s.MutingNotifications, s.MutedUntil = true, m.Notifications, m.Until
		out[m.Target] = s
	}
	return err
}

// PutMute mutes somebody; who is muted already is so from now on in this way.
func (tx *Tx) PutMute(ctx context.Context, m social.Mute) error {
	_, err := tx.exec(ctx, "put mute", `
		INSERT INTO mutes (id, target_id, notifications, until_at, created_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (target_id) DO UPDATE SET notifications = excluded.notifications, until_at = excluded.until_at`,
		m.ID, m.Target, m.Notifications, millis(m.Until), millis(m.At))
	return err
}

// DropMute ends a mute; what is not there is no error.
func (tx *Tx) DropMute(ctx context.Context, target social.ID) error {
	_, err := tx.exec(ctx, "drop mute", `DELETE FROM mutes WHERE target_id = $1`, target)
	return err
}

// MutesOver reports whether a mute has lasted its time.
func (r Reader) MutesOver(ctx context.Context, now time.Time) (bool, error) {
	return found(ctx, r, "look for mutes that are over", `SELECT 1 FROM mutes WHERE until_at <> 0 AND until_at <= $1 LIMIT 1`, millis(now))
}

// EndMutes ends those that have lasted their time.
func (tx *Tx) EndMutes(ctx context.Context, now time.Time) error {
	_, err := tx.exec(ctx, "end mutes", `DELETE FROM mutes WHERE until_at <> 0 AND until_at <= $1`, millis(now))
	return err
}

// HideBoosts says whether a follower wants to see what the followed boosts. Of a
// follow that is not there nothing is kept.
func (tx *Tx) HideBoosts(ctx context.Context, follower, followee social.ID, hide bool) error {
	_, err := tx.exec(ctx, "hide boosts", `UPDATE follows SET hide_boosts = $1 WHERE follower_id = $2 AND followee_id = $3`, hide, follower, followee)
	return err
}

// MuteConversation says whether the owner is told of what happens in a conversation.
func (tx *Tx) MuteConversation(ctx context.Context, iri string, muted bool) error {
	_, err := tx.exec(ctx, "mute conversation", `
		INSERT INTO conversations (context, read_id, hidden_id, muted) VALUES ($1, 0, 0, $2)
		ON CONFLICT (context) DO UPDATE SET muted = excluded.muted`, iri, muted)
	return err
}

// NameConversation gives the conversation that a post is in. One to which its server
// gives no name is named after the topmost post of it that is here; what comes later
// inherits that.
func (tx *Tx) NameConversation(ctx context.Context, p social.Post) (iri string, err error) {
	if p.Context != "" {
		return p.Context, nil
	}
	above, err := tx.Ancestors(ctx, p.ID, social.Direct, maxNamed)
	if err != nil {
		return "", err
	}
	top := p
	if len(above) > 0 {
		top = above[0]
	}
	_, err = tx.exec(ctx, "name conversation", `
		WITH RECURSIVE down (id) AS (
			SELECT id FROM posts WHERE id = $1
			UNION
			SELECT p.id FROM down JOIN posts p ON p.parent_id = down.id WHERE p.parent_id <> 0 AND p.context = ''
		)
		UPDATE posts SET context = $2 WHERE id IN (SELECT id FROM down) AND context = ''`, top.ID, top.IRI)
	return top.IRI, err
}

// maxNamed is how many posts above one are looked through for the topmost.
const maxNamed = 500
