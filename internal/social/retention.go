package social

import (
	"fmt"
	"time"
)

// Retention is how much room there is, and how long things are kept in it. An age of
// zero is for good, where an Age allows that.
type Retention struct {
	Budget int64 // bytes, of database and media together

	// What came from elsewhere and the owner did not touch.
	Posts    time.Duration // of anybody
	Relayed  time.Duration // of those that came through a relay
	Followed time.Duration // of those whom the owner follows
	Media    time.Duration // since they were last shown
	Profiles time.Duration // of those to whom nothing refers, since they were last fetched

	// What happened.
	Notifications time.Duration
	Inbox         time.Duration // what was received, since it was done
	Deliveries    time.Duration // since they ended
	Ledgers       time.Duration // of relays, and of what takes room
}

// Day is the unit of ages.
const Day = 24 * time.Hour

// DefaultRetention is what holds until somebody says otherwise.
var DefaultRetention = Retention{
	Budget: 10e9,
	Posts:  14 * Day, Relayed: 7 * Day, Followed: 90 * Day, Media: 7 * Day, Profiles: 90 * Day,
	Inbox: 7 * Day, Deliveries: 30 * Day, Ledgers: 400 * Day,
}

// Age is one of the lengths of time, as forms and commands name it.
type Age struct {
	Name    string // as forms and scripts call it
	Say     string
	Hint    string
	ForGood bool // may be zero
	Of      func(*Retention) *time.Duration
}

// Ages are all of them, in the order in which they are shown.
var Ages = []Age{
	{"posts", "Posts of others", "Since they were fetched, or came into your home.", false, func(r *Retention) *time.Duration { return &r.Posts }},
	{"relayed", "Posts that a relay brought", "Not longer than other posts of others.", false, func(r *Retention) *time.Duration { return &r.Relayed }},
	{"followed", "Posts of people you follow", "At least as long as posts of others.", false, func(r *Retention) *time.Duration { return &r.Followed }},
	{"media", "Pictures and media of others", "Since they were last shown.", false, func(r *Retention) *time.Duration { return &r.Media }},
	{"profiles", "Profiles of strangers", "Of people of whom nothing else is here, since their server was last asked about them.", true, func(r *Retention) *time.Duration { return &r.Profiles }},
	{"notifications", "Notifications", "Requests to follow stay until you answer them.", true, func(r *Retention) *time.Duration { return &r.Notifications }},
	{"inbox", "What was received", "Activities as they came, and finished work.", false, func(r *Retention) *time.Duration { return &r.Inbox }},
	{"deliveries", "Deliveries", "They answer where a post went.", false, func(r *Retention) *time.Duration { return &r.Deliveries }},
	{"ledgers", "Figures of relays and of storage", "By the hour and by the day.", true, func(r *Retention) *time.Duration { return &r.Ledgers }},
}

// longestAge is what may be said: ten years.
const longestAge = 3650 * Day

// MinBudget and MaxBudget are the least that a server can be run with, and the most that
// may be said.
const (
	MinBudget = 50e6
	MaxBudget = 1e15
)

// Wrong says what is wrong with the ages, by their names; nothing for what can be.
func (r Retention) Wrong() map[string]string {
	wrong := map[string]string{}
	for _, a := range Ages {
		switch age := *a.Of(&r); {
		case age == 0 && a.ForGood:
		case age == 0:
			wrong[a.Name] = "Say after how many days they go."
		case age < Day || age > longestAge:
			wrong[a.Name] = "Give a number of days from 1 to 3650."
		}
	}
	if wrong["posts"]+wrong["followed"] == "" && r.Followed < r.Posts {
		wrong["followed"] = fmt.Sprintf("Those of others stay %d days: give at least as many.", r.Posts/Day)
	}
	if wrong["posts"]+wrong["relayed"] == "" && r.Relayed > r.Posts {
		wrong["relayed"] = fmt.Sprintf("Other posts stay %d days: give no more than that.", r.Posts/Day)
	}
	return wrong
}

// Fit brings ages that follow from others into line with them.
func (r Retention) Fit() Retention {
	r.Followed, r.Relayed = max(r.Followed, r.Posts), min(r.Relayed, r.Posts)
	return r
}

// Stay is what decides how long a post stays that nothing keeps.
type Stay struct {
	Fetched   time.Time
	Home      time.Time // when it last came into the home timeline; zero: it is not there
	Followed  bool      // the owner follows its author
	Relayed   bool      // it came through a relay
	Suspended bool      // its author is: it goes at once
}

// Leaves says when a post goes that nothing keeps: so long after it was fetched, and
// after it last came into the home timeline; of somebody suspended, as soon as it came.
func (r Retention) Leaves(s Stay) time.Time {
	if s.Suspended {
		return s.Fetched
	}
	age := r.Posts
	switch {
	case s.Followed:
		age = r.Followed
	case s.Relayed:
		age = r.Relayed
	}
	at := s.Fetched.Add(age)
	if shown := s.Home.Add(r.Posts); shown.After(at) {
		at = shown
	}
	return at
}
