package web

import (
	"context"
	"maps"
	"net/http"
	"slices"

	"skerry/internal/social"
	"skerry/internal/store"
)

// viewer shows posts and people to the owner, who can act on them. What they refer
// to is read for all of a page at once.
type viewer struct {
	site    *Site
	us      social.Actor
	back    string // the page itself: forms lead back to it
	actors  map[social.ID]social.Actor
	parents map[social.ID]social.Post
	quoted  map[social.ID]social.Post
	links   links
	marks   store.Marked
	relays  map[social.ID]string // what they are called
}

// viewer reads what these posts, and people beside their authors, need to be shown.
func (s *Site) viewer(r *http.Request, posts []social.Post, people ...social.ID) (*viewer, error) {
	ctx := r.Context()
	o, err := s.DB.Owner(ctx)
	if err != nil {
		return nil, err
	}
	v := &viewer{site: s, us: o.Actor, back: r.URL.RequestURI()}
	if r.Method == http.MethodPost {
		v.back = "" // a form that is shown again has no address
	}
	if v.quoted, err = s.Publisher.Quoted(ctx, posts); err != nil {
		return nil, err
	}
	var ids, above []social.ID
	for _, p := range posts {
		ids, people = append(ids, p.ID), append(people, p.Author)
		if p.Parent != 0 {
			above = append(above, p.Parent)
		}
	}
	if v.parents, err = s.DB.Posts(ctx, above); err != nil {
		return nil, err
	}
	said := slices.AppendSeq(slices.Clone(posts), maps.Values(v.quoted))
	for _, p := range slices.AppendSeq(said, maps.Values(v.parents)) {
		people = append(people, p.Author)
	}
	if v.links, err = s.linksOf(ctx, said); err != nil {
		return nil, err
	}
	if v.actors, err = s.DB.Actors(ctx, people); err != nil {
		return nil, err
	}
	if v.marks, err = s.DB.Marks(ctx, o.Actor.ID, ids); err != nil {
		return nil, err
	}
	if v.relays, err = s.relayNames(ctx, posts); err != nil {
		return nil, err
	}
	if err := s.Publisher.LookAtPolls(ctx, posts...); err != nil {
		return nil, err
	}
	return v, s.Publisher.LookAtQuotes(ctx, posts...)
}

// relayNames gives what the relays are called through which some posts came.
func (s *Site) relayNames(ctx context.Context, posts []social.Post) (map[social.ID]string, error) {
	if !slices.ContainsFunc(posts, func(p social.Post) bool { return p.Via != 0 }) {
		return nil, nil
	}
	all, err := s.DB.Relays(ctx)
	out := map[social.ID]string{}
	for _, r := range all {
		out[r.ID] = relayName(r)
	}
	return out, err
}

// person shows somebody who was read; nobody is shown as an empty person.
func (v *viewer) person(id social.ID) person {
	a := v.actors[id]
	p := v.site.person(a)
	p.At = v.site.pageAbout(a)
	return p
}

// pageAbout is where the owner reads about somebody: their own page, or the
// reader's of others.
func (s *Site) pageAbout(a social.Actor) string {
	if a.Local {
		return "/@" + a.Username
	}
	return "/people/" + a.ID.String()
}

// alone shows a post as it stands within another one.
func (v *viewer) alone(p social.Post) shown {
	p.Content = v.links.relink(p)
	out := v.site.shown(p, v.actors[p.Author])
	out.By, out.At, out.When = v.person(p.Author), readerPage(p.ID), lately(v.site.DB.Now(), p.Published)
	if !p.Edited.IsZero() {
		out.History = out.At + "/history"
	}
	if out.ReadOn != "" {
		out.ReadOn = out.At
	}
	return out
}

// post shows a post with what it quotes, and what the owner can do with it.
func (v *viewer) post(p social.Post) shown {
	within := quote(&p, v.quoted, v.alone)
	out := v.alone(p)
	out.Quoted, out.Through = within, v.relays[p.Via]
	out.Mine = &mine{
		Back:  v.back + "#p" + p.ID.String(),
		Liked: v.marks.Liked[p.ID], Boosted: v.marks.Boosted[p.ID], Bookmarked: v.marks.Bookmarked[p.ID], Pinned: v.marks.Pinned[p.ID],
		Muted:    v.marks.Muted[p.ID],
		CanBoost: p.Visibility.Open() || p.Author == v.us.ID && p.Visibility == social.FollowersOnly,
	}
	if v.back == "" {
		out.Mine.Back = out.At
	}
	if out.Question != nil {
		out.Question.vote(v.marks.Voted[p.ID], p.Author == v.us.ID, out.Mine.Back)
	}
	if above, ok := v.parents[p.Parent]; ok {
		by := v.person(above.Author)
		out.Answers, out.Above = &by, readerPage(above.ID)
	} else if p.InReplyTo != "" {
		out.Above = p.InReplyTo
	}
	return out
}

// readerPage is the page of a post in the owner's reader.
func readerPage(post social.ID) string { return "/posts/" + post.String() }

// posts shows them in their order.
func (v *viewer) posts(all []social.Post) []shown {
	var out []shown
	for _, p := range all {
		out = append(out, v.post(p))
	}
	return out
}
