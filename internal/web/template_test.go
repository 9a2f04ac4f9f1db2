package web

import (
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"net/http/httptest"
	"net/url"
	"path"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"skerry/internal/outbox"
	"skerry/internal/relay"
	"skerry/internal/remote"
	"skerry/internal/retention"
	"skerry/internal/social"
	"skerry/internal/store"
)

// hostile is text that strangers and the owner may have written in any field
// that is no HTML.
const hostile = `:cat: :dog: "><script>alert(1)</script>' onmouseover=alert(1) </title></main>{{.}} javascript:alert(1)`

// bad is an address that nobody may be sent to.
const bad = "javascript:alert(1)"

// made is HTML as package markup makes it.
const made = `<p>hello :dog: <a href="https://b.example/" rel="nofollow noopener" target="_blank">b</a></p>`

// samples has a page for every template, each field filled.
func samples() map[string][]any {
	at := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	all := layout{Title: hostile, Stylesheet: "/static/style.css", Version: hostile, Canonical: "https://a.example/@anna", Activity: "https://a.example/users/anna",
		Feeds: []feedLink{{hostile, hostile, bad}}}
	owner := all
	owner.Owner, owner.NoIndex, owner.Section, owner.Unread, owner.Scripts = true, true, "home", 2, []string{"/static/act.js"}
	actor := social.Actor{Username: "anna", Domain: "a.example", Name: hostile, Summary: made, URL: "https://a.example/@anna", Local: true,
		Icon: social.Image{URL: bad, Alt: hostile}, Header: social.Image{URL: bad, Alt: hostile},
		Fields: []social.Field{{Name: hostile, Value: made, VerifiedAt: &at}}, Emojis: []social.Emoji{{Shortcode: "cat", URL: bad}, {Shortcode: "dog", URL: "https://a.example/" + hostile}}}
	anna := newPerson(actor, actor.URL, bad)
	stranger := newPerson(social.Actor{Username: hostile, Domain: hostile, Name: hostile, IRI: bad, URL: bad}, bad, bad)
	asked := ask(social.Post{Poll: &social.Poll{Options: []social.PollOption{{Name: hostile, Votes: 2}, {Name: "b"}}, EndsAt: at}}, at)
	open := *asked
	open.Open, open.Back, open.Wrong = true, hostile, hostile
	post := shown{By: anna, At: "https://a.example/@anna/1", Away: bad, When: hostile, ReadOn: bad, History: bad, Own: true, Pinned: true, Via: []person{stranger, anna}, Question: asked, Post: social.Post{
		Emojis: actor.Emojis, Warning: hostile, Title: hostile, Content: made, Language: hostile, Published: at, Edited: at, Counts: social.Counts{Replies: 1, Likes: 2},
	}}
	reply := shown{By: stranger, At: bad, Away: bad, Question: &open, Mine: &mine{Back: hostile, Liked: true}, Post: social.Post{
		Content: made, Published: at, Visibility: social.Direct, Counts: social.Counts{Likes: 3},
	}, Media: []medium{
		{social.Attachment{URL: bad, Alt: hostile}, ""}, {social.Attachment{URL: "https://b.example/a.png"}, ""},
		{social.Attachment{URL: bad, Preview: bad, Alt: hostile, Width: 1, Height: 2}, "image"},
		{social.Attachment{URL: bad, Preview: bad, Alt: hostile}, "video"}, {social.Attachment{URL: bad, Alt: hostile}, "audio"},
	}}
	inner := reply
	inner.Mine, inner.Warning, inner.Title = nil, hostile, hostile
	post.Quoted, reply.Quoted = &quoted{Post: &inner}, &quoted{Say: hostile}
	preview := card{hostile, hostile, hostile, hostile, bad, bad, hostile, bad, hostile, 1, 2, true, at, at}
	console := adminPage{layout: owner, Now: at.Add(time.Hour), Back: hostile}
	host := store.HostReport{Waiting: 2, Parked: 1, Next: at.Add(2 * time.Hour), Host: social.Host{
		Name: hostile, LastError: hostile, OKAt: at, FailedAt: at, FailingSince: at, Failures: 3,
	}}
	paused := store.HostReport{Host: social.Host{Name: "a.example", Paused: true}}
	items := []store.Item{
		{ID: 1, Lane: hostile, Kind: hostile, About: bad, Party: hostile, State: store.Parked, Attempts: 3, Outcome: hostile, Came: at, Ended: at},
		{ID: 2, Lane: "deliver", Came: at, Next: at},
	}
	went := said{Activity: store.Activity{Kind: hostile, At: at}, Fates: store.Fates{Waiting: 1, Done: 1, Parked: 1, Cancelled: 1}, More: "?after=x", Deliveries: []store.DeliveryReport{
		{ID: 3, Host: hostile, Inbox: bad, State: store.Parked, Attempts: 2, Outcome: hostile, Ended: at, Again: true},
		{ID: 4, Host: hostile, Inbox: bad, Outcome: hostile, Next: at}, {Host: "a.example", State: store.Done, Ended: at}, {Host: "b.example", Paused: true},
	}}
	block := social.DomainBlock{ID: 1, Domain: hostile, Public: hostile, Private: hostile, RejectMedia: true, Obfuscate: true, List: 2, At: at}
	impact := social.Impact{Hosts: []string{hostile}, People: 1, Posts: 3, Touched: 1, Followers: 1, Followed: []social.Actor{stranger.Actor}, Relays: []social.Relay{{Inbox: hostile}}}
	settings := settingsPage{owner, "profile", "", hostile}
	secret, browser := newPassword{hostile, true, 10, hostile, hostile}, browserSession{store.Session{Hash: hostile, Agent: hostile, Address: hostile, Created: at, Seen: at}, hostile}
	options := []choice{{hostile, hostile, hostile, true}, {}}
	row, chosen := fieldRow{1, hostile, hostile, at, hostile}, pictureRow{social.Image{URL: bad, Alt: hostile}, hostile, hostile, hostile, bad, true, hostile}
	typed := profileForm{social.Profile{Name: hostile, Bio: hostile, Bot: true}, hostile, hostile, []fieldRow{row}, []fieldRow{row}, chosen, chosen}
	written := letter{Key: hostile, Back: hostile, Reply: 1, Redraft: 2, Text: hostile, Warning: hostile, Sensitive: true, Language: hostile}
	written.Ask = questionnaire{Lines: []string{hostile, ""}, Multiple: true, Secret: true}
	for _, m := range reply.Media {
		m.Preview = "/media/" + hostile
		written.Media = append(written.Media, enclosure{m, 7, hostile})
	}
	pages := map[string][]any{
		"admin_queue.html": {
			queuePage{console, []store.LaneReport{{Lane: hostile, Waiting: 1, Due: 1, Oldest: at, Parked: 1}, {Lane: "deliver"}}, []store.HostReport{host, paused}, true, items, "?before=1"},
			queuePage{adminPage: console},
		},
		"admin_hosts.html": {hostsPage{console, hostChoices(), "ill", []store.HostReport{host, paused}, "?after=x"}, hostsPage{adminPage: console}},
		"admin_host.html":  {hostPage{console, host, items, "?before=1"}, hostPage{adminPage: console, Host: paused}},
		"admin_post.html":  {queuePostPage{console, "https://a.example/@anna/1", []said{went, {Activity: store.Activity{Kind: "Update", At: at}}}, "?before=1"}, queuePostPage{adminPage: console}},
		"admin_relays.html": {
			relaysPage{console, []relay.Report{
				{Relay: social.Relay{ID: 1, Name: hostile, Inbox: bad, Software: hostile, Reason: hostile, HeardAt: at}, Trouble: hostile},
				{Relay: social.Relay{ID: 2, State: social.RelayPaused, Publishes: true}}, {Relay: social.Relay{ID: 3, State: social.RelayLeaving}},
			}, hostile, hostile, &relay.Found{Relay: social.Relay{ID: 1, Name: hostile, Software: hostile, Actor: bad, Inbox: bad, Reason: hostile, Style: social.RelayLitePub}}},
			relaysPage{adminPage: console, Found: &relay.Found{}}, relaysPage{adminPage: console},
		},
		"admin_ledger.html": {
			ledgerPage{console, relay.Ledger{Relay: social.Relay{ID: 1, Name: hostile, Inbox: bad, Reason: hostile}, Stock: social.RelayStock{
				Posts: 3, Looked: 1, Languages: []social.Used{{Name: hostile, N: 1}, {N: 2}}, Tags: []social.Used{{Name: hostile, N: 1}},
			}}, []chart{newChart(hostile, hostile, social.Bytes, []string{hostile}, column{hostile, []int64{1}})}, []ledgerLine{{hostile, 1, 2}}, priceForm{hostile, hostile}},
			ledgerPage{adminPage: console},
		},
		"admin_compare.html": {
			comparePage{console, []relay.Ledger{{Relay: social.Relay{ID: 1, Name: hostile, Inbox: bad}}, {}}, []sharedRow{{hostile, []sharedCell{{hostile, hostile}}}}, priceForm{hostile, hostile}},
			comparePage{adminPage: console},
		},
		"admin_blocks.html": {
			blocksPage{console, []listedBlock{{block, hostile}}, 2, hostile, "?before=1", true, []social.AllowedDomain{{Domain: hostile, At: at}}, hostile, hostile, &impact, "open", hostile, 7},
			blocksPage{adminPage: console, Allowed: []social.AllowedDomain{{Domain: hostile}}, Query: hostile}, blocksPage{adminPage: console, Closed: true, Impact: &impact},
		},
		"admin_block.html": {
			blockPage{console, block, true, severities(social.Silenced), &impact, hostile, hostile}, blockPage{adminPage: console, Severities: severities(social.Suspended)},
		},
		"admin_blocklists.html": {
			blocklistsPage{console, []social.Blocklist{{ID: 1, URL: bad, Mild: true, ReadAt: at, Trouble: hostile, Domains: 3, Held: 2}, {URL: hostile}}, []social.DomainBlock{block}, hostile, true, hostile,
				&outbox.Subscription{Blocklist: social.Blocklist{URL: bad}, Change: outbox.FederationChange{Put: []social.DomainBlock{block, {Domain: hostile, Held: true}}}, Own: 1, Faults: []social.LineFault{{Line: 1, Say: hostile}}}, &impact},
			blocklistsPage{adminPage: console, Found: &outbox.Subscription{}}, blocklistsPage{adminPage: console},
		},
		"admin_block_import.html": {
			importPage{console, hostile, []social.LineFault{{Line: 1, Say: hostile}}, hostile, []social.DomainBlock{block}, []social.DomainBlock{block}, 1, []string{hostile}, &impact, true},
			importPage{adminPage: console, Wrong: hostile, Text: hostile}, importPage{adminPage: console, Text: hostile},
		},
		"admin_storage.html": {
			storagePage{adminPage: console, Report: retention.Report{
				Storage: social.Storage{At: at, Pressure: social.Over, Reason: hostile, Used: 2e9, Budget: 1e9, PrunedAt: at, Pruned: social.Cleared{Posts: social.Amount{N: 1, Bytes: 2}}},
				Growth:  5, FullAt: at, Hosts: []retention.Brought{{Share: store.Share{Name: hostile, Posts: 1}, Bytes: 3}}, Relays: []retention.Brought{{Share: store.Share{Name: bad, Relay: 1}}, {}},
			}, Kinds: []kindRow{{hostile, 1}}, Chart: newChart(hostile, hostile, social.Bytes, []string{hostile, "b"}, column{hostile, []int64{1, 2}}),
				Form: retentionForm{hostile, hostile, []choice{{Value: hostile, Chosen: true}}, []ageRow{{Age: social.Ages[0], Days: hostile, Wrong: hostile}, {Age: social.Ages[5]}}}, Wrong: hostile, Saved: true, Asked: []string{hostile}},
			storagePage{adminPage: console, Form: newRetentionForm(social.DefaultRetention)},
		},
		"admin_prune.html": {
			prunePage{console, retention.Plan{Budget: 5, Held: []store.HeldCount{{Why: social.Hold(hostile), N: 2}}}, []pruneRow{{Say: hostile}}, true},
			prunePage{adminPage: console, Plan: retention.Plan{Old: social.Cleared{Posts: social.Amount{N: 3, Bytes: 4}}}, Rows: []pruneRow{{Say: hostile}}},
		},
		"admin_purge.html": {
			purgePage{console, hostile, hostile, 5, hostile, social.Amount{N: 1, Bytes: 2}, social.Amount{}},
			purgePage{adminPage: console, Name: hostile, Typed: hostile, Goes: social.Amount{N: 2}}, purgePage{adminPage: console},
		},
		"admin_relay.html": relaySamples(console, at),
		"admin_emoji.html": {
			emojiPage{console, []offered{{social.OwnEmoji{ID: 1, Shortcode: hostile, Created: at}, bad}}, hostile, hostile}, emojiPage{adminPage: console},
		},
		"compose.html": {
			composePage{layout: owner, letter: written, Above: &reply, Wrong: wrongs{hostile, hostile, hostile, hostile}, Runs: []choice{{hostile, hostile, "", true}}, Max: 5000, Counted: 3,
				Audiences: []choice{{"public", hostile, hostile, true}, {Value: "direct"}}, Languages: []choice{{hostile, hostile, hostile, true}, {}},
				Slots: []int{1, 2}, Types: hostile, Does: hostile, Draft: hostile},
			composePage{layout: owner, letter: letter{Edit: 1}}, composePage{layout: owner},
		},
		"delete.html": {deletePage{owner, post, hostile}, deletePage{layout: owner, Post: reply}},
		"error.html":  {errorPage{all, hostile}, errorPage{owner, ""}},
		"login.html":  {loginPage{all, hostile, hostile}, loginPage{layout: owner}},
		"interact.html": {
			interactPage{all, hostile, hostile, stranger, nil, hostile, hostile, nil}, interactPage{layout: owner, Person: anna, Post: &post},
			interactPage{layout: all, Person: stranger, Way: &remote.Way{Host: hostile, At: bad}},
			interactPage{layout: all, Copy: hostile, Person: stranger, Post: &post, Way: &remote.Way{Host: hostile}},
		},
		"setup.html": {
			setupPage{all, 1, hostile, hostile, hostile, hostile, secret, hostile, hostile, hostile}, setupPage{layout: owner, Step: 1},
			setupPage{all, 2, hostile, hostile, hostile, "?name=" + hostile, secret, hostile, hostile, hostile}, setupPage{layout: owner, Step: 2},
		},
		"unowned.html":   {all},
		"introduce.html": {introducePage{owner, typed, 3, hostile}, introducePage{layout: all}},
		"welcome.html":   {welcomePage{owner, stranger.Actor}},
		"settings_profile.html": {
			settingsProfilePage{settings, typed}, settingsProfilePage{settingsPage: settingsPage{layout: owner, Tab: "profile", Done: hostile}},
		},
		"settings_posting.html":  {settingsPostingPage{settings, options, options, true, hostile, hostile}, settingsPostingPage{settingsPage: settingsPage{layout: owner}}},
		"settings_password.html": {settingsPasswordPage{settings, hostile, secret, hostile}, settingsPasswordPage{settingsPage: settingsPage{layout: owner}}},
		"settings_sessions.html": {settingsSessionsPage{settings, at, browser, []browserSession{browser}}, settingsSessionsPage{settingsPage: settingsPage{layout: owner}}},
		"settings_tokens.html": {
			settingsTokensPage{settings, at, []store.Token{{ID: 1, Name: hostile, Scopes: hostile, Created: at, Used: at}, {}}, hostile, hostile, options, options, options, true, hostile, hostile},
			settingsTokensPage{settingsPage: settingsPage{layout: owner}},
		},
		"profile.html": {
			profilePage{layout: all, Card: preview, Actor: anna, Header: bad, Interact: bad, Joined: at, Later: true, Tally: social.Tally{Posts: 1, Followers: 1}, Tabs: []tab{{hostile, bad, true}, {"b", "/b", false}}, Pinned: []shown{post}, Posts: []shown{post, reply}, Older: "?before=1"},
			profilePage{layout: owner, Actor: newPerson(social.Actor{Username: "anna"}, "", "")},
		},
		"tag.html": {tagPage{all, preview, hostile, stranger, []shown{post}, true, "?before=1"}, tagPage{layout: owner}},
		"post.html": {
			postPage{all, preview, post, []shown{reply, post}, true, []branch{{reply, []branch{{Post: post}}}}, true, bad, bad}, postPage{layout: owner, Post: post},
		},
	}
	maps.Copy(pages, readerSamples(owner, post, reply, anna, stranger))
	return pages
}

// site makes a site that only renders.
func site(t *testing.T) *Site {
	t.Helper()
	s, err := New(Options{Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestEveryTemplateRendersWhatIsHostileAsText(t *testing.T) {
	t.Parallel()
	s, pages := site(t), samples()
	names, err := fs.Glob(files, "templates/*.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if name = path.Base(name); name == "layout.html" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if len(pages[name]) == 0 {
				t.Fatal("there is no sample of this page")
			}
			for _, page := range pages[name] {
				body, err := s.render(httptest.NewRecorder(), name, page)
				if err != nil {
					t.Fatal(err)
				}
				checkMarkup(t, string(body))
			}
		})
	}
}

var handlers = regexp.MustCompile(`^on|^style$|^srcdoc$`)

// checkMarkup looks at a page as a browser would read it.
func checkMarkup(t *testing.T, body string) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	titles, mains := 0, 0
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch n.Data {
		case "script":
			if n.FirstChild != nil || len(n.Attr) == 0 || !strings.HasPrefix(n.Attr[0].Val, "/static/") {
				t.Errorf("the page has a script that is no file of ours:\n%s", body)
			}
		case "style", "iframe", "object", "embed", "base":
			t.Errorf("the page has a %s:\n%s", n.Data, body)
		case "title":
			if n.Namespace == "" { // a part of a drawing may have one
				titles++
			}
		case "main":
			mains++
		}
		for _, a := range n.Attr {
			if handlers.MatchString(a.Key) {
				t.Errorf("%s has %s=%q:\n%s", n.Data, a.Key, a.Val, body)
			}
			to, err := url.Parse(strings.TrimSpace(a.Val))
			if (a.Key == "href" || a.Key == "src" || a.Key == "poster" || a.Key == "action") && (err != nil || strings.EqualFold(to.Scheme, "javascript")) {
				t.Errorf("%s leads to %q:\n%s", n.Data, a.Val, body)
			}
		}
	}
	if titles != 1 || mains != 1 || !strings.HasSuffix(strings.TrimSpace(body), "</html>") {
		t.Errorf("%d titles and %d mains, want one of each and the end of the page:\n%s", titles, mains, body)
	}
}

func TestSentencesAreForPeople(t *testing.T) {
	t.Parallel()
	for say, want := range map[string]string{
		"not found": nothing, "no such id": "No such id.", "It was.": "It was.", "écrit": "Écrit.", "x": "X.",
		"run: skerry owner password": "Run: skerry owner password.",
	} {
		if got := sentence(say); got != want {
			t.Errorf("%q: got %q, want %q", say, got, want)
		}
	}
}

func TestNamesAreFoldedAsPeopleTypeThem(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{"anna": "anna", "Anna": "anna", " @anna\t": "anna", "@": "", "a b": "a b", "@@a": "@a"} {
		if got := fold(typed); got != want {
			t.Errorf("%q: got %q, want %q", typed, got, want)
		}
	}
}
