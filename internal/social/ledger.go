package social

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// RelayPeriod is what was counted of a relay in an hour or a day.
type RelayPeriod struct {
	At     time.Time // its beginning
	Counts map[RelayCount]int
}

// N is what was counted under a name.
func (p RelayPeriod) N(what string) int { return p.Counts[RelayCount(what)] }

// Dropped sums what rules dropped.
func (p RelayPeriod) Dropped() int { return p.sum(func(c RelayCount) bool { return c.Rule() != "" }) }

// Unlooked sums what nobody looked at.
func (p RelayPeriod) Unlooked() int { return p.Counts[RelayUnbelieved] + p.Counts[RelayOverflow] }

func (p RelayPeriod) sum(is func(RelayCount) bool) (n int) {
	for what, count := range p.Counts {
		if is(what) {
			n += count
		}
	}
	return n
}

// Whats are what was counted, in the order of their names.
func (p RelayPeriod) Whats() []RelayCount { return slices.Sorted(maps.Keys(p.Counts)) }

// Rule is the rule that dropped what is counted; "" when none did.
func (c RelayCount) Rule() string {
	if rule, is := strings.CutPrefix(string(c), string(RelayFiltered)+" "); is {
		return rule
	}
	return ""
}

// NamedAlso counts what another relay has named before.
func NamedAlso(by ID) RelayCount { return RelayCount("also " + by.String()) }

// Used is how often something occurs.
type Used struct {
	Name string
	N    int
}

// RelayStock is what is here of what a relay brought first.
type RelayStock struct {
	Posts    int // all
	Looked   int // the newest of them, of which the rest tells
	Touched  int // the owner did something with it, or with what stands below it
	Home     int // came into home
	Read     int // of these, above where the owner has read to
	Database int64
	Media    int64
	// The most frequent ones. A post without a language has the name "".
	Languages, Tags []Used
}

// Share is what a part of those that were looked at is of all.
func (s RelayStock) Share(n int64) int64 {
	if s.Looked == 0 {
		return 0
	}
	return int64(float64(n) / float64(s.Looked) * float64(s.Posts))
}

// Bytes is about what all of its posts take, media among them.
func (s RelayStock) Bytes() int64 { return s.Share(s.Database + s.Media) }

// DefaultPrice is what a GB costs in a month at Cloudflare R2, in dollars.
const DefaultPrice = 0.015

// Cost is what bytes cost in a month at a price for a GB.
func Cost(bytes int64, price float64) float64 { return float64(bytes) / 1e9 * price }
