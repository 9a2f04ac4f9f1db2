package store

import (
	"context"

	"skerry/internal/social"
)

// FollowerInboxes gives the distinct inboxes that reach an actor's accepted
// followers: shared ones where there are.
func (r Reader) FollowerInboxes(ctx context.Context, followee social.ID) ([]string, error) {
	return list(ctx, r, "read followers' inboxes", value[string], `
		SELECT DISTINCT CASE WHEN a.shared_inbox <> '' THEN a.shared_inbox ELSE a.inbox END
		FROM follows f JOIN actors a ON a.id = f.follower_id
		WHERE f.followee_id = $1 AND f.state = 1 AND a.local = $2 AND a.gone_at = 0 AND a.inbox <> ''`, followee, false)
}

// InboxesReached gives the distinct inboxes that were sent something about an
// object, and those of everybody who liked, boosted or answered the post, or voted.
func (r Reader) InboxesReached(ctx context.Context, post social.ID, object string) ([]string, error) {
	return list(ctx, r, "read inboxes reached", value[string], `
		SELECT d.inbox FROM deliveries d JOIN activities v ON v.id = d.activity_id WHERE v.object = $2
		UNION
		SELECT CASE WHEN a.shared_inbox <> '' THEN a.shared_inbox ELSE a.inbox END FROM actors a
		WHERE a.local = $3 AND a.gone_at = 0 AND a.inbox <> '' AND a.id IN (
			SELECT l.actor_id FROM likes l WHERE l.post_id = $1
			UNION SELECT b.actor_id FROM boosts b WHERE b.post_id = $1
			UNION SELECT v.actor_id FROM votes v WHERE v.post_id = $1
			UNION SELECT p.author_id FROM posts p WHERE p.parent_id = $1 AND p.parent_id <> 0)`, post, object, false)
}

// ActorsByInbox gives the actors whose inbox or shared inbox this is, a hundred at most.
func (r Reader) ActorsByInbox(ctx context.Context, inbox string) ([]social.Actor, error) {
	return list(ctx, r, "read actors of inbox", scanActor, `
		SELECT `+actorColumns+` FROM actors a
		WHERE (a.inbox = $1 OR a.shared_inbox = $1) AND a.gone_at = 0 AND a.local = $2 LIMIT 100`, inbox, false)
}
