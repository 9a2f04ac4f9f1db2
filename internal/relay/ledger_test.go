package relay_test

import (
	"net/http"
	"testing"

	"skerry/internal/relay"
	"skerry/internal/social"
	"skerry/internal/testkit"
)

// Two relays often name a post within the seconds in which it waits to be fetched.
func TestWhatTwoRelaysNameIsCountedWhileItWaits(t *testing.T) {
	onStage(t, testkit.RelayProfile{}, func(st *stage) {
		st.follow()
		second := testkit.NewRelay(st, testkit.RelayProfile{})
		second.Now = st.clock.Now
		_, err := st.s.Relays.Follow(st.Context(), second.Actor, "")
		st.must(err)
		testkit.Settle(st, st.s)

		note := st.eve.Note("1", "held back")
		asked, answer := make(chan struct{}, 1), make(chan struct{})
		st.peer.Handle(path(note["id"]), func(w http.ResponseWriter, _ *http.Request) {
			select {
			case asked <- struct{}{}:
			default:
			}
			<-answer
			testkit.WriteActivity(w, note)
		})
		st.relay.Announce(note["id"])
		<-asked
		second.Announce(note["id"])
		close(answer)
		testkit.Settle(st, st.s)
		second.Announce(st.eve.Note("2", "one names it")["id"])
		second.Announce(st.eve.IRI + "/nothing")
		testkit.Settle(st, st.s)
		second.Announce(st.eve.IRI + "/nothing") // known to be nothing, to whom is not
		testkit.Settle(st, st.s)

		all, err := st.s.Relays.Ledgers(st.Context())
		st.must(err)
		if len(all) != 2 {
			st.Fatalf("%d ledgers, want two", len(all))
		}
		for _, pair := range [][2]relay.Ledger{{all[0], all[1]}, {all[1], all[0]}} {
			if n := relay.Both(pair[0], pair[1]); n != 1 {
				st.Errorf("both named %d, want one, whoever is asked", n)
			}
		}
		if n := all[1].Last24().Counts[social.RelayDuplicate]; n != 2 {
			st.Errorf("the second relay named %d that were known, want 2", n)
		}
	})
}

func TestPriceOfAGBIsKept(t *testing.T) {
	onStage(t, testkit.RelayProfile{}, func(st *stage) {
		price := func(want float64) {
			st.Helper()
			if got, err := st.s.Relays.Price(st.Context()); err != nil || got != want {
				st.Errorf("a GB costs %v (%v), want %v", got, err, want)
			}
		}
		price(social.DefaultPrice)
		st.must(st.s.Relays.SetPrice(st.Context(), " 0,02 "))
		price(0.02)
		if err := st.s.Relays.SetPrice(st.Context(), "Inf"); !social.Is(err, social.Unprocessable) {
			st.Errorf("an endless price: %v, want it refused", err)
		}
		price(0.02)
	})
}
