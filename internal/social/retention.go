package social

import "time"

// Retention is how long things are kept that came from elsewhere and that the owner
// did not touch.
type Retention struct {
	Posts    time.Duration // of anybody
	Followed time.Duration // of those whom the owner follows
	Media    time.Duration // since they were last shown
}

const day = 24 * time.Hour

// DefaultRetention is what holds until somebody says otherwise.
var DefaultRetention = Retention{Posts: 14 * day, Followed: 90 * day, Media: 7 * day}

// Leaves says when a post goes that nothing keeps: so long after it was fetched, and
// after it last came into the home timeline (zero: never).
func (r Retention) Leaves(fetched, home time.Time, followed bool) time.Time {
	at := fetched.Add(r.Posts)
	if followed {
		at = fetched.Add(r.Followed)
	}
	if shown := home.Add(r.Posts); shown.After(at) {
		at = shown
	}
	return at
}
