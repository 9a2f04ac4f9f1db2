package social

import "time"

// FollowedTag is a hashtag of which the owner wants the public posts in home.
type FollowedTag struct {
	ID   ID
	Tag  string // folded
	Name string // as it was written, without #
	At   time.Time
}

// TagDay is how much a hashtag was used in public posts on a day, UTC.
type TagDay struct {
	Day           time.Time
	Posts, People int
}

// TagUse is a hashtag and how much it was used of late.
type TagUse struct {
	Tag  string // folded
	Name string // as somebody wrote it
	Days []TagDay
}

// Total adds the days up. Who used it on two days counts twice.
func (u TagUse) Total() (d TagDay) {
	for _, each := range u.Days {
		d.Posts += each.Posts
		d.People += each.People
	}
	return d
}
