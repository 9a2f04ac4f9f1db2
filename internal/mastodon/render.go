package mastodon

import (
	"context"
	"maps"
	"slices"

	"skerry/internal/social"
	"skerry/internal/store"
)

// renderer turns nouns into entities; what they refer to is read for all at once.
type renderer struct {
	api    *API
	us     social.ID
	actors map[social.ID]social.Actor
	tally  map[social.ID]social.Tally
	parent map[social.ID]social.Post
	quoted map[social.ID]social.Post // those that the owner may see
	marks  store.Marked
}

// renderer reads what these actors and posts need to be shown.
func (a *API) renderer(ctx context.Context, us social.ID, actors []social.ID, posts []social.Post) (*renderer, error) {
	r := &renderer{api: a, us: us}
	var err error
	if r.quoted, err = a.quotes(ctx, posts); err != nil {
		return nil, err
	}
	var ids, parents []social.ID
	for _, p := range slices.AppendSeq(slices.Clone(posts), maps.Values(r.quoted)) {
		ids = append(ids, p.ID)
		actors = append(actors, p.Author)
		if p.Parent != 0 {
			parents = append(parents, p.Parent)
		}
		for _, m := range p.Mentions {
			if m.Actor != 0 {
				actors = append(actors, m.Actor)
			}
		}
	}
	if r.actors, err = a.db.Actors(ctx, actors); err != nil {
		return nil, err
	}
	tallies := a.db.Tallies
	if len(posts) == 0 { // who asks for people has them counted now
		tallies = a.db.Reader.Tallies
	}
	if r.tally, err = tallies(ctx, actors); err != nil {
		return nil, err
	}
	if r.parent, err = a.db.Posts(ctx, parents); err != nil {
		return nil, err
	}
	r.marks, err = a.db.Marks(ctx, us, ids)
	return r, err
}

// account shows an actor; one that is not stored any more is shown as nobody.
func (r *renderer) account(id social.ID) account {
	a := r.actors[id].Shown()
	tally := r.tally[id]
	missing := r.api.urls.Origin + "/static/missing.png"
	out := account{
		ID: id.String(), Username: a.Username, Acct: a.Acct(), DisplayName: a.Name,
		Locked: a.Locked, Bot: a.Kind.Bot(), Discoverable: a.Discoverable, Indexable: a.Indexable, Group: a.Kind == social.Group,
		CreatedAt: stamp(a.Published), Note: a.Summary, URL: a.URL, URI: a.IRI,
		Avatar: r.api.library.Address(a.Icon.URL), Header: r.api.library.Address(a.Header.URL),
		FollowersCount: tally.Followers, FollowingCount: tally.Following, StatusesCount: tally.Posts,
		Emojis: r.emojis(a.Emojis), Roles: []role{}, Fields: []field{},
	}
	if a.Published.IsZero() {
		out.CreatedAt = stamp(id.Time())
	}
	if out.URL == "" {
		out.URL = a.IRI
	}
	if out.Avatar == "" {
		out.Avatar = missing
	}
	if out.Header == "" {
		out.Header = missing
	}
	out.AvatarStatic, out.HeaderStatic = out.Avatar, out.Header
	if tally.LastPost != 0 {
		out.LastStatusAt = text(tally.LastPost.Time().UTC().Format("2006-01-02"))
	}
	for _, f := range a.Fields {
		shown := field{Name: f.Name, Value: f.Value}
		if f.VerifiedAt != nil {
			shown.VerifiedAt = stamp(*f.VerifiedAt)
		}
		out.Fields = append(out.Fields, shown)
	}
	return out
}

// status shows a post, with what it quotes.
func (r *renderer) status(p social.Post) status {
	out := r.alone(p)
	out.Quote = r.quote(p)
	return out
}

// alone shows a post without what it quotes.
func (r *renderer) alone(p social.Post) status {
	p = p.Shown()
	out := status{
		ID: p.ID.String(), CreatedAt: stamp(p.Published), Sensitive: p.Sensitive, SpoilerText: p.Warning,
		Visibility: p.Visibility.String(), Language: text(p.Language), URI: p.IRI, URL: text(p.URL),
		RepliesCount: p.Counts.Replies, ReblogsCount: p.Counts.Boosts, FavouritesCount: p.Counts.Likes,
		EditedAt: stamp(p.Edited), Content: p.Content, Account: r.account(p.Author),
		Media: r.attachments(p), Mentions: []mention{}, Tags: []tag{}, Emojis: r.emojis(p.Emojis), Poll: r.poll(p),
		Favourited: r.marks.Liked[p.ID], Reblogged: r.marks.Boosted[p.ID],
		Muted: r.marks.Muted[p.ID], Bookmarked: r.marks.Bookmarked[p.ID], Pinned: r.marks.Pinned[p.ID], Filtered: []string{},
	}
	if out.URL == "" {
		out.URL = text(p.IRI)
	}
	if parent, ok := r.parent[p.Parent]; ok {
		out.InReplyTo, out.InReplyToActor = text(parent.ID.String()), text(parent.Author.String())
	}
	for _, m := range p.Mentions {
		a, ok := r.actors[m.Actor]
		if !ok {
			continue // an app cannot open somebody we do not know
		}
		shown := mention{ID: a.ID.String(), Username: a.Username, Acct: a.Acct(), URL: a.URL}
		if shown.URL == "" {
			shown.URL = a.IRI
		}
		out.Mentions = append(out.Mentions, shown)
	}
	for _, t := range p.Hashtags {
		out.Tags = append(out.Tags, tag{Name: t, URL: r.api.urls.Tag(t)})
	}
	return out
}

// boost shows a boost: a status of its own around the post.
func (r *renderer) boost(b social.Boost, p social.Post) status {
	inner := r.status(p)
	return status{
		ID: b.ID.String(), CreatedAt: stamp(b.At), Visibility: b.Visibility.String(), URI: b.IRI, URL: inner.URL,
		Sensitive: inner.Sensitive, SpoilerText: inner.SpoilerText, Language: inner.Language, Content: inner.Content,
		Account: r.account(b.By), Reblog: &inner, Reblogged: inner.Reblogged, Favourited: inner.Favourited, Bookmarked: inner.Bookmarked, Muted: inner.Muted,
		Media: []attachment{}, Mentions: []mention{}, Tags: []tag{}, Emojis: []emoji{}, Filtered: []string{},
	}
}

func (r *renderer) emojis(all []social.Emoji) []emoji {
	out := []emoji{}
	for _, e := range all {
		if e.URL != "" {
			at := r.api.library.Address(e.URL)
			out = append(out, emoji{Shortcode: e.Shortcode, URL: at, StaticURL: at})
		}
	}
	return out
}

func relation(id social.ID, s social.Relationship) relationship {
	return relationship{
		ID: id.String(), Following: s.Following, ShowingReblogs: s.Following && !s.HidingBoosts, Languages: []string{}, FollowedBy: s.FollowedBy,
		Blocking: s.Blocking, BlockedBy: s.BlockedBy, Muting: s.Muting, MutingNotes: s.MutingNotifications,
		Requested: s.Requested, RequestedBy: s.RequestedBy,
	}
}
