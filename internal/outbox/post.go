package outbox

import (
	"context"
	"fmt"
	"time"

	"skerry/internal/markup"
	"skerry/internal/remote"
	"skerry/internal/social"
	"skerry/internal/store"
)

// Post publishes what the owner wrote. also, when not nil, runs in the same
// transaction: what must be remembered with the post.
func (p *Publisher) Post(ctx context.Context, d social.Draft, also func(*store.Tx, social.Post) error) (social.Post, error) {
	owner, err := p.owner(ctx)
	if err != nil {
		return social.Post{}, err
	}
	post, err := p.write(ctx, owner, d)
	if err != nil {
		return social.Post{}, err
	}
	err = p.db.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.AddPost(ctx, post, remote.FoldTags(post)); err != nil {
			return err
		}
		if err := p.attach(ctx, tx, post); err != nil {
			return err
		}
		if err := p.awaitEnd(ctx, tx, post); err != nil {
			return err
		}
		if also != nil {
			if err := also(tx, post); err != nil {
				return err
			}
		}
		if err := tx.AddHome(ctx, store.HomeEntry{ID: post.ID, Post: post.ID, By: owner.ID}); err != nil {
			return err
		}
		targets, err := p.audience(ctx, tx.Reader, owner, post)
		if err != nil {
			return err
		}
		iri := p.activityIRI(owner)
		return p.say(ctx, tx, statement{
			iri: iri, kind: "Create", by: owner, object: post.IRI, post: post.ID, listed: true,
			visibility: post.Visibility, document: p.build.Create(iri, post, owner), targets: targets,
		})
	})
	return post, err
}

// write makes a post of a draft; those it names are looked up first.
func (p *Publisher) write(ctx context.Context, owner social.Actor, d social.Draft) (social.Post, error) {
	if err := d.Check(markup.Count); err != nil {
		return social.Post{}, err
	}
	id := p.db.IDs().New()
	post := social.Post{
		ID: id, IRI: p.build.URLs.Post(owner.Username, id), URL: p.build.URLs.PostPage(owner.Username, id),
		Author: owner.ID, AuthorIRI: owner.IRI, Local: true, Kind: social.Note,
		Visibility: d.Visibility, Context: p.build.URLs.Context(owner.Username, id),
		Published: p.db.Now().Truncate(time.Millisecond),
	}
	if d.Poll != nil {
		post.Kind, post.Poll = social.Question, d.Poll.Poll(post.Published)
	}
	var parent social.Post
	var err error
	if d.InReplyTo != 0 {
		if parent, err = p.visible(ctx, owner, d.InReplyTo); err != nil {
			return post, fmt.Errorf("the post to answer: %w", err)
		}
		post.Parent, post.InReplyTo = parent.ID, parent.IRI
		if parent.Context != "" {
			post.Context = parent.Context
		}
	}
	if post.Attachments, err = p.attached(ctx, d, nil); err != nil {
		return post, err
	}
	if err := p.fill(ctx, &post, d); err != nil {
		return post, err
	}
	p.address(&post, owner, parent)
	return post, nil
}

// address says whom a post is for. The author who is answered hears of it also
// when not named.
func (p *Publisher) address(post *social.Post, owner social.Actor, parent social.Post) {
	post.To, post.Cc = p.build.Address(post.Visibility, owner, post.Mentions)
	if parent.ID != 0 && parent.Author != owner.ID && post.Visibility != social.Direct && !post.Names(parent.Author) {
		post.Cc = append(post.Cc, parent.AuthorIRI)
	}
}

// fill puts the draft's text into a post.
func (p *Publisher) fill(ctx context.Context, post *social.Post, d social.Draft) error {
	links := markup.Links{Mentions: map[string]markup.Mention{}, TagURL: p.build.URLs.Tag}
	post.Mentions = nil
	for _, handle := range markup.Handles(d.Text) {
		a, err := p.named(ctx, handle)
		if err != nil {
			p.log.Debug("a handle in a post was not found", "actor", handle, "err", err)
			continue // stays plain text
		}
		if !post.Names(a.ID) {
			post.Mentions = append(post.Mentions, social.Mention{Actor: a.ID, IRI: a.IRI, Handle: a.Handle(), URL: pageOf(a)})
		}
		links.Mentions[handleKey(handle)] = markup.Mention{Handle: handle, URL: pageOf(a), Name: a.Username}
	}
	post.Source, post.Content = d.Text, markup.Format(d.Text, links)
	post.Warning, post.Sensitive, post.Language = d.Warning, d.Sensitive || d.Warning != "", d.Language
	post.Hashtags = markup.Hashtags(d.Text)
	var err error
	post.Emojis, err = p.emojisIn(ctx, post.Emojis, d.Text, d.Warning)
	return err
}

// Edit replaces text and media of a post of the owner's. Audience and place stay.
func (p *Publisher) Edit(ctx context.Context, id social.ID, d social.Draft) (social.Post, error) {
	owner, old, err := p.own(ctx, id)
	if err != nil {
		return social.Post{}, err
	}
	d.Visibility, d.InReplyTo = old.Visibility, old.Parent
	if d.Media == nil {
		for _, a := range old.Attachments {
			d.Media = append(d.Media, a.Medium)
		}
	}
	if err := d.Check(markup.Count); err != nil {
		return old, err
	}
	if d.Poll != nil && !d.Poll.Poll(old.Published).Same(old.Poll) {
		return old, social.Faultf(social.Unprocessable, "what a post asks cannot be changed: delete it and write it again")
	}
	post := old
	if post.Attachments, err = p.attached(ctx, d, old.Attachments); err != nil {
		return old, err
	}
	if err := p.fill(ctx, &post, d); err != nil {
		return old, err
	}
	parent, err := p.db.Post(ctx, old.Parent)
	if err != nil && !social.Is(err, social.NotFound) {
		return old, err
	}
	p.address(&post, owner, parent)
	post.Edited = p.db.Now().Truncate(time.Millisecond)
	err = p.db.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.EditPost(ctx, old, post, remote.FoldTags(post)); err != nil {
			return err
		}
		if post.Poll != nil {
			counted, err := tx.CountVotes(ctx, post.ID) // some may have come since it was read
			if err != nil {
				return err
			}
			post.Poll = counted.Poll
		}
		if err := p.reattach(ctx, tx, post, post.Edited); err != nil {
			return err
		}
		targets, err := p.reach(ctx, tx.Reader, owner, post)
		if err != nil {
			return err
		}
		iri := p.activityIRI(owner)
		return p.say(ctx, tx, statement{
			iri: iri, kind: "Update", by: owner, object: post.IRI, post: post.ID, visibility: post.Visibility, targets: targets,
			document: p.build.Update(iri, p.build.Post(post, owner), owner.IRI, post.To, post.Cc, post.Edited),
		})
	})
	return post, err
}

// Delete takes a post of the owner's back, also what of it still waits to be
// sent. Its address answers 410 from then on; that of a post which few could read
// answers as if it had never been there.
func (p *Publisher) Delete(ctx context.Context, id social.ID) error {
	owner, post, err := p.own(ctx, id)
	if err != nil {
		return err
	}
	now := p.db.Now()
	return p.db.InTx(ctx, func(tx *store.Tx) error {
		targets, err := p.reach(ctx, tx.Reader, owner, post)
		if err != nil {
			return err
		}
		if err := tx.CancelDeliveries(ctx, post.IRI, "deleted before it was sent", now); err != nil {
			return err
		}
		if post.Visibility.Open() {
			t := store.Tombstone{IRI: post.IRI, FormerType: string(post.Kind), Actor: owner.IRI, Local: true, At: now}
			if err := tx.Bury(ctx, t); err != nil {
				return err
			}
		}
		if err := tx.LoosenMediaOf(ctx, post.ID, now); err != nil {
			return err
		}
		if err := tx.DropPost(ctx, post.ID); err != nil {
			return err
		}
		iri := p.activityIRI(owner)
		return p.say(ctx, tx, statement{
			iri: iri, kind: "Delete", by: owner, object: post.IRI, visibility: post.Visibility, targets: targets,
			document: p.build.Delete(iri, owner.IRI, post.IRI, string(post.Kind), post.To, post.Cc, now),
		})
	})
}

// Pin shows a post of the owner's on top of the profile; Unpin takes it off.
func (p *Publisher) Pin(ctx context.Context, id social.ID) error { return p.pin(ctx, id, true) }

// Unpin takes a post off the top of the profile.
func (p *Publisher) Unpin(ctx context.Context, id social.ID) error { return p.pin(ctx, id, false) }

func (p *Publisher) pin(ctx context.Context, id social.ID, on bool) error {
	owner, post, err := p.own(ctx, id)
	if err != nil {
		return err
	}
	if on && post.Visibility == social.Direct {
		return social.Faultf(social.Unprocessable, "a direct post cannot be pinned")
	}
	return p.db.InTx(ctx, func(tx *store.Tx) error {
		changed, err := p.setPin(ctx, tx, owner, post, on)
		if err != nil || !changed || !post.Visibility.Open() {
			return err
		}
		targets, err := followerTargets(ctx, tx.Reader, owner)
		if err != nil {
			return err
		}
		iri := p.activityIRI(owner)
		s := statement{iri: iri, kind: "Add", by: owner, object: post.IRI, targets: targets}
		s.document = p.build.Add(iri, owner.IRI, post.IRI, owner.Featured)
		if !on {
			s.kind, s.document = "Remove", p.build.Remove(iri, owner.IRI, post.IRI, owner.Featured)
		}
		return p.say(ctx, tx, s)
	})
}

func (p *Publisher) setPin(ctx context.Context, tx *store.Tx, owner social.Actor, post social.Post, on bool) (bool, error) {
	if !on {
		return tx.DropPin(ctx, owner.ID, post.ID)
	}
	pins, err := tx.Pins(ctx, owner.ID)
	if err != nil {
		return false, err
	}
	added, err := tx.PutPin(ctx, owner.ID, post.ID, p.db.Now())
	if added && len(pins) >= social.MaxPins {
		return false, social.Faultf(social.Unprocessable, "%d posts are pinned already: unpin one first", social.MaxPins)
	}
	return added, err
}

// own gives the owner and a post that must be theirs.
func (p *Publisher) own(ctx context.Context, id social.ID) (social.Actor, social.Post, error) {
	owner, err := p.owner(ctx)
	if err != nil {
		return owner, social.Post{}, err
	}
	post, err := p.db.Post(ctx, id)
	if err == nil && post.Author != owner.ID {
		err = social.Faultf(social.Forbidden, "this post is somebody else's")
	}
	return owner, post, err
}

// named finds who a handle in the owner's text means: without a host, the owner.
func (p *Publisher) named(ctx context.Context, handle string) (social.Actor, error) {
	if _, host := cutHandle(handle); host == "" {
		return p.db.ActorByHandle(ctx, handle, p.build.URLs.AccountDomain)
	}
	return p.finder.ActorByHandle(ctx, handle)
}

// pageOf is where people look at an actor.
func pageOf(a social.Actor) string {
	if a.URL != "" {
		return a.URL
	}
	return a.IRI
}
