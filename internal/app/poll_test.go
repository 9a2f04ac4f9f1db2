package app_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/httpsig"
	"skerry/internal/queue"
	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/testkit"
)

// asks makes a stranger's note a poll that runs for an hour.
func asks(by *testkit.Stranger, multiple bool, votes ...int) map[string]any {
	note := by.Note("poll", "which?")
	var options []any
	for i, name := range []string{"tea", "coffee"} {
		options = append(options, map[string]any{"type": "Note", "name": name, "replies": map[string]any{"type": "Collection", "totalItems": votes[i]}})
	}
	key := "oneOf"
	if multiple {
		key = "anyOf"
	}
	note["type"], note[key], note["votersCount"] = "Question", options, votes[0]+votes[1]
	note["endTime"] = time.Now().Add(time.Hour).UTC().Format(time.RFC3339)
	return note
}

// wait moves the clock on and lets all lanes look again.
func (st *stage) wait(by time.Duration) {
	st.t.Helper()
	st.clock.Advance(by)
	st.s.Bus.Ring(queue.Look(store.LaneFetch))
	testkit.Settle(st.t, st.s)
}

// poll is how the poll of a post stands.
func (st *stage) poll(iri any) social.Poll {
	st.t.Helper()
	p, ok := st.post(iri)
	if !ok || p.Poll == nil {
		st.t.Fatalf("%v is kept: %v, and asks %v", iri, ok, p.Poll)
	}
	return *p.Poll
}

func (st *stage) wantVotes(step string, iri any, voters int, votes ...int) {
	st.t.Helper()
	got := st.poll(iri)
	if got.Voters != voters || got.Options[0].Votes != votes[0] || got.Options[1].Votes != votes[1] {
		st.t.Errorf("%s: the poll stands at %+v, want %v of %d", step, got, votes, voters)
	}
}

func TestVoteGoesToTheAuthorAlone(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		note := asks(st.bert, true, 2, 1)
		st.tell(st.bert, st.bert.Activity("Create", "c1", note))
		p, _ := st.post(note["id"])
		for _, wrong := range [][]int{nil, {2}, {-1}, {0, 0}} {
			if err := st.s.Publisher.Vote(st.ctx, p.ID, wrong); !social.Is(err, social.Unprocessable) {
				t.Errorf("the vote %v: got %v, want Unprocessable", wrong, err)
			}
		}
		st.must(st.s.Publisher.Vote(st.ctx, p.ID, []int{0, 1}))
		if err := st.s.Publisher.Vote(st.ctx, p.ID, []int{0}); !social.Is(err, social.Unprocessable) {
			t.Errorf("a second vote: got %v, want Unprocessable", err)
		}
		testkit.Settle(t, st.s)
		st.wantVotes("voted", note["id"], 4, 3, 2)
		sent := st.peer.Got("Create")
		if len(sent) != 2 {
			t.Fatalf("bert got %d votes, want 2", len(sent))
		}
		for i, name := range []string{"tea", "coffee"} {
			vote := sent[i]["object"].(map[string]any)
			iri := vote["id"]
			delete(vote, "id")
			want := map[string]any{"type": "Note", "name": name, "attributedTo": st.s.Owner.IRI, "inReplyTo": note["id"], "to": []any{st.bert.IRI}}
			if diff := cmp.Diff(want, vote); diff != "" {
				t.Errorf("vote (-want +got):\n%s", diff)
			}
			if status, _ := read(t, st, nil, iri.(string)); status != http.StatusNotFound {
				t.Errorf("anybody who asks for a vote gets %d, want 404", status)
			}
			other := testkit.NewPeer(t).Person("mallory")
			if status, _ := read(t, st, other, iri.(string)); status != http.StatusNotFound {
				t.Errorf("another server that asks for a vote gets %d, want 404", status)
			}
			status, body := read(t, st, st.bert, iri.(string))
			var got map[string]any
			if err := json.Unmarshal([]byte(body), &got); err != nil || status != 200 || got["name"] != name || got["content"] != nil {
				t.Errorf("bert's server gets %d %s, want the vote", status, body)
			}
		}
	})
}

// read asks for a document, signed unless by nobody.
func read(t *testing.T, st *stage, by *testkit.Stranger, iri string) (int, string) {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, iri, nil)
	st.must(err)
	r.Header.Set("Accept", "application/activity+json")
	if by != nil {
		st.must(httpsig.Sign(r, nil, by.Key, st.clock.Now()))
	}
	return testkit.Do(t, r)
}

func TestPollOfOthersIsLookedAtAgain(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		note := asks(st.bert, false, 2, 1)
		st.tell(st.bert, st.bert.Activity("Create", "c1", note))
		p, _ := st.post(note["id"])
		st.must(st.s.Publisher.Vote(st.ctx, p.ID, []int{1}))
		testkit.Settle(t, st.s)
		note["oneOf"] = asks(st.bert, false, 7, 5)["oneOf"]
		note["votersCount"] = 12
		st.peer.Serve("/users/bert/notes/poll", note)
		st.wait(6 * time.Minute)
		st.wantVotes("a little later", note["id"], 12, 7, 5)
		asked := st.peer.Asked("/users/bert/notes/poll")
		st.wait(20 * time.Minute)
		if more := st.peer.Asked("/users/bert/notes/poll") - asked; more != 0 {
			t.Errorf("the poll is asked for %d times more, want none before somebody looks", more)
		}
		seen, _ := st.post(note["id"])
		for range 3 {
			st.must(st.s.Publisher.LookAtPolls(st.ctx, seen))
		}
		testkit.Settle(t, st.s)
		if more := st.peer.Asked("/users/bert/notes/poll") - asked; more != 1 {
			t.Errorf("the poll is asked for %d times more when the owner looks, want 1", more)
		}
		if slices.Contains(st.told(), social.NotifyPoll) {
			t.Error("the end is told before it")
		}
		st.peer.Fail("/users/bert/notes/poll", http.StatusNotFound)
		st.wait(40 * time.Minute)
		note["closed"] = note["endTime"]
		update := st.bert.Activity("Update", "u1", note)
		if status, said := st.bert.SendAt(st.clock.Now(), st.s.Owner.Inbox, update); status != 202 {
			t.Fatalf("got %d %s, want 202", status, said)
		}
		testkit.Settle(t, st.s)
		if got := st.told(); len(got) != 1 || got[0] != social.NotifyPoll {
			t.Errorf("the owner was told %v, want the end of the poll once", got)
		}
	})
}

func TestPollThatAsksSomethingElseForgetsTheVotes(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		note := asks(st.bert, false, 2, 1)
		st.tell(st.bert, st.bert.Activity("Create", "c1", note))
		p, _ := st.post(note["id"])
		st.must(st.s.Publisher.Vote(st.ctx, p.ID, []int{1}))
		note["oneOf"].([]any)[1].(map[string]any)["name"] = "water"
		note["updated"] = time.Now().UTC().Format(time.RFC3339)
		st.tell(st.bert, st.bert.Activity("Update", "u1", note))
		if err := st.s.Publisher.Vote(st.ctx, p.ID, []int{1}); err != nil {
			t.Errorf("a vote in the poll as it is now: %v", err)
		}
	})
}

// ballot is a vote as other servers send it.
func ballot(by *testkit.Stranger, id, poll, name string) map[string]any {
	return by.Activity("Create", id, map[string]any{
		"id": by.IRI + "#votes/" + id, "type": "Note", "attributedTo": by.IRI, "inReplyTo": poll, "name": name, "to": "https://x.example/",
	})
}

// ask makes the owner ask something, for an hour.
func (st *stage) ask(d social.Draft) social.Post {
	st.t.Helper()
	d.Text, d.Poll.Options, d.Poll.For = "which?", []string{"tea", "coffee"}, time.Hour
	p, err := st.s.Publisher.Post(st.ctx, d, nil)
	st.must(err)
	testkit.Settle(st.t, st.s)
	return p
}

func TestVotesOfOthersCountOnce(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		p := st.ask(social.Draft{Poll: &social.Ballot{}})
		st.tell(st.bert, ballot(st.bert, "1", p.IRI, "tea"))
		st.tell(st.bert, ballot(st.bert, "2", p.IRI, "tea"))
		st.tell(st.bert, ballot(st.bert, "3", p.URL, "coffee"))
		st.tell(st.eve, ballot(st.eve, "1", p.IRI, "water"))
		st.wantVotes("one answer", p.IRI, 1, 1, 0)
		st.tell(st.eve, ballot(st.eve, "2", p.URL, "coffee"))
		st.wantVotes("two people", p.IRI, 2, 1, 1)
		many := st.ask(social.Draft{Poll: &social.Ballot{Multiple: true}})
		for i, name := range []string{"tea", "coffee", "tea"} {
			st.tell(st.bert, ballot(st.bert, string(rune('a'+i)), many.IRI, name))
		}
		st.wantVotes("several answers", many.IRI, 1, 1, 1)
		hidden := st.ask(social.Draft{Visibility: social.FollowersOnly, Poll: &social.Ballot{}})
		st.tell(st.eve, ballot(st.eve, "h", hidden.IRI, "tea"))
		st.wantVotes("who may not see it", hidden.IRI, 0, 0, 0)
		forged := ballot(st.eve, "f", p.IRI, "tea")
		forged["object"].(map[string]any)["attributedTo"] = st.bert.IRI
		st.tell(st.eve, forged)
		st.tell(st.eve, ballot(st.eve, "own", st.own("no poll").IRI, "tea"))
		st.wantVotes("forged", p.IRI, 2, 1, 1)
		st.wantPost(st.bert.IRI+"#votes/1", false)
		if got := st.told(); len(got) != 0 {
			t.Errorf("the owner was told %v, want nothing of votes", got)
		}
	})
}

func TestHowAPollStandsIsToldNowAndThen(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		st.tell(st.eve, st.eve.Activity("Follow", "follow", st.s.Owner.IRI))
		p := st.ask(social.Draft{Poll: &social.Ballot{}})
		asked := st.peer.Got("Create")[0]["object"].(map[string]any)
		if asked["type"] != "Question" || asked["endTime"] == nil || asked["closed"] != nil || len(asked["oneOf"].([]any)) != 2 {
			t.Errorf("the followers are asked %v", asked)
		}
		for i, by := range []*testkit.Stranger{st.bert, st.eve} {
			st.tell(by, ballot(by, string(rune('a'+i)), p.IRI, "tea"))
		}
		if got := st.peer.Got("Update"); len(got) != 0 {
			t.Errorf("%d Updates before the turn, want none", len(got))
		}
		st.wait(4 * time.Minute)
		// bert voted and follows nobody, eve follows: each hears once.
		told := st.peer.Got("Update")
		if len(told) != 2 {
			t.Fatalf("%d Updates after two votes, want one for each of two inboxes", len(told))
		}
		poll := told[0]["object"].(map[string]any)
		first := poll["oneOf"].([]any)[0].(map[string]any)["replies"].(map[string]any)
		if first["totalItems"] != float64(2) || poll["votersCount"] != float64(2) || poll["updated"] != nil {
			t.Errorf("they are told %v, want two votes and no edit", poll)
		}
		st.wait(time.Hour)
		told = st.peer.Got("Update")
		if len(told) != 4 || told[3]["object"].(map[string]any)["closed"] == nil {
			t.Errorf("%d Updates, the last one %v, want two more with the end", len(told), told[len(told)-1])
		}
		if got := st.told(); len(got) != 2 || got[0] != social.NotifyPoll {
			t.Errorf("the owner was told %v, want a follower and the end of the poll", got)
		}
		late := ballot(st.bert, "late", p.IRI, "coffee")
		if status, said := st.bert.SendAt(st.clock.Now(), st.s.Owner.Inbox, late); status != 202 {
			t.Fatalf("got %d %s, want 202", status, said)
		}
		testkit.Settle(t, st.s)
		st.wantVotes("after the end", p.IRI, 2, 2, 0)
	})
}

func TestSecretPollTellsNothingBeforeItsEnd(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		p := st.ask(social.Draft{Poll: &social.Ballot{Secret: true}})
		st.tell(st.bert, ballot(st.bert, "1", p.IRI, "tea"))
		totals := func() (all []any) {
			_, body := read(t, st, nil, p.IRI)
			var doc struct {
				OneOf []struct{ Replies map[string]any }
			}
			st.must(json.Unmarshal([]byte(body), &doc))
			for _, o := range doc.OneOf {
				all = append(all, o.Replies["totalItems"])
			}
			return all
		}
		if diff := cmp.Diff([]any{nil, nil}, totals()); diff != "" {
			t.Errorf("totals while it runs (-want +got):\n%s", diff)
		}
		st.wait(2 * time.Hour)
		if diff := cmp.Diff([]any{1.0, 0.0}, totals()); diff != "" {
			t.Errorf("totals at the end (-want +got):\n%s", diff)
		}
	})
}

func TestTwoServersVoteWithEachOther(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		anna, bert := testkit.Start(t, dsn, "anna"), testkit.Start(t, "", "bert")
		ctx := t.Context()
		p, err := anna.Publisher.Post(ctx, social.Draft{Text: "which?", Poll: &social.Ballot{Options: []string{"tea", "<b>"}, Multiple: true, For: time.Hour}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		seen, err := bert.Finder.Post(ctx, p.IRI)
		if err != nil {
			t.Fatal(err)
		}
		if err := bert.Publisher.Vote(ctx, seen.ID, []int{0, 1}); err != nil {
			t.Fatal(err)
		}
		testkit.Settle(t, anna, bert)
		got, err := anna.DB.Post(ctx, p.ID)
		if err != nil {
			t.Fatal(err)
		}
		want := social.Poll{Multiple: true, Voters: 1, EndsAt: p.Poll.EndsAt, Options: []social.PollOption{{Name: "tea", Votes: 1}, {Name: "<b>", Votes: 1}}}
		if diff := cmp.Diff(want, *got.Poll); diff != "" {
			t.Errorf("anna's poll (-want +got):\n%s", diff)
		}
	})
}
