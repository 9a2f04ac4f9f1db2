package relay_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"skerry/internal/relay"
	"skerry/internal/social"
	"skerry/internal/testkit"
)

// rules sets the rules of a relay, 0 for all.
func (st *stage) rules(id social.ID, rules social.RelayRules) {
	st.Helper()
	st.must(st.s.Relays.SetRules(st.Context(), id, rules))
}

// tagged is a note of eve's with a hashtag.
func (st *stage) tagged(id, text, tag string) map[string]any {
	note := st.eve.Note(id, text)
	note["tag"] = []any{map[string]any{"type": "Hashtag", "name": "#" + tag}}
	return note
}

func TestRulesDropWhatTheyAreForAndCountItByTheirName(t *testing.T) {
	onStage(t, testkit.RelayProfile{}, func(st *stage) {
		r := st.follow()
		st.rules(0, social.RelayRules{NoWords: []string{"Crypto!"}, NoReplies: true})
		st.rules(r.ID, social.RelayRules{
			Languages: []string{"en"}, NoTags: []string{"#Ads"}, Media: social.SansMedia, NoSensitive: true, NoBots: true, AuthorDays: 2, AuthorDated: true,
		})
		english := strings.Repeat("The ferry was late again this morning and nobody on the quay seemed to mind very much. ", 2)
		robot, fresh, ageless := st.peer.Person("robot"), st.peer.Person("fresh"), st.peer.Person("ageless")
		since := func(who *testkit.Stranger, kind string, at time.Time) {
			doc := st.peer.Document(path(who.IRI))
			doc["type"], doc["published"] = kind, at.UTC().Format(time.RFC3339)
			st.peer.Serve(path(who.IRI), doc)
		}
		since(st.eve, "Person", st.clock.Now().AddDate(-1, 0, 0))
		since(robot, "Service", st.clock.Now().AddDate(-1, 0, 0))
		since(fresh, "Person", st.clock.Now().AddDate(0, 0, -1))
		change := func(note map[string]any, key string, value any) map[string]any {
			note[key] = value
			return note
		}
		for _, c := range []struct {
			note map[string]any
			rule string
		}{
			{st.eve.Note("kept", english), ""},
			{st.eve.Note("short", "ok"), ""}, // nobody can tell its language
			{st.eve.Note("said", "ok"), "language"},
			{st.eve.Note("told", "Heute Morgen war die Fähre wieder zu spät, und niemand am Kai schien sich daran zu stören."), "language"},
			{st.tagged("ads", english, "ads"), "hashtag"},
			{st.eve.Note("word", "buy <b>Cry\u00adpto</b> now"), "word"},
			{change(st.eve.Note("warned", english), "summary", "about CRYPTO"), "word"},
			{st.tagged("tag", english, "crypto"), "word"},
			{change(st.eve.Note("media", english), "attachment", []any{map[string]any{"type": "Document", "url": "https://a.example/1.png", "mediaType": "image/png"}}), "media"},
			{change(st.eve.Note("sensitive", english), "sensitive", true), "sensitive"},
			{change(st.eve.Note("reply", english), "inReplyTo", "https://c.example/1"), "reply"},
			{robot.Note("robot", english), "bot"}, {fresh.Note("fresh", english), "new author"}, {ageless.Note("ageless", english), "new author"},
		} {
			if c.note["id"] == st.eve.IRI+"/notes/said" {
				c.note["contentMap"] = map[string]any{"de": "ok"}
			}
			before := st.counts(r.ID)
			st.relay.Announce(c.note["id"])
			testkit.Settle(st, st.s)
			st.asked(c.note["id"], 1)
			st.wantPost(c.note["id"], c.rule == "")
			if c.rule != "" && st.counts(r.ID)[social.Filtered(c.rule)] != before[social.Filtered(c.rule)]+1 {
				st.Errorf("%v: counted %v, want one more of %q", c.note["id"], st.counts(r.ID), c.rule)
			}
		}
		for range 2 { // also when it is looked at again
			if p, _ := st.post(st.eve.IRI + "/notes/kept"); p.Language != "en" {
				st.Errorf("its language is %q, want the one that was told", p.Language)
			}
			st.clock.Advance(10 * time.Minute)
			st.pass(st.eve.Activity("Update", "u1", st.peer.Document(path(st.eve.IRI+"/notes/kept"))))
		}
		st.quiet()
	})
}

func TestRuleForDomainsCostsNoFetch(t *testing.T) {
	onStage(t, testkit.RelayProfile{}, func(st *stage) {
		r := st.follow()
		host, _, _ := strings.Cut(strings.TrimPrefix(st.peer.Origin, "http://"), ":")
		kept := st.eve.Note("kept", "hello")
		st.pass(st.eve.Activity("Create", "c0", kept))
		st.rules(r.ID, social.RelayRules{Never: []string{host}})
		note := st.eve.Note("1", "hello")
		st.pass(st.eve.Activity("Create", "c1", note))
		st.asked(note["id"], 0)
		st.rules(r.ID, social.RelayRules{Only: []string{"other.example"}})
		st.pass(st.eve.Activity("Create", "c1", note))
		st.asked(note["id"], 0)
		st.clock.Advance(10 * time.Minute) // rules are for what is new: what is here is looked at again
		st.pass(st.eve.Activity("Delete", "d0", kept["id"]))
		st.asked(kept["id"], 2)
		st.rules(r.ID, social.RelayRules{Only: []string{host}})
		st.pass(st.eve.Activity("Create", "c1", note))
		st.asked(note["id"], 1)
		st.wantPost(note["id"], true)
		st.wantCounts(r.ID, map[social.RelayCount]int{
			social.RelayReceived: 5, social.Filtered("domain"): 2, social.RelayFetched: 3, social.RelayStored: 2, social.RelayDuplicate: 1,
		})
	})
}

func TestWhatOneRelaysRulesDropAnotherRelayMayBring(t *testing.T) {
	onStage(t, testkit.RelayProfile{}, func(st *stage) {
		first := st.follow()
		other, second := st.another()
		st.rules(first.ID, social.RelayRules{NoTags: []string{"sea"}})
		st.rules(0, social.RelayRules{NoTags: []string{"ads"}})
		sea, ads := st.tagged("1", "hello", "sea"), st.tagged("2", "hello", "ads")
		for _, note := range []map[string]any{sea, ads} {
			for range 2 {
				st.pass(st.eve.Activity("Create", "c", note))
			}
			other.Announce(note["id"])
			testkit.Settle(st, st.s)
		}
		st.asked(sea["id"], 2) // once for each relay
		st.wantPost(sea["id"], true)
		st.asked(ads["id"], 1) // no relay may bring it
		st.wantPost(ads["id"], false)
		st.wantCounts(first.ID, map[social.RelayCount]int{social.RelayReceived: 4, social.RelayFetched: 2, social.Filtered("hashtag"): 2, social.RelayDuplicate: 2})
		st.wantCounts(second.ID, map[social.RelayCount]int{social.RelayReceived: 2, social.RelayFetched: 1, social.RelayStored: 1, social.RelayDuplicate: 1})
	})
}

// Of a burst the newest is kept when it is the relay's turn, and the others cost nothing.
func TestBurstBringsTheNewestAtEachTurn(t *testing.T) {
	onStage(t, testkit.RelayProfile{}, func(st *stage) {
		r := st.follow()
		st.rules(r.ID, social.RelayRules{PerHour: 2})
		burst := func(from, to int) {
			st.Helper()
			for i := from; i <= to; i++ {
				st.pass(st.eve.Activity("Create", fmt.Sprint("c", i), st.eve.Note(fmt.Sprint(i), "hello")))
			}
		}
		note := func(i int) string { return fmt.Sprint(st.eve.IRI, "/notes/", i) }
		burst(1, 10)
		st.asked(note(1), 1)
		st.wantPost(note(1), true)
		st.clock.Advance(29 * time.Minute)
		burst(11, 20)
		for i := 2; i <= 20; i++ {
			st.asked(note(i), 0)
		}
		st.clock.Advance(2 * time.Minute)
		testkit.Settle(st, st.s)
		st.asked(note(20), 1)
		st.wantPost(note(20), true)
		st.wantCounts(r.ID, map[social.RelayCount]int{
			social.RelayReceived: 20, social.RelayFetched: 2, social.RelayStored: 2, social.Filtered("over the rate"): 18,
		})
		// What the rules drop takes nobody's turn.
		st.rules(r.ID, social.RelayRules{PerHour: 2, NoTags: []string{"ads"}})
		st.clock.Advance(31 * time.Minute)
		for i := range 3 {
			st.pass(st.eve.Activity("Create", fmt.Sprint("a", i), st.tagged(fmt.Sprint("ads", i), "hello", "ads")))
		}
		burst(21, 22)
		st.wantPost(note(21), true)
		st.asked(note(22), 0)
		// Without the rule what waits for a turn is looked at when that comes, and the next at once.
		st.rules(r.ID, social.RelayRules{})
		burst(23, 23)
		st.wantPost(note(23), true)
		st.clock.Advance(31 * time.Minute)
		testkit.Settle(st, st.s)
		st.wantPost(note(22), true)
	})
}

// A relay that never rests is not put off for ever by the pause that keeps all members of
// a relay from asking at once.
func TestTurnComesToARelayThatNeverRests(t *testing.T) {
	onStage(t, testkit.RelayProfile{}, func(st *stage) {
		r := st.follow()
		st.rules(r.ID, social.RelayRules{PerHour: 60})
		for i := range 40 {
			st.pass(st.eve.Activity("Create", fmt.Sprint("c", i), st.eve.Note(fmt.Sprint(i), "hello")))
			st.clock.Advance(9 * time.Second)
		}
		st.clock.Advance(2 * time.Minute)
		testkit.Settle(st, st.s)
		got := st.counts(r.ID)
		if got[social.RelayStored] < 6 || got[social.RelayStored] > 8 || got[social.RelayStored]+got[social.Filtered("over the rate")] != 40 {
			st.Errorf("counted %v, want one of 40 posts kept for each of 6 minutes", got)
		}
	})
}

func TestRulesAreWrittenAsTheyAreCompared(t *testing.T) {
	t.Parallel()
	got, wrong := relay.CleanRules(social.RelayRules{
		Tags: []string{" #Café ", "cafe", ""}, NoWords: []string{"Buy  NOW!", "buy now"}, Only: []string{"*.Bücher.example", "@Ann@A.example"}, Never: []string{"127.0.0.1:8080"},
	})
	if len(wrong) != 0 || fmt.Sprint(got.Tags, got.NoWords, got.Only, got.Never) != "[cafe] [buy now] [xn--bcher-kva.example ann@a.example] [127.0.0.1:8080]" {
		t.Errorf("got %+v, %+v", got, wrong)
	}
	for part, rules := range map[string]social.RelayRules{
		"hashtags": {Tags: []string{"sea", "!!!"}}, "no_words": {NoWords: []string{"\u202e"}}, "only": {Only: []string{"a b"}},
		"never": {Never: []string{"ann@"}}, "no_hashtags": {NoTags: []string{"#"}},
	} {
		if _, wrong := relay.CleanRules(rules); len(wrong) != 1 || wrong[0].Part != part {
			t.Errorf("%s: %+v", part, wrong)
		}
	}
}

func TestRulesOfARelayThatIsNotFollowedAreNotSet(t *testing.T) {
	onStage(t, testkit.RelayProfile{}, func(st *stage) {
		if err := st.s.Relays.SetRules(st.Context(), 1, social.RelayRules{}); !social.Is(err, social.NotFound) {
			st.Errorf("of nobody: %v, want not found", err)
		}
		if err := st.s.Relays.SetRules(st.Context(), 0, social.RelayRules{PerHour: -1}); !social.Is(err, social.Unprocessable) {
			st.Errorf("less than none: %v, want unprocessable", err)
		}
	})
}

func TestPreviewIsOfWhatWasReallyNamed(t *testing.T) {
	onStage(t, testkit.RelayProfile{}, func(st *stage) {
		r := st.follow()
		host, _, _ := strings.Cut(strings.TrimPrefix(st.peer.Origin, "http://"), ":")
		st.rules(r.ID, social.RelayRules{NoTags: []string{"ads"}})
		st.pass(st.eve.Activity("Create", "c1", st.tagged("1", "about the <b>sea</b>", "sea")))
		st.pass(st.eve.Activity("Create", "c2", st.tagged("2", "buy", "ads")))
		private := st.eve.Note("3", "a secret")
		private["to"] = st.eve.IRI + "/followers"
		st.pass(st.eve.Activity("Create", "c3", private))
		st.rules(r.ID, social.RelayRules{Never: []string{host}})
		st.pass(st.eve.Activity("Create", "c4", st.eve.Note("4", "never fetched")))
		preview := func(relay social.ID, rules social.RelayRules, kept, dropped, unknown int) social.RelayPreview {
			st.Helper()
			p, err := st.s.Relays.Preview(st.Context(), relay, rules)
			st.must(err)
			if p.Kept != kept || p.Dropped != dropped || p.Unknown != unknown {
				st.Errorf("%+v: %d kept, %d dropped, %d unknown; want %d, %d, %d", rules, p.Kept, p.Dropped, p.Unknown, kept, dropped, unknown)
			}
			return p
		}
		p := preview(r.ID, social.RelayRules{}, 2, 0, 1)
		for _, j := range p.Judged {
			if j.Facts != nil && strings.Contains(j.Facts.Text, "secret") {
				st.Errorf("what is not public is remembered: %+v", j.Facts)
			}
		}
		if last := p.Judged[len(p.Judged)-1]; last.Facts == nil || last.Facts.Text != "about the sea" || last.Outcome != social.RelayStored {
			st.Errorf("the first was %+v", last)
		}
		preview(r.ID, social.RelayRules{Tags: []string{"sea"}}, 1, 1, 1)
		preview(r.ID, social.RelayRules{NoWords: []string{"ads"}}, 1, 1, 1)
		preview(r.ID, social.RelayRules{PerHour: 1}, 1, 1, 1)
		if p := preview(r.ID, social.RelayRules{Only: []string{"c.example"}}, 0, 3, 0); !p.Nothing() {
			st.Error("it does not say that everything is dropped")
		}
		preview(0, social.RelayRules{Tags: []string{"sea"}}, 0, 3, 0) // and the relay's own rule holds
		if n := st.counts(r.ID)[social.RelayFetched]; n != 3 {
			st.Errorf("%d fetches, want those of the posts alone", n)
		}
		st.clock.Advance(25 * time.Hour)
		preview(r.ID, social.RelayRules{}, 0, 0, 0)
		if _, err := st.s.Relays.Preview(st.Context(), 1, social.RelayRules{}); !social.Is(err, social.NotFound) {
			st.Errorf("of no relay: %v, want not found", err)
		}
	})
}

func TestNothingIsKeptOfARelayOnTrial(t *testing.T) {
	onStage(t, testkit.RelayProfile{}, func(st *stage) {
		r := st.follow()
		other, _ := st.another()
		on, err := st.s.Relays.Trial(st.Context(), r.ID, true)
		st.must(err)
		if !strings.Contains(on.Says(), "on trial") {
			st.Errorf("it says %q", on.Says())
		}
		st.rules(r.ID, social.RelayRules{NoTags: []string{"ads"}})
		sea, ads := st.tagged("1", "hello", "sea"), st.tagged("2", "hello", "ads")
		st.pass(st.eve.Activity("Create", "c1", sea))
		st.pass(st.eve.Activity("Create", "c1", sea))
		st.pass(st.eve.Activity("Create", "c2", ads))
		st.wantPost(sea["id"], false)
		st.asked(sea["id"], 1)
		st.asked(st.eve.IRI, 0) // no rule asks who that is
		robot := st.peer.Person("robot")
		doc := st.peer.Document(path(robot.IRI))
		doc["type"] = "Service"
		st.peer.Serve(path(robot.IRI), doc)
		st.rules(r.ID, social.RelayRules{NoBots: true})
		st.pass(robot.Activity("Create", "c3", robot.Note("3", "beep")))
		st.pass(st.eve.Activity("Create", "c4", st.eve.Note("4", "hello")))
		for _, iri := range []string{robot.IRI, st.eve.IRI} {
			st.asked(iri, 1)
			if _, err := st.s.DB.ActorByIRI(st.Context(), iri); !social.Is(err, social.NotFound) {
				st.Errorf("%s is kept: %v", iri, err)
			}
		}
		st.wantCounts(r.ID, map[social.RelayCount]int{
			social.RelayReceived: 5, social.RelayFetched: 4, social.RelayTrial: 2, social.RelayDuplicate: 1, social.Filtered("hashtag"): 1, social.Filtered("bot"): 1,
		})
		p, err := st.s.Relays.Preview(st.Context(), r.ID, social.RelayRules{})
		if err != nil || p.Kept != 4 {
			st.Errorf("preview: %+v, %v; want four that no rules would keep", p, err)
		}
		other.Announce(sea["id"]) // who is not on trial may bring it
		testkit.Settle(st, st.s)
		st.wantPost(sea["id"], true)
		_, err = st.s.Relays.Trial(st.Context(), r.ID, false)
		st.must(err)
		st.pass(st.eve.Activity("Create", "c5", st.eve.Note("5", "hello")))
		st.wantPost(st.eve.IRI+"/notes/5", true)
	})
}

// What one relay alone may keep out waits beside what another one names meanwhile, and
// is fetched once when the first keeps it.
func TestRelayNamesWhatAnothersRulesMayDropMeanwhile(t *testing.T) {
	onStage(t, testkit.RelayProfile{}, func(st *stage) {
		first := st.follow()
		other, second := st.another()
		pass := func(id, tag string) any {
			st.Helper()
			note := st.tagged(id, "hello", tag)
			var once sync.Once
			st.peer.Handle(path(note["id"]), func(w http.ResponseWriter, _ *http.Request) {
				once.Do(func() {
					other.Announce(note["id"])
					st.clock.Advance(time.Second)
				})
				testkit.WriteActivity(w, note)
			})
			st.pass(st.eve.Activity("Create", "c"+id, note))
			return note["id"]
		}
		st.rules(first.ID, social.RelayRules{NoTags: []string{"ads"}})
		dropped, kept := pass("1", "ads"), pass("2", "sea")
		_, err := st.s.Relays.Trial(st.Context(), first.ID, true)
		st.must(err)
		tried := pass("3", "sea")
		for iri, want := range map[any]struct {
			asked int
			via   social.ID
		}{dropped: {2, second.ID}, kept: {1, first.ID}, tried: {2, second.ID}} {
			st.asked(iri, want.asked)
			if p, ok := st.post(iri); !ok || p.Via != want.via {
				st.Errorf("%v is kept: %v, through %d; want through %d", iri, ok, p.Via, want.via)
			}
		}
		st.wantCounts(second.ID, map[social.RelayCount]int{
			social.RelayReceived: 3, social.RelayFetched: 2, social.RelayStored: 2, social.RelayDuplicate: 1, social.NamedAlso(first.ID): 3,
		})
	})
}

// Two relays with a rate each wait for their own turns, also with the same thing.
func TestRelaysOfARateKeepTheSameHintForTheirOwnTurns(t *testing.T) {
	onStage(t, testkit.RelayProfile{}, func(st *stage) {
		first := st.follow()
		other, second := st.another()
		st.rules(first.ID, social.RelayRules{PerHour: 1})
		st.rules(second.ID, social.RelayRules{PerHour: 2})
		st.relay.Announce(st.eve.Note("1", "hello")["id"])
		other.Announce(st.eve.Note("2", "hello")["id"])
		testkit.Settle(st, st.s)
		both := st.eve.Note("3", "hello")["id"]
		st.relay.Announce(both)
		testkit.Settle(st, st.s)
		other.Announce(both)
		testkit.Settle(st, st.s)
		st.later(31 * time.Minute)
		if p, ok := st.post(both); !ok || p.Via != second.ID {
			st.Errorf("kept: %v, through %d; want at the turn of the second relay, %d", ok, p.Via, second.ID)
		}
		st.later(30 * time.Minute)
		st.asked(both, 1)
		st.wantCounts(first.ID, map[social.RelayCount]int{social.RelayReceived: 2, social.RelayFetched: 1, social.RelayStored: 1, social.RelayDuplicate: 1})
	})
}
