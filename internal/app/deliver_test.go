package app_test

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"skerry/internal/outbox"
	"skerry/internal/queue"
	"skerry/internal/social"
	"skerry/internal/testkit"
)

// befriended makes bert a follower of the owner.
func (st *stage) befriended() {
	st.t.Helper()
	st.tell(st.bert, st.bert.Activity("Follow", "f1", st.s.Owner.IRI))
}

// publish posts as the owner and waits for nobody.
func (st *stage) publish(text string) social.Post {
	st.t.Helper()
	p, err := st.s.Publisher.Post(st.ctx, social.Draft{Text: text}, nil)
	st.must(err)
	return p
}

// later moves the clock on and lets the deliverers look again.
func (st *stage) later(by time.Duration) {
	st.t.Helper()
	st.clock.Advance(by)
	st.s.Bus.Ring(queue.Look(outbox.Lane))
	testkit.Settle(st.t, st.s)
}

// bertsInbox is the path at which bert's server takes what is for him.
const bertsInbox = "/users/bert/inbox"

func TestHostThatWasAwayGetsEverythingInOrder(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		st.befriended()
		st.peer.Fail(bertsInbox, http.StatusServiceUnavailable)
		p := st.publish("one")
		testkit.Settle(t, st.s)
		_, err := st.s.Publisher.Edit(st.ctx, p.ID, social.Draft{Text: "two"})
		st.must(err)
		testkit.Settle(t, st.s)
		other := st.publish("three")
		testkit.Settle(t, st.s)
		st.peer.Fail(bertsInbox, 0)
		st.later(2 * time.Minute)
		if all := st.peer.Order(p.IRI); !slices.Equal(all, []string{"Create", "Update"}) {
			t.Errorf("what is about one post came as %v", all)
		}
		if all := st.peer.Order(other.IRI); !slices.Equal(all, []string{"Create"}) {
			t.Errorf("the other post came as %v", all)
		}
	})
}

// A host that was down and speaks to us again gets what waits for it at once.
func TestHostThatSpeaksToUsGetsWhatWaits(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		st.befriended()
		st.peer.Fail(bertsInbox, http.StatusBadGateway)
		p := st.own("hello")
		st.later(2 * time.Minute) // fails again: the next turn is minutes away
		st.peer.Fail(bertsInbox, 0)
		st.later(65 * time.Second)
		if n := len(st.peer.Order(p.IRI)); n != 0 {
			t.Fatalf("the post came at %d, before its turn", n)
		}
		st.tell(st.bert, st.bert.Activity("Like", "l1", p.IRI))
		if n := len(st.peer.Order(p.IRI)); n != 1 {
			t.Errorf("%d came after bert's server spoke, want the post", n)
		}
	})
}

func TestInboxThatIsGoneWithItsActorEndsTheFollow(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		st.befriended()
		st.peer.Fail(bertsInbox, http.StatusGone)
		st.publish("is anybody there?")
		testkit.Settle(t, st.s)
		if followers, _, err := st.s.DB.CountFollows(st.ctx, st.s.Owner.ID); err != nil || followers != 1 {
			t.Errorf("%d followers, %v; want 1 while the actor itself answers", followers, err)
		}
		st.peer.Fail("/users/bert", http.StatusGone)
		st.publish("and now?")
		testkit.Settle(t, st.s)
		if followers, _, err := st.s.DB.CountFollows(st.ctx, st.s.Owner.ID); err != nil || followers != 0 {
			t.Errorf("%d followers, %v; want none", followers, err)
		}
	})
}

func TestHostGetsNoMoreThanTwoAtOnce(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		st.befriended()
		st.peer.Fail(bertsInbox, http.StatusServiceUnavailable)
		for i := range 6 {
			st.publish(fmt.Sprint("post ", i))
		}
		testkit.Settle(t, st.s)
		var mu sync.Mutex
		now, most := 0, 0
		came, open := make(chan struct{}, 20), make(chan struct{})
		st.peer.Handle(bertsInbox, func(w http.ResponseWriter, _ *http.Request) {
			mu.Lock()
			now++
			most = max(most, now)
			mu.Unlock()
			came <- struct{}{}
			<-open
			mu.Lock()
			now--
			mu.Unlock()
			w.WriteHeader(http.StatusAccepted)
		})
		st.peer.Fail(bertsInbox, 0)
		st.clock.Advance(2 * time.Minute)
		st.s.Bus.Ring(queue.Look(outbox.Lane))
		<-came
		<-came
		close(open)
		testkit.Settle(t, st.s)
		if most != 2 || len(came) != 4 {
			t.Errorf("%d at once and %d in all, want 2 and 6", most, 2+len(came))
		}
	})
}

func TestHostThatHangsHoldsUpNobodyElse(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		st.befriended()
		carla := testkit.NewPeer(t)
		st.tell(st.bert, st.bert.Activity("Follow", "again", st.s.Owner.IRI))
		c := carla.Person("carla")
		st.tell(c, c.Activity("Follow", "1", st.s.Owner.IRI))
		hung, open := make(chan struct{}, 20), make(chan struct{})
		st.peer.Handle(bertsInbox, func(w http.ResponseWriter, _ *http.Request) {
			hung <- struct{}{}
			<-open
			w.WriteHeader(http.StatusAccepted)
		})
		arrived := make(chan struct{}, 20)
		carla.Handle("/users/carla/inbox", func(w http.ResponseWriter, _ *http.Request) {
			arrived <- struct{}{}
			w.WriteHeader(http.StatusAccepted)
		})
		for i := range 5 {
			st.publish(fmt.Sprint("post ", i))
		}
		<-hung
		for range 5 {
			<-arrived
		}
		close(open)
		testkit.Settle(t, st.s)
	})
}

func TestRedirectOfADeliveryIsNotFollowed(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		st.befriended()
		elsewhere := testkit.NewPeer(t)
		st.peer.Handle(bertsInbox, func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.Origin+"/inbox", http.StatusTemporaryRedirect)
		})
		st.publish("hello")
		testkit.Settle(t, st.s)
		if n := elsewhere.Asked("/inbox"); n != 0 {
			t.Errorf("followed %d times", n)
		}
	})
}
