package social

import "time"

// Host is a server that we deliver to, and how it has answered.
type Host struct {
	Name      string
	OKAt      time.Time // last taken; zero for never
	FailedAt  time.Time // last failure; zero for never
	LastError string    // of the last failure, in an operator's words

	FailingSince time.Time // zero while it answers
	Failures     int       // in a row
	OpenUntil    time.Time // the breaker is open: nobody but a probe tries before; zero: closed
	SlowUntil    time.Time // it lets us wait: it is served apart
	Paused       bool      // the owner wants nothing sent
	NewerAt      time.Time // a signature by RFC 9421 was taken where the older one was not
}

// HostState is how a host stands, in one word.
type HostState string

const (
	HostHealthy HostState = "healthy"
	HostSlow    HostState = "slow"
	HostFailing HostState = "failing"
	HostDormant HostState = "dormant"
	HostPaused  HostState = "paused"
)

// DormantAge is how long a host fails without an answer before it is dormant.
const DormantAge = 7 * 24 * time.Hour

// The rules of the breaker.
const (
	breakAfter  = 5                  // failures in a row
	breakSpread = 10 * time.Minute   // over at least this time: a burst breaks nothing
	firstProbe  = time.Minute        // then twice as long after each failed probe
	lastProbe   = time.Hour          // at most
	dormantWait = 24 * time.Hour     // between probes of a dormant host
	slowTime    = time.Hour          // how long a slow answer is remembered
	newerTime   = 7 * 24 * time.Hour // how long the newer signature is tried first
)

// SlowAnswer is how long an answer may take before a host counts as slow.
const SlowAnswer = 5 * time.Second

// State says how the host stands.
func (h Host) State(now time.Time) HostState {
	switch {
	case h.Paused:
		return HostPaused
	case h.FailingSince.IsZero() && now.Before(h.SlowUntil):
		return HostSlow
	case h.FailingSince.IsZero():
		return HostHealthy
	case now.Sub(h.FailingSince) >= DormantAge:
		return HostDormant
	}
	return HostFailing
}

// Newer reports whether RFC 9421 is what the host takes.
func (h Host) Newer(now time.Time) bool { return now.Sub(h.NewerAt) < newerTime }

// Answered notes that the host lives, taken whether it took what it was sent. It
// reports whether it had been failing: then all that waits for it may go.
func (h *Host) Answered(at time.Time, taken bool) (revived bool) {
	revived = !h.FailingSince.IsZero()
	h.FailingSince, h.Failures, h.OpenUntil = time.Time{}, 0, time.Time{}
	if taken {
		h.OKAt = at
	}
	return revived
}

// Failed notes that the host did not answer, or not in order; after is for how long
// it wants to be left alone, zero when it did not say. Failures that are spread
// over time open the breaker.
func (h *Host) Failed(at time.Time, why string, after time.Duration) {
	if h.FailingSince.IsZero() {
		h.FailingSince = at
	}
	h.Failures++
	h.OpenUntil = h.nextProbe(at)
	if hold := at.Add(after); after > 0 && hold.After(h.OpenUntil) {
		h.OpenUntil = hold
	}
	h.FailedAt, h.LastError = at, why
}

// nextProbe says until when the breaker is open after a failure; zero: it is not.
// The pause grows with each probe that fails, not with each failure: a hundred
// deliveries at once may have failed before it opened.
func (h *Host) nextProbe(at time.Time) time.Time {
	spread := at.Sub(h.FailingSince)
	switch {
	case at.Before(h.OpenUntil):
		return h.OpenUntil // another attempt of the same round has opened it
	case spread >= DormantAge:
		return at.Add(dormantWait)
	case h.Failures < breakAfter || spread < breakSpread:
		return time.Time{}
	case h.OpenUntil.IsZero():
		return at.Add(firstProbe)
	}
	return at.Add(min(max(2*h.OpenUntil.Sub(h.FailedAt), firstProbe), lastProbe))
}

// Took notes how long an attempt lasted.
func (h *Host) Took(at time.Time, long time.Duration) {
	if long >= SlowAnswer {
		h.SlowUntil = at.Add(slowTime)
	} else {
		h.SlowUntil = time.Time{}
	}
}
