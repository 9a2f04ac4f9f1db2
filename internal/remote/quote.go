package remote

import (
	"context"
	"time"

	"skerry/internal/activitypub"
	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/transport"
)

// quoteFetches is how many requests a quote may lead to: the quoted post, whoever
// wrote it, and the document that allows it, with what redirects they have.
const quoteFetches = 10

// Quote finds out whether what a post quotes may be shown, and stores that. The
// quoted post is fetched when it is not here; what that one quotes in turn is not.
// It says in a few words what came of it, "" when there was nothing to find out. An
// error means that it may be known later.
func (f *Finder) Quote(ctx context.Context, p social.Post) (outcome string, err error) {
	if !p.Quote.Due(f.db.Now()) {
		return "", nil
	}
	ctx = transport.WithBudget(ctx, quoteFetches)
	quoted, err := f.quoted(ctx, p.Quote.IRI)
	switch {
	case social.Is(err, social.NotFound), social.Is(err, social.Gone), social.Is(err, social.Forbidden), social.Is(err, social.Invalid):
		return "the quoted post cannot be had", f.judge(ctx, p, p.Quote.IRI, p.Quote.State)
	case err != nil:
		return "", err
	}
	state, err := f.quotable(ctx, p, quoted)
	if err != nil {
		return "", err
	}
	return outcomes[state], f.judge(ctx, p, quoted.IRI, state)
}

// judged gives a post whose quote has been looked at, as far as it could.
func (f *Finder) judged(ctx context.Context, p social.Post) social.Post {
	if p.Quote == nil {
		return p
	}
	if _, err := f.Quote(ctx, p); err != nil {
		f.log.Debug("what is quoted could not be had", "iri", p.Quote.IRI, "err", err)
	}
	if now, err := f.db.Post(ctx, p.ID); err == nil {
		return now
	}
	return p
}

var outcomes = map[social.QuoteState]string{
	social.QuotePending: "the quote is not allowed yet", social.QuoteAllowed: "the quote may be shown",
	social.QuoteRefused: "the quote is not allowed", social.QuoteRevoked: "the quote is not allowed any more",
}

func (f *Finder) judge(ctx context.Context, p social.Post, quoted string, state social.QuoteState) error {
	return f.db.InTx(ctx, func(tx *store.Tx) error {
		return tx.JudgeQuote(ctx, p.ID, *p.Quote, quoted, state, f.db.Now())
	})
}

// quoted gives a quoted post, fetched when it is not here.
func (f *Finder) quoted(ctx context.Context, iri string) (social.Post, error) {
	p, err := f.storedQuoted(ctx, iri)
	if social.Is(err, social.NotFound) {
		p, err = f.Post(ctx, iri)
	}
	return p, err
}

// storedQuoted gives a stored post by its id, or by its page, which some servers name.
// Anybody can say that their page is there: it must be of the same origin.
func (f *Finder) storedQuoted(ctx context.Context, iri string) (social.Post, error) {
	iri = f.ownIRI(iri)
	p, err := f.db.PostByIRI(ctx, iri)
	if !social.Is(err, social.NotFound) {
		return p, err
	}
	if p, err = f.db.PostByURL(ctx, iri); err == nil && !activitypub.SameOrigin(p.IRI, iri) {
		err = social.Faultf(social.NotFound, "no such post")
	}
	return p, err
}

// quotable says whether a post may quote another one. Consent is believed only
// from a document that lives where the quoted author lives, and that names both
// posts: the author of the quoting post alone proves nothing. [FEP-044f]
func (f *Finder) quotable(ctx context.Context, p, quoted social.Post) (social.QuoteState, error) {
	q := p.Quote
	switch {
	case q.Freely(p.Author, quoted.Author):
		return social.QuoteAllowed, nil
	case q.Stamp == "":
		return social.QuotePending, nil // its author may have asked, and will tell when there is an answer
	case f.urls.Own(q.Stamp) || !activitypub.SameOrigin(q.Stamp, quoted.AuthorIRI):
		return social.QuoteRefused, nil
	}
	stamp, err := f.fetch(ctx, q.Stamp, true)
	switch {
	case social.Is(err, social.NotFound), social.Is(err, social.Gone):
		if q.State == social.QuoteAllowed {
			return social.QuoteRevoked, nil
		}
		return social.QuoteRefused, nil
	case social.Is(err, social.Invalid):
		return social.QuoteRefused, nil
	case err != nil:
		return q.State, err
	}
	if !activitypub.SameOrigin(stamp.ID(), quoted.AuthorIRI) || !activitypub.Allows(stamp, p.IRI, quoted) {
		return social.QuoteRefused, nil
	}
	return social.QuoteAllowed, nil
}

// linkQuote names a quoted post that is stored by its id.
func (f *Finder) linkQuote(ctx context.Context, p *social.Post) error {
	if p.Quote == nil {
		return nil
	}
	quoted, err := f.storedQuoted(ctx, p.Quote.IRI)
	if social.Is(err, social.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	p.Quote.IRI, p.Quote.Post = quoted.IRI, quoted.ID
	return nil
}

// JobQuote is the kind of the job that Quote is done by; it names the post.
const JobQuote = "quote"

// maxQuoteJobs is how many quotes wait to be looked at. Others are looked at when
// the owner does.
const maxQuoteJobs = 10_000

// QuoteJob is the job of finding out about a post's quote.
func QuoteJob(post social.ID, now time.Time) store.Job {
	return store.Job{Lane: store.LaneFetch, Kind: JobQuote, Once: post.String(), Due: now, Most: maxQuoteJobs}
}

// DoQuote does such a job.
func (f *Finder) DoQuote(ctx context.Context, j store.Job) (string, error) {
	id, err := social.ParseID(j.Once)
	if err != nil {
		return "", err
	}
	p, err := f.db.Post(ctx, id)
	if err != nil {
		return "", err
	}
	outcome, err := f.Quote(ctx, p)
	if err == nil && outcome == "" {
		outcome = "known already"
	}
	return outcome, err
}
