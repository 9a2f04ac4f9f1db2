package social

import (
	"fmt"
	"strings"
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
