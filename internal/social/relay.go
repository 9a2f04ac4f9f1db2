package social

import (
	"fmt"
	"time"
)

// RelayState is how a relay stands with us.
type RelayState int

const (
	RelayAsked    RelayState = iota // no answer yet
	RelayAccepted                   // what it sends is looked at
	RelayRejected                   // it said no, then or later
	RelaySilent                     // it said yes, and nothing comes
	RelayPaused                     // the owner wants nothing of it for now
	RelayLeaving                    // our leave is on its way to it
	RelayGone                       // left; what it still sends is dropped
)

var relayStates = [...]string{"waiting", "accepted", "refused", "silent", "paused", "leaving", "left"}

// String gives the state in one word.
func (s RelayState) String() string { return relayStates[s] }

// RelayStyle is how a relay is followed.
type RelayStyle string

const (
	RelayMastodon RelayStyle = "mastodon" // Follow of everybody's collection
	RelayLitePub  RelayStyle = "litepub"  // Follow of the relay's actor, which follows back
)

// Relay is a server that passes on what many others publish.
type Relay struct {
	ID       ID
	URL      string // as the owner gave it
	Actor    string // IRI; "" until its answer tells
	Inbox    string
	Name     string // of its actor, plain text
	Software string // as it names itself; "" when it does not
	Style    RelayStyle

	Publishes bool // the owner's public posts go to it

	Follow string // IRI of our last Follow
	State  RelayState
	Reason string // for the state, in words
	Asks   int    // how often it was asked since it last said yes
	Trial  bool   // what it names is judged and counted, and nothing of it is kept

	AddedAt, AskedAt time.Time
	AnsweredAt       time.Time // when it last said yes; zero for never
	HeardAt          time.Time // when it last sent something; zero for never
	RetriedAt        time.Time // when it was last asked again by itself
}

// RelaySilence is how long a relay that said yes may send nothing.
const RelaySilence = 48 * time.Hour

// retryUnconfirmed is how long a relay that sends without having answered is left
// alone before it is asked again.
const retryUnconfirmed = 10 * time.Minute

// Believed reports whether what the relay names is looked at.
func (r Relay) Believed() bool { return r.State == RelayAccepted || r.State == RelaySilent }

// Takes reports whether the owner's public posts are sent to the relay: it lets us in,
// and the owner wants it. It does while the owner takes nothing of it.
func (r Relay) Takes() bool {
	return r.Publishes && !r.AnsweredAt.IsZero() && !r.Left() && r.State != RelayRejected
}

// Left reports whether the owner wants nothing of the relay any more.
func (r Relay) Left() bool { return r.State == RelayLeaving || r.State == RelayGone }

// Unconfirmed reports whether the relay sends though it never answered: its answer
// was lost on the way, as happens.
func (r Relay) Unconfirmed() bool { return r.State == RelayAsked && r.HeardAt.After(r.AskedAt) }

// Says tells how the relay stands, in a sentence.
func (r Relay) Says() string {
	if r.Trial && r.Believed() {
		return r.says() + "; it is on trial, so nothing of it is kept"
	}
	return r.says()
}

func (r Relay) says() string {
	switch {
	case r.Unconfirmed():
		return "it sends, and has not confirmed that it accepted us: ask it again"
	case r.Reason != "":
		return r.Reason
	}
	switch r.State {
	case RelayAsked:
		return "it was asked and has not answered yet; some relays are opened by hand, which takes days"
	case RelayAccepted:
		if r.HeardAt.Before(r.AnsweredAt) {
			return "it said yes, nothing has come yet"
		}
		return "it sends"
	case RelayPaused:
		return "what it sends is dropped until you resume"
	case RelayLeaving:
		return "it is told that we leave"
	case RelayGone:
		return "what it still sends is dropped"
	}
	return ""
}

// Ask notes that a Follow goes out.
func (r *Relay) Ask(iri string, at time.Time) {
	r.Follow, r.State, r.Reason, r.AskedAt = iri, RelayAsked, "", at
	r.Asks++
}

// AskAgain notes that a Follow goes out once more. A relay that said yes stays
// believed meanwhile: some answer only once.
func (r *Relay) AskAgain(iri string, at time.Time) {
	if r.Believed() {
		r.Follow, r.AskedAt = iri, at
		r.Asks++
		return
	}
	r.Ask(iri, at)
}

// Accepted notes its yes. A relay that the owner has paused stays so.
func (r *Relay) Accepted(actor string, at time.Time) {
	r.Actor, r.AnsweredAt, r.Asks = actor, at, 0
	if r.State != RelayPaused {
		r.State, r.Reason = RelayAccepted, ""
	}
}

// Rejected notes its no, whenever it comes.
func (r *Relay) Rejected(at time.Time) {
	r.Reason = "it said no"
	if r.Believed() || r.State == RelayPaused && !r.AnsweredAt.IsZero() {
		r.Reason = "it put us out"
	}
	r.Reason += " on " + at.UTC().Format("2 January 2006")
	r.State, r.AnsweredAt = RelayRejected, time.Time{}
}

// Spoke notes that something of it is taken; it reports whether that ends a silence.
func (r *Relay) Spoke(at time.Time) (ended bool) {
	r.HeardAt = at
	if ended = r.State == RelaySilent; ended {
		r.State, r.Reason = RelayAccepted, ""
	}
	return ended
}

// Pause stops taking what the relay sends. It goes on sending. reason is why, when that
// is not the owner's word.
func (r *Relay) Pause(reason string) error {
	switch r.State {
	case RelayPaused:
		return nil
	case RelayRejected, RelayLeaving, RelayGone:
		return Faultf(Conflict, "nothing is taken of this relay, so there is nothing to pause: %s", r.Says())
	}
	r.State, r.Reason = RelayPaused, reason
	return nil
}

// Leave ends it all: nothing goes to the relay, and nothing of a trial outlives it.
func (r *Relay) Leave(reason string) {
	r.State, r.Reason, r.Publishes, r.Trial = RelayLeaving, reason, false, false
}

// Resume ends a pause.
func (r *Relay) Resume(at time.Time) error {
	switch {
	case r.State != RelayPaused:
		return Faultf(Conflict, "this relay is not paused, it is %s", r.State)
	case r.AnsweredAt.IsZero():
		r.State = RelayAsked
	default:
		r.State = RelayAccepted
		r.AnsweredAt = at // its silence is counted from now
	}
	r.Reason = ""
	return nil
}

// Overdue looks whether something about the relay is wrong that time shows.
// changed: it is silent now; again: it should be asked once more. That happens once to a
// relay that has not answered, and once between two signs of life of one that has.
func (r *Relay) Overdue(now time.Time) (changed, again bool) {
	once := r.RetriedAt.IsZero() || r.HeardAt.After(r.RetriedAt)
	switch {
	case r.Unconfirmed(): // it speaks all the time: once is once
		again = r.Asks <= 1 && now.Sub(r.AskedAt) >= retryUnconfirmed
	case r.State == RelayAccepted && now.Sub(later(r.HeardAt, r.AnsweredAt)) >= RelaySilence:
		changed, again = true, once
		r.State = RelaySilent
		r.Reason = fmt.Sprintf("nothing has come for %d hours, it may have forgotten us", int(RelaySilence.Hours()))
		if again {
			r.Reason += "; it was asked again"
		} else {
			r.Reason += "; it was asked again before: ask it yourself, or leave it"
		}
	}
	if again {
		r.RetriedAt = now
	}
	return changed, again
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// RelayCount is something that is counted of a relay.
type RelayCount string

const (
	RelayReceived   RelayCount = "received"   // hints, all of them
	RelayUnbelieved RelayCount = "unbelieved" // came while nothing is taken of it
	RelayDuplicate  RelayCount = "duplicate"  // known already
	RelayOverflow   RelayCount = "overflow"   // too many waited
	RelayFetched    RelayCount = "fetched"    // the origin was asked
	RelayFailed     RelayCount = "failed"     // and gave nothing that can be used
	RelayStored     RelayCount = "stored"     // posts
	RelayTrial      RelayCount = "trial"      // posts that would have been stored
	RelayRenewed    RelayCount = "renewed"    // posts brought up to date
	RelayRemoved    RelayCount = "removed"    // posts that are gone at their origin
	RelayBytes      RelayCount = "bytes"      // of the stored posts' texts
	RelayFiltered   RelayCount = "filtered"   // dropped by a rule, which Filtered names
)

// Filtered counts what the rule of this name dropped.
func Filtered(rule string) RelayCount { return RelayFiltered + RelayCount(" "+rule) }
