package social

import "time"

// Blocklist is a list of blocks elsewhere that is read every day.
type Blocklist struct {
	ID      ID
	URL     string
	Mild    bool // who is suspended by it is silenced here
	At      time.Time
	TriedAt time.Time
	ReadAt  time.Time
	Trouble string // why it could not be read, "" when it could

	Domains int // that it names
	Held    int // of which wait for the owner's word
}

// Blocklists are read every day; one that cannot be read is tried again after an hour.
const (
	blocklistEvery = Day
	blocklistRetry = time.Hour
)

// Due reports whether it is time to read the list.
func (l Blocklist) Due(now time.Time) bool {
	wait := blocklistEvery
	if l.Trouble != "" {
		wait = blocklistRetry
	}
	return !now.Before(l.TriedAt.Add(wait))
}

// Block gives the block that a line of the list comes to, and whether it comes to any:
// an exception of others is none of the owner's.
func (l Blocklist) Block(line ListedBlock) (b DomainBlock, any bool) {
	b = line.Over(DomainBlock{})
	if l.Mild {
		b.Severity = min(b.Severity, Silenced)
	}
	b.List = l.ID
	return b, b.Severity > Unlimited || b.RejectMedia || b.RejectReports
}
