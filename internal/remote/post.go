package remote

import (
	"cmp"
	"context"
	"fmt"
	"html"
	"strings"
	"time"

	"skerry/internal/activitypub"
	"skerry/internal/markup"
	"skerry/internal/social"
	"skerry/internal/store"
)

// Post gives a post by IRI: the stored one, else fetched from its origin and stored.
func (f *Finder) Post(ctx context.Context, iri string) (social.Post, error) {
	iri, err := activitypub.CanonicalIRI(iri)
	if err != nil {
		return social.Post{}, err
	}
	p, err := f.db.PostByIRI(ctx, iri)
	if !social.Is(err, social.NotFound) {
		return p, err
	}
	if f.urls.Own(iri) {
		return social.Post{}, social.Faultf(social.NotFound, "no such post")
	}
	return f.FetchPost(ctx, iri)
}

// FetchPost fetches a post from its origin and stores it, with its author.
func (f *Finder) FetchPost(ctx context.Context, iri string) (social.Post, error) {
	v, err, _ := f.flight.Do("post "+iri, func() (any, error) {
		ctx := cause(context.WithoutCancel(ctx))
		doc, err := f.fetch(ctx, iri, false)
		if err != nil {
			return social.Post{}, err
		}
		return f.KeepPost(ctx, doc)
	})
	return v.(social.Post), err
}

// maxThread is how many posts above one are fetched at most.
const maxThread = 40

// Thread fetches the posts above one, as far as the budget of the cause goes, and
// gives the nearest; the zero Post when that cannot be had.
func (f *Finder) Thread(ctx context.Context, p social.Post) (parent social.Post) {
	ctx = cause(ctx)
	for range maxThread {
		if p.InReplyTo == "" {
			break
		}
		above, err := f.Post(ctx, p.InReplyTo)
		if err != nil {
			f.log.Debug("a post that is answered could not be had", "iri", p.InReplyTo, "err", err)
			break
		}
		if parent.ID == 0 {
			parent = above
		}
		if above.Parent != 0 || above.Local {
			break // what is above it is here
		}
		p = above
	}
	return parent
}

// KeepPost stores a post that its origin served, or gives the stored one.
func (f *Finder) KeepPost(ctx context.Context, doc activitypub.Object) (social.Post, error) {
	p, err := f.ReadPost(ctx, doc)
	if err != nil {
		return social.Post{}, err
	}
	_, err = f.keep(ctx, &p)
	return p, err
}

// keep stores a post that ReadPost gave, and tells nobody of it. When it is stored
// already, p becomes the stored one.
func (f *Finder) keep(ctx context.Context, p *social.Post) (added bool, err error) {
	err = f.db.InTx(ctx, func(tx *store.Tx) error { return f.AddPost(ctx, tx, p) })
	if social.Is(err, social.Conflict) {
		if stored, e := f.db.PostByIRI(ctx, p.IRI); !social.Is(e, social.NotFound) {
			*p = stored
			return false, e
		}
	}
	return err == nil, err
}

// AddPost stores a post that ReadPost gave. The transaction ends as a Conflict when it
// is stored already or, which is rare, another post has its id, and as Gone when its
// author deleted it before it came.
func (f *Finder) AddPost(ctx context.Context, tx *store.Tx, p *social.Post) error {
	p.ID = f.db.IDs().At(p.Published)
	return tx.AddPost(ctx, *p, foldTags(p.Hashtags))
}

// ReadPost reads a post's document, finds its author and those it names, and
// makes its text safe. Whoever calls has checked that doc came from its origin.
// The post must live where its author lives.
func (f *Finder) ReadPost(ctx context.Context, doc activitypub.Object) (social.Post, error) {
	author := doc.IRI("attributedTo")
	p, err := activitypub.ParsePost(doc, "")
	if err != nil {
		return social.Post{}, err
	}
	if p.AuthorIRI != "" {
		author = p.AuthorIRI
	}
	if !activitypub.SameOrigin(p.IRI, author) {
		return social.Post{}, social.Faultf(social.Invalid, "%s does not live where its author %s lives", p.IRI, author)
	}
	a, err := f.Actor(ctx, author)
	if err != nil {
		return social.Post{}, fmt.Errorf("author of %s: %w", p.IRI, err)
	}
	if p, err = activitypub.ParsePost(doc, a.Followers); err != nil {
		return social.Post{}, err
	}
	p.Author, p.AuthorIRI, p.Limits, p.FetchedAt = a.ID, a.IRI, a.Limits, f.db.Now()
	if p.Published.IsZero() || p.Published.After(p.FetchedAt.Add(24*time.Hour)) {
		p.Published = p.FetchedAt
	}
	safePost(&p)
	return p, f.link(ctx, &p)
}

// link connects a post to what is stored: its parent, and the actors it names.
// Nobody is fetched for being named. A direct post whose server names no
// conversation begins one of its own, so that the answers to it are found together.
func (f *Finder) link(ctx context.Context, p *social.Post) error {
	if p.InReplyTo != "" {
		parent, err := f.db.PostByIRI(ctx, f.ownIRI(p.InReplyTo))
		if err == nil {
			p.Parent, p.InReplyTo = parent.ID, parent.IRI
			if p.Context == "" {
				p.Context = parent.Context
			}
		} else if !social.Is(err, social.NotFound) {
			return err
		}
	}
	if p.Context == "" && p.Visibility == social.Direct {
		p.Context = p.IRI
	}
	for i := range p.Mentions {
		a, err := f.db.ActorByIRI(ctx, f.ownIRI(p.Mentions[i].IRI))
		if err == nil {
			p.Mentions[i].Actor, p.Mentions[i].IRI, p.Mentions[i].URL = a.ID, a.IRI, a.URL
			p.Mentions[i].Handle = a.Handle()
		} else if !social.Is(err, social.NotFound) {
			return err
		}
	}
	return f.linkQuote(ctx, p)
}

// ownIRI turns the page address of a thing of ours into its id: some servers
// answer the page.
func (f *Finder) ownIRI(iri string) string {
	if name, id, ok := f.urls.ParsePost(iri); ok {
		return f.urls.Post(name, id)
	}
	if name, ok := f.urls.ParseActor(iri); ok {
		return f.urls.Actor(name)
	}
	return iri
}

// safePost cleans a stranger's post. What is not a Note or a Question is shown
// as title, link and summary.
func safePost(p *social.Post) {
	p.Title = markup.Line(p.Title, 500)
	p.Warning = markup.Line(p.Warning, 2000)
	switch p.Kind {
	case social.Note, social.Question:
		p.Content = markup.Safe(p.Content)
		if p.Quote != nil {
			p.Content = markup.MarkQuote(p.Content, p.Quote.IRI)
		}
	default:
		if p.Kind == social.Article {
			p.Whole = markup.Safe(p.Content)
		}
		summary := p.Warning
		p.Warning = ""
		if p.Sensitive {
			p.Warning = summary
		}
		p.Content = markup.Safe(headline(*p, summary))
	}
	for i := range p.Attachments {
		p.Attachments[i].Alt = markup.Line(p.Attachments[i].Alt, 10000)
	}
	if p.Poll != nil {
		for i := range p.Poll.Options {
			p.Poll.Options[i].Name = markup.Line(p.Poll.Options[i].Name, 500)
		}
	}
}

// headline is how an Article, a Video and their kin are shown.
func headline(p social.Post, summary string) string {
	url := p.URL
	if url == "" {
		url = p.IRI
	}
	title := p.Title
	if title == "" {
		title = url
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<p><a href="%s">%s</a></p>`, html.EscapeString(url), html.EscapeString(title))
	if summary == "" {
		if text := markup.Text(p.Content); len(text) > 0 {
			summary = shorten(text, 500)
		}
	}
	if summary != "" {
		fmt.Fprintf(&b, "<p>%s</p>", html.EscapeString(summary))
	}
	return b.String()
}

// shorten cuts text at a word, with an ellipsis when something is cut.
func shorten(text string, limit int) string {
	r := []rune(text)
	if len(r) <= limit {
		return text
	}
	cut := string(r[:limit])
	if i := strings.LastIndexAny(cut, " \n"); i > limit/2 {
		cut = cut[:i]
	}
	return strings.TrimSpace(cut) + "…"
}

func foldTags(tags []string) []string {
	out := make([]string, 0, len(tags))
	for _, t := range tags {
		out = append(out, markup.FoldTag(t))
	}
	return out
}

// EditedPost reads a newer version of a stored post. Gone, NotFound and Invalid
// as for ReadPost; Conflict when it is no newer than what is stored.
func (f *Finder) EditedPost(ctx context.Context, old social.Post, doc activitypub.Object) (social.Post, error) {
	p, err := f.ReadPost(ctx, doc)
	if err != nil {
		return p, err
	}
	if p.IRI != old.IRI || p.Author != old.Author {
		return p, social.Faultf(social.Forbidden, "an edit of %s must come from its author", old.IRI)
	}
	p.ID, p.Local = old.ID, old.Local
	p.Quote = p.Quote.Since(old.Quote)
	p.Language = cmp.Or(p.Language, old.Language) // which may have been told from its text
	return p, nil
}

// FoldTags gives the keys of a post's hashtags.
func FoldTags(p social.Post) []string { return foldTags(p.Hashtags) }

// Document gives what an address serves, checked to name itself.
func (f *Finder) Document(ctx context.Context, iri string) (activitypub.Object, error) {
	iri, err := f.elsewhere(iri)
	if err != nil {
		return nil, err
	}
	return f.fetch(cause(ctx), iri, true)
}

// DocumentAt is Document for an address that somebody else named: what calls itself
// by an id on another host is refused, and nobody there is asked.
func (f *Finder) DocumentAt(ctx context.Context, iri string) (activitypub.Object, error) {
	iri, err := f.elsewhere(iri)
	if err != nil {
		return nil, err
	}
	ctx = cause(ctx)
	doc, at, err := f.get(ctx, iri, true)
	if err != nil {
		return nil, err
	}
	if !activitypub.SameOrigin(doc.ID(), iri) {
		return nil, social.Faultf(social.Invalid, "what %s answers is not of that host", iri)
	}
	return f.named(ctx, doc, iri, at, true)
}

// elsewhere gives an id as it is asked for, unless it is ours.
func (f *Finder) elsewhere(iri string) (string, error) {
	iri, err := activitypub.CanonicalIRI(iri)
	if err == nil && f.urls.Own(iri) {
		err = social.Faultf(social.Invalid, "%s is ours", iri)
	}
	return iri, err
}

// LookAgain asks the origin of a stored post how the post is now; gone says that it
// is there no more. [AP 7.4]
func (f *Finder) LookAgain(ctx context.Context, old social.Post) (p social.Post, gone bool, err error) {
	doc, err := f.Document(ctx, old.IRI)
	if social.Is(err, social.Gone) || social.Is(err, social.NotFound) || err == nil && doc.Type() == "Tombstone" {
		return old, true, nil
	}
	if err != nil {
		return old, false, err
	}
	p, err = f.EditedPost(ctx, old, doc)
	return p, false, err
}
