package web

import (
	"context"
	"errors"
	"net/http"

	"github.com/go-chi/chi/v5"

	"skerry/internal/activitypub"
	"skerry/internal/outbox"
	"skerry/internal/reply"
	"skerry/internal/social"
	"skerry/internal/store"
)

// How much of a conversation strangers are shown.
const (
	openAbove = 50
	openBelow = 200
)

type postPage struct {
	layout
	Card    card
	Post    shown
	Above   []shown // what it answers, the first one first
	Missing bool    // above those is one that is not shown
	Below   []branch
	More    bool   // there are more replies than are shown
	Reader  string // its page in the owner's reader

	Interact string // where visitors answer from their own server
}

// post answers /@name/id.
func (s *Site) post(w http.ResponseWriter, r *http.Request) error {
	name := chi.URLParam(r, "name")
	id, err := social.ParseID(chi.URLParam(r, "id"))
	if err != nil {
		return err
	}
	doc, open, err := s.Documents.Post(r, name, id)
	if dual.Choose(r) == reply.ActivityJSON {
		return s.postDocument(w, r, doc, err)
	}
	var gone *outbox.Deleted
	switch {
	case errors.As(err, &gone):
		return social.Faultf(social.Gone, "There was a post here, and its author deleted it.").Because(err)
	case social.Is(err, social.NotFound) && s.known(r):
		open = false // the owner sees all of their own
	case err != nil:
		return err
	}
	page, err := s.postPage(r, name, id)
	if err != nil {
		return err
	}
	return s.showDual(w, r, "post.html", page, open)
}

func (s *Site) postDocument(w http.ResponseWriter, r *http.Request, doc activitypub.Object, err error) error {
	var gone *outbox.Deleted
	if errors.As(err, &gone) {
		return reply.ActivityStatus(w, r, http.StatusGone, gone.Tombstone, reply.NoStore)
	}
	if err != nil {
		return err
	}
	return dual.Activity(w, r, doc, reply.NoStore)
}

func (s *Site) postPage(r *http.Request, name string, id social.ID) (postPage, error) {
	ctx := r.Context()
	o, p, err := s.ownPost(ctx, name, id)
	if err != nil {
		return postPage{}, err
	}
	whole, err := s.withAuthors(ctx, []social.Post{p})
	if err != nil {
		return postPage{}, err
	}
	post := whole[0]
	page := postPage{
		layout: s.layout(r, nameOf(o.Actor)+": “"+post.headline()+"”"), Post: post, Card: s.postCard(post, o.Actor), Interact: interactAt(p.IRI),
	}
	page.Canonical, page.Activity, page.NoIndex = p.URL, p.IRI, !o.Actor.Indexable || p.Visibility != social.Public
	if page.Owner {
		page.Reader = "/posts/" + id.String()
	}
	if err := s.addAbove(ctx, &page, p); err != nil {
		return page, err
	}
	return page, s.addBelow(ctx, &page, p)
}

// ownPost gives a post of the owner's, whoever asks.
func (s *Site) ownPost(ctx context.Context, name string, id social.ID) (o store.Owner, p social.Post, err error) {
	if o, err = s.Documents.Owner(ctx, name); err != nil {
		return o, p, err
	}
	p, err = s.DB.Post(ctx, id)
	if err == nil && p.Author != o.Actor.ID {
		err = social.Faultf(social.NotFound, "There is no such post.")
	}
	return o, p, err
}

func (s *Site) addAbove(ctx context.Context, page *postPage, p social.Post) error {
	posts, err := s.DB.Ancestors(ctx, p.ID, social.Unlisted, openAbove)
	if err != nil {
		return err
	}
	if posts, err = s.Publisher.Readable(ctx, posts); err != nil {
		return err
	}
	if page.Above, err = s.withAuthors(ctx, posts); err != nil {
		return err
	}
	top := p
	if len(posts) > 0 {
		top = posts[0]
	}
	page.Missing = top.InReplyTo != ""
	return nil
}

func (s *Site) addBelow(ctx context.Context, page *postPage, p social.Post) error {
	posts, more, err := s.Publisher.Below(ctx, p, social.Unlisted, openBelow)
	if err != nil {
		return err
	}
	all, err := s.withAuthors(ctx, posts)
	if err != nil {
		return err
	}
	byID := make(map[social.ID]shown, len(all))
	for _, p := range all {
		byID[p.ID] = p
	}
	page.Below = branches(p, posts, func(p social.Post, _ bool) shown { return byID[p.ID] })
	page.More = more
	return nil
}

// withAuthors shows posts to anybody.
func (s *Site) withAuthors(ctx context.Context, posts []social.Post) ([]shown, error) {
	var ids []social.ID
	for _, p := range posts {
		ids = append(ids, p.Author)
	}
	quoted, err := s.Publisher.Quoted(ctx, posts)
	if err != nil {
		return nil, err
	}
	for id, p := range quoted {
		if ids = append(ids, p.Author); !p.Visibility.Open() {
			delete(quoted, id)
		}
	}
	authors, err := s.DB.Actors(ctx, ids)
	if err != nil {
		return nil, err
	}
	alone := func(p social.Post) shown { return s.shown(p, authors[p.Author]) }
	var out []shown
	for _, p := range posts {
		within := quote(&p, quoted, alone)
		whole := alone(p)
		whole.Quoted = within
		out = append(out, whole)
	}
	return out, nil
}
