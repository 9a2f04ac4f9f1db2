package social

import "time"

// Retention is how long things are kept that came from elsewhere and that the owner
// did not touch.
type Retention struct {
	Posts         time.Duration // of anybody
	Followed      time.Duration // of those whom the owner follows
	Media         time.Duration // since they were last shown
	Profiles      time.Duration // of those of whom nothing else is left
	Notifications time.Duration
	Budget        int64 // bytes of database and media together
}

// DefaultRetention is what holds until somebody says otherwise.
var DefaultRetention = Retention{
	Posts: 14 * day, Followed: 90 * day, Media: 7 * day, Profiles: 30 * day, Notifications: 180 * day, Budget: 10e9,
}

const day = 24 * time.Hour

// Bounds of an age: a shorter one would take what was just read, a longer one is
// as good as for ever.
const (
	MinAge    = day
	MaxAge    = 3650 * day
	MinBudget = 100e6
)

// Check says what of the rules cannot be.
func (r Retention) Check() error {
	for _, age := range []struct {
		of  string
		age time.Duration
	}{
		{"posts", r.Posts}, {"posts of people you follow", r.Followed}, {"media", r.Media},
		{"profiles", r.Profiles}, {"notifications", r.Notifications},
	} {
		if age.age < MinAge || age.age > MaxAge {
			return Faultf(Unprocessable, "the age of %s is from 1 day to 3650 days", age.of)
		}
	}
	switch {
	case r.Followed < r.Posts:
		return Faultf(Unprocessable, "posts of people you follow are kept as long as those of others, or longer")
	case r.Budget < MinBudget:
		return Faultf(Unprocessable, "the budget is at least 100 MB")
	}
	return nil
}

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
