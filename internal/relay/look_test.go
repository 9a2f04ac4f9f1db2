package relay_test

import (
	"net/http"
	"strings"
	"testing"

	"skerry/internal/social"
	"skerry/internal/testkit"
)

func TestRelayIsFoundByWhateverLeadsToIt(t *testing.T) {
	onStage(t, testkit.RelayProfile{Software: "activity-relay"}, func(st *stage) {
		for _, address := range []string{st.relay.Actor, st.relay.Inbox, st.relay.Origin, st.relay.Origin + "/", " " + st.relay.Actor + "\n"} {
			found, err := st.s.Relays.Look(st.Context(), address)
			if err != nil || found.Actor != st.relay.Actor || found.Inbox != st.relay.Inbox ||
				found.Software != "activity-relay 2.0.11" || found.Style != social.RelayMastodon || found.ID != 0 {
				st.Errorf("%q leads to %+v, %v", address, found, err)
			}
		}
		st.got("Follow", 0)
		r := st.follow()
		if found, err := st.s.Relays.Look(st.Context(), st.relay.Inbox); err != nil || found.ID != r.ID {
			st.Errorf("once followed: %+v, %v; want the one that is known", found, err)
		}
	})
}

func TestRelayOfAServerOfPeopleIsFollowedInItsWay(t *testing.T) {
	onStage(t, testkit.RelayProfile{Kind: "Application", Software: "akkoma", ActorPath: "/relay", InboxPath: "/relay/inbox"}, func(st *stage) {
		found, err := st.s.Relays.Look(st.Context(), st.relay.Origin)
		if err != nil || found.Style != social.RelayLitePub || found.Actor != st.relay.Actor {
			st.Errorf("found %+v, %v; want the LitePub relay", found, err)
		}
	})
}

func TestWhatIsNoRelayIsNamed(t *testing.T) {
	onStage(t, testkit.RelayProfile{}, func(st *stage) {
		mastodon := testkit.NewRelay(st, testkit.RelayProfile{Kind: "Application", Software: "mastodon", Nameless: true})
		akkoma := testkit.NewRelay(st, testkit.RelayProfile{Kind: "Application", Software: "akkoma"})
		st.peer.Handle("/page", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			_, _ = w.Write([]byte("<p>hello"))
		})
		note := st.eve.Note("1", "hello")
		for address, want := range map[string]string{
			"":                               "paste the address",
			"not an address":                 "is no address",
			"@relay@relay.example":           "is a handle",
			st.relay.Actor + "#main-key":     "leave out the #",
			"https://u:p@relay.example/":     "is no address",
			"https://10.1.2.3/inbox":         "a host has a name",
			"http://relay.example/inbox":     "only https is asked",
			"https://relay.example:81/inbox": "only port 443",
			"ftp://relay.example/":           "is no address",
			st.s.Origin + "/inbox":           "that is this server",
			"http://127.88.0.1:9/inbox":      "cannot be reached",
			st.eve.IRI:                       "a person to be followed from the search",
			note["id"].(string):              `of the type "Note"`,
			st.peer.Origin + "/page":         "is a web page",
			st.peer.Origin + "/nothing":      "there is nothing at",
			st.peer.Origin:                   "shows no relay at the usual places",
			mastodon.Origin:                  "runs Mastodon, no relay",
			mastodon.Inbox:                   "runs Mastodon, no relay",
			akkoma.Actor:                     akkoma.Origin + "/relay: paste that",
		} {
			_, err := st.s.Relays.Look(st.Context(), address)
			if !social.Is(err, social.Unprocessable) || !strings.Contains(err.Error(), want) {
				st.Errorf("%q: got %v, want a sentence with %q", address, err, want)
			}
		}
	})
}

func TestLitePubNeedsToKnowWhomToFollow(t *testing.T) {
	onStage(t, testkit.RelayProfile{ActorPath: "/hidden/actor", InboxPath: "/inbox", Nameless: true}, func(st *stage) {
		if _, err := st.s.Relays.Follow(st.Context(), st.relay.Inbox, social.RelayLitePub); !social.Is(err, social.Unprocessable) {
			st.Errorf("got %v, want a refusal", err)
		}
		if all, err := st.s.DB.Reader.Relays(st.Context()); err != nil || len(all) != 0 {
			st.Errorf("relays: %v, %v; want none", all, err)
		}
	})
}
