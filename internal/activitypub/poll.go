package activitypub

import "skerry/internal/social"

// pollOf reads what a Question asks, nil when there is nothing to choose; counts
// below zero are zero.
func pollOf(o Object) *social.Poll {
	if o.Type() != "Question" {
		return nil
	}
	options := o.Objs("oneOf")
	p := &social.Poll{EndsAt: o.Time("endTime"), ClosedAt: o.Time("closed")}
	if len(options) == 0 {
		options, p.Multiple = o.Objs("anyOf"), true
	}
	if len(options) == 0 {
		return nil
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

// asked puts a poll on its Question. [AS2 3.5]
func asked(o Object, p *social.Poll) {
	if p == nil {
		return
	}
	options := make([]Object, len(p.Options))
	for i, c := range p.Options {
		options[i] = Object{"type": "Note", "name": c.Name, "replies": Object{"type": "Collection", "totalItems": c.Votes}}
	}
	key := "oneOf"
	if p.Multiple {
		key = "anyOf"
	}
	o[key], o["votersCount"] = options, p.Voters
	if !p.EndsAt.IsZero() {
		o["endTime"] = stamp(p.EndsAt)
	}
	if !p.ClosedAt.IsZero() {
		o["closed"] = stamp(p.ClosedAt)
	}
}
