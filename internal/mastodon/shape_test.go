package mastodon_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/testkit"
)

// check tells what an entity lacks for apps with strict decoders.
func check(t *testing.T, what string, v any, r rules) {
	t.Helper()
	if say := r.object()(v); say != "" {
		t.Errorf("%s:\n%s", what, say)
	}
}

// checkAll is check for a list, which must not be empty.
func checkAll(t *testing.T, what string, all []object, r rules) {
	t.Helper()
	if len(all) == 0 {
		t.Errorf("%s: got nothing, want some", what)
	}
	for _, o := range all {
		check(t, what, o, r)
	}
}

// rich makes a note with all that a note can have.
func rich(note object) {
	note["summary"], note["sensitive"] = "a warning", true
	note["contentMap"] = object{"de": note["content"]}
	note["attachment"] = []any{
		object{"type": "Document", "mediaType": "image/png", "url": "https://media.example/a.png", "name": "a picture", "width": 3, "height": 2,
			"focalPoint": []any{0.5, -0.5}},
		object{"type": "Document", "mediaType": "application/pdf", "url": "https://media.example/a.pdf"},
		object{"type": "Document", "mediaType": "audio/ogg", "url": "https://media.example/a.ogg"},
	}
	tags, _ := note["tag"].([]any)
	note["tag"] = append(tags, object{"type": "Hashtag", "name": "#Tides", "href": "https://b.example/tags/tides"},
		object{"type": "Emoji", "name": ":gull:", "icon": object{"type": "Image", "url": "https://media.example/gull.png"}},
		object{"type": "Mention", "name": "@nobody@nowhere.example", "href": "https://nowhere.example/users/nobody"})
}

// question makes a note a poll.
func question(note object) {
	choice := func(name string, votes int) object {
		return object{"type": "Note", "name": name, "replies": object{"type": "Collection", "totalItems": votes}}
	}
	note["type"], note["anyOf"], note["endTime"], note["votersCount"] = "Question", []any{choice("tea", 2), choice("coffee", 1)}, "2031-05-06T07:08:09Z", 2
}

// lively has something of everything that the API can show.
func lively(st *stage) (own, theirs object, bert string) {
	st.t.Helper()
	bert = st.follow(st.bert)
	st.tell(st.eve, st.eve.Activity("Follow", "follow", st.Owner.IRI))
	theirs = st.write(st.bert, "1", "for anna", st.naming, rich)
	st.write(st.bert, "2", "which?", question)
	own = st.say("@bert@"+strings.TrimPrefix(st.peer.Origin, "http://")+" #hello https://example.org/a?b=c", "in_reply_to_id", text(theirs, "id"), "language", "en")
	st.tell(st.bert, st.bert.Activity("Like", "like", own["uri"]))
	st.tell(st.bert, st.bert.Activity("Announce", "announce", own["uri"]))
	st.post("/v1/statuses/" + text(theirs, "id") + "/favourite")
	st.post("/v1/statuses/" + text(theirs, "id") + "/reblog")
	st.post("/v1/statuses/" + text(own, "id") + "/pin")
	st.want(200, "PATCH", "/v1/accounts/update_credentials", form("display_name", "Anna", "note", "I live here",
		"fields_attributes[0][name]", "Home", "fields_attributes[0][value]", "https://example.org"))
	testkit.Settle(st.t, st.Server)
	return own, theirs, bert
}

func TestEveryEntityHasWhatStrictDecodersNeed(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		own, theirs, bert := lively(st)
		me := st.Owner.ID.String()
		check(t, "verify_credentials", st.get("/v1/accounts/verify_credentials"), credentialRules)
		check(t, "the owner", st.get("/v1/accounts/"+me), accountRules)
		check(t, "a stranger", st.get("/v1/accounts/"+bert), accountRules)
		check(t, "a status of the owner", st.get("/v1/statuses/"+text(own, "id")), statusRules)
		check(t, "a status of a stranger", st.get("/v1/statuses/"+text(theirs, "id")), statusRules)
		for _, path := range []string{
			"/v1/timelines/home", "/v1/accounts/" + me + "/statuses", "/v1/accounts/" + bert + "/statuses", "/v1/accounts/" + me + "/statuses?pinned=true",
		} {
			checkAll(t, path, st.list(path), statusRules)
		}
		for _, path := range []string{"/v1/accounts/" + me + "/followers", "/v1/accounts/" + me + "/following"} {
			checkAll(t, path, st.list(path), accountRules)
		}
		checkAll(t, "notifications", st.list("/v1/notifications"), notificationRules)
		for _, n := range st.list("/v1/notifications?types[]=mention&types[]=favourite&types[]=reblog") {
			check(t, "the status of a notification", n["status"], statusRules)
		}
		checkAll(t, "relationships", st.list("/v1/accounts/relationships?id[]="+bert+"&id[]="+me), relationshipRules)
		check(t, "follow", st.post("/v1/accounts/"+bert+"/follow"), relationshipRules)
		context := st.get("/v1/statuses/" + text(own, "id") + "/context")
		check(t, "context", context, rules{"ancestors": listOf(statusRules.object()), "descendants": listOf(statusRules.object())})
		check(t, "search", st.get("/v2/search?q=an"), searchRules)
		tags := st.get("/v2/search?q=%23tides")
		check(t, "search for a tag", tags, searchRules)
		if got := at(tags, "hashtags"); len(got.([]any)) != 1 {
			t.Errorf("search for a tag: got %v, want one", got)
		}
	})
}

func TestInstanceHasWhatStrictDecodersNeed(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		st.say("hello")
		for who, change := range map[string]change{"the owner": token(st.Token), "anybody": token("")} {
			for path, r := range map[string]rules{"/v1/instance": instanceV1Rules, "/v2/instance": instanceV2Rules} {
				a := st.want(200, "GET", path, change)
				check(t, path, a.object(t), r)
				if got := a.header.Get("Cache-Control"); got != "public, max-age=180" {
					t.Errorf("%s for %s: Cache-Control is %q, want it public for three minutes", path, who, got)
				}
			}
		}
		one, two := st.get("/v1/instance"), st.get("/v2/instance")
		want := []any{st.URLs().Domain, st.URLs().Domain, "anna", "anna", "1", "1"}
		got := []any{one["uri"], two["domain"], text(one, "contact_account", "acct"), text(two, "contact", "account", "acct"),
			show(at(one, "stats", "status_count")), show(at(two, "usage", "users", "active_month"))}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("domains, owners, statuses and active people (-want +got):\n%s", diff)
		}
	})
}

// Apps look at a server before anybody lives there.
func TestInstanceWithoutAnOwnerIsAnInstance(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		bare := &stage{t: t, Server: testkit.Start(t, dsn, "")}
		for path, r := range map[string]rules{"/v1/instance": instanceV1Rules, "/v2/instance": instanceV2Rules} {
			check(t, path, bare.want(200, "GET", path, token("")).object(t), r)
		}
		if got := bare.want(200, "GET", "/v1/instance/peers", token("")).body; string(got) != "[]" {
			t.Errorf("peers: got %s, want []", got)
		}
		bare.refused(401, "GET", "/v1/accounts/verify_credentials")
	})
}

func TestPeersAreTheHostsWeHaveMet(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		st.meet(st.bert)
		var got []string
		st.want(200, "GET", "/v1/instance/peers", token("")).decode(t, &got)
		if diff := cmp.Diff([]string{strings.TrimPrefix(st.peer.Origin, "http://")}, got); diff != "" {
			t.Errorf("peers (-want +got):\n%s", diff)
		}
	})
}

func TestPreferencesAreThere(t *testing.T) {
	t.Parallel()
	st := newStage(t, "")
	check(t, "preferences", st.get("/v1/preferences"), rules{
		"posting:default:visibility": visibilities, "posting:default:sensitive": flag, "posting:default:language": orNull(filled),
		"reading:expand:media": oneOf("default", "show_all", "hide_all"), "reading:expand:spoilers": flag, "reading:autoplay:gifs": flag,
	})
}

func TestStatusOfAStrangerIsShownWithAllItHas(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		_, theirs, bert := lively(st)
		got := st.get("/v1/statuses/" + text(theirs, "id"))
		host := strings.TrimPrefix(st.peer.Origin, "http://")
		want := object{
			"uri": st.bert.IRI + "/notes/1", "spoiler_text": "a warning", "sensitive": true, "visibility": "public", "language": "de", "content": "<p>for anna</p>",
			"in_reply_to_id": nil, "poll": nil, "favourited": true, "reblogged": true, "pinned": false,
			"mentions": []any{object{"id": st.Owner.ID.String(), "username": "anna", "acct": "anna", "url": st.Origin + "/@anna"}},
			"tags":     []any{object{"name": "Tides", "url": st.Origin + "/tags/tides"}},
			"emojis": []any{object{"shortcode": "gull", "url": st.Library.Address("https://media.example/gull.png"),
				"static_url": st.Library.Address("https://media.example/gull.png"), "visible_in_picker": false}},
		}
		names := []string{}
		for name := range want {
			names = append(names, name)
		}
		if diff := cmp.Diff(want, pick(got, names...)); diff != "" {
			t.Errorf("status (-want +got):\n%s", diff)
		}
		if text(got, "account", "id") != bert || text(got, "account", "acct") != "bert@"+host {
			t.Errorf("account: got %v, want bert@%s, %s", at(got, "account"), host, bert)
		}
		kinds := []string{}
		for _, m := range got["media_attachments"].([]any) {
			kinds = append(kinds, m.(object)["type"].(string))
		}
		if diff := cmp.Diff([]string{"image", "unknown", "audio"}, kinds); diff != "" {
			t.Errorf("media (-want +got):\n%s", diff)
		}
		image := got["media_attachments"].([]any)[0].(object)
		if diff := cmp.Diff(`{"focus":{"x":0.5,"y":-0.5},"original":{"aspect":1.5,"height":2,"size":"3x2","width":3}}`, mustJSON(t, image["meta"])); diff != "" {
			t.Errorf("meta (-want +got):\n%s", diff)
		}
	})
}

func TestPollIsShownWithItsVotes(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		st.follow(st.bert)
		got := st.write(st.bert, "1", "which?", question)
		want := `{"emojis":[],"expired":false,"expires_at":"2031-05-06T07:08:09.000Z","id":"` + text(got, "id") + `","multiple":true,"options":[` +
			`{"title":"tea","votes_count":2},{"title":"coffee","votes_count":1}],"own_votes":[],"voted":false,"voters_count":2,"votes_count":3}`
		if diff := cmp.Diff(want, mustJSON(t, got["poll"])); diff != "" {
			t.Errorf("poll (-want +got):\n%s", diff)
		}
	})
}
