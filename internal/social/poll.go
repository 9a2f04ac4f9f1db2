package social

import (
	"slices"
	"strings"
	"time"
)

// Poll is what a Question asks.
type Poll struct {
	Multiple bool         `json:"multiple,omitempty"`
	Options  []PollOption `json:"options"`
	EndsAt   time.Time    `json:"endsAt,omitzero"`
	ClosedAt time.Time    `json:"closedAt,omitzero"`
	Voters   int          `json:"voters,omitempty"`
	Secret   bool         `json:"secret,omitempty"` // how it stands is shown when it is over
}

// PollOption is one answer and its votes.
type PollOption struct {
	Name  string `json:"name"`
	Votes int    `json:"votes"`
}

// Over reports whether nobody can vote any more.
func (p *Poll) Over(at time.Time) bool {
	return !p.ClosedAt.IsZero() || !p.EndsAt.IsZero() && !p.EndsAt.After(at)
}

// Tells reports whether the votes may be shown.
func (p *Poll) Tells(at time.Time) bool { return !p.Secret || p.Over(at) }

// Choice gives the number of an answer, -1 when it is none of them.
func (p *Poll) Choice(name string) int {
	return slices.IndexFunc(p.Options, func(o PollOption) bool { return o.Name == name })
}

// Same reports whether another version of a poll asks the same, so that votes in it
// still mean what they meant.
func (p *Poll) Same(other *Poll) bool {
	if p == nil || other == nil {
		return p == other
	}
	return p.Multiple == other.Multiple && slices.EqualFunc(p.Options, other.Options, func(a, b PollOption) bool { return a.Name == b.Name })
}

// Vote is somebody's choice of one answer.
type Vote struct {
	ID     ID
	Post   ID
	By     ID
	Choice int // which answer
	At     time.Time
}

// CheckVote says what of a vote breaks the poll's rules.
func (p *Poll) CheckVote(choices []int, at time.Time) error {
	switch {
	case p.Over(at):
		return Faultf(Unprocessable, "the poll has ended")
	case len(choices) == 0:
		return Faultf(Unprocessable, "choose an answer of the poll")
	case len(choices) > 1 && !p.Multiple:
		return Faultf(Unprocessable, "choose one answer: this poll takes no more")
	}
	for i, c := range choices {
		if c < 0 || c >= len(p.Options) || slices.Contains(choices[:i], c) {
			return Faultf(Unprocessable, "choose each answer of the poll once at most")
		}
	}
	return nil
}

// Ballot is a poll that the owner wants to begin.
type Ballot struct {
	Options  []string
	Multiple bool
	Secret   bool
	For      time.Duration
}

// Limits of the owner's polls; those of Mastodon, which cuts what is longer.
const (
	MinOptions     = 2
	MaxOptions     = 4
	MaxOptionRunes = 50
	MinPoll        = 5 * time.Minute
	MaxPoll        = 2629746 * time.Second // a month
)

// Check says what of the ballot breaks a rule; none breaks none.
func (b *Ballot) Check() error {
	if b == nil {
		return nil
	}
	if n := len(b.Options); n < MinOptions || n > MaxOptions {
		return Faultf(Unprocessable, "the poll has %d answers; it needs %d to %d", n, MinOptions, MaxOptions)
	}
	for i, o := range b.Options {
		switch n := runes(o); {
		case strings.TrimSpace(o) == "":
			return Faultf(Unprocessable, "an answer of the poll is empty")
		case n > MaxOptionRunes:
			return Faultf(Unprocessable, "an answer of the poll has %d characters; %d are allowed", n, MaxOptionRunes)
		case slices.Contains(b.Options[:i], o):
			return Faultf(Unprocessable, "two answers of the poll are the same")
		}
	}
	if b.For < MinPoll || b.For > MaxPoll {
		return Faultf(Unprocessable, "the poll must run for five minutes to a month")
	}
	return nil
}

// Poll is the poll as it begins.
func (b *Ballot) Poll(at time.Time) *Poll {
	p := &Poll{Multiple: b.Multiple, Secret: b.Secret, EndsAt: at.Add(b.For)}
	for _, o := range b.Options {
		p.Options = append(p.Options, PollOption{Name: o})
	}
	return p
}
