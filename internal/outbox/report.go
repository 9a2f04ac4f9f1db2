package outbox

import (
	"context"

	"skerry/internal/social"
	"skerry/internal/store"
)

// Report notes what the owner says is wrong with somebody and some of their posts.
// When it is to be forwarded, their server is told; the server's own actor says it,
// so that they do not learn who did. What is done about it is theirs to decide.
func (p *Publisher) Report(ctx context.Context, r social.Report, posts []social.ID) (social.Report, error) {
	_, who, err := p.other(ctx, r.Target)
	if err != nil {
		return r, err
	}
	if err := r.Check(); err != nil {
		return r, err
	}
	server, err := p.identity.Server(ctx)
	if err != nil {
		return r, err
	}
	if r.Posts, err = p.reported(ctx, who, posts); err != nil {
		return r, err
	}
	r.ID, r.IRI, r.Local, r.From, r.At = p.db.IDs().New(), p.activityIRI(server), true, server.ID, p.db.Now()
	r.Forwarded = r.Forwarded && !who.Local
	return r, p.db.InTx(ctx, func(tx *store.Tx) error {
		if _, err := tx.AddReport(ctx, r); err != nil || !r.Forwarded {
			return err
		}
		// It is about itself: what is undone with its person must not take it back.
		return p.say(ctx, tx, statement{
			iri: r.IRI, kind: "Flag", by: server, object: r.IRI, visibility: social.Direct,
			targets:  []store.Target{targetOf(who, who.DeliveryInbox())},
			document: p.build.Flag(r.IRI, server.IRI, who.IRI, r.Posts, r.Comment),
		})
	})
}

// reported gives the addresses of posts that must be somebody's.
func (p *Publisher) reported(ctx context.Context, who social.Actor, ids []social.ID) ([]string, error) {
	if len(ids) > social.MaxReported {
		return nil, social.Faultf(social.Unprocessable, "a report is about %d posts at most", social.MaxReported)
	}
	posts, err := p.VisibleOf(ctx, ids)
	if err != nil {
		return nil, err
	}
	var iris []string
	for _, id := range ids {
		post, ok := posts[id]
		if !ok || post.Author != who.ID {
			return nil, social.Faultf(social.Unprocessable, "%d is no post of %s that is here", id, who.Handle())
		}
		iris = append(iris, post.IRI)
	}
	return iris, nil
}

// ForgetReport forgets a report of the owner's, or one about them. Nobody is told.
func (p *Publisher) ForgetReport(ctx context.Context, id social.ID) error {
	return p.db.InTx(ctx, func(tx *store.Tx) error { return tx.DropReport(ctx, id) })
}
