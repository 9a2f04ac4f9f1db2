package app_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/testkit"
)

// host is how bert's server stands.
func (st *stage) host() store.HostReport {
	st.t.Helper()
	h, err := st.s.DB.Host(st.ctx, st.peer.Origin[len("http://"):])
	st.must(err)
	return h
}

func (st *stage) wantState(want social.HostState) store.HostReport {
	st.t.Helper()
	h := st.host()
	if got := h.State(st.s.DB.Now()); got != want {
		st.t.Errorf("bert's server is %s, want %s: %+v", got, want, h)
	}
	return h
}

// asked is how often bert's inbox was.
func (st *stage) asked() int { return st.peer.Asked(bertsInbox) }

// onBroken runs a test with a post that waits behind an open breaker.
func onBroken(t *testing.T, test func(*testing.T, *stage, social.Post)) {
	t.Helper()
	onStage(t, func(t *testing.T, st *stage) {
		st.befriended()
		st.peer.Fail(bertsInbox, http.StatusServiceUnavailable)
		p := st.own("hello")
		for i := range 4 {
			st.publish(fmt.Sprint("more ", i))
		}
		testkit.Settle(t, st.s)
		st.later(11 * time.Minute)
		if h := st.wantState(social.HostFailing); h.OpenUntil.IsZero() {
			t.Fatalf("the breaker is closed: %+v", h)
		}
		test(t, st, p)
	})
}

// Behind an open breaker one delivery looks whether the host is back, and that is
// no turn of its own.
func TestOpenBreakerIsProbedByOneDelivery(t *testing.T) {
	onBroken(t, func(t *testing.T, st *stage, p social.Post) {
		tries := st.delivery(p).Attempts
		for range 8 {
			before := st.asked()
			st.clock.Advance(st.host().OpenUntil.Sub(st.s.DB.Now()) + time.Second)
			st.later(0)
			if n := st.asked() - before; n != 1 {
				t.Errorf("the inbox was asked %d times, want one probe", n)
			}
		}
		if d := st.delivery(p); d.Attempts != tries || d.State != store.Waiting {
			t.Errorf("got %+v, want it waiting after the %d turns it had", d, tries)
		}
		st.peer.Fail(bertsInbox, 0)
		st.later(time.Hour + time.Second)
		if n := len(st.peer.Got("Create")); n != 5 {
			t.Errorf("%d posts came after the host was back, want all five", n)
		}
		st.wantState(social.HostHealthy)
	})
}

// delivery is how the Create of a post fares.
func (st *stage) delivery(p social.Post) store.DeliveryReport {
	st.t.Helper()
	said, err := st.s.DB.ActivitiesAbout(st.ctx, p.IRI, store.PageOf{Limit: 1})
	st.must(err)
	all, err := st.s.DB.DeliveriesOf(st.ctx, store.FatesOf{Activity: said[0].ID, Limit: 1})
	st.must(err)
	return all[0]
}

func TestDormantHostIsProbedOnceADay(t *testing.T) {
	onBroken(t, func(t *testing.T, st *stage, p social.Post) {
		st.later(social.DormantAge)
		st.wantState(social.HostDormant)
		before := st.asked()
		for range 3 {
			st.later(23 * time.Hour)
			st.publish("another") // makes nobody ask earlier
			testkit.Settle(t, st.s)
			st.later(time.Hour + time.Second)
		}
		if n := st.asked() - before; n != 3 {
			t.Errorf("a dormant host was asked %d times in three days, want 3", n)
		}
		if d := st.delivery(p); d.State != store.Waiting {
			t.Errorf("the post is %s, want it to wait", d.State)
		}
	})
}

func TestDormantHostThatSpeaksGetsWhatWaits(t *testing.T) {
	onBroken(t, func(t *testing.T, st *stage, p social.Post) {
		st.later(social.DormantAge)
		st.wantState(social.HostDormant)
		st.peer.Fail(bertsInbox, 0)
		st.like(p, "back")
		if n := len(st.peer.Got("Create")); n != 5 {
			t.Errorf("%d posts came, want all five", n)
		}
		st.wantState(social.HostHealthy)
	})
}

// like makes bert like a post, at the time of the server's clock.
func (st *stage) like(p social.Post, id string) {
	st.t.Helper()
	if status, said := st.bert.SendAt(st.s.DB.Now(), st.s.Owner.Inbox, st.bert.Activity("Like", id, p.IRI)); status != 202 {
		st.t.Fatalf("like: %d %s", status, said)
	}
	testkit.Settle(st.t, st.s)
}

// A host that speaks while its inbox fails must not use up the turns of what waits.
func TestHostThatSpeaksAndTakesNothingUsesUpNoTurns(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		st.befriended()
		st.peer.Fail(bertsInbox, http.StatusServiceUnavailable)
		p := st.own("hello")
		for i := range 25 {
			st.clock.Advance(65 * time.Second)
			before := st.asked()
			st.like(p, fmt.Sprint("l", i))
			if n := st.asked() - before; n > 2 {
				t.Errorf("the inbox was asked %d times after one Like", n)
			}
		}
		if d := st.delivery(p); d.State != store.Waiting || d.Attempts > 5 {
			t.Errorf("after 27 minutes the post is %s after %d turns, want it waiting after those of the schedule", d.State, d.Attempts)
		}
	})
}

func TestHostIsLeftAloneUntilTheTimeItNames(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		st.befriended()
		refuse := func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "7200")
			w.WriteHeader(http.StatusTooManyRequests)
		}
		st.peer.Handle(bertsInbox, refuse)
		st.own("one")
		before := st.asked()
		st.own("two") // another delivery is left alone too
		st.later(119 * time.Minute)
		if n := st.asked() - before; n != 0 {
			t.Errorf("asked %d times before the time that the host named", n)
		}
		st.peer.Handle(bertsInbox, nil)
		st.later(2 * time.Minute)
		if n := len(st.peer.Got("Create")); n != 2 {
			t.Errorf("%d posts came after it, want both", n)
		}
	})
}

func TestDeleteCancelsWhatWasNotSent(t *testing.T) {
	onBroken(t, func(t *testing.T, st *stage, p social.Post) {
		st.must(st.s.Publisher.Delete(st.ctx, p.ID))
		st.peer.Fail(bertsInbox, 0)
		st.later(time.Hour + time.Second)
		if all := st.peer.Order(p.IRI); slices.Contains(all, "Create") {
			t.Errorf("of a deleted post came %v", all)
		}
		if n := len(st.peer.Got("Create")); n != 4 {
			t.Errorf("%d other posts came, want four", n)
		}
	})
}

// A host that lets us wait is served apart, until it is fast again.
func TestHostThatLetsUsWaitIsSlowUntilItIsFast(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		st.befriended()
		st.peer.Handle(bertsInbox, func(w http.ResponseWriter, _ *http.Request) {
			st.clock.Advance(social.SlowAnswer + time.Second)
			w.WriteHeader(http.StatusAccepted)
		})
		st.own("one")
		st.wantState(social.HostSlow)
		st.peer.Handle(bertsInbox, nil)
		p := st.own("two") // by the slow lane, to which the other one hands it
		if n := len(st.peer.Order(p.IRI)); n != 1 {
			t.Errorf("%d came, want the post", n)
		}
		st.wantState(social.HostHealthy)
	})
}

// What waits for a dead host does not wait for ever.
func TestDeliveryToADeadHostIsGivenUpAfterAMonth(t *testing.T) {
	onBroken(t, func(t *testing.T, st *stage, p social.Post) {
		later := st.s.DB.Now().Add(31 * 24 * time.Hour) // for the tidying alone: nothing becomes due by it
		st.must(st.s.DB.InTx(st.ctx, func(tx *store.Tx) error { return tx.Tidy(st.ctx, later, social.DefaultRetention) }))
		if d := st.delivery(p); d.State != store.Parked || d.Outcome != "waited for 30 days: answered 503" {
			t.Errorf("got %+v, want it given up with its reason", d)
		}
		st.peer.Fail(bertsInbox, 0)
		n, err := st.s.Foreman.RetryHost(st.ctx, st.host().Name)
		st.must(err)
		testkit.Settle(t, st.s)
		if got := len(st.peer.Got("Create")); n != 5 || got != 5 {
			t.Errorf("%d are retried and %d came, want all five", n, got)
		}
	})
}
