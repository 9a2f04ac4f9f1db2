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
		votes := Object{"type": "Collection"}
		if !p.Secret || !p.ClosedAt.IsZero() {
			votes["totalItems"] = c.Votes
		}
		options[i] = Object{"type": "Note", "name": c.Name, "replies": votes}
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

// Vote tells the author of a Question which answer was chosen: a Note with the
// answer's name and no content. [FEP-9967]
func (b Builder) Vote(id string, v social.Vote, question social.Post, by social.Actor) Object {
	o := envelope("Create", id, by.IRI)
	o["object"] = Embedded(b.VoteNote(v, question, by))
	return addressed(o, []string{question.AuthorIRI}, nil)
}

// VoteNote is the document of a vote of ours.
func (b Builder) VoteNote(v social.Vote, question social.Post, by social.Actor) Object {
	return addressed(Object{
		"@context": contextOf, "id": b.URLs.Vote(by.Username, v.ID), "type": "Note", "attributedTo": by.IRI,
		"inReplyTo": question.IRI, "name": question.Poll.Options[v.Choice].Name,
	}, []string{question.AuthorIRI}, nil)
}
