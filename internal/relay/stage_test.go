package relay_test

import (
	"testing"
	"time"

	"skerry/internal/social"
	"skerry/internal/testkit"
)

// stage is one of our servers, a relay, and somebody elsewhere whose posts it has.
type stage struct {
	*testing.T
	s     *testkit.Server
	clock *testkit.Clock
	relay *testkit.Relay
	peer  *testkit.Peer
	eve   *testkit.Stranger
}

func onStage(t *testing.T, p testkit.RelayProfile, test func(*stage)) {
	t.Helper()
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) { test(newStage(t, dsn, p)) })
}

func newStage(t *testing.T, dsn string, p testkit.RelayProfile) *stage {
	t.Helper()
	clock := new(testkit.Clock)
	st := &stage{T: t, s: testkit.StartAt(t, clock, dsn, "anna"), clock: clock, peer: testkit.NewPeer(t)}
	st.relay = testkit.NewRelay(t, p)
	st.relay.Now = clock.Now
	st.eve = st.peer.Person("eve")
	return st
}

func (st *stage) must(err error) {
	st.Helper()
	if err != nil {
		st.Fatal(err)
	}
}

// follow asks the relay, and waits for what comes of it.
func (st *stage) follow() social.Relay {
	st.Helper()
	r, err := st.s.Relays.Follow(st.Context(), st.relay.Actor, "")
	st.must(err)
	testkit.Settle(st, st.s)
	return st.is(r.ID)
}

// another is a relay besides, that is followed too.
func (st *stage) another() (*testkit.Relay, social.Relay) {
	st.Helper()
	other := testkit.NewRelay(st, testkit.RelayProfile{Announces: true})
	other.Now = st.clock.Now
	r, err := st.s.Relays.Follow(st.Context(), other.Actor, "")
	st.must(err)
	testkit.Settle(st, st.s)
	return other, st.is(r.ID)
}

func (st *stage) is(id social.ID) social.Relay {
	st.Helper()
	r, err := st.s.DB.Relay(st.Context(), id)
	st.must(err)
	return r
}

func (st *stage) want(id social.ID, want social.RelayState) {
	st.Helper()
	testkit.Settle(st, st.s)
	if got := st.is(id); got.State != want {
		st.Errorf("the relay is %s (%s), want %s", got.State, got.Says(), want)
	}
}

// later moves the clock and looks after the relays.
func (st *stage) later(by time.Duration) {
	st.Helper()
	st.clock.Advance(by)
	st.must(st.s.Relays.Keep(st.Context(), always))
	testkit.Settle(st, st.s)
}

// got counts what the relay took of a kind.
func (st *stage) got(kind string, want int) {
	st.Helper()
	if all := st.relay.Got(kind); len(all) != want {
		st.Errorf("the relay got %d of %s, want %d: %v", len(all), kind, want, all)
	}
}
