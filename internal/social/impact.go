package social

// Impact is what there is between us and some hosts, which ends when they are suspended.
type Impact struct {
	Hosts     []string
	People    int
	Posts     int // of which
	Touched   int // stay, hidden
	WithMedia int
	Followers int
	Followed  []Actor
	Relays    []Relay // that we follow there
}

// Goes is how many posts are removed.
func (i Impact) Goes() int { return i.Posts - i.Touched }

// Any reports whether anything ends.
func (i Impact) Any() bool { return len(i.Hosts) > 0 || len(i.Relays) > 0 }
