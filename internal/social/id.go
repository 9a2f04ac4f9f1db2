package social

import (
	"strconv"
	"sync"
	"time"
)

// ID names a post, an actor or a medium: 42 bits of milliseconds since 1970, ten
// bits of process, eleven of sequence. IDs sort by time, stay positive until
// 2109, all have 19 digits, and are shown as decimal strings.
type ID int64

const (
	idLowBits  = 21
	idSeqBits  = 11
	maxProcess = 1<<(idLowBits-idSeqBits) - 1
)

// Processes is how many processes can make IDs at once.
const Processes = maxProcess + 1

// String gives the decimal form that clients see.
func (id ID) String() string { return strconv.FormatInt(int64(id), 10) }

// Time gives the moment the ID carries, to the millisecond.
func (id ID) Time() time.Time { return time.UnixMilli(int64(id) >> idLowBits).UTC() }

// ParseID reads the decimal form. What is not a positive number, or not written
// as String does, is NotFound: no thing of ours has such a name, and none has two.
func ParseID(s string) (ID, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n <= 0 || ID(n).String() != s {
		return 0, Faultf(NotFound, "no such id")
	}
	return ID(n), nil
}

// FirstIDAt is the smallest ID of that moment, for bounds in queries.
func FirstIDAt(t time.Time) ID { return ID(t.UnixMilli() << idLowBits) }

// IDs makes identifiers that no other process with another number makes. It is
// safe to call at once.
type IDs struct {
	process int64
	now     func() time.Time

	mu    sync.Mutex
	last  int64 // milliseconds of the newest ID
	seq   int64
	there int64 // how many At has made
}

// NewIDs makes a source for one process number (0 to Processes-1).
func NewIDs(process int, now func() time.Time) *IDs {
	return &IDs{process: int64(process & maxProcess), now: now}
}

// New gives the next ID. IDs of one source strictly rise, also while the clock
// stands or steps back: more than 2048 in a millisecond borrow from the next.
func (g *IDs) New() ID {
	g.mu.Lock()
	defer g.mu.Unlock()
	ms := g.now().UnixMilli()
	switch {
	case ms > g.last:
		g.last, g.seq = ms, 0
	case g.seq == 1<<idSeqBits-1:
		g.last, g.seq = g.last+1, 0
	default:
		g.seq++
	}
	return ID(g.last<<idLowBits | g.process<<idSeqBits | g.seq)
}

// At gives an ID for something that happened elsewhere at t, so that it sorts
// among the things of its time. The future and the time before 1990 are not
// believed: they get the present. Many servers tell whole seconds: within one, and
// within a millisecond, the order of the calls decides. Things that come long after
// their second share the last tenth of it, a millisecond for as many as the sequence
// has room for. Its upper half keeps these IDs apart from those of New; the store's
// primary key refuses the rare collision and the job that meets it is tried again.
func (g *IDs) At(t time.Time) ID {
	now := g.now()
	if t.After(now) || t.Year() < 1990 {
		return g.New()
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	const half = 1 << (idSeqBits - 1)
	if t.Nanosecond() == 0 {
		t = t.Add(min(now.Sub(t), time.Duration(900+g.there/half%100)*time.Millisecond))
	}
	seq := half + g.there%half
	g.there++
	return ID(t.UnixMilli()<<idLowBits | g.process<<idSeqBits | seq)
}
