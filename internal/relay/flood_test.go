package relay_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"skerry/internal/queue"
	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/testkit"
)

// What names too much for too long is paused, and nobody beside it.
func TestRelayThatCrowdsOutAllOthersIsPaused(t *testing.T) {
	onStage(t, testkit.RelayProfile{}, func(st *stage) {
		loud := st.follow()
		_, quiet := st.another()
		var ids []social.ID
		name := func(relay social.ID, n int) {
			st.must(st.s.DB.InTx(st.Context(), func(tx *store.Tx) error {
				for range n {
					h := store.Hint{ID: st.s.DB.IDs().New(), Relay: relay, Party: "p 0", Due: st.clock.Now().Add(24 * time.Hour)}
					h.IRI = fmt.Sprint("https://late.example/", h.ID)
					ids = append(ids, h.ID)
					if err := tx.AddHint(st.Context(), h, st.clock.Now()); err != nil {
						return err
					}
				}
				return nil
			}))
		}
		drop := func(n int) {
			st.must(st.s.DB.InTx(st.Context(), func(tx *store.Tx) error {
				for _, id := range ids[:n] {
					if err := tx.FinishHint(st.Context(), id, store.Ending{State: store.Done, At: st.clock.Now()}); err != nil {
						return err
					}
				}
				ids = ids[n:]
				return nil
			}))
		}
		name(loud.ID, store.MostHints-200)
		name(quiet.ID, 200)
		st.later(time.Minute)
		st.later(9 * time.Minute)
		drop(300) // a look in which there was room
		st.later(time.Minute)
		name(loud.ID, 300)
		st.later(time.Minute)
		st.later(9 * time.Minute)
		st.want(loud.ID, social.RelayAccepted)
		st.later(time.Minute)
		st.want(loud.ID, social.RelayPaused)
		if says := st.is(loud.ID).Says(); !strings.Contains(says, "10 minutes") {
			st.Errorf("it says %q, want why", says)
		}
		st.later(time.Minute)
		st.later(11 * time.Minute)
		st.want(quiet.ID, social.RelayAccepted)
		r, err := st.s.Relays.Resume(st.Context(), loud.ID)
		st.must(err)
		if r.State != social.RelayAccepted || r.Reason != "" {
			st.Errorf("resumed it is %s: %s", r.State, r.Says())
		}
	})
}

// A relay that names more than can be looked at is cut, the newest stay, and what
// others send is acted on meanwhile.
func TestFloodOfARelayIsBounded(t *testing.T) {
	onStage(t, testkit.RelayProfile{}, func(st *stage) {
		r := st.follow()
		const flood, most = 2_100, 2_000
		stuck := testkit.NewPeer(st)
		release := make(chan struct{})
		hang := func(_ http.ResponseWriter, r *http.Request) {
			select {
			case <-release:
			case <-r.Context().Done():
			}
		}
		next := make(chan int)
		var senders sync.WaitGroup
		for range 8 {
			senders.Go(func() {
				for i := range next {
					at := fmt.Sprint("/notes/", i)
					stuck.Handle(at, hang)
					if status := st.relay.Send(st.s.URLs().SharedInbox(), st.relay.Announcement(stuck.Origin+at)); status != http.StatusAccepted {
						st.Errorf("answered %d, want 202", status)
					}
				}
			})
		}
		for i := range flood {
			next <- i
		}
		close(next)
		senders.Wait()
		lanes, err := st.s.DB.Lanes(st.Context(), st.s.DB.Now())
		st.must(err)
		waiting := 0
		for _, lane := range lanes {
			if lane.Lane == store.LaneRelay {
				waiting = lane.Waiting
			}
		}
		got := st.counts(r.ID)
		if waiting > most || got[social.RelayReceived] != flood || got[social.RelayOverflow] < flood-most-8 {
			st.Errorf("%d wait, counted %v; want %d at most, and the rest dropped", waiting, got, most)
		}
		acted, stop := st.s.Bus.Listen(queue.Finished(store.LaneIngest))
		defer stop()
		began := time.Now()
		if status, said := st.eve.SendAt(st.clock.Now(), st.s.Owner.Inbox, st.eve.Activity("Follow", "f1", st.s.Owner.IRI)); status != http.StatusAccepted {
			st.Fatal(status, said)
		}
		select {
		case <-acted:
		case <-time.After(20 * time.Second):
			st.Fatal("nothing else is acted on while a relay floods")
		}
		st.Logf("a Follow was acted on %s after it was sent", time.Since(began))
		close(release)
	})
}
