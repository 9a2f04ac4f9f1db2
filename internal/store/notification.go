package store

import (
	"context"

	"skerry/internal/social"
)

func scanNotification(r rows) (n social.Notification, err error) {
	err = r.Scan(&n.ID, &n.Kind, &n.From, &n.Post, moment{&n.At})
	return n, err
}

// Notify tells the owner of something, once: the same kind from the same actor
// about the same post is told no second time.
func (tx *Tx) Notify(ctx context.Context, n social.Notification) (told bool, err error) {
	had, err := found(ctx, tx.Reader, "read notification", `
		SELECT 1 FROM notifications WHERE kind = $1 AND from_id = $2 AND post_id = $3`, n.Kind, n.From, n.Post)
	if err != nil || had {
		return false, err
	}
	id, err := tx.next(ctx, "notification")
	if err != nil {
		return false, err
	}
	rows, err := tx.exec(ctx, "notify", `
		INSERT INTO notifications (id, kind, from_id, post_id, created_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (kind, from_id, post_id) DO NOTHING`, id, n.Kind, n.From, n.Post, millis(n.At))
	return rows == 1, err
}

// DropNotification takes back what an undone activity told.
func (tx *Tx) DropNotification(ctx context.Context, kind social.NotificationKind, from, post social.ID) error {
	_, err := tx.exec(ctx, "drop notification",
		`DELETE FROM notifications WHERE kind = $1 AND from_id = $2 AND post_id = $3`, kind, from, post)
	return err
}

// Notifications gives what the owner was told and wants to hear, newest first, of
// these kinds (nil: all).
func (r Reader) Notifications(ctx context.Context, kinds []social.NotificationKind, page PageOf) ([]social.Notification, error) {
	before, after, limit := page.bounds()
	where, args := "", []any{before, after, limit}
	if kinds != nil {
		if len(kinds) == 0 {
			return nil, nil
		}
		where = ` AND n.kind IN (` + marks(4, len(kinds)) + `)`
		args = append(args, anys(kinds)...)
	}
	all, err := list(ctx, r, "read notifications", scanNotification, `
		SELECT n.id, n.kind, n.from_id, n.post_id, n.created_at FROM notifications n
		WHERE n.id < $1 AND n.id > $2 AND NOT `+unheard+where+` ORDER BY n.id `+page.order()+` LIMIT $3`, args...)
	return newestFirst(page, all), err
}
