package outbox

import (
	"context"
	"strings"

	"skerry/internal/markup"
	"skerry/internal/social"
	"skerry/internal/store"
)

// MaxFollowedTags is how many hashtags can be followed.
const MaxFollowedTags = 1000

// FollowTag puts the public posts with a hashtag into home from now on. Nobody is
// told. Unprocessable when it is no hashtag.
func (p *Publisher) FollowTag(ctx context.Context, name string) (social.FollowedTag, error) {
	t, err := p.readTag(name)
	if err != nil {
		return t, err
	}
	return t, p.db.InTx(ctx, func(tx *store.Tx) error {
		all, err := tx.FollowedTags(ctx, store.PageOf{Limit: MaxFollowedTags})
		if err != nil {
			return err
		}
		if len(all) >= MaxFollowedTags {
			return social.Faultf(social.Unprocessable, "no more than %d hashtags can be followed: unfollow one first", MaxFollowedTags)
		}
		_, err = tx.AddFollowedTag(ctx, t)
		return err
	})
}

// UnfollowTag takes out of home what stands there for the hashtag alone.
func (p *Publisher) UnfollowTag(ctx context.Context, name string) (social.FollowedTag, error) {
	t, err := p.readTag(name)
	if err != nil {
		return t, err
	}
	owner, err := p.owner(ctx)
	if err != nil {
		return t, err
	}
	return t, p.db.InTx(ctx, func(tx *store.Tx) error { return tx.DropFollowedTag(ctx, owner.ID, t.Tag) })
}

// readTag reads a hashtag, with or without #, as in a text: digits alone are none.
func (p *Publisher) readTag(name string) (social.FollowedTag, error) {
	name = strings.TrimPrefix(strings.TrimSpace(name), "#")
	read := markup.Hashtags("#" + name)
	if len(read) != 1 || read[0] != name {
		return social.FollowedTag{}, social.Faultf(social.Unprocessable, "a hashtag is one word of letters and digits, with a letter among them")
	}
	return social.FollowedTag{ID: p.db.IDs().New(), Tag: markup.FoldTag(name), Name: name, At: p.db.Now()}, nil
}

// Trending gives the hashtags that most people used in the last days, as somebody
// wrote them.
func (p *Publisher) Trending(ctx context.Context, days, skip, most int) ([]social.TagUse, error) {
	all, err := p.db.TrendingTags(ctx, p.db.Now(), days, skip, most)
	if err != nil {
		return nil, err
	}
	return all, p.nameTags(ctx, all)
}

// TagUses gives how much folded hashtags were used of late, in their order.
func (p *Publisher) TagUses(ctx context.Context, folded ...string) ([]social.TagUse, error) {
	all, err := p.db.TagUses(ctx, p.db.Now(), folded)
	if err != nil {
		return nil, err
	}
	return all, p.nameTags(ctx, all)
}

func (p *Publisher) nameTags(ctx context.Context, all []social.TagUse) error {
	for i := range all {
		written, err := p.db.TagsBeside(ctx, all[i].Tag)
		if err != nil {
			return err
		}
		all[i].Name = markup.TagAmong(all[i].Tag, written)
	}
	return nil
}
