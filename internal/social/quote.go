package social

import "time"

// Quote is another post that a post shows within itself.
type Quote struct {
	IRI     string // of the quoted post
	Post    ID     // 0 when that is not stored
	Stamp   string // where its author allows it; "" when no such place is told
	Legacy  bool   // said in a way that knows no consent
	State   QuoteState
	Checked time.Time // when that was found out; zero when never looked at
}

// QuoteState says whether a quote may be shown.
type QuoteState int

const (
	QuotePending QuoteState = iota // not known yet
	QuoteAllowed
	QuoteRefused
	QuoteRevoked // was allowed once
)

// Shown reports whether the quoted post may be shown and is here. Whoever shows it
// must also look whether the reader may see it.
func (q *Quote) Shown() bool { return q != nil && q.State == QuoteAllowed && q.Post != 0 }

// Freely reports whether a post may quote another one without being allowed to by
// its author: everybody may quote themselves, and who quotes in one of the older
// ways could not ask. [FEP-044f]
func (q *Quote) Freely(quoting, quoted ID) bool { return q.Legacy || quoting == quoted }

// Since gives a quote as a newer version of its post says it, with what was found
// out about the same quote before.
func (q *Quote) Since(old *Quote) *Quote {
	if q == nil || old == nil || q.IRI != old.IRI || q.Stamp != old.Stamp || q.Legacy != old.Legacy {
		return q
	}
	return old
}

// Restamped reports whether a newer version of a post quotes the same, and only the
// place where that is allowed has changed.
func (q *Quote) Restamped(old *Quote) bool {
	return q != nil && old != nil && q.IRI == old.IRI && q.Stamp != old.Stamp && q.Legacy == old.Legacy
}

// recheckQuote is the age at which a quote is looked at again when it is met: not
// every server passes on that an author no longer allows it. [FEP-044f]
const recheckQuote = 7 * 24 * time.Hour

// Due reports whether the quote is to be looked at. What was taken back stays so
// until its author tells another place.
func (q *Quote) Due(now time.Time) bool {
	if q == nil || q.State == QuoteRevoked {
		return false
	}
	return q.Checked.IsZero() || q.Stamp != "" && now.Sub(q.Checked) > recheckQuote
}
