package app_test

import (
	"context"
	"testing"

	"skerry/internal/markup"
	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/testkit"
)

// TestTheWholeRoad walks two servers through everything that two people do, and
// looks at both sides after each step.
func TestTheWholeRoad(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		anna := testkit.Start(t, dsn, "anna")
		bert := testkit.Start(t, other(t, dsn), "bert")
		r := &road{t: t, ctx: t.Context(), anna: anna, bert: bert}
		r.walk()
	})
}

// other gives the second server a database of its own on the same engine.
func other(t *testing.T, dsn string) string {
	if dsn == "" {
		return ""
	}
	return testkit.Postgres(t)
}

// road is two servers and where they stand.
type road struct {
	t          *testing.T
	ctx        context.Context
	anna, bert *testkit.Server
}

// walk goes all of it.
func (r *road) walk() {
	r.t.Helper()
	r.follow()
	post := r.post()
	answer := r.reply(post)
	r.like(post)
	r.boost(post)
	r.edit(post)
	r.delete(answer, post)
	r.unfollow()
	r.block()
}

func (r *road) settle() {
	r.t.Helper()
	testkit.Settle(r.t, r.anna, r.bert)
}

func (r *road) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

// known gives how one server stores the owner of another.
func (r *road) known(at, of *testkit.Server) social.Actor {
	r.t.Helper()
	a, err := at.DB.ActorByIRI(r.ctx, of.Owner.IRI)
	r.must(err)
	return a
}

func (r *road) stands(at, other *testkit.Server) social.Relationship {
	r.t.Helper()
	who := r.known(at, other)
	all, err := at.DB.Relationships(r.ctx, at.Owner.ID, []social.ID{who.ID})
	r.must(err)
	return all[who.ID]
}

// told gives the kinds of an owner's notifications, newest first.
func (r *road) told(s *testkit.Server) []social.NotificationKind {
	r.t.Helper()
	all, err := s.DB.Notifications(r.ctx, nil, store.PageOf{Limit: 40})
	r.must(err)
	var kinds []social.NotificationKind
	for _, n := range all {
		kinds = append(kinds, n.Kind)
	}
	return kinds
}

func (r *road) wantTold(s *testkit.Server, newest social.NotificationKind, count int) {
	r.t.Helper()
	got := r.told(s)
	if len(got) != count || count > 0 && got[0] != newest {
		r.t.Errorf("%s was told %v; want %d, the newest %q", s.Owner.Username, got, count, newest)
	}
}

func (r *road) follow() {
	found, err := r.bert.Finder.ActorByHandle(r.ctx, "@anna@"+r.anna.URLs().Domain)
	r.must(err)
	if found.IRI != r.anna.Owner.IRI {
		r.t.Fatalf("WebFinger found %s; want %s", found.IRI, r.anna.Owner.IRI)
	}
	r.must(r.bert.Publisher.Follow(r.ctx, found.ID))
	r.settle()
	if s := r.stands(r.bert, r.anna); !s.Following || s.Requested {
		r.t.Errorf("bert stands to anna %+v; want following", s)
	}
	if s := r.stands(r.anna, r.bert); !s.FollowedBy {
		r.t.Errorf("anna stands to bert %+v; want followed", s)
	}
	r.wantTold(r.anna, social.NotifyFollow, 1)
}

// post is anna's; bert must have it at home.
func (r *road) post() social.Post {
	p, err := r.anna.Publisher.Post(r.ctx, social.Draft{
		Text: "Hello #Fediverse, from @anna\n\nhttps://example.org/a?b=c", Warning: "greeting", Language: "en",
	}, nil)
	r.must(err)
	r.settle()
	got, err := r.bert.DB.PostByIRI(r.ctx, p.IRI)
	r.must(err)
	if got.Content != markup.Safe(p.Content) || got.Warning != "greeting" || got.Language != "en" || got.Visibility != social.Public || !got.Sensitive {
		r.t.Errorf("bert has %+v; want what anna wrote, made safe: %+v", got, p)
	}
	if !got.Published.Equal(p.Published.Truncate(1e9)) && !got.Published.Equal(p.Published) {
		r.t.Errorf("published %v; want %v", got.Published, p.Published)
	}
	r.wantHome(r.bert, got.ID, true)
	return p
}

func (r *road) wantHome(s *testkit.Server, post social.ID, want bool) {
	r.t.Helper()
	all, err := s.DB.Home(r.ctx, store.PageOf{Limit: 40})
	r.must(err)
	got := false
	for _, e := range all {
		got = got || e.Post == post
	}
	if got != want {
		r.t.Errorf("post %d in %s's home: %v; want %v", post, s.Owner.Username, got, want)
	}
}

// at gives how a server stores a post.
func (r *road) at(s *testkit.Server, p social.Post) social.Post {
	r.t.Helper()
	got, err := s.DB.PostByIRI(r.ctx, p.IRI)
	r.must(err)
	return got
}

func (r *road) reply(p social.Post) social.Post {
	answer, err := r.bert.Publisher.Post(r.ctx, social.Draft{
		Text: "@anna@" + r.anna.URLs().Domain + " good morning", InReplyTo: r.at(r.bert, p).ID, Visibility: social.Unlisted,
	}, nil)
	r.must(err)
	r.settle()
	got := r.at(r.anna, answer)
	if got.Parent != p.ID || !got.Names(r.anna.Owner.ID) || got.Visibility != social.Unlisted {
		r.t.Errorf("anna has the answer as %+v; want it below %d, naming her, unlisted", got, p.ID)
	}
	if got.Context != p.Context {
		r.t.Errorf("context %q; want that of the post %q", got.Context, p.Context)
	}
	r.wantTold(r.anna, social.NotifyMention, 2)
	return answer
}

func (r *road) like(p social.Post) {
	id := r.at(r.bert, p).ID
	for range 2 { // the second is nothing new
		r.must(r.bert.Publisher.Like(r.ctx, id))
		r.settle()
	}
	if got := r.at(r.anna, p).Counts.Likes; got != 1 {
		r.t.Errorf("anna counts %d likes; want 1", got)
	}
	r.wantTold(r.anna, social.NotifyLike, 3)
	r.must(r.bert.Publisher.Unlike(r.ctx, id))
	r.settle()
	if got := r.at(r.anna, p).Counts.Likes; got != 0 {
		r.t.Errorf("anna counts %d likes after the undo; want 0", got)
	}
	r.wantTold(r.anna, social.NotifyMention, 2)
}

func (r *road) boost(p social.Post) {
	id := r.at(r.bert, p).ID
	_, err := r.bert.Publisher.Boost(r.ctx, id, social.Public)
	r.must(err)
	r.settle()
	if got := r.at(r.anna, p).Counts.Boosts; got != 1 {
		r.t.Errorf("anna counts %d boosts; want 1", got)
	}
	r.wantTold(r.anna, social.NotifyBoost, 3)
	r.must(r.bert.Publisher.Unboost(r.ctx, id))
	r.settle()
	if got := r.at(r.anna, p).Counts.Boosts; got != 0 {
		r.t.Errorf("anna counts %d boosts after the undo; want 0", got)
	}
}

func (r *road) edit(p social.Post) {
	edited, err := r.anna.Publisher.Edit(r.ctx, p.ID, social.Draft{Text: "Hello again"})
	r.must(err)
	r.settle()
	got := r.at(r.bert, p)
	if got.Content != edited.Content || got.Edited.IsZero() || got.Warning != "" {
		r.t.Errorf("bert has %+v after the edit; want %+v", got, edited)
	}
}

func (r *road) delete(answer, p social.Post) {
	r.must(r.anna.Publisher.Delete(r.ctx, p.ID))
	r.settle()
	if _, err := r.bert.DB.PostByIRI(r.ctx, p.IRI); !social.Is(err, social.NotFound) {
		r.t.Errorf("bert still has the post: %v", err)
	}
	if got := r.at(r.bert, answer); got.Parent != 0 {
		r.t.Errorf("bert's answer still has parent %d; want none", got.Parent)
	}
	if _, err := r.anna.DB.Tombstone(r.ctx, p.IRI); err != nil {
		r.t.Errorf("anna keeps no tombstone: %v", err)
	}
}

func (r *road) unfollow() {
	r.must(r.bert.Publisher.Unfollow(r.ctx, r.known(r.bert, r.anna).ID))
	r.settle()
	if s := r.stands(r.anna, r.bert); s.FollowedBy {
		r.t.Errorf("anna stands to bert %+v after the unfollow; want not followed", s)
	}
	if s := r.stands(r.bert, r.anna); s.Following || s.Requested {
		r.t.Errorf("bert stands to anna %+v; want nothing", s)
	}
}

func (r *road) block() {
	bert := r.known(r.anna, r.bert)
	r.must(r.anna.Publisher.Block(r.ctx, bert.ID))
	r.settle()
	if s := r.stands(r.anna, r.bert); !s.Blocking {
		r.t.Errorf("anna stands to bert %+v; want blocking", s)
	}
	if s := r.stands(r.bert, r.anna); !s.BlockedBy {
		r.t.Errorf("bert stands to anna %+v; want blocked", s)
	}
	if err := r.bert.Publisher.Follow(r.ctx, r.known(r.bert, r.anna).ID); !social.Is(err, social.Forbidden) {
		r.t.Errorf("bert asks again: got %v; want Forbidden", err)
	}
	r.settle()
	if s := r.stands(r.anna, r.bert); s.FollowedBy || s.RequestedBy {
		r.t.Errorf("anna stands to bert %+v after he asked again; want nothing", s)
	}
	r.must(r.anna.Publisher.Unblock(r.ctx, bert.ID))
	r.settle()
	if s := r.stands(r.bert, r.anna); s.BlockedBy {
		r.t.Errorf("bert stands to anna %+v after the unblock; want not blocked", s)
	}
}
