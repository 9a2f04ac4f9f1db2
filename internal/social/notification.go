package social

import "time"

// NotificationKind is the client API's word for what happened.
type NotificationKind string

const (
	NotifyMention       NotificationKind = "mention"
	NotifyFollow        NotificationKind = "follow"
	NotifyFollowRequest NotificationKind = "follow_request"
	NotifyLike          NotificationKind = "favourite"
	NotifyBoost         NotificationKind = "reblog"
	NotifyUpdate        NotificationKind = "update" // a post the owner boosted was edited
	NotifyPoll          NotificationKind = "poll"
	NotifyReport        NotificationKind = "admin.report" // another server reports the owner; only the pages show it
)

// Notification tells the owner of something others did. Its number is a
// sequence, far below 2^53, because apps keep it in a float.
type Notification struct {
	ID   int64
	Kind NotificationKind
	From ID
	Post ID // 0 for follows
	At   time.Time
}
