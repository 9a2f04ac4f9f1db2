package testkit

import (
	"testing"
	"time"

	"skerry/internal/social"
	"skerry/internal/store"
)

// longName is a name that finds no place anywhere.
const longName = "Донаудампфшиффартсэлектрицитетенхауптбетрибсверкбауунтербеамтенгезелльшафт مرحبا بكم جميعاً"

// Fill gives an owner something of everything that pages list: strangers with names
// that are hard to place, somebody muted, blocked and reported, who asks to follow,
// a quote, a relay that has brought something.
func Fill(t testing.TB, marit, noor *Server) {
	t.Helper()
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	relay := NewRelay(t, RelayProfile{Software: "activity-relay", Announces: true})
	peer := NewPeer(t)
	there := func(name string) (*Stranger, social.ID) {
		s := peer.Person(name)
		doc := peer.Document("/users/" + name)
		doc["name"], doc["summary"] = longName, "<p>"+longName+"</p>"
		peer.Serve("/users/"+name, doc)
		a, err := marit.Finder.Actor(ctx, s.IRI)
		must(err)
		return s, a.ID
	}
	muted, mutedID := there("muted_for_a_while")
	_, blocked := there("blocked")
	eve, eveID := there("a_name_of_thirty_characters_ab")
	must(marit.Publisher.Mute(ctx, mutedID, true, 24*time.Hour))
	must(marit.Publisher.Block(ctx, blocked))
	_, err := marit.Publisher.Report(ctx, social.Report{Target: eveID, Category: "other", Comment: longName}, nil)
	must(err)
	_, err = marit.Publisher.FollowTag(ctx, "jellyfish")
	must(err)
	_, err = marit.Relays.Follow(ctx, relay.Inbox, social.RelayMastodon)
	must(err)
	Settle(t, marit)

	own, err := marit.DB.Written(ctx, store.WrittenBy{Author: marit.Owner.ID, Most: social.Public}, store.PageOf{Limit: 1})
	must(err)
	quote := eve.Note("quote", "How true: "+longName)
	quote["quote"], quote["quoteUrl"] = own[0].IRI, own[0].IRI
	peer.Serve("/users/a_name_of_thirty_characters_ab/notes/quote", quote)
	relay.Announce(quote["id"])
	relay.Announce(muted.Note("unseen", "From somebody who is muted.")["id"])
	for _, activity := range []map[string]any{
		eve.Activity("Follow", "follow", marit.Owner.IRI), eve.Activity("Like", "like", own[0].IRI), eve.Activity("Announce", "boost", own[0].IRI),
	} {
		if status, said := eve.Send(marit.Owner.Inbox, activity); status != 202 {
			t.Fatalf("got %d %s, want 202", status, said)
		}
	}
	must(marit.Publisher.Bookmark(ctx, own[0].ID))

	theirs, err := noor.Finder.Post(ctx, own[0].IRI)
	must(err)
	_, err = noor.Publisher.Report(ctx, social.Report{Target: theirs.Author, Category: "spam", Comment: "Too much weather.", Forwarded: true}, []social.ID{theirs.ID})
	must(err)
	Settle(t, marit, noor)
}
