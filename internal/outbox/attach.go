package outbox

import (
	"context"
	"slices"
	"time"

	"skerry/internal/social"
	"skerry/internal/store"
)

// attached gives the uploads that a draft names as its post shows them. Those that
// the post has already stay its own; others must be shown by nothing.
func (p *Publisher) attached(ctx context.Context, d social.Draft, had []social.Attachment) ([]social.Attachment, error) {
	var out []social.Attachment
	for _, id := range d.Media {
		if slices.ContainsFunc(out, func(a social.Attachment) bool { return a.Medium == id }) {
			continue
		}
		a, err := p.upload(ctx, id, had)
		if err != nil {
			return nil, err
		}
		if err := d.Described[id].Apply(&a); err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	return out, nil
}

func (p *Publisher) upload(ctx context.Context, id social.ID, had []social.Attachment) (social.Attachment, error) {
	for _, a := range had {
		if a.Medium == id {
			return a, nil
		}
	}
	m, err := p.db.Medium(ctx, id)
	if social.Is(err, social.NotFound) {
		return m.Shown, social.Faultf(social.Unprocessable, "there is no upload %s: it may have been removed, since no post showed it for a day", id)
	}
	if err == nil && !m.Free() {
		err = alreadyShown(id)
	}
	return m.Shown, err
}

func alreadyShown(id social.ID) error {
	return social.Faultf(social.Unprocessable, "the upload %s is shown by another post or the profile: upload it again", id)
}

// attach makes uploads those of a post, in the transaction that stores the post. An
// upload that another post took meanwhile, or that was removed, undoes it.
func (p *Publisher) attach(ctx context.Context, tx *store.Tx, post social.Post) error {
	for _, a := range post.Attachments {
		key, ours := p.build.URLs.ParseMedia(a.URL)
		if !ours {
			continue
		}
		if err := tx.ShowMedium(ctx, a.Medium, a); err != nil {
			return err
		}
		free, err := tx.AttachMedium(ctx, key, post.ID)
		if err == nil && !free {
			err = alreadyShown(a.Medium)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// reattach is attach for a post that is edited: what it showed is let go first.
func (p *Publisher) reattach(ctx context.Context, tx *store.Tx, post social.Post, now time.Time) error {
	if err := tx.LoosenMediaOf(ctx, post.ID, now); err != nil {
		return err
	}
	return p.attach(ctx, tx, post)
}

// hang shows pictures on the profile in place of those that were there.
func (p *Publisher) hang(ctx context.Context, tx *store.Tx, was, is social.Actor, now time.Time) error {
	for _, change := range [][2]social.Image{{was.Icon, is.Icon}, {was.Header, is.Header}} {
		if change[0].URL == change[1].URL {
			continue
		}
		if key, ours := p.build.URLs.ParseMedia(change[0].URL); ours {
			if err := tx.LoosenMedium(ctx, key, now); err != nil {
				return err
			}
		}
		key, ours := p.build.URLs.ParseMedia(change[1].URL)
		if !ours {
			continue
		}
		if err := p.hold(ctx, tx, key); err != nil {
			return err
		}
	}
	return nil
}

// hold makes an upload one of the profile or of an emoji.
func (p *Publisher) hold(ctx context.Context, tx *store.Tx, key string) error {
	free, err := tx.AttachMedium(ctx, key, 0)
	if err == nil && !free {
		err = social.Faultf(social.Conflict, "this picture was removed meanwhile: upload it again")
	}
	return err
}
