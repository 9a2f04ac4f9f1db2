package demo_test

import (
	"net/http"
	"testing"

	"skerry/internal/activitypub"
	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/testkit"
)

func TestRelayBringsBothWhatOthersSay(t *testing.T) {
	t.Parallel()
	marit, noor := testkit.Demo(t)
	for _, here := range []*testkit.Server{marit, noor} {
		relays, err := here.Relays.Reports(t.Context())
		if err != nil || len(relays) != 1 || relays[0].State != social.RelayAccepted {
			t.Fatalf("%s: got %+v, %v; want one relay that accepted", here.Owner.Username, relays, err)
		}
		posts, err := here.DB.PublicPosts(t.Context(), here.Owner.ID, store.Timeline{Relay: relays[0].ID}, store.PageOf{Limit: 20})
		if err != nil || len(posts) != 6 {
			t.Errorf("%s: the relay brought %d posts (%v), want 6", here.Owner.Username, len(posts), err)
		}
	}
}

func TestRelayNamesToOthersWhatAMemberPublishes(t *testing.T) {
	t.Parallel()
	relay := testkit.DemoRelay(t, new(testkit.Clock))
	peer := testkit.NewPeer(t)
	eve, dan := peer.Person("eve"), peer.Person("dan")
	send := func(s *testkit.Stranger, activity map[string]any, want int) {
		t.Helper()
		if status, said := s.Send(relay.Inbox(), activity); status != want {
			t.Fatalf("%v: got %d %s, want %d", activity["type"], status, said, want)
		}
	}
	send(eve, eve.Activity("Follow", "1", activitypub.Public), http.StatusAccepted)
	send(dan, dan.Activity("Follow", "2", activitypub.Public), http.StatusAccepted)
	if got := len(peer.Got("Accept")); got != 2 {
		t.Fatalf("the peer got %d Accepts, want 2", got)
	}
	send(dan, eve.Activity("Create", "3", eve.Note("1", "not dan's")), http.StatusUnauthorized)
	note := eve.Note("2", "to all")
	send(eve, eve.Activity("Create", "4", note), http.StatusAccepted)
	named := peer.Got("Announce")
	if len(named) != 1 || named[0]["object"] != note["id"] {
		t.Errorf("it named %v, want eve's note once, to dan", named)
	}
	send(dan, dan.Activity("Undo", "5", dan.Activity("Follow", "2", activitypub.Public)), http.StatusAccepted)
	send(eve, eve.Activity("Create", "6", eve.Note("3", "to nobody")), http.StatusAccepted)
	if got := len(peer.Got("Announce")); got != 1 {
		t.Errorf("who left was told: %d Announces, want 1", got)
	}
}
