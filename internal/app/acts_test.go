package app_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/testkit"
)

// stage is one of our servers, whose owner follows bert on a stranger's server,
// and eve there, whom she does not.
type stage struct {
	t         *testing.T
	ctx       context.Context
	s         *testkit.Server
	clock     *testkit.Clock
	peer      *testkit.Peer
	bert, eve *testkit.Stranger
}

func newStage(t *testing.T, dsn string) *stage {
	t.Helper()
	clock := new(testkit.Clock)
	st := &stage{t: t, ctx: t.Context(), s: testkit.StartAt(t, clock, dsn, "anna"), clock: clock, peer: testkit.NewPeer(t)}
	st.bert, st.eve = st.peer.Person("bert"), st.peer.Person("eve")
	a, err := st.s.Finder.Actor(st.ctx, st.bert.IRI)
	st.must(err)
	st.must(st.s.Publisher.Follow(st.ctx, a.ID))
	testkit.Settle(t, st.s)
	follow := st.peer.Got("Follow")
	if len(follow) != 1 {
		t.Fatalf("bert got %d Follows, want 1", len(follow))
	}
	st.tell(st.bert, st.bert.Activity("Accept", "accept", follow[0]))
	return st
}

// onStage runs a test on each engine.
func onStage(t *testing.T, test func(*testing.T, *stage)) {
	t.Helper()
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) { test(t, newStage(t, dsn)) })
}

func (st *stage) must(err error) {
	st.t.Helper()
	if err != nil {
		st.t.Fatal(err)
	}
}

// tell sends an activity to the owner and waits until it was acted on.
func (st *stage) tell(by *testkit.Stranger, activity any) {
	st.t.Helper()
	if status, said := by.Send(st.s.Owner.Inbox, activity); status != 202 {
		st.t.Fatalf("%v: got %d %s, want 202", activity, status, said)
	}
	testkit.Settle(st.t, st.s)
}

// post gives a stored post; ok is false when there is none.
func (st *stage) post(iri any) (p social.Post, ok bool) {
	st.t.Helper()
	p, err := st.s.DB.PostByIRI(st.ctx, iri.(string))
	if err != nil && !social.Is(err, social.NotFound) {
		st.t.Fatal(err)
	}
	return p, err == nil
}

func (st *stage) wantPost(iri any, want bool) {
	st.t.Helper()
	if _, ok := st.post(iri); ok != want {
		st.t.Errorf("%v is kept: %v, want %v", iri, ok, want)
	}
}

func (st *stage) told() (kinds []social.NotificationKind) {
	st.t.Helper()
	all, err := st.s.DB.Notifications(st.ctx, nil, store.PageOf{Limit: 40})
	st.must(err)
	for _, n := range all {
		kinds = append(kinds, n.Kind)
	}
	return kinds
}

// own makes a post of the owner's.
func (st *stage) own(text string) social.Post {
	st.t.Helper()
	p, err := st.s.Publisher.Post(st.ctx, social.Draft{Text: text}, nil)
	st.must(err)
	testkit.Settle(st.t, st.s)
	return p
}

func (st *stage) stands(who *testkit.Stranger) social.Relationship {
	st.t.Helper()
	a, err := st.s.DB.ActorByIRI(st.ctx, who.IRI)
	st.must(err)
	all, err := st.s.DB.Relationships(st.ctx, st.s.Owner.ID, []social.ID{a.ID})
	st.must(err)
	return all[a.ID]
}

func TestDeleteThatComesBeforeItsCreateWins(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		note := st.bert.Note("1", "hello")
		st.tell(st.bert, st.bert.Activity("Delete", "d1", map[string]any{"type": "Tombstone", "id": note["id"]}))
		st.tell(st.bert, st.bert.Activity("Create", "c1", note))
		st.wantPost(note["id"], false)
	})
}

func TestCreateTwiceMakesOnePost(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		note := st.bert.Note("1", "hello")
		for i := range 3 {
			st.tell(st.bert, st.bert.Activity("Create", fmt.Sprint("c", i), note))
		}
		home, err := st.s.DB.Home(st.ctx, store.PageOf{Limit: 10})
		st.must(err)
		if len(home) != 1 {
			t.Errorf("%d lines at home, want 1", len(home))
		}
	})
}

// Misskey uses the id of its first Follow again after an Undo.
func TestFollowWithTheSameIDAfterAnUndoIsAFollow(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		follow := st.eve.Activity("Follow", "follow", st.s.Owner.IRI)
		for range 2 {
			st.tell(st.eve, follow)
			if !st.stands(st.eve).FollowedBy {
				t.Fatal("not followed")
			}
			st.tell(st.eve, st.eve.Activity("Undo", "undo", follow))
			if st.stands(st.eve).FollowedBy {
				t.Fatal("still followed after the Undo")
			}
			// Signatures carry seconds: the same Follow in the same second would be
			// the same request.
			follow["published"] = time.Now().Format(time.RFC3339Nano)
		}
		if n := len(st.peer.Got("Accept")); n != 2 {
			t.Errorf("%d Accepts, want 2", n)
		}
	})
}

func TestNobodyActsOnWhatIsNotTheirs(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		note := st.bert.Note("1", "hello")
		st.tell(st.bert, st.bert.Activity("Create", "c1", note))
		own := st.own("mine")
		st.tell(st.bert, st.bert.Activity("Like", "l1", own.IRI))

		st.tell(st.eve, st.eve.Activity("Delete", "d1", note["id"]))
		st.wantPost(note["id"], true)

		changed := map[string]any{}
		for k, v := range note {
			changed[k] = v
		}
		changed["content"], changed["updated"] = "<p>eve was here</p>", time.Now().Add(time.Minute).UTC().Format(time.RFC3339)
		st.tell(st.eve, st.eve.Activity("Update", "u1", changed))
		if p, _ := st.post(note["id"]); p.Content != "<p>hello</p>" {
			t.Errorf("eve changed bert's post to %q", p.Content)
		}

		forged := map[string]any{"id": st.bert.IRI + "/notes/2", "type": "Note", "attributedTo": st.bert.IRI, "content": "never said",
			"to": "https://www.w3.org/ns/activitystreams#Public"}
		st.tell(st.eve, st.eve.Activity("Create", "c2", forged))
		st.wantPost(forged["id"], false)

		st.tell(st.eve, st.eve.Activity("Undo", "undo1", map[string]any{"type": "Like", "id": st.bert.IRI + "/activities/l1", "actor": st.bert.IRI, "object": own.IRI}))
		st.tell(st.eve, st.eve.Activity("Undo", "undo2", st.bert.IRI+"/activities/l1"))
		if p, _ := st.post(own.IRI); p.Counts.Likes != 1 {
			t.Errorf("%d likes, want bert's one", p.Counts.Likes)
		}

		st.tell(st.eve, st.eve.Activity("Reject", "r1", st.peer.Got("Follow")[0]))
		if !st.stands(st.bert).Following {
			t.Error("eve ended the follow of bert")
		}
		st.tell(st.eve, st.eve.Activity("Delete", "d2", own.IRI))
		st.wantPost(own.IRI, true)
	})
}

func TestAcceptOfWhatWasNotAskedMeansNothing(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		st.tell(st.eve, st.eve.Activity("Accept", "a1", map[string]any{"type": "Follow", "actor": st.s.Owner.IRI, "object": st.eve.IRI}))
		if s := st.stands(st.eve); s.Following || s.Requested {
			t.Errorf("the owner stands to eve %+v, want nothing", s)
		}
	})
}

// Some servers answer with a Follow whose id they made up.
func TestAcceptIsFoundByWhoFollowsWhom(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		a, err := st.s.Finder.Actor(st.ctx, st.eve.IRI)
		st.must(err)
		st.must(st.s.Publisher.Follow(st.ctx, a.ID))
		testkit.Settle(t, st.s)
		st.tell(st.eve, st.eve.Activity("Accept", "a1", map[string]any{"type": "Follow", "id": st.eve.IRI + "/made-up", "actor": st.s.Owner.IRI, "object": st.eve.IRI}))
		if !st.stands(st.eve).Following {
			t.Error("the Accept was not understood")
		}
	})
}

// What somebody boosts is read where it lives, not as the booster tells it.
func TestBoostIsReadAtItsOrigin(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		note := st.eve.Note("1", "as written")
		told := map[string]any{"id": note["id"], "type": "Note", "attributedTo": st.eve.IRI, "content": "<p>as told</p>", "to": note["to"]}
		announce := st.bert.Activity("Announce", "b1", told)
		st.tell(st.bert, announce)
		p, ok := st.post(note["id"])
		if !ok || p.Content != "<p>as written</p>" {
			t.Fatalf("got %q, %v", p.Content, ok)
		}
		home, err := st.s.DB.Home(st.ctx, store.PageOf{Limit: 10})
		st.must(err)
		if len(home) != 1 || home[0].Post != p.ID || home[0].Boost == 0 {
			t.Errorf("home is %+v, want the boost", home)
		}
		st.tell(st.bert, st.bert.Activity("Undo", "undo", announce))
		if home, err = st.s.DB.Home(st.ctx, store.PageOf{Limit: 10}); err != nil || len(home) != 0 {
			t.Errorf("home is %+v, %v after the Undo, want nothing", home, err)
		}
	})
}

// Articles and their kin are shown as title, link and summary.
func TestArticleIsShownAsTitleLinkAndSummary(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		for _, kind := range []string{"Article", "Page", "Image", "Video", "Event"} {
			doc := st.bert.Note(kind, "a very long text")
			doc["type"], doc["name"], doc["summary"], doc["url"] = kind, "The "+kind, "In short.", st.peer.Origin+"/pages/"+kind
			st.tell(st.bert, st.bert.Activity("Create", "c"+kind, doc))
			p, ok := st.post(doc["id"])
			if !ok || p.Title != "The "+kind || p.URL != doc["url"] || string(p.Kind) != kind {
				t.Errorf("%s: got %+v, %v", kind, p, ok)
			}
		}
	})
}

func TestPollIsKeptAndItsCountFollows(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		q := st.bert.Note("q", "which?")
		answer := func(name string, n int) map[string]any {
			return map[string]any{"type": "Note", "name": name, "replies": map[string]any{"type": "Collection", "totalItems": n}}
		}
		q["type"], q["endTime"] = "Question", time.Now().Add(time.Hour).UTC().Format(time.RFC3339)
		q["oneOf"] = []any{answer("tea", 0), answer("coffee", 1)}
		st.tell(st.bert, st.bert.Activity("Create", "c1", q))
		p, _ := st.post(q["id"])
		if p.Poll == nil || len(p.Poll.Options) != 2 || p.Poll.Options[1] != (social.PollOption{Name: "coffee", Votes: 1}) {
			t.Fatalf("got %+v", p.Poll)
		}
		q["oneOf"] = []any{answer("tea", 5), answer("coffee", 1)}
		st.tell(st.bert, st.bert.Activity("Update", "u1", q))
		if p, _ = st.post(q["id"]); p.Poll.Options[0].Votes != 5 || !p.Edited.IsZero() {
			t.Errorf("got %+v, edited %v; want 5 votes and no edit", p.Poll, p.Edited)
		}
	})
}

func TestUpdateOfAnActorIsReadAtItsOrigin(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		st.tell(st.bert, st.bert.Activity("Update", "u1", map[string]any{"id": st.bert.IRI, "type": "Person", "name": "Told"}))
		a, err := st.s.DB.ActorByIRI(st.ctx, st.bert.IRI)
		st.must(err)
		if a.Name != "bert" {
			t.Errorf("the name is %q, want what bert's own document says", a.Name)
		}
	})
}

func TestDeletedActorTakesAllAlong(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		note := st.bert.Note("1", "hello")
		st.tell(st.bert, st.bert.Activity("Create", "c1", note))
		st.tell(st.bert, st.bert.Activity("Delete", "d1", st.bert.IRI))
		st.wantPost(note["id"], false)
		if s := st.stands(st.bert); s.Following {
			t.Errorf("the owner stands to bert %+v, want nothing", s)
		}
	})
}

func TestPinsOfStrangersAreKept(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		note := st.bert.Note("1", "hello")
		st.tell(st.bert, st.bert.Activity("Create", "c1", note))
		actor := map[string]any{"@context": "https://www.w3.org/ns/activitystreams", "id": st.bert.IRI, "type": "Person", "preferredUsername": "bert",
			"inbox": st.bert.Inbox, "featured": st.bert.IRI + "/featured"}
		add := st.bert.Activity("Add", "a1", note["id"])
		add["target"] = st.bert.IRI + "/featured"
		a, err := st.s.DB.ActorByIRI(st.ctx, st.bert.IRI)
		st.must(err)
		a.Featured = actor["featured"].(string)
		st.must(st.s.DB.InTx(st.ctx, func(tx *store.Tx) error {
			_, err := tx.PutActor(st.ctx, a, "127.0.0.1")
			return err
		}))
		st.tell(st.bert, add)
		pins, err := st.s.DB.Pins(st.ctx, a.ID)
		if err != nil || len(pins) != 1 {
			t.Fatalf("got %d pins, %v", len(pins), err)
		}
		remove := st.bert.Activity("Remove", "r1", note["id"])
		remove["target"] = add["target"]
		st.tell(st.bert, remove)
		if pins, err = st.s.DB.Pins(st.ctx, a.ID); err != nil || len(pins) != 0 {
			t.Errorf("got %d pins, %v after the Remove", len(pins), err)
		}
	})
}

func TestWhatIsNotActedOnIsRecorded(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		before, err := st.s.DB.CountInbound(st.ctx, store.Done)
		st.must(err)
		for i, kind := range []string{"Move", "Flag", "EmojiReact", "QuoteRequest", "View", "Listen"} {
			st.tell(st.bert, st.bert.Activity(kind, fmt.Sprint(i), st.s.Owner.IRI))
		}
		after, err := st.s.DB.CountInbound(st.ctx, store.Done)
		st.must(err)
		if after-before != 6 {
			t.Errorf("%d rows are done, want 6", after-before)
		}
	})
}

// A forwarded activity is a hint to look, never content.
func TestForwardedActivityIsReadAtItsOrigin(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		note := st.bert.Note("1", "as written")
		told := st.bert.Activity("Create", "c1", map[string]any{"id": note["id"], "type": "Note", "attributedTo": st.bert.IRI, "content": "as told", "to": note["to"]})
		told["signature"] = map[string]any{"type": "RsaSignature2017", "creator": st.bert.Key.ID, "signatureValue": "AAAA"}
		st.tell(st.eve, told)
		if p, ok := st.post(note["id"]); ok && p.Content != "<p>as written</p>" {
			t.Errorf("got %q", p.Content)
		}
	})
}

func TestWhoIsNotFollowedAndSpeaksToOthersIsNotKept(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		note := st.eve.Note("1", "hello everybody")
		st.tell(st.eve, st.eve.Activity("Create", "c1", note))
		st.wantPost(note["id"], false)
		if told := st.told(); len(told) != 0 {
			t.Errorf("told %v, want nothing", told)
		}
	})
}

func TestFollowersAreApprovedWhenTheOwnerWants(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		o, err := st.s.DB.Owner(st.ctx)
		st.must(err)
		o.Profile.Locked = true
		st.must(st.s.Publisher.EditProfile(st.ctx, o.Profile))
		st.tell(st.eve, st.eve.Activity("Follow", "f1", st.s.Owner.IRI))
		if s := st.stands(st.eve); s.FollowedBy || !s.RequestedBy {
			t.Fatalf("eve stands %+v, want asked", s)
		}
		if told := st.told(); len(told) != 1 || told[0] != social.NotifyFollowRequest {
			t.Errorf("told %v", told)
		}
		a, err := st.s.DB.ActorByIRI(st.ctx, st.eve.IRI)
		st.must(err)
		st.must(st.s.Publisher.AcceptFollower(st.ctx, a.ID))
		testkit.Settle(t, st.s)
		if s := st.stands(st.eve); !s.FollowedBy {
			t.Errorf("eve stands %+v, want following", s)
		}
		accepts := st.peer.Got("Accept")
		if len(accepts) != 1 {
			t.Fatalf("%d Accepts, want 1", len(accepts))
		}
		embedded, ok := accepts[0]["object"].(map[string]any)
		if !ok || embedded["id"] != st.eve.IRI+"/activities/f1" || embedded["type"] != "Follow" {
			t.Errorf("the Accept embeds %v, want the Follow", accepts[0]["object"])
		}
	})
}
