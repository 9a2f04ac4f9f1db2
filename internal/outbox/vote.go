package outbox

import (
	"context"

	"skerry/internal/social"
	"skerry/internal/store"
)

// Vote chooses answers in somebody's poll, once and for all, and tells its author:
// one Note for each answer. Here they count at once; what the author counts is
// fetched a little later. [FEP-9967]
func (p *Publisher) Vote(ctx context.Context, id social.ID, choices []int) error {
	owner, post, author, err := p.reactTo(ctx, id)
	if err != nil {
		return err
	}
	now := p.db.Now()
	switch {
	case post.Poll == nil:
		return social.Faultf(social.NotFound, "this post asks nothing")
	case author.ID == owner.ID:
		return social.Faultf(social.Unprocessable, "this poll is your own")
	}
	if err := post.Poll.CheckVote(choices, now); err != nil {
		return err
	}
	return p.db.InTx(ctx, func(tx *store.Tx) error {
		post, err := tx.Poll(ctx, post.ID)
		if err != nil {
			return err
		}
		if before, err := tx.VotesBy(ctx, owner.ID, []social.ID{post.ID}); err != nil || len(before) > 0 {
			if err == nil {
				err = social.Faultf(social.Unprocessable, "you have voted in this poll already")
			}
			return err
		}
		if err := post.Poll.CheckVote(choices, now); err != nil {
			return err // it was changed a moment ago
		}
		for _, c := range choices {
			if err := p.vote(ctx, tx, owner, post, author, c); err != nil {
				return err
			}
			post.Poll.Options[c].Votes++
		}
		post.Poll.Voters++
		if err := tx.PutPoll(ctx, post); err != nil {
			return err
		}
		return p.watchPoll(ctx, tx, post)
	})
}

// vote stores one choice and tells the author.
func (p *Publisher) vote(ctx context.Context, tx *store.Tx, owner social.Actor, post social.Post, author social.Actor, choice int) error {
	v := social.Vote{ID: p.db.IDs().New(), Post: post.ID, By: owner.ID, Choice: choice, At: p.db.Now()}
	if _, err := tx.AddVote(ctx, v); err != nil {
		return err
	}
	iri := p.activityIRI(owner)
	return p.say(ctx, tx, statement{
		iri: iri, kind: "Create", by: owner, object: post.IRI, visibility: social.Direct, targets: to(author),
		document: p.build.Vote(iri, v, post, owner),
	})
}
