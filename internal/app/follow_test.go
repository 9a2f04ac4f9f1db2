package app_test

import (
	"net/http"
	"testing"

	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/testkit"
)

// who gives how somebody is stored.
func (st *stage) who(s *testkit.Stranger) social.Actor {
	st.t.Helper()
	a, err := st.s.Finder.Actor(st.ctx, s.IRI)
	st.must(err)
	return a
}

func (st *stage) home() []store.HomeEntry {
	st.t.Helper()
	all, err := st.s.DB.Home(st.ctx, store.PageOf{Limit: 40})
	st.must(err)
	return all
}

// A Follow that a host refuses for now holds up nothing else about the person.
func TestRefusedFollowHoldsUpNoAccept(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		eve := st.who(st.eve)
		st.peer.Fail("/users/eve/inbox", http.StatusForbidden)
		st.must(st.s.Publisher.Follow(st.ctx, eve.ID))
		testkit.Settle(t, st.s)
		st.peer.Fail("/users/eve/inbox", 0)
		st.tell(st.eve, st.eve.Activity("Follow", "f1", st.s.Owner.IRI))
		if n := len(st.peer.Got("Accept")); n != 1 {
			t.Errorf("eve got %d Accepts, want hers at once", n)
		}
		if n := len(st.peer.Got("Follow")); n != 1 { // bert's, at the beginning
			t.Errorf("%d Follows came, want none for eve yet", n)
		}
		st.must(st.s.Publisher.Unfollow(st.ctx, eve.ID))
		testkit.Settle(t, st.s)
		st.later(10 * 60e9)
		if n := len(st.peer.Got("Follow")); n != 1 {
			t.Errorf("%d Follows came, want the undone one never", n)
		}
	})
}

func TestWhoBlocksTheOwnerIsNotAskedToBeFollowed(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		st.tell(st.eve, st.eve.Activity("Block", "b1", st.s.Owner.IRI))
		err := st.s.Publisher.Follow(st.ctx, st.who(st.eve).ID)
		if !social.Is(err, social.Forbidden) {
			t.Errorf("got %v, want Forbidden", err)
		}
		testkit.Settle(t, st.s)
		if n := len(st.peer.Got("Follow")); n != 1 {
			t.Errorf("%d Follows were sent, want bert's alone", n)
		}
	})
}

// What a blocked author wrote is not read through others who boost it.
func TestBoostsOfBlockedAuthorsAreNotRead(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		before, after := st.eve.Note("1", "before"), st.eve.Note("2", "after")
		st.tell(st.bert, st.bert.Activity("Announce", "a1", before["id"]))
		if n := len(st.home()); n != 1 {
			t.Fatalf("home has %d lines, want the boost", n)
		}
		st.must(st.s.Publisher.Block(st.ctx, st.who(st.eve).ID))
		testkit.Settle(t, st.s)
		st.tell(st.bert, st.bert.Activity("Announce", "a2", after["id"]))
		if n := len(st.home()); n != 0 {
			t.Errorf("home has %d lines, want none", n)
		}
	})
}

func TestWhoWaitsIsLetInWhenNobodyNeedsApproval(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		profile := func(locked bool) {
			o, err := st.s.DB.Owner(st.ctx)
			st.must(err)
			o.Profile.Locked = locked
			st.must(st.s.Publisher.EditProfile(st.ctx, o.Profile))
			testkit.Settle(t, st.s)
		}
		profile(true)
		st.tell(st.eve, st.eve.Activity("Follow", "f1", st.s.Owner.IRI))
		if r := st.stands(st.eve); !r.RequestedBy || r.FollowedBy {
			t.Fatalf("eve stands %+v, want her to wait", r)
		}
		profile(false)
		if r := st.stands(st.eve); r.RequestedBy || !r.FollowedBy {
			t.Errorf("eve stands %+v, want her to follow", r)
		}
		if n := len(st.peer.Got("Accept")); n != 1 {
			t.Errorf("%d Accepts came, want one", n)
		}
	})
}

// Quirk(gotosocial): answers and likes are approved with an Accept.
func TestAcceptOfSomethingElseIsRecorded(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		p := st.own("hello")
		for i, object := range []any{p.IRI, map[string]any{"type": "Like", "id": p.IRI + "/x", "actor": st.s.Owner.IRI, "object": p.IRI}} {
			st.tell(st.bert, st.bert.Activity([]string{"Accept", "Reject"}[i], "x", object))
		}
		if n, err := st.s.DB.CountInbound(st.ctx, store.Parked); err != nil || n != 0 {
			t.Errorf("%d were parked, %v; want none", n, err)
		}
	})
}
