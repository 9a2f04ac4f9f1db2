package relay_test

import (
	"slices"
	"testing"
	"time"

	"skerry/internal/social"
	"skerry/internal/testkit"
)

// A relay gets what the owner says to everybody, once the owner wants that, signed so
// that whoever has it from the relay knows whose it is; and it hears of the end of what
// it was sent, whatever the owner wants by then.
func TestRelayIsSentPublicPostsWhenTheOwnerWantsIt(t *testing.T) {
	for name, p := range map[string]testkit.RelayProfile{"mastodon": {}, "litepub": {ActorPath: "/relay", InboxPath: "/inbox", Gated: true, FollowBack: testkit.FollowsBefore}} {
		t.Run(name, func(t *testing.T) {
			onStage(t, p, func(st *stage) {
				r := st.follow()
				write := func(v social.Visibility) social.Post {
					st.Helper()
					post, err := st.s.Publisher.Post(st.Context(), social.Draft{Text: "The tide #sea", Visibility: v}, nil)
					st.must(err)
					testkit.Settle(st, st.s)
					return post
				}
				write(social.Public)
				st.got("Create", 0)
				_, err := st.s.Relays.Publish(st.Context(), r.ID, true)
				st.must(err)
				for _, v := range []social.Visibility{social.Unlisted, social.FollowersOnly, social.Direct} {
					write(v)
				}
				st.got("Create", 0)
				post := write(social.Public)
				st.got("Create", 1)
				doc := st.relay.Got("Create")[0]
				for _, part := range []string{"proof", "signature"} {
					if doc[part] == nil {
						st.Errorf("the Create has no %s: %v", part, doc)
					}
				}
				st.clock.Advance(time.Second)
				_, err = st.s.Publisher.Edit(st.Context(), post.ID, social.Draft{Text: "The tide comes in"})
				st.must(err)
				testkit.Settle(st, st.s)
				st.got("Update", 1)
				_, err = st.s.Relays.Publish(st.Context(), r.ID, false)
				st.must(err)
				write(social.Public)
				st.got("Create", 1)
				st.must(st.s.Publisher.Delete(st.Context(), post.ID))
				testkit.Settle(st, st.s)
				st.got("Delete", 1)
			})
		})
	}
}

// What does not let us in, or was left, is sent nothing.
func TestRelayThatRefusesUsIsSentNothing(t *testing.T) {
	onStage(t, testkit.RelayProfile{}, func(st *stage) {
		r := st.follow()
		_, err := st.s.Relays.Publish(st.Context(), r.ID, true)
		st.must(err)
		st.relay.Reject()
		st.want(r.ID, social.RelayRejected)
		for range 2 {
			_, err = st.s.Publisher.Post(st.Context(), social.Draft{Text: "Is anybody there?"}, nil)
			st.must(err)
			testkit.Settle(st, st.s)
			st.got("Create", 0)
			_, err = st.s.Relays.Leave(st.Context(), r.ID)
			st.must(err)
		}
		if st.is(r.ID).Publishes {
			st.Error("a relay that was left would be published to when it is followed again")
		}
		if _, err := st.s.Relays.Publish(st.Context(), r.ID, true); !social.Is(err, social.Conflict) {
			st.Errorf("publishing to a relay that was left: got %v, want a Conflict", err)
		}
		if all := st.relay.Members(); slices.Contains(all, st.s.URLs().Server()) {
			st.Errorf("the relay still sends to us: %v", all)
		}
	})
}
