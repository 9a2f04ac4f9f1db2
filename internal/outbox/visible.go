package outbox

import (
	"context"

	"skerry/internal/social"
)

// Visible gives a post that the owner may see; NotFound for all others.
func (p *Publisher) Visible(ctx context.Context, id social.ID) (social.Post, error) {
	owner, err := p.owner(ctx)
	if err != nil {
		return social.Post{}, err
	}
	return p.visible(ctx, owner, id)
}

// visible is Visible for those who know the owner.
func (p *Publisher) visible(ctx context.Context, owner social.Actor, id social.ID) (social.Post, error) {
	post, err := p.db.Post(ctx, id)
	if err != nil {
		return post, err
	}
	follows, err := p.db.Follows(ctx, owner.ID, post.Author)
	if err == nil && !post.VisibleTo(social.Reader{Actor: owner.ID, Follows: follows}) {
		err = social.Faultf(social.NotFound, "no such post")
	}
	return post, err
}

// Readable leaves out what the owner may not see, and what people say whom the owner
// blocks.
func (p *Publisher) Readable(ctx context.Context, posts []social.Post) ([]social.Post, error) {
	owner, err := p.owner(ctx)
	if err != nil {
		return nil, err
	}
	var authors []social.ID
	for _, post := range posts {
		authors = append(authors, post.Author)
	}
	stands, err := p.db.Relationships(ctx, owner.ID, authors)
	if err != nil {
		return nil, err
	}
	var out []social.Post
	for _, post := range posts {
		with := stands[post.Author]
		if !with.Blocking && post.VisibleTo(social.Reader{Actor: owner.ID, Follows: with.Following}) {
			out = append(out, post)
		}
	}
	return out, nil
}

// VisibleOf gives those of the posts that the owner may see.
func (p *Publisher) VisibleOf(ctx context.Context, ids []social.ID) (map[social.ID]social.Post, error) {
	owner, err := p.owner(ctx)
	if err != nil {
		return nil, err
	}
	posts, err := p.db.Posts(ctx, ids)
	if err != nil {
		return nil, err
	}
	authors := make([]social.ID, 0, len(posts))
	for _, post := range posts {
		authors = append(authors, post.Author)
	}
	stands, err := p.db.Relationships(ctx, owner.ID, authors)
	for id, post := range posts {
		if !post.VisibleTo(social.Reader{Actor: owner.ID, Follows: stands[post.Author].Following}) {
			delete(posts, id)
		}
	}
	return posts, err
}
