package relay_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/testkit"
)

func always(context.Context, *store.Tx) (bool, error) { return true, nil }

// profiles are relays as they are met, each with what is special about it.
var profiles = map[string]testkit.RelayProfile{
	"one that accepts within our request":        {SameID: true, ToActor: true},
	"one that is opened by hand":                 {SameID: true, Software: "activity-relay"},
	"one that answers the id alone":              {Embeds: testkit.EmbedsID, Loudly: true, Undated: true, Announces: true, SPKI: true},
	"one that puts itself into our Follow":       {Embeds: testkit.EmbedsItself, Announces: true, Software: "aoderelay", UndoSays: testkit.UndoSaysItself},
	"one that embeds us, and signs by RFC 9421":  {Embeds: testkit.EmbedsFollower, RFC9421: true, SPKI: true, GetInbox: 400},
	"one that follows back, and waits for a yes": {Kind: "Application", ActorPath: "/relay", InboxPath: "/relay/inbox", FollowBack: testkit.FollowsAfter, Gated: true, Announces: true},
	"one that follows back before it accepts":    {Kind: "Application", ActorPath: "/relay", InboxPath: "/inbox", FollowBack: testkit.FollowsBefore, Gated: true, Announces: true},
	"one that follows back though not asked to":  {FollowBack: testkit.FollowsAfter, Announces: true, Software: "activityrelay", UndoSays: testkit.UndoSaysOurs, GetInbox: 200},
	"one that is one address for both":           {ActorPath: "/tag/sea", InboxPath: "/tag/sea", Announces: true, Loudly: true, Nameless: true, Software: "buzzrelay"},
	"one whose signatures name its actor":        {Keyless: true, SPKI: true, Label: "hs2019"},
	"one whose key has another name":             {KeyID: "#key", Announces: true},
}

func TestRelaysOfAllMakesAreFollowedAndLeft(t *testing.T) {
	t.Parallel()
	for name, profile := range profiles {
		t.Run(name, func(t *testing.T) {
			onStage(t, profile, func(st *stage) {
				r := st.follow()
				st.want(r.ID, social.RelayAccepted)
				if n := len(st.relay.Members()); n != 1 {
					st.Fatalf("the relay has %d members, want us", n)
				}
				if _, err := st.s.Relays.Follow(st.Context(), st.relay.Actor, ""); !social.Is(err, social.Conflict) {
					st.Errorf("followed twice: %v, want a conflict", err)
				}
				st.relay.Reject()
				st.want(r.ID, social.RelayRejected)
				_, err := st.s.Relays.Ask(st.Context(), r.ID)
				st.must(err)
				st.want(r.ID, social.RelayAccepted)
				_, err = st.s.Relays.Leave(st.Context(), r.ID)
				st.must(err)
				testkit.Settle(st, st.s)
				st.later(time.Minute)
				st.want(r.ID, social.RelayGone)
				if n := len(st.relay.Members()); n != 0 {
					st.Errorf("the relay has %d members after we left", n)
				}
				st.got("Undo", 1)
				again := st.follow()
				st.want(again.ID, social.RelayAccepted)
				if again.ID != r.ID {
					st.Error("a relay that is followed anew is another one")
				}
			})
		})
	}
}

func TestAnswerMayBeDaysLateAndToAnEarlierFollow(t *testing.T) {
	onStage(t, testkit.RelayProfile{Answer: testkit.AnswersByHand}, func(st *stage) {
		r := st.follow()
		st.want(r.ID, social.RelayAsked)
		early := st.relay.Got("Follow")[0]
		st.later(72 * time.Hour)
		_, err := st.s.Relays.Ask(st.Context(), r.ID)
		st.must(err)
		testkit.Settle(st, st.s)
		st.got("Follow", 2)
		if id := st.relay.Got("Follow")[1]["id"]; id == early["id"] || len(id.(string)) < len(st.s.URLs().Server())+26 {
			st.Errorf("the second Follow is %v, want another id that nobody guesses", id)
		}
		st.relay.Send(st.s.URLs().SharedInbox(), st.relay.Answering("Accept", early))
		st.want(r.ID, social.RelayAccepted)
	})
}

func TestOnlyTheRelayItselfAnswersForIt(t *testing.T) {
	onStage(t, testkit.RelayProfile{Answer: testkit.AnswersByHand}, func(st *stage) {
		r := st.follow()
		follow := st.relay.Got("Follow")[0]
		other := testkit.NewRelay(st, testkit.RelayProfile{})
		other.Now = st.clock.Now
		beside := testkit.NewRelayOn(st, st.relay.Peer, testkit.RelayProfile{ActorPath: "/other", InboxPath: "/other/inbox", Nameless: true})
		beside.Now = st.clock.Now
		for name, forger := range map[string]*testkit.Relay{"another relay": other, "another actor of its host": beside} {
			forger.Send(st.s.URLs().SharedInbox(), forger.Answering("Accept", follow))
			testkit.Settle(st, st.s)
			if got := st.is(r.ID); got.State != social.RelayAsked {
				st.Errorf("%s made it %s", name, got.State)
			}
		}
		guessed := map[string]any{"id": st.s.URLs().ServerActivity("guessed"), "type": "Follow", "actor": st.s.URLs().Server()}
		st.relay.Send(st.s.URLs().SharedInbox(), st.relay.Answering("Accept", guessed))
		st.want(r.ID, social.RelayAsked)
		st.relay.Accept()
		st.want(r.ID, social.RelayAccepted)
		other.Send(st.s.URLs().SharedInbox(), other.Answering("Reject", follow))
		st.want(r.ID, social.RelayAccepted)
	})
}

func TestRelayWithoutAKnownActorIsLearntFromItsAnswer(t *testing.T) {
	onStage(t, testkit.RelayProfile{ActorPath: "/hidden/actor", InboxPath: "/inbox", Nameless: true, Answer: testkit.AnswersByHand}, func(st *stage) {
		found, err := st.s.Relays.Look(st.Context(), st.relay.Inbox)
		st.must(err)
		if found.Actor != "" || found.Inbox != st.relay.Inbox {
			st.Fatalf("found %+v, want the inbox alone", found)
		}
		r, err := st.s.Relays.Follow(st.Context(), st.relay.Inbox, "")
		st.must(err)
		testkit.Settle(st, st.s)
		st.relay.Accept()
		st.want(r.ID, social.RelayAccepted)
		if got := st.is(r.ID); got.Actor != st.relay.Actor {
			st.Errorf("its actor is %q, want %s", got.Actor, st.relay.Actor)
		}
	})
}

func TestSilentRelayIsAskedAgainOnceByItself(t *testing.T) {
	onStage(t, testkit.RelayProfile{}, func(st *stage) {
		r := st.follow()
		first := r.Follow
		st.later(social.RelaySilence + time.Minute)
		st.got("Follow", 2)
		if got := st.is(r.ID); got.Follow == first || got.State != social.RelayAccepted { // it answers at once
			st.Errorf("asked again by %s, it is %s", got.Follow, got.State)
		}
		st.later(social.RelaySilence + time.Minute)
		st.got("Follow", 2)
		st.want(r.ID, social.RelaySilent)
		if says := st.is(r.ID).Says(); !strings.Contains(says, "ask it yourself") {
			st.Errorf("it says %q", says)
		}
	})
}

func TestRelayThatIsAwayIsLeftAllTheSame(t *testing.T) {
	onStage(t, testkit.RelayProfile{}, func(st *stage) {
		r := st.follow()
		st.relay.Fail("/inbox", 410)
		_, err := st.s.Relays.Leave(st.Context(), r.ID)
		st.must(err)
		testkit.Settle(st, st.s)
		st.later(time.Minute)
		st.want(r.ID, social.RelayGone)
	})
}

func TestRelayWhoseAnswerWasLostIsAskedAgainOnce(t *testing.T) {
	onStage(t, testkit.RelayProfile{Answer: testkit.AnswersByHand}, func(st *stage) {
		r := st.follow()
		st.relay.Admit()
		st.clock.Advance(time.Minute)
		note := st.eve.Note("1", "hello")
		st.relay.Announce(note["id"])
		testkit.Settle(st, st.s)
		if got := st.is(r.ID); !got.Unconfirmed() || !strings.Contains(got.Says(), "has not confirmed") {
			st.Errorf("it says %q", got.Says())
		}
		st.later(10 * time.Minute)
		st.got("Follow", 2)
		st.relay.Announce(note["id"])
		st.later(20 * time.Minute)
		st.got("Follow", 2)
		st.relay.Accept()
		st.want(r.ID, social.RelayAccepted)
		st.asked(note["id"], 0)
	})
}
