package demo

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"skerry/internal/outbox"
	"skerry/internal/social"
)

// person is one of the two.
type person struct {
	Server
	*play
	ctx  context.Context
	self social.Actor
}

// do is one act of a person, unless one before it failed.
func (p *person) do(what string, act func() error) {
	if p.err != nil {
		return
	}
	if err := act(); err != nil {
		p.err = fmt.Errorf("%s of %s: %w", what, p.self.Username, err)
	}
}

// at gives the name of a person as it is written in a post.
func (p *person) at() string { return "@" + p.self.Handle() }

// presents puts on a profile.
func (p *person) presents(profile social.Profile, avatar, header *canvas) {
	p.do("the profile", func() (err error) {
		if profile.Avatar, err = p.portrait(avatar, p.Library.Avatar); err != nil {
			return err
		}
		if profile.Header, err = p.portrait(header, p.Library.Header); err != nil {
			return err
		}
		return p.Publisher.EditProfile(p.ctx, profile)
	})
}

func (p *person) portrait(c *canvas, keep func(context.Context, io.Reader) (social.Image, error)) (social.Image, error) {
	file, err := c.file()
	if err != nil {
		return social.Image{}, err
	}
	return keep(p.ctx, bytes.NewReader(file))
}

// follows asks to follow the other one.
func (p *person) follows(other *person) {
	p.do("a follow", func() error {
		who, err := p.Finder.ActorByHandle(p.ctx, other.self.Handle())
		if err != nil {
			return err
		}
		return p.Publisher.Follow(p.ctx, who.ID)
	})
}

// joins asks the relay to send what it hears of.
func (p *person) joins() {
	p.do("the following of a relay", func() error { return p.Relay(p.ctx, p.relay.Inbox()) })
}

// voice is one of those who write on the relay's host.
type voice struct{ username, name string }

// says publishes a note of a voice.
func (p *play) says(v voice, language, text string, tags ...string) {
	if p.err == nil {
		p.err = p.relay.says(p.people[0].ctx, v, language, text, tags...)
	}
}

// blocks wants less of a whole server.
func (p *person) blocks(b social.DomainBlock) {
	p.do("a block", func() error {
		return p.Publisher.ChangeFederation(p.ctx, outbox.FederationChange{Put: []social.DomainBlock{b}})
	})
}

// picture is one of a post, and what it shows in words.
type picture struct {
	*canvas
	alt string
}

// says publishes a post with its pictures.
func (p *person) says(d social.Draft, pictures ...picture) (said social.Post) {
	p.do("a post", func() error {
		for _, one := range pictures {
			file, err := one.file()
			if err != nil {
				return err
			}
			m, err := p.Library.Upload(p.ctx, bytes.NewReader(file), nil, social.Described{Alt: &one.alt})
			if err != nil {
				return err
			}
			d.Media = append(d.Media, m.ID)
		}
		var err error
		said, err = p.Publisher.Post(p.ctx, d, nil)
		return err
	})
	return said
}

// answers publishes a reply to a post of the other's, or of their own.
func (p *person) answers(post social.Post, d social.Draft) (said social.Post) {
	p.to(post, "an answer", func(id social.ID) error {
		d.InReplyTo = id
		var err error
		said, err = p.Publisher.Post(p.ctx, d, nil)
		return err
	})
	return said
}

// to is an act on a post as the person's own server knows it, once it has come.
func (p *person) to(post social.Post, what string, act func(social.ID) error) {
	p.do(what, func() error {
		if err := p.rest(); err != nil {
			return err
		}
		here, err := p.DB.PostByIRI(p.ctx, post.IRI)
		if err != nil {
			return err
		}
		return act(here.ID)
	})
}

func (p *person) likes(post social.Post) {
	p.to(post, "a like", func(id social.ID) error { return p.Publisher.Like(p.ctx, id) })
}

func (p *person) boosts(post social.Post) {
	p.to(post, "a boost", func(id social.ID) error {
		_, err := p.Publisher.Boost(p.ctx, id, social.Public)
		return err
	})
}

func (p *person) pins(post social.Post) {
	p.to(post, "a pin", func(id social.ID) error { return p.Publisher.Pin(p.ctx, id) })
}

func (p *person) edits(post social.Post, text string) {
	p.to(post, "an edit", func(id social.ID) error {
		_, err := p.Publisher.Edit(p.ctx, id, social.Draft{Text: text, Language: post.Language})
		return err
	})
}

func (p *person) votes(post social.Post, choices ...int) {
	p.to(post, "a vote", func(id social.ID) error { return p.Publisher.Vote(p.ctx, id, choices) })
}
