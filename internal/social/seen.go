package social

import "time"

// Timeline is a list of the owner's of which is kept how far they have read. The
// words are the client API's.
type Timeline string

const (
	HomeTimeline         Timeline = "home"
	NotificationTimeline Timeline = "notifications"
)

// Timelines are all of them.
var Timelines = []Timeline{HomeTimeline, NotificationTimeline}

// Seen is how far the owner has read a timeline. It only rises: of several apps
// the one that is ahead counts.
type Seen struct {
	Last    ID // of the newest line seen: in home a post or boost, else a notification; 0 for none
	Version int
	At      time.Time
}
