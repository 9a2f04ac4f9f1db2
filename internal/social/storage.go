package social

import (
	"fmt"
	"strings"
	"time"
)

// Stuff is a kind of what takes room.
type Stuff string

// The kinds, as scripts read them, in the order in which they are shown.
const (
	StuffPosts    Stuff = "posts"
	StuffProfiles Stuff = "profiles"
	StuffQueue    Stuff = "queue"
	StuffOther    Stuff = "other"
	StuffIndexes  Stuff = "indexes"
	StuffOwn      Stuff = "own_media"
	StuffRemote   Stuff = "remote_media"
)

// Stuffs are all kinds.
var Stuffs = []Stuff{StuffPosts, StuffProfiles, StuffIndexes, StuffQueue, StuffOther, StuffOwn, StuffRemote}

var stuffWords = map[Stuff]string{
	StuffPosts: "Posts", StuffProfiles: "Profiles and who follows whom", StuffQueue: "Queues and what was received", StuffOther: "All else in the database",
	StuffIndexes: "Indexes of the database", StuffOwn: "Your uploads", StuffRemote: "Pictures and media of others",
}

// Words name the kind for the owner.
func (s Stuff) Words() string { return stuffWords[s] }

// Sizes are the bytes that each kind takes.
type Sizes map[Stuff]int64

// Total is what all of it takes.
func (s Sizes) Total() (n int64) {
	for _, bytes := range s {
		n += bytes
	}
	return n
}

// Bytes writes an amount of bytes as people read it; a GB has 10^9 of them.
func Bytes(n int64) string {
	if n < 0 {
		return "−" + Bytes(-n)
	}
	if n < 1000 {
		return fmt.Sprint(n, " B")
	}
	v, units := float64(n)/1000, "KMGTPE"
	for v >= 999.95 {
		v, units = v/1000, units[1:]
	}
	return strings.TrimSuffix(fmt.Sprintf("%.1f", v), ".0") + " " + units[:1] + "B"
}

// Amount is how many things there are, and the bytes that they take.
type Amount struct {
	N     int   `json:"n"`
	Bytes int64 `json:"bytes"`
}

// Add counts more of them.
func (a *Amount) Add(more Amount) { a.N, a.Bytes = a.N+more.N, a.Bytes+more.Bytes }

// Without is what is left when some of it is taken away.
func (a Amount) Without(some Amount) Amount { return Amount{a.N - some.N, a.Bytes - some.Bytes} }

// Cleared is what was removed.
type Cleared struct {
	Media    Amount `json:"media"`
	Posts    Amount `json:"posts"`
	Profiles Amount `json:"profiles"`
}

// Add counts more of it.
func (g *Cleared) Add(more Cleared) {
	g.Media.Add(more.Media)
	g.Posts.Add(more.Posts)
	g.Profiles.Add(more.Profiles)
}

// Bytes is what all of it took.
func (g Cleared) Bytes() int64 { return g.Media.Bytes + g.Posts.Bytes + g.Profiles.Bytes }

// Pressure is how much of the budget is used.
type Pressure string

const (
	Fits Pressure = "ok"
	Near Pressure = "near" // the oldest goes
	Over Pressure = "over" // and nothing more is taken in that can be had again
)

// Storage is how the budget stood when it was last looked at.
type Storage struct {
	At       time.Time
	Pressure Pressure
	Reason   string // why it is not "ok", in words
	Used     int64
	Spare    int64 // room in the database that is used before it grows
	Budget   int64

	PrunedAt time.Time // when something was last removed; zero for never
	Pruned   Cleared
}

// NearShare and RoomShare are parts of the budget: from NearShare on the oldest goes,
// until RoomShare is used.
const (
	NearShare = 0.90
	RoomShare = 0.85
)

// Judge says how the budget stands.
func Judge(used, budget int64) Pressure {
	switch {
	case used > budget:
		return Over
	case float64(used) >= NearShare*float64(budget):
		return Near
	}
	return Fits
}
