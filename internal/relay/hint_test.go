package relay_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/queue"
	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/testkit"
)

// counts gives all that was ever counted of a relay.
func (st *stage) counts(id social.ID) map[social.RelayCount]int {
	st.Helper()
	all, err := st.s.DB.RelayCounts(st.Context(), time.Time{})
	st.must(err)
	delete(all[id], social.RelayBytes)
	return all[id]
}

// wantCounts compares what was counted of a relay.
func (st *stage) wantCounts(id social.ID, want map[social.RelayCount]int) {
	st.Helper()
	if diff := cmp.Diff(want, st.counts(id)); diff != "" {
		st.Errorf("counted (-want +got):\n%s", diff)
	}
}

// path gives the path of an address.
func path(iri any) string {
	_, rest, _ := strings.Cut(iri.(string), "://")
	return rest[strings.Index(rest, "/"):]
}

// asked says how often the origin was asked for something.
func (st *stage) asked(iri any, want int) {
	st.Helper()
	if n := st.peer.Asked(path(iri)); n != want {
		st.Errorf("%v was asked for %d times, want %d", iri, n, want)
	}
}

// post gives a stored post; ok is false when there is none.
func (st *stage) post(iri any) (p social.Post, ok bool) {
	st.Helper()
	p, err := st.s.DB.PostByIRI(st.Context(), iri.(string))
	if err != nil && !social.Is(err, social.NotFound) {
		st.Fatal(err)
	}
	return p, err == nil
}

func (st *stage) wantPost(iri any, want bool) {
	st.Helper()
	if _, ok := st.post(iri); ok != want {
		st.Errorf("%v is kept: %v, want %v", iri, ok, want)
	}
}

// quiet checks that nothing of a relay came before the owner.
func (st *stage) quiet() {
	st.Helper()
	home, err := st.s.DB.Home(st.Context(), store.PageOf{Limit: 40})
	st.must(err)
	told, err := st.s.DB.Notifications(st.Context(), nil, store.PageOf{Limit: 40})
	st.must(err)
	if len(home) != 0 || len(told) != 0 {
		st.Errorf("the owner has %d lines at home and %d notifications of a relay, want none", len(home), len(told))
	}
}

// pass sends an activity through the relay, and waits for what comes of it.
func (st *stage) pass(activity map[string]any) {
	st.Helper()
	if status := st.relay.Pass(activity); status != http.StatusAccepted {
		st.Errorf("the relay was answered %d, want 202", status)
	}
	testkit.Settle(st, st.s)
}

func TestPostComesThroughARelayAsItsOriginHasIt(t *testing.T) {
	t.Parallel()
	for name, announces := range map[string]bool{"passed on": false, "named": true} {
		t.Run(name, func(t *testing.T) {
			onStage(t, testkit.RelayProfile{Announces: announces, FollowBack: testkit.FollowsAfter}, func(st *stage) {
				r := st.follow()
				note := st.eve.Note("1", "hello @anna")
				note["tag"] = []any{map[string]any{"type": "Mention", "href": st.s.Owner.IRI, "name": "@anna"}}
				st.pass(st.eve.Activity("Create", "c1", note))
				p, ok := st.post(note["id"])
				if !ok || p.Via != r.ID || !strings.Contains(p.Content, "hello") {
					st.Fatalf("kept: %v, %+v", ok, p)
				}
				if p.Counts.Boosts != 0 {
					st.Error("the relay has boosted it")
				}
				st.quiet()
				st.wantCounts(r.ID, map[social.RelayCount]int{social.RelayReceived: 1, social.RelayFetched: 1, social.RelayStored: 1})
				if got := st.is(r.ID); got.HeardAt.IsZero() || got.Says() != "it sends" {
					st.Errorf("the relay says %q", got.Says())
				}
				// Its author sends it too: now the owner is told.
				if status, said := st.eve.SendAt(st.clock.Now(), st.s.Owner.Inbox, st.eve.Activity("Create", "c1", note)); status != http.StatusAccepted {
					st.Fatal(status, said)
				}
				testkit.Settle(st, st.s)
				if told, err := st.s.DB.Notifications(st.Context(), nil, store.PageOf{Limit: 9}); err != nil || len(told) != 1 {
					st.Errorf("told %v, %v; want the mention", told, err)
				}
			})
		})
	}
}

// 1: an Announce that no accepted relay signed.
func TestAnnounceOfWhoIsNoAcceptedRelayIsDropped(t *testing.T) {
	onStage(t, testkit.RelayProfile{Answer: testkit.AnswersByHand}, func(st *stage) {
		r := st.follow()
		note := st.eve.Note("1", "hello")
		stranger := testkit.NewRelay(st, testkit.RelayProfile{})
		stranger.Now = st.clock.Now
		inbox := st.s.URLs().SharedInbox()
		send := func(by *testkit.Relay, want int) {
			st.Helper()
			if status := by.Send(inbox, by.Announcement(note["id"])); status != want {
				st.Errorf("answered %d, want %d", status, want)
			}
			testkit.Settle(st, st.s)
		}
		send(stranger, http.StatusAccepted)
		send(st.relay, http.StatusAccepted) // it was asked, and has not answered
		if got := st.is(r.ID); !got.Unconfirmed() {
			st.Errorf("the relay says %q", got.Says())
		}
		st.relay.Accept()
		testkit.Settle(st, st.s)
		beside := testkit.NewRelayOn(st, st.relay.Peer, testkit.RelayProfile{ActorPath: "/other", InboxPath: "/other/inbox", Nameless: true})
		beside.Now = st.clock.Now
		if status := beside.Send(inbox, st.relay.Announcement(note["id"])); status != http.StatusUnauthorized {
			st.Errorf("another key of its host: answered %d, want 401", status)
		}
		_, err := st.s.Relays.Pause(st.Context(), r.ID)
		st.must(err)
		send(st.relay, http.StatusAccepted)
		_, err = st.s.Relays.Leave(st.Context(), r.ID)
		st.must(err)
		send(st.relay, http.StatusAccepted)
		st.later(time.Minute)
		st.want(r.ID, social.RelayGone)
		send(st.relay, http.StatusAccepted)
		st.asked(note["id"], 0)
		st.wantPost(note["id"], false)
		st.wantCounts(r.ID, map[social.RelayCount]int{social.RelayReceived: 2, social.RelayUnbelieved: 2})
		st.quiet()
	})
}

// 2: a relay that puts words into the mouth of others.
func TestRelayThatInventsIsNotBelieved(t *testing.T) {
	onStage(t, testkit.RelayProfile{}, func(st *stage) {
		r := st.follow()
		note := st.eve.Note("1", "what eve wrote")
		forged := map[string]any{"id": note["id"], "type": "Note", "attributedTo": st.eve.IRI, "content": "what she never wrote", "to": note["to"]}
		st.pass(st.eve.Activity("Create", "c1", forged))
		if p, _ := st.post(note["id"]); !strings.Contains(p.Content, "what eve wrote") {
			st.Errorf("kept: %q", p.Content)
		}
		forged["id"] = st.eve.IRI + "/notes/never"
		st.pass(st.eve.Activity("Create", "c2", forged))
		st.wantPost(forged["id"], false)
		st.asked(note["id"], 1)
		st.asked(forged["id"], 1)
		st.wantCounts(r.ID, map[social.RelayCount]int{social.RelayReceived: 2, social.RelayFetched: 2, social.RelayStored: 1, social.RelayFailed: 1})
	})
}

// 3: a signature within the document, of whatever quality, is not looked at.
func TestSignatureWithinADocumentIsNotConsulted(t *testing.T) {
	onStage(t, testkit.RelayProfile{}, func(st *stage) {
		st.follow()
		note := st.eve.Note("1", "what eve wrote")
		create := st.eve.Activity("Create", "c1", map[string]any{"id": note["id"], "type": "Note", "attributedTo": st.eve.IRI, "content": "rewritten"})
		create["@context"] = []any{"https://www.w3.org/ns/activitystreams", map[string]any{"content": nil, "honest": "as:content"}}
		var clique []any
		for i := range 8 {
			clique = append(clique, map[string]any{"@id": fmt.Sprint("_:", i), "with": []any{"_:0", "_:1", "_:2", "_:3", "_:4", "_:5", "_:6", "_:7"}})
		}
		create["signature"] = map[string]any{"type": "RsaSignature2017", "creator": st.eve.Key.ID, "signatureValue": "AAAA", "clique": clique}
		began := time.Now()
		if status := st.relay.Pass(create); status != http.StatusAccepted {
			st.Errorf("answered %d, want 202", status)
		}
		if took := time.Since(began); took > 3*time.Second { // canonicalising it takes 20 s of a core
			st.Errorf("it took %s", took)
		}
		testkit.Settle(st, st.s)
		if p, _ := st.post(note["id"]); !strings.Contains(p.Content, "what eve wrote") {
			st.Errorf("kept: %q", p.Content)
		}
		for _, key := range []string{"@graph", "@reverse", "@included"} {
			bad := st.eve.Activity("Create", "c2", note)
			bad[key] = []any{}
			if status := st.relay.Pass(bad); status != http.StatusBadRequest {
				st.Errorf("%s: answered %d, want 400", key, status)
			}
		}
		st.asked(note["id"], 1)
	})
}

// 4: the same thing again and again.
func TestThingIsFetchedOnceHoweverOftenItComes(t *testing.T) {
	onStage(t, testkit.RelayProfile{}, func(st *stage) {
		r := st.follow()
		note := st.eve.Note("1", "hello")
		create := st.eve.Activity("Create", "c1", note)
		st.pass(create)
		st.pass(create)
		st.relay.Announce(note["id"])
		for range 2 {
			other, _ := st.another()
			other.Pass(create)
			testkit.Settle(st, st.s)
		}
		if p, _ := st.post(note["id"]); p.Via != r.ID {
			st.Errorf("it came through %d, want the first relay, %d", p.Via, r.ID)
		}
		st.asked(note["id"], 1)
		st.wantCounts(r.ID, map[social.RelayCount]int{social.RelayReceived: 3, social.RelayFetched: 1, social.RelayStored: 1, social.RelayDuplicate: 2})

		st.relay.Now = func() time.Time { return st.clock.Now().Add(-72 * time.Hour) }
		if status := st.relay.Announce(st.eve.Note("2", "old")["id"]); status != http.StatusUnauthorized {
			st.Errorf("signed three days ago: answered %d, want 401", status)
		}
		st.relay.Now = st.clock.Now
		late := st.eve.Note("3", "deleted before it came")
		st.peer.Fail(path(late["id"]), http.StatusGone)
		st.pass(st.eve.Activity("Delete", "d3", late["id"]))
		st.asked(late["id"], 0)
		st.pass(st.eve.Activity("Create", "c3", late))
		st.asked(late["id"], 1)
		st.wantPost(late["id"], false)
	})
}

// 5: documents that are too much.
func TestWhatIsTooMuchIsCutOff(t *testing.T) {
	onStage(t, testkit.RelayProfile{}, func(st *stage) {
		r := st.follow()
		huge := st.eve.Activity("Create", "c0", st.eve.Note("0", strings.Repeat("x", 3<<19)))
		if status := st.relay.Pass(huge); status != http.StatusRequestEntityTooLarge {
			st.Errorf("1.5 MB: answered %d, want 413", status)
		}
		answer := func(id string, body func(w http.ResponseWriter)) string {
			iri := st.eve.IRI + "/notes/" + id
			st.peer.Handle(path(iri), func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/activity+json")
				body(w)
			})
			return iri
		}
		block := []byte(strings.Repeat(" ", 64<<10))
		var bomb bytes.Buffer // packed before anybody waits for it
		z := gzip.NewWriter(&bomb)
		for range 8 << 20 / len(block) {
			_, _ = z.Write(block)
		}
		if err := z.Close(); err != nil {
			st.Fatal(err)
		}
		for _, iri := range []string{
			answer("endless", func(w http.ResponseWriter) {
				for err := error(nil); err == nil; {
					_, err = w.Write(block)
				}
			}),
			answer("deep", func(w http.ResponseWriter) {
				_, _ = w.Write([]byte(`{"id":"x","content":` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + `}`))
			}),
			answer("bomb", func(w http.ResponseWriter) {
				w.Header().Set("Content-Encoding", "gzip")
				_, _ = w.Write(bomb.Bytes())
			}),
		} {
			st.relay.Announce(iri)
			testkit.Settle(st, st.s)
			st.asked(iri, 1)
			st.wantPost(iri, false)
		}
		note := st.eve.Note("many", "tags")
		var tags, files []any
		for i := range 1_000 {
			tags = append(tags, map[string]any{"type": "Hashtag", "name": fmt.Sprint("#t", i)})
			files = append(files, map[string]any{"type": "Document", "url": fmt.Sprint("https://a.example/", i), "mediaType": "image/png"})
		}
		note["tag"], note["attachment"] = tags, files
		st.relay.Announce(note["id"])
		testkit.Settle(st, st.s)
		if p, ok := st.post(note["id"]); !ok || len(p.Hashtags) > 200 || len(p.Attachments) > 16 {
			st.Errorf("kept: %v, with %d tags and %d attachments", ok, len(p.Hashtags), len(p.Attachments))
		}
		if got := st.counts(r.ID); got[social.Filtered("too large")] != 2 || got[social.RelayFailed] != 1 || got[social.RelayStored] != 1 {
			st.Errorf("counted %v", got)
		}
	})
}

// 6: what is not for everybody.
func TestOnlyPublicPostsOfTheseDaysAreKept(t *testing.T) {
	onStage(t, testkit.RelayProfile{}, func(st *stage) {
		r := st.follow()
		public, followers := "https://www.w3.org/ns/activitystreams#Public", st.eve.IRI+"/followers"
		now := st.clock.Now()
		for i, c := range []struct {
			change map[string]any
			why    string
		}{
			{map[string]any{"to": followers, "cc": []any{}}, "not public"},
			{map[string]any{"to": st.s.Owner.IRI, "cc": []any{}}, "not public"},
			{map[string]any{"to": followers, "cc": public}, "not public"},
			{map[string]any{"published": now.Add(-15 * 24 * time.Hour).UTC().Format(time.RFC3339)}, "too old"},
			{map[string]any{"published": now.Add(time.Hour).UTC().Format(time.RFC3339)}, "in the future"},
			{map[string]any{"type": "Tombstone"}, "no post"},
		} {
			note := st.eve.Note(fmt.Sprint(i), "hello")
			create := st.eve.Activity("Create", fmt.Sprint("c", i), map[string]any{"id": note["id"], "type": "Note", "attributedTo": st.eve.IRI, "to": public})
			for key, value := range c.change {
				note[key] = value
			}
			before := st.counts(r.ID)[social.Filtered(c.why)]
			st.pass(create)
			st.wantPost(note["id"], false)
			st.asked(note["id"], 1)
			if n := st.counts(r.ID)[social.Filtered(c.why)] - before; n != 1 {
				st.Errorf("%v: %d counted as %q, want 1: %v", c.change, n, c.why, st.counts(r.ID))
			}
		}
		st.asked(st.eve.IRI, 0) // the author of what is not kept is nobody's concern
	})
}

// 7: what is said to be gone.
func TestPostGoesOnlyWhenItsOriginSaysSo(t *testing.T) {
	onStage(t, testkit.RelayProfile{}, func(st *stage) {
		r := st.follow()
		for _, status := range []int{http.StatusNotFound, http.StatusGone} {
			gone := st.eve.Note(fmt.Sprint(status), "gone")
			st.peer.Fail(path(gone["id"]), status)
			st.relay.Announce(gone["id"])
			testkit.Settle(st, st.s)
			st.asked(gone["id"], 1)
			st.wantPost(gone["id"], false)
		}
		note := st.eve.Note("1", "hello")
		st.pass(st.eve.Activity("Create", "c1", note))
		p, _ := st.post(note["id"])
		st.must(st.s.Publisher.Bookmark(st.Context(), p.ID))
		forge := func() {
			st.Helper()
			st.clock.Advance(2 * time.Minute)
			st.pass(st.eve.Activity("Delete", "d1", map[string]any{"type": "Tombstone", "id": note["id"]}))
		}
		forge()
		st.wantPost(note["id"], true)
		st.asked(note["id"], 2)
		// One that came by itself is not the relay's to speak of.
		mail := st.eve.Note("2", "for anna")
		mail["tag"] = []any{map[string]any{"type": "Mention", "href": st.s.Owner.IRI, "name": "@anna"}}
		if status, said := st.eve.SendAt(st.clock.Now(), st.s.Owner.Inbox, st.eve.Activity("Create", "c2", mail)); status != http.StatusAccepted {
			st.Fatal(status, said)
		}
		testkit.Settle(st, st.s)
		st.pass(st.eve.Activity("Delete", "d2", mail["id"]))
		st.wantPost(mail["id"], true)
		st.asked(mail["id"], 0)
		st.peer.Serve(path(note["id"]), map[string]any{"@context": "https://www.w3.org/ns/activitystreams", "id": note["id"], "type": "Tombstone"})
		forge()
		st.wantPost(note["id"], false)
		st.asked(note["id"], 3)
		st.clock.Advance(time.Hour)
		st.relay.Announce(note["id"]) // late
		testkit.Settle(st, st.s)
		st.asked(note["id"], 3)
		st.wantPost(note["id"], false)
		if got := st.counts(r.ID); got[social.RelayRemoved] != 1 {
			st.Errorf("counted %v, want one removed", got)
		}
	})
}

func TestEditComesThroughARelayOfEitherStyle(t *testing.T) {
	t.Parallel()
	for name, announces := range map[string]bool{"passed on": false, "named": true} {
		t.Run(name, func(t *testing.T) {
			onStage(t, testkit.RelayProfile{Announces: announces}, func(st *stage) {
				st.follow()
				note := st.eve.Note("1", "hello")
				st.pass(st.eve.Activity("Create", "c1", note))
				note["content"], note["updated"] = "<p>goodbye", st.clock.Now().Add(time.Minute).UTC().Format(time.RFC3339)
				st.clock.Advance(6 * time.Minute)
				update := st.eve.Activity("Update", "u1", note)
				st.pass(update)
				st.pass(update)
				if p, _ := st.post(note["id"]); !strings.Contains(p.Content, "goodbye") {
					st.Errorf("kept: %q", p.Content)
				}
				st.asked(note["id"], 2)
				st.quiet()
			})
		})
	}
}

// 8: what is no ActivityPub document.
func TestOnlyActivityPubDocumentsAreRead(t *testing.T) {
	onStage(t, testkit.RelayProfile{}, func(st *stage) {
		st.follow()
		for i, kind := range []string{"text/html", "application/json", "image/png", ""} {
			note := st.eve.Note(fmt.Sprint(i), "hello")
			st.peer.Handle(path(note["id"]), func(w http.ResponseWriter, _ *http.Request) {
				w.Header()["Content-Type"] = []string{kind}
				_, _ = fmt.Fprintf(w, `{"@context":"https://www.w3.org/ns/activitystreams","id":%q,"type":"Note","attributedTo":%q,"content":"x","to":"as:Public"}`, note["id"], st.eve.IRI)
			})
			st.relay.Announce(note["id"])
			testkit.Settle(st, st.s)
			st.wantPost(note["id"], false)
			st.asked(note["id"], 1)
		}
	})
}

// 9: ways that lead inside.
func TestHintLeadsNowhereInside(t *testing.T) {
	onStage(t, testkit.RelayProfile{}, func(st *stage) {
		r := st.follow()
		for i, to := range []string{"http://169.254.169.254/latest", "http://[::1]/x", "http://[::ffff:127.0.0.1]:1/x", "http://10.0.0.1/x", st.s.Origin + "/actor", "http://relay.example/x"} {
			iri := st.eve.IRI + fmt.Sprint("/notes/", i)
			st.peer.Handle(path(iri), func(w http.ResponseWriter, req *http.Request) { http.Redirect(w, req, to, http.StatusFound) })
			st.relay.Announce(iri)
			testkit.Settle(st, st.s)
			st.asked(iri, 1)
			st.wantPost(iri, false)
		}
		for _, iri := range []string{"https://10.0.0.1/notes/1", "https://localhost/notes/1", "http://[::1]/notes/1", "https://169.254.169.254/x"} {
			st.relay.Announce(iri)
			testkit.Settle(st, st.s)
			st.wantPost(iri, false)
		}
		if got := st.counts(r.ID); got[social.RelayStored] != 0 {
			st.Errorf("counted %v", got)
		}
	})
}

// 10: ids that do not belong together.
func TestIdsOfDifferentHostsAreRefused(t *testing.T) {
	onStage(t, testkit.RelayProfile{}, func(st *stage) {
		r := st.follow()
		other := testkit.NewPeer(st)
		mallory := other.Person("mallory")
		theirs := mallory.Note("1", "elsewhere")
		for i, change := range []map[string]any{{"id": theirs["id"]}, {"attributedTo": mallory.IRI}} {
			note := st.eve.Note(fmt.Sprint(i), "hello")
			iri := note["id"]
			for key, value := range change {
				note[key] = value
			}
			st.relay.Announce(iri)
			testkit.Settle(st, st.s)
			st.asked(iri, 1)
			st.wantPost(iri, false)
			st.wantPost(theirs["id"], false)
		}
		if n := other.Asked(path(theirs["id"])) + other.Asked(path(mallory.IRI)); n != 0 {
			st.Errorf("the other host was asked %d times, want never", n)
		}
		mine, err := st.s.Publisher.Post(st.Context(), social.Draft{Text: "mine"}, nil)
		st.must(err)
		st.pass(mallory.Activity("Create", "c1", st.eve.Note("9", "not hers")))
		st.relay.Announce(mine.IRI)
		st.relay.Announce("https://www.w3.org/ns/activitystreams#Public")
		st.pass(st.eve.Activity("Like", "l1", mine.IRI))
		if p, ok := st.post(mine.IRI); !ok || p.Counts.Boosts != 0 {
			st.Errorf("our own post: %v, %d boosts", ok, p.Counts.Boosts)
		}
		st.wantCounts(r.ID, map[social.RelayCount]int{
			social.RelayReceived: 6, social.RelayFetched: 2, social.RelayFailed: 1, social.Filtered("other host"): 2,
			social.Filtered("ours"): 2, social.Filtered("no post"): 1,
		})
	})
}

func TestSlowOriginHoldsUpNobodyElse(t *testing.T) {
	onStage(t, testkit.RelayProfile{}, func(st *stage) {
		st.follow()
		slow := testkit.NewPeer(st)
		release := make(chan struct{})
		var now, most atomic.Int32
		for i := range 40 {
			at := fmt.Sprint("/notes/", i)
			slow.Handle(at, func(_ http.ResponseWriter, r *http.Request) {
				if n := now.Add(1); n > most.Load() {
					most.Store(n)
				}
				defer now.Add(-1)
				select {
				case <-release:
				case <-r.Context().Done():
				}
			})
			st.relay.Announce(slow.Origin + at)
		}
		ended, stop := st.s.Bus.Listen(queue.Finished(store.LaneRelay))
		defer stop()
		note := st.eve.Note("1", "hello")
		st.relay.Announce(note["id"])
		deadline := time.After(30 * time.Second)
		for _, ok := st.post(note["id"]); !ok; _, ok = st.post(note["id"]) {
			select {
			case <-ended:
			case <-deadline:
				st.Fatal("a slow origin holds up another one")
			}
		}
		if n := most.Load(); n > 2 {
			st.Errorf("the slow origin was asked for %d things at once, want 2 at most", n)
		}
		close(release)
		testkit.Settle(st, st.s)
	})
}

func TestFollowedHashtagBringsHomeWhatCameThroughARelay(t *testing.T) {
	onStage(t, testkit.RelayProfile{}, func(st *stage) {
		r := st.follow()
		if _, err := st.s.Publisher.FollowTag(st.Context(), "Tides"); err != nil {
			st.Fatal(err)
		}
		tagged, plain := st.eve.Note("1", "about tides"), st.eve.Note("2", "about nothing")
		tagged["tag"] = []any{map[string]any{"type": "Hashtag", "name": "#tides"}}
		st.pass(st.eve.Activity("Create", "c1", tagged))
		st.pass(st.eve.Activity("Create", "c2", plain))
		p, ok := st.post(tagged["id"])
		if !ok {
			st.Fatal("the post was not kept")
		}
		home, err := st.s.DB.Home(st.Context(), store.PageOf{Limit: 9})
		if err != nil || len(home) != 1 || home[0].Post != p.ID {
			st.Errorf("home: got %v, %v; want the post with the hashtag alone", home, err)
		}
		came, err := st.s.DB.PublicPosts(st.Context(), st.s.Owner.ID, store.Timeline{Relay: r.ID}, store.PageOf{Limit: 9})
		if err != nil || len(came) != 2 {
			st.Errorf("through the relay came: got %d, %v; want both", len(came), err)
		}
		other, err := st.s.DB.PublicPosts(st.Context(), st.s.Owner.ID, store.Timeline{Relay: r.ID + 1}, store.PageOf{Limit: 9})
		if err != nil || len(other) != 0 {
			st.Errorf("through another relay came: got %d, %v; want none", len(other), err)
		}
	})
}

// A relay of LitePub's way names again what was deleted, and says no more: what it named
// a moment ago is looked at once more, when that moment has passed.
func TestPostThatIsNamedAgainAndGoneGoesALittleLater(t *testing.T) {
	onStage(t, testkit.RelayProfile{ActorPath: "/relay", InboxPath: "/inbox", Gated: true, FollowBack: testkit.FollowsAfter, Announces: true}, func(st *stage) {
		r := st.follow()
		note := st.eve.Note("1", "hello")
		st.relay.Announce(note["id"])
		testkit.Settle(st, st.s)
		st.wantPost(note["id"], true)
		st.peer.Fail(path(note["id"]), http.StatusGone)
		for range 3 {
			st.relay.Announce(note["id"])
		}
		testkit.Settle(st, st.s)
		st.asked(note["id"], 1)
		st.later(6 * time.Minute)
		st.asked(note["id"], 2)
		st.wantPost(note["id"], false)
		st.wantCounts(r.ID, map[social.RelayCount]int{
			social.RelayReceived: 4, social.RelayFetched: 2, social.RelayStored: 1, social.RelayRemoved: 1, social.RelayDuplicate: 2,
		})
	})
}

// What waits for the turn of a relay is not fetched once the owner wants nothing of it.
func TestWhatWaitsOfAPausedRelayIsDropped(t *testing.T) {
	onStage(t, testkit.RelayProfile{}, func(st *stage) {
		r := st.follow()
		st.rules(r.ID, social.RelayRules{PerHour: 2})
		for i := range 2 {
			st.pass(st.eve.Activity("Create", fmt.Sprint("c", i), st.eve.Note(fmt.Sprint(i), "hello")))
		}
		_, err := st.s.Relays.Pause(st.Context(), r.ID)
		st.must(err)
		st.later(31 * time.Minute)
		st.asked(st.eve.IRI+"/notes/1", 0)
		st.wantCounts(r.ID, map[social.RelayCount]int{
			social.RelayReceived: 2, social.RelayFetched: 1, social.RelayStored: 1, social.RelayUnbelieved: 1,
		})
	})
}
