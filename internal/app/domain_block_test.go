package app_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"skerry/internal/config"
	"skerry/internal/outbox"
	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/testkit"
)

// domain is the peer's, as a block names it.
func (st *stage) domain() string { return strings.TrimPrefix(st.peer.Origin, "http://") }

// blocks makes a block of the peer's domain.
func (st *stage) blocks(b social.DomainBlock) {
	st.t.Helper()
	b.Domain = st.domain()
	st.must(st.s.Publisher.ChangeFederation(st.ctx, outbox.FederationChange{Put: []social.DomainBlock{b}}))
	testkit.Settle(st.t, st.s)
}

// unblocks ends all blocks.
func (st *stage) unblocks() {
	st.t.Helper()
	all, err := st.s.DB.AllDomainBlocks(st.ctx)
	st.must(err)
	for _, b := range all {
		st.must(st.s.Publisher.ChangeFederation(st.ctx, outbox.FederationChange{Drop: []social.ID{b.ID}}))
	}
}

// refused sends an activity that must not get past the door.
func (st *stage) refused(by *testkit.Stranger, activity any) {
	st.t.Helper()
	if status, said := by.Send(st.s.Owner.Inbox, activity); status != 403 {
		st.t.Errorf("%v: got %d %s, want 403", activity, status, said)
	}
}

// public gives the newest public posts.
func (st *stage) public() []social.Post {
	st.t.Helper()
	all, err := st.s.DB.PublicPosts(st.ctx, st.s.Owner.ID, store.Timeline{}, store.PageOf{Limit: 40})
	st.must(err)
	return all
}

func (st *stage) notified() []social.Notification {
	st.t.Helper()
	all, err := st.s.DB.Notifications(st.ctx, nil, store.PageOf{Limit: 40})
	st.must(err)
	return all
}

func TestSuspendedServerIsCutOff(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		st.tell(st.bert, st.bert.Activity("Follow", "f1", st.s.Owner.IRI))
		note, liked := st.bert.Note("1", "hello"), st.bert.Note("2", "liked")
		st.tell(st.bert, st.bert.Activity("Create", "c1", note))
		st.tell(st.bert, st.bert.Activity("Create", "c2", liked))
		mine := st.own("mine")
		touched, _ := st.post(liked["id"])
		st.must(st.s.Publisher.Like(st.ctx, touched.ID))
		st.must(st.s.DB.InTx(st.ctx, func(tx *store.Tx) error {
			_, err := tx.PutPin(st.ctx, touched.Author, touched.ID, st.s.DB.Now())
			return err
		}))
		testkit.Settle(t, st.s)

		st.blocks(social.DomainBlock{Severity: social.Suspended})
		if s := st.stands(st.bert); s.Following || s.FollowedBy {
			t.Errorf("bert stands %+v, want no follow", s)
		}
		if n := len(st.peer.Got("Reject")); n != 1 {
			t.Errorf("%d Rejects came, want one: bert's server must stop to send", n)
		}
		if n := len(st.home()); n != 1 {
			t.Errorf("home has %d lines, want her own alone", n)
		}
		for _, p := range st.public() {
			if !p.Local {
				t.Errorf("%s is shown to all", p.IRI)
			}
		}
		if _, err := st.s.Publisher.Visible(st.ctx, touched.ID); !social.Is(err, social.NotFound) {
			t.Errorf("a touched post is seen: %v", err)
		}

		for _, a := range []any{
			st.bert.Activity("Create", "c3", st.bert.Note("3", "again")), st.bert.Activity("Follow", "f2", st.s.Owner.IRI),
			st.bert.Activity("Like", "l1", mine.IRI), st.bert.Activity("Delete", "d1", liked["id"]),
		} {
			st.refused(st.bert, a)
		}
		if all, err := st.s.DB.PostsBy(st.ctx, touched.Author, social.Direct, store.PageOf{Limit: 40}); err != nil || len(all) != 0 {
			t.Errorf("of bert %d posts are listed (%v), want none", len(all), err)
		}
		if all, err := st.s.DB.Written(st.ctx, store.WrittenBy{Author: touched.Author, Most: social.Direct, Replies: true}, store.PageOf{Limit: 40}); err != nil || len(all) != 0 {
			t.Errorf("on bert's page are %d posts (%v), want none", len(all), err)
		}
		if all, err := st.s.DB.Pins(st.ctx, touched.Author); err != nil || len(all) != 0 {
			t.Errorf("bert has %d pins (%v), want none", len(all), err)
		}
		newcomer := st.peer.Person("newcomer")
		st.refused(newcomer, newcomer.Activity("Follow", "f3", st.s.Owner.IRI))
		if n := st.peer.Asked("/users/newcomer"); n != 0 {
			t.Errorf("the key of a newcomer was fetched %d times", n)
		}
		if _, err := st.s.Finder.Actor(st.ctx, newcomer.IRI); !social.Is(err, social.Forbidden) || st.peer.Asked("/users/newcomer") != 0 {
			t.Errorf("looking for a newcomer: %v, want Forbidden and nothing fetched", err)
		}

		sent := len(st.peer.Got("Create"))
		_, err := st.s.Publisher.Post(st.ctx, social.Draft{Text: "hello @bert@" + st.domain()}, nil)
		st.must(err)
		testkit.Settle(t, st.s)
		if n := len(st.peer.Got("Create")); n != sent {
			t.Errorf("%d posts were sent, want none", n-sent)
		}
		st.must(st.s.Publisher.Delete(st.ctx, mine.ID))
		testkit.Settle(t, st.s)
		if n := len(st.peer.Got("Delete")); n != 1 {
			t.Errorf("%d Deletes came, want one: it has the post", n)
		}
		if err := st.s.Publisher.Follow(st.ctx, touched.Author); !social.Is(err, social.Forbidden) {
			t.Errorf("following bert: %v, want Forbidden", err)
		}

		gone, _ := st.post(note["id"])
		if why, err := st.s.Sweeper.Why(st.ctx, gone.ID); err != nil || why.Leaves.After(st.s.DB.Now()) {
			t.Errorf("a post of a suspended server stays until %v (%v), want it to be due", why.Leaves, err)
		}
		if plan, err := st.s.Sweeper.Plan(st.ctx); err != nil || plan.Old.Posts.N != 1 {
			t.Errorf("%d posts are planned to go (%v), want one", plan.Old.Posts.N, err)
		}
		_, err = st.s.Sweeper.Sweep(st.ctx)
		st.must(err)
		st.wantPost(note["id"], false)
		st.wantPost(liked["id"], true)

		st.unblocks()
		st.tell(st.bert, st.bert.Activity("Follow", "f4", st.s.Owner.IRI))
		if s := st.stands(st.bert); !s.FollowedBy {
			t.Errorf("bert stands %+v, want him to follow again", s)
		}
		if _, err := st.s.Publisher.Visible(st.ctx, touched.ID); err != nil {
			t.Errorf("a touched post is hidden still: %v", err)
		}
	})
}

func TestSilencedServerIsHeardByWhoWants(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		mine := st.own("mine")
		st.blocks(social.DomainBlock{Severity: social.Silenced, RejectReports: true})
		st.tell(st.eve, st.eve.Activity("Like", "l1", mine.IRI))
		st.tell(st.eve, st.eve.Activity("Flag", "r1", st.s.Owner.IRI))
		if all := st.notified(); len(all) != 0 {
			t.Errorf("told %+v of somebody who is not followed", all)
		}
		if all := st.reports(false); len(all) != 0 {
			t.Errorf("kept the reports %+v", all)
		}
		note := st.bert.Note("1", "hello")
		st.tell(st.bert, st.bert.Activity("Create", "c1", note))
		st.tell(st.bert, st.bert.Activity("Like", "l2", mine.IRI))
		if all := st.notified(); len(all) != 1 || all[0].Kind != social.NotifyLike {
			t.Errorf("told %+v, want the like of bert, who is followed", all)
		}
		if n := len(st.home()); n != 2 {
			t.Errorf("home has %d lines, want bert's and her own", n)
		}
		for _, p := range st.public() {
			if !p.Local {
				t.Errorf("%s is shown to all", p.IRI)
			}
		}
		found, err := st.s.DB.SearchActors(st.ctx, "bert", 10)
		if st.must(err); len(found) != 0 {
			t.Errorf("a search finds %v", found)
		}
		st.tell(st.eve, st.eve.Activity("Follow", "f1", st.s.Owner.IRI))
		if s := st.stands(st.eve); s.FollowedBy || !s.RequestedBy {
			t.Errorf("eve stands %+v, want her to wait", s)
		}
		st.unblocks()
		if all := st.notified(); len(all) != 3 {
			t.Errorf("told %+v, want all of it now", all)
		}
		if n := len(st.public()); n != 2 {
			t.Errorf("%d posts are shown to all, want bert's too", n)
		}
	})
}

func TestLimitedFederationIsWithTheAllowedAlone(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		s := testkit.Start(t, dsn, "anna", func(c *config.Config) { c.Allowlist = true })
		peer := testkit.NewPeer(t)
		bert := peer.Person("bert")
		if status, said := bert.Send(s.Owner.Inbox, bert.Activity("Follow", "f1", s.Owner.IRI)); status != 403 {
			t.Errorf("got %d %s, want 403", status, said)
		}
		if _, err := s.Finder.Actor(t.Context(), bert.IRI); !social.Is(err, social.Forbidden) {
			t.Errorf("looking for bert: %v, want Forbidden", err)
		}
		if n := peer.Asked("/users/bert"); n != 0 {
			t.Errorf("bert was asked for %d times", n)
		}
		domain := strings.TrimPrefix(peer.Origin, "http://")
		change := func(c outbox.FederationChange) {
			t.Helper()
			if err := s.Publisher.ChangeFederation(t.Context(), c); err != nil {
				t.Fatal(err)
			}
			testkit.Settle(t, s)
		}
		change(outbox.FederationChange{Allow: []string{domain}})
		if status, said := bert.Send(s.Owner.Inbox, bert.Activity("Follow", "f2", s.Owner.IRI)); status != 202 {
			t.Errorf("got %d %s, want 202", status, said)
		}
		testkit.Settle(t, s)
		if n := len(peer.Got("Accept")); n != 1 {
			t.Errorf("%d Accepts came, want one", n)
		}
		change(outbox.FederationChange{Disallow: []string{domain}})
		testkit.Settle(t, s)
		if n := len(peer.Got("Reject")); n != 1 {
			t.Errorf("%d Rejects came, want one", n)
		}
		change(outbox.FederationChange{Mode: social.FederationOpen})
		if _, err := s.Finder.Actor(t.Context(), bert.IRI); err != nil {
			t.Errorf("looking for bert in the open: %v", err)
		}
	})
}

func TestSettingOfTheStartHoldsForAllWhoAreKnown(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		limited := func(want social.Severity) {
			t.Helper()
			// The scheduler does the same at its first tick; who is second finds nothing to do.
			st.must(st.s.Publisher.HoldFederation(st.ctx))
			testkit.Settle(t, st.s)
			a, err := st.s.DB.ActorByIRI(st.ctx, st.bert.IRI)
			if st.must(err); a.Limited != want {
				t.Errorf("bert is %v, want %v", a.Limited, want)
			}
		}
		limited(social.Unlimited)
		st.s.Restart(t, func(c *config.Config) { c.Allowlist = true })
		limited(social.Suspended)
		if s := st.stands(st.bert); s.Following {
			t.Error("bert is followed still")
		}
		if n := len(st.peer.Got("Undo")); n != 1 {
			t.Errorf("%d Undos came, want one", n)
		}
		st.s.Restart(t, func(c *config.Config) { c.Allowlist = false })
		limited(social.Unlimited)
		st.tell(st.bert, st.bert.Activity("Follow", "f1", st.s.Owner.IRI))
		if s := st.stands(st.bert); !s.FollowedBy {
			t.Errorf("bert stands %+v, want him to follow", s)
		}
	})
}

func TestBlockOfAnAccountDomainIsOfThoseItNames(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		names := testkit.NewPeer(t)
		domain := strings.TrimPrefix(names.Origin, "http://")
		names.Handle("/.well-known/webfinger", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/jrd+json")
			fmt.Fprintf(w, `{"subject": "acct:bert@%s", "links": [{"rel": "self", "type": "application/activity+json", "href": %q}]}`, domain, st.bert.IRI)
		})
		doc := st.peer.Document("/users/bert")
		doc["webfinger"] = "bert@" + domain
		st.peer.Serve("/users/bert", doc)
		bert, err := st.s.Finder.FetchActor(st.ctx, st.bert.IRI)
		if st.must(err); bert.Domain != domain {
			t.Fatalf("bert is of %s, want %s", bert.Domain, domain)
		}
		st.tell(st.eve, st.eve.Activity("Follow", "f1", st.s.Owner.IRI))

		c := outbox.FederationChange{Put: []social.DomainBlock{{Domain: domain, Severity: social.Suspended, RejectReports: true}}}
		impact, err := st.s.Publisher.WeighFederation(st.ctx, c)
		if st.must(err); impact.People != 1 || impact.Followers != 0 || len(impact.Followed) != 1 || len(impact.Hosts) != 1 {
			t.Errorf("weighed %+v, want bert alone", impact)
		}
		st.must(st.s.Publisher.ChangeFederation(st.ctx, c))
		testkit.Settle(t, st.s)
		if s := st.stands(st.bert); s.Following {
			t.Error("bert is followed still")
		}
		if s := st.stands(st.eve); !s.FollowedBy {
			t.Error("eve, who is named by another domain, follows no more")
		}
		_, err = st.s.Publisher.Post(st.ctx, social.Draft{Text: "hello @bert@" + domain, Visibility: social.Direct}, nil)
		st.must(err)
		testkit.Settle(t, st.s)
		if n := len(st.peer.Got("Create")); n != 0 {
			t.Errorf("bert was sent %d posts, want none", n)
		}
		if _, err = st.s.Finder.FetchActor(st.ctx, st.bert.IRI); !social.Is(err, social.Forbidden) {
			t.Errorf("looking at bert again: %v, want Forbidden", err)
		}
		if bert, err = st.s.DB.ActorByIRI(st.ctx, st.bert.IRI); err != nil || bert.Limited != social.Suspended {
			t.Errorf("bert is %v (%v), want him suspended still", bert.Limited, err)
		}
	})
}
