package social

import (
	"slices"
	"time"
)

// The bounds of a report: characters of its comment, and posts.
const (
	MaxReport      = 1000 // as Mastodon's
	MaxReportHeard = 5000
	MaxReported    = 50
)

// Report says what is wrong with somebody: the owner of another server's person, or
// another server of the owner.
type Report struct {
	ID        ID
	IRI       string // of the Flag
	Local     bool   // the owner's; From is then the server's own actor
	From      ID
	Target    ID
	Category  string
	Comment   string   // plain text
	Posts     []string // IRIs of those that it is about
	Forwarded bool     // their server was told
	At        time.Time
}

// reportCategories are the client API's words for what is wrong.
var reportCategories = []string{"other", "spam", "legal", "violation"}

// Check says what of an own report breaks a rule.
func (r Report) Check() error {
	if n := runes(r.Comment); n > MaxReport {
		return Faultf(Unprocessable, "the comment has %d characters; %d are allowed", n, MaxReport)
	}
	if !slices.Contains(reportCategories, r.Category) {
		return Faultf(Unprocessable, "category is other, spam, legal or violation, not %.40q", r.Category)
	}
	return nil
}
