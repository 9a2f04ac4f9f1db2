package relay_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"skerry/internal/outbox"
	"skerry/internal/social"
	"skerry/internal/testkit"
)

// What is not wanted is dropped before anything is asked for it, and the relay itself
// is left when its own server is blocked.
func TestBlockedServersAreNotReachedThroughRelays(t *testing.T) {
	onStage(t, testkit.RelayProfile{Announces: true}, func(st *stage) {
		r := st.follow()
		host := func(iri string) string { return strings.Split(iri, "/")[2] }
		for i, b := range []social.DomainBlock{{RejectRelayed: true}, {Severity: social.Suspended}} {
			b.Domain = host(st.eve.IRI)
			st.must(st.s.Publisher.ChangeFederation(st.Context(), outbox.FederationChange{Put: []social.DomainBlock{b}}))
			note := st.eve.Note(string(rune('1'+i)), "hello")
			st.pass(st.eve.Activity("Create", "c", note))
			st.asked(note["id"], 0)
			st.wantPost(note["id"], false)
		}
		st.wantCounts(r.ID, map[social.RelayCount]int{social.RelayReceived: 2, social.Filtered("blocked"): 2})

		_, err := st.s.Relays.Publish(st.Context(), r.ID, true)
		st.must(err)
		_, err = st.s.Relays.Trial(st.Context(), r.ID, true)
		st.must(err)
		st.must(st.s.Publisher.ChangeFederation(st.Context(), outbox.FederationChange{Put: []social.DomainBlock{{Domain: host(st.relay.Actor), Severity: social.Suspended}}}))
		testkit.Settle(st, st.s)
		if got := st.is(r.ID); !got.Left() || got.Publishes || got.Trial {
			st.Errorf("the relay is %s: %s, publishes %v, trial %v; want left, and neither", got.State, got.Says(), got.Publishes, got.Trial)
		}
		if _, err := st.s.Relays.Look(st.Context(), st.relay.Actor); err == nil || !strings.Contains(err.Error(), "blocked") {
			st.Errorf("looking at it again: %v, want that it is blocked", err)
		}
	})
}

func TestWhoIsNamedByABlockedDomainIsNotKept(t *testing.T) {
	onStage(t, testkit.RelayProfile{}, func(st *stage) {
		r := st.follow()
		home := testkit.NewPeer(st)
		host := strings.TrimPrefix(home.Origin, "http://")
		for _, p := range []*testkit.Peer{st.peer, home} {
			p.Handle("/.well-known/webfinger", func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/jrd+json")
				_, _ = fmt.Fprintf(w, `{"subject":"acct:eve@%s","links":[{"rel":"self","type":"application/activity+json","href":%q}]}`, host, st.eve.IRI)
			})
		}
		st.pass(st.eve.Activity("Create", "c1", st.eve.Note("1", "hello")))
		st.wantPost(st.eve.IRI+"/notes/1", true)
		st.must(st.s.Publisher.ChangeFederation(st.Context(), outbox.FederationChange{Put: []social.DomainBlock{{Domain: host, Severity: social.Suspended}}}))
		note := st.eve.Note("2", "hello")
		st.pass(st.eve.Activity("Create", "c2", note))
		st.asked(note["id"], 1)
		st.wantPost(note["id"], false)
		st.wantCounts(r.ID, map[social.RelayCount]int{social.RelayReceived: 2, social.RelayFetched: 2, social.RelayStored: 1, social.Filtered("blocked"): 1})
	})
}
