package relay_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"skerry/internal/queue"
	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/testkit"
)

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
