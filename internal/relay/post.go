package relay

import (
	"context"
	"errors"
	"strings"
	"time"

	"skerry/internal/activitypub"
	"skerry/internal/markup"
	"skerry/internal/remote"
	"skerry/internal/social"
	"skerry/internal/store"
)

// errNoTurn ends the storing of a post that its relay may not bring yet.
var errNoTurn = errors.New("it is not the relay's turn")

// dropped is what comes of a post that a rule drops once its origin was asked; whose is
// the relay whose rule it is, 0 for one of all.
func dropped(rule string, whose social.ID, f *social.RelayFacts) result {
	r := asking(social.Filtered(rule))
	r.whose, r.facts = whose, f
	return r
}

// first looks at what is new, and keeps it when it is a public post of these days that
// the rules let pass. No boost is made of it, nobody is told, and it comes home only for
// a hashtag that the owner follows. On trial nothing is kept.
func (k *Keeper) first(ctx context.Context, h store.Hint, trial bool) result {
	stored, err := k.DB.Storage(ctx)
	if err != nil {
		return result{failed: err}
	}
	if stored.Pressure == social.Over {
		return counted(social.Filtered("no room"))
	}
	book, err := k.DB.RelayRules(ctx)
	if err != nil {
		return result{failed: err}
	}
	if turn, err := k.turn(ctx, book, h.Relay); err != nil || !turn.IsZero() {
		return result{failed: err, wait: turn}
	}
	doc, err := k.Finder.DocumentAt(ctx, h.IRI)
	if err != nil {
		return failure(err)
	}
	p, err := activitypub.ParsePost(doc, "")
	if err != nil {
		return asking(social.Filtered("no post"))
	}
	author, err := k.DB.ActorByIRI(ctx, p.AuthorIRI)
	if err != nil && !social.Is(err, social.NotFound) {
		return result{failed: err}
	}
	what, err := k.unfit(ctx, p, author)
	if err != nil {
		return failure(err)
	}
	if what != "" {
		return asking(what)
	}
	f := factsOf(p, author)
	if rule, whose := book.Judge(h.Relay, f, k.DB.Now()); rule != "" {
		return dropped(rule, whose, &f)
	}
	if trial {
		return k.try(ctx, h, book, p.AuthorIRI, f)
	}
	if p, err = k.Finder.ReadPost(ctx, doc); err != nil {
		return failure(err)
	}
	if p.Limited == social.Suspended {
		return asking(social.Filtered("blocked"))
	}
	if f.Author == nil {
		if author, err = k.DB.ActorByIRI(ctx, p.AuthorIRI); err != nil {
			return result{failed: err}
		}
		f.Author = authorOf(author)
		if rule, whose := book.Judge(h.Relay, f, k.DB.Now()); rule != "" {
			return dropped(rule, whose, &f)
		}
	}
	p.Via, p.Language = h.Relay, f.Language
	r := k.keep(ctx, p, book.Turn(h.Relay))
	r.facts = &f
	return r
}

// try judges a post of a relay on trial to the end, and keeps nothing. Another relay may
// bring it still.
func (k *Keeper) try(ctx context.Context, h store.Hint, book social.RelayBook, author string, f social.RelayFacts) result {
	if f.Author == nil && book.AsksAuthor(h.Relay) {
		doc, err := k.Finder.Document(ctx, author)
		if err != nil {
			return failure(err)
		}
		a, _, err := activitypub.ParseActor(doc)
		if err != nil {
			return failure(err)
		}
		a.Domain = activitypub.Host(a.IRI)
		f.Author = authorOf(a)
		if rule, whose := book.Judge(h.Relay, f, k.DB.Now()); rule != "" {
			return dropped(rule, whose, &f)
		}
	}
	r := asking(social.RelayTrial)
	r.whose, r.facts = h.Relay, &f
	if turn := book.Turn(h.Relay); turn > 0 {
		r.change = func(ctx context.Context, tx *store.Tx) error { return k.takeTurn(ctx, tx, h.Relay, turn) }
	}
	return r
}

// takeTurn takes the turn of a relay; errNoTurn when it is not its turn.
func (k *Keeper) takeTurn(ctx context.Context, tx *store.Tx, relay social.ID, turn time.Duration) error {
	now := k.DB.Now()
	ours, err := tx.TakeTurn(ctx, relay, now, now.Add(turn))
	if err == nil && !ours {
		err = errNoTurn
	}
	return err
}

// turn says how long a relay must wait to bring something; zero: it may now.
func (k *Keeper) turn(ctx context.Context, book social.RelayBook, relay social.ID) (time.Time, error) {
	if book.Turn(relay) == 0 {
		return time.Time{}, nil
	}
	turn, err := k.DB.Turn(ctx, relay)
	if !turn.After(k.DB.Now()) {
		turn = time.Time{}
	}
	return turn, err
}

// keep stores a post; turn is how long its relay then brings none.
func (k *Keeper) keep(ctx context.Context, p social.Post, turn time.Duration) result {
	tagged, err := false, error(nil)
	if p.Limited == social.Unlimited {
		tagged, err = k.DB.FollowsTag(ctx, remote.FoldTags(p))
	}
	if err != nil {
		return result{failed: err}
	}
	r := asking(social.RelayStored)
	r.bytes = size(p)
	r.change = func(ctx context.Context, tx *store.Tx) error {
		if turn > 0 {
			if err := k.takeTurn(ctx, tx, p.Via, turn); err != nil {
				return err
			}
		}
		if err := k.Finder.AddPost(ctx, tx, &p); err != nil || !tagged {
			return err
		}
		return tx.AddHome(ctx, store.HomeEntry{ID: p.ID, Post: p.ID, By: p.Author})
	}
	return r
}

// unfit says why a post is not kept whatever the rules are, before anything else is
// asked for it; author is the zero Actor when nobody knows them.
func (k *Keeper) unfit(ctx context.Context, p social.Post, author social.Actor) (social.RelayCount, error) {
	now := k.DB.Now()
	oldest, err := k.Oldest(ctx)
	if err != nil {
		return "", err
	}
	switch {
	case p.Visibility != social.Public:
		return social.Filtered("not public"), nil
	case !activitypub.SameOrigin(p.IRI, p.AuthorIRI):
		return social.Filtered("other host"), nil
	case p.Published.After(now.Add(ahead)):
		return social.Filtered("in the future"), nil
	case !p.Published.IsZero() && p.Published.Before(now.Add(-oldest)):
		return social.Filtered("too old"), nil
	}
	federation, err := k.DB.Federation(ctx)
	if err != nil {
		return "", err
	}
	b := federation.Of(activitypub.Host(p.AuthorIRI))
	if b.RejectRelayed || b.Severity == social.Suspended || author.Limited == social.Suspended { // that by the domain that it is named by
		return social.Filtered("blocked"), nil
	}
	if author.ID == 0 {
		return "", nil
	}
	owner, err := k.DB.Owner(ctx)
	if err != nil {
		return "", err
	}
	ties, err := k.DB.Ties(ctx, owner.Actor.ID, author.ID)
	if ties.Blocks {
		return social.Filtered("blocked"), err
	}
	return "", err
}

// factsOf tells what rules ask of a post that was just read; author is the zero Actor
// when nobody has looked who it is.
func factsOf(p social.Post, author social.Actor) social.RelayFacts {
	body := markup.Text(p.Content)
	parts := []string{p.Title, p.Warning, body}
	if p.Poll != nil {
		for _, o := range p.Poll.Options {
			parts = append(parts, o.Name)
		}
	}
	for _, a := range p.Attachments {
		parts = append(parts, a.Alt)
	}
	text := strings.Join(parts, "\n")
	warned := p.Warning != "" && (p.Kind == social.Note || p.Kind == social.Question) // of others it is a summary
	f := social.RelayFacts{
		Host: activitypub.Host(p.IRI), Tags: remote.FoldTags(p), Text: markup.Line(text, mostText), Language: p.Language,
		Words: markup.FoldWords(text + "\n" + strings.Join(p.Hashtags, "\n")), Reply: p.InReplyTo != "", Sensitive: p.Sensitive || warned,
		Media: len(p.Attachments) > 0 || p.Kind == social.ImagePost || p.Kind == social.Audio || p.Kind == social.Video,
	}
	if f.Language == "" || social.CheckLanguage(f.Language) != nil {
		f.Language = markup.Language(body)
	}
	if author.ID != 0 {
		f.Author = authorOf(author)
	}
	return f
}

// How much of a post's text is among its facts, in runes, and how many of its hashtags
// are remembered.
const (
	mostText = 400
	mostTags = 30
)

func authorOf(a social.Actor) *social.RelayAuthor {
	return &social.RelayAuthor{Handle: a.Handle(), Bot: a.Kind.Bot(), Since: a.Published}
}

// size is how many bytes the texts of a post take.
func size(p social.Post) int {
	n := len(p.IRI) + len(p.URL) + len(p.Title) + len(p.Warning) + len(p.Content)
	for _, a := range p.Attachments {
		n += len(a.URL) + len(a.Alt) + len(a.Preview)
	}
	return n
}
