package activitypub

import "skerry/internal/social"

// pollOf reads what a Question asks; counts below zero are zero.
func pollOf(o Object) *social.Poll {
	if o.Type() != "Question" {
		return nil
	}
	options := o.Objs("oneOf")
	p := &social.Poll{EndsAt: o.Time("endTime"), ClosedAt: o.Time("closed")}
	if len(options) == 0 {
		options, p.Multiple = o.Objs("anyOf"), true
	}
	for _, c := range options {
		if len(p.Options) == maxOptions {
			break
		}
		votes := 0
		if r := c.Obj("replies"); r != nil {
			votes, _ = r.Int("totalItems")
		}
		p.Options = append(p.Options, social.PollOption{Name: cut(c.Str("name"), 500), Votes: max(votes, 0)})
	}
	p.Voters, _ = o.Int("votersCount")
	p.Voters = max(p.Voters, 0)
	return p
}
