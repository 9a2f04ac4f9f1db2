package social

import "time"

// FollowState is how far a follow has come.
type FollowState int

const (
	Pending  FollowState = iota // asked
	Accepted                    // answered with Accept
	Rejected                    // answered with Reject
)

// Follow is one actor following another.
type Follow struct {
	ID       ID
	IRI      string // of the Follow activity
	Follower ID
	Followee ID
	State    FollowState
	At       time.Time

	HideBoosts bool // the follower does not want to see what the followed boosts
}

// Like is an actor's like of a post.
type Like struct {
	ID   ID
	IRI  string
	Post ID
	By   ID
	At   time.Time
}

// Boost is an actor's Announce of a post.
type Boost struct {
	ID         ID
	IRI        string
	Post       ID
	By         ID
	Visibility Visibility
	At         time.Time
}

// Bookmark is an actor of ours keeping a post.
type Bookmark struct {
	ID   ID
	Post ID
	By   ID
	At   time.Time
}

// Block is one actor wanting nothing of another.
type Block struct {
	ID     ID
	IRI    string
	By     ID
	Target ID
	At     time.Time
}

// Relationship is how the owner and another actor stand.
type Relationship struct {
	Actor       ID
	Following   bool // the owner follows, accepted
	Requested   bool // the owner asked to follow
	FollowedBy  bool
	RequestedBy bool // they asked to follow the owner
	Blocking    bool
	BlockedBy   bool

	HidingBoosts        bool // the owner follows, and does not want to see their boosts
	Muting              bool
	MutingNotifications bool
	MutedUntil          time.Time // zero: for good, where muted
}
