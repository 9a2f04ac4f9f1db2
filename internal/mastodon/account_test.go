package mastodon_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"
	"github.com/google/go-cmp/cmp"

	"skerry/internal/mastodon"
	"skerry/internal/testkit"
)

func TestAccountsAreNamedAsAppsShowThem(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		bert, host := st.meet(st.bert), strings.TrimPrefix(st.peer.Origin, "http://")
		want := object{"id": bert, "username": "bert", "acct": "bert@" + host, "display_name": "bert", "url": st.bert.IRI, "uri": st.bert.IRI}
		if diff := cmp.Diff(want, pick(st.get("/v1/accounts/"+bert), "id", "username", "acct", "display_name", "url", "uri")); diff != "" {
			t.Errorf("a stranger (-want +got):\n%s", diff)
		}
		want = object{"id": st.Owner.ID.String(), "username": "anna", "acct": "anna", "display_name": "anna", "url": st.Origin + "/@anna", "uri": st.Owner.IRI}
		if diff := cmp.Diff(want, pick(st.get("/v1/accounts/verify_credentials"), "id", "username", "acct", "display_name", "url", "uri")); diff != "" {
			t.Errorf("the owner (-want +got):\n%s", diff)
		}
		for handle, id := range map[string]string{
			"anna": st.Owner.ID.String(), "@anna": st.Owner.ID.String(), "ANNA": st.Owner.ID.String(), "anna@" + st.URLs().Domain: st.Owner.ID.String(),
			"bert@" + host: bert, "@Bert@" + strings.ToUpper(host): bert,
		} {
			if got := st.get("/v1/accounts/lookup" + query("acct", handle)); got["id"] != id {
				t.Errorf("%s: got %v, want %s", handle, got["id"], id)
			}
		}
		for _, handle := range []string{"", "@", "bert", "eve@" + host, "anna@nowhere.example", "@anna@", "a b"} {
			st.refused(404, "GET", "/v1/accounts/lookup"+query("acct", handle))
		}
	})
}

// The owner is found by the domain after the @ and by the one of the server.
func TestOwnerOfASplitDomainIsFoundByBothNames(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		urls := st.URLs()
		urls.Domain = "social.anna.example"
		r := chi.NewRouter()
		mastodon.New(st.DB, st.Publisher, st.Finder, st.Library, urls, "test", testkit.Log(t)).Routes(r)
		front := httptest.NewServer(r)
		t.Cleanup(front.Close)
		split := &stage{t: t, Server: &testkit.Server{App: st.App, Origin: front.URL, Token: st.Token}}
		for _, handle := range []string{"anna", "anna@" + urls.AccountDomain, "anna@social.anna.example", "@Anna@SOCIAL.anna.example"} {
			if got := split.get("/v1/accounts/lookup" + query("acct", handle)); got["id"] != st.Owner.ID.String() {
				t.Errorf("lookup of %s: got %v, want the owner", handle, got["id"])
			}
			if got := split.found(handle); !cmp.Equal(got, []string{st.Owner.IRI}) {
				t.Errorf("search for %s: got %v, want the owner", handle, got)
			}
		}
	})
}

func TestDeletedAccountIsNotFound(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		bert, host := st.follow(st.bert), strings.TrimPrefix(st.peer.Origin, "http://")
		st.tell(st.bert, st.bert.Activity("Delete", "d", st.bert.IRI))
		st.refused(404, "GET", "/v1/accounts/"+bert)
		st.refused(404, "GET", "/v1/accounts/"+bert+"/statuses")
		st.refused(404, "GET", "/v1/accounts/lookup"+query("acct", "bert@"+host))
		st.refused(410, "POST", "/v1/accounts/"+bert+"/follow")
		if got := st.found("bert"); len(got) != 0 {
			t.Errorf("search: got %v, want nothing", got)
		}
	})
}

func TestProfileIsEditedPieceByPiece(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		edit := func(c change) object {
			t.Helper()
			return st.want(200, "PATCH", "/v1/accounts/update_credentials", c).object(t)
		}
		got := edit(form("display_name", " Anna ", "note", "One #island", "locked", "true", "bot", "1", "discoverable", "false", "indexable", "0",
			"hide_collections", "on", "fields_attributes[0][name]", "Home", "fields_attributes[0][value]", "https://anna.example",
			"fields_attributes[1][name]", "", "fields_attributes[1][value]", ""))
		check(t, "update_credentials", got, credentialRules)
		want := object{"display_name": "Anna", "locked": true, "bot": true, "discoverable": false, "indexable": false, "hide_collections": true}
		if diff := cmp.Diff(want, pick(got, "display_name", "locked", "bot", "discoverable", "indexable", "hide_collections")); diff != "" {
			t.Errorf("profile (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]any{object{"name": "Home", "value": "https://anna.example", "verified_at": nil}}, at(got, "source", "fields")); diff != "" {
			t.Errorf("fields as written (-want +got):\n%s", diff)
		}
		if note := text(got, "note"); !strings.Contains(note, `rel="tag"`) || at(got, "source", "note") != "One #island" {
			t.Errorf("note: got %q and %v, want HTML and what was written", note, at(got, "source", "note"))
		}
		again := edit(body("application/json", `{"display_name":"A","bot":false,"fields_attributes":{"0":{"name":"x","value":"y"},"1":{"name":"z","value":"1"}}}`))
		want = object{"display_name": "A", "bot": false, "locked": true, "note": got["note"]}
		if !cmp.Equal(want, pick(again, "display_name", "bot", "locked", "note")) || len(again["fields"].([]any)) != 2 {
			t.Errorf("got %v, want only name, bot and fields changed", again)
		}
		if got := edit(body("application/json", `{"fields_attributes":[]}`)); len(got["fields"].([]any)) != 0 {
			t.Errorf("fields: got %v, want none", got["fields"])
		}
		if diff := cmp.Diff(edit(form()), st.get("/v1/accounts/verify_credentials")); diff != "" {
			t.Errorf("as edited and as read (-edited +read):\n%s", diff)
		}
	})
}

func TestProfileThatBreaksARuleStaysAsItWas(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		before := st.get("/v1/accounts/verify_credentials")
		many := []string{}
		for _, n := range strings.Split("012345678", "") {
			many = append(many, "fields_attributes["+n+"][name]", "n", "fields_attributes["+n+"][value]", "v")
		}
		for name, c := range map[string]struct {
			pairs []string
			says  string
		}{
			"a long name":      {[]string{"display_name", strings.Repeat("ä", 65)}, "64"},
			"a long bio":       {[]string{"note", strings.Repeat("ä", 5001)}, "5000"},
			"nine fields":      {many, "8"},
			"a nameless field": {[]string{"fields_attributes[0][value]", "v"}, "name"},
			"a long field":     {[]string{"fields_attributes[0][name]", "n", "fields_attributes[0][value]", strings.Repeat("v", 256)}, "255"},
			"a picture":        {[]string{"avatar", "data:image/png;base64,AAAA"}, "avatar"},
			"a wide picture":   {[]string{"header", "x"}, "header"},
			"no audience":      {[]string{"source[privacy]", "x"}, "visibility"},
			"only those named": {[]string{"source[privacy]", "direct"}, "direct"},
			"no language":      {[]string{"source[language]", "not a code"}, "code"},
		} {
			if said := st.refused(422, "PATCH", "/v1/accounts/update_credentials", form(c.pairs...)); !strings.Contains(said, c.says) {
				t.Errorf("%s: told %q, want %q in it", name, said, c.says)
			}
		}
		if diff := cmp.Diff(before, st.get("/v1/accounts/verify_credentials")); diff != "" {
			t.Errorf("the profile changed (-before +after):\n%s", diff)
		}
	})
}

// How the owner likes to post is one thing, wherever it is asked for, and holds for
// posts that do not say otherwise. [Masto: preferences]
func TestPreferencesHoldForWhatAPostDoesNotSay(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		prefs := func() []any {
			p, source := st.get("/v1/preferences"), st.get("/v1/accounts/verify_credentials")["source"].(map[string]any)
			got := []any{p["posting:default:visibility"], p["posting:default:sensitive"], p["posting:default:language"]}
			if diff := cmp.Diff(got, []any{source["privacy"], source["sensitive"], source["language"]}); diff != "" {
				t.Errorf("preferences and source differ:\n%s", diff)
			}
			return got
		}
		said := func(pairs ...string) []any {
			s := st.want(200, "POST", "/v1/statuses", form(append([]string{"status", "hello"}, pairs...)...)).object(t)
			return []any{s["visibility"], s["sensitive"], s["language"]}
		}
		check := func(what string, got []any, want ...any) {
			t.Helper()
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", what, diff)
			}
		}
		check("at first", prefs(), "public", false, nil)
		check("a post at first", said(), "public", false, nil)
		st.want(200, "PATCH", "/v1/accounts/update_credentials", form("source[privacy]", "private", "source[sensitive]", "true", "source[language]", "pt_BR"))
		check("changed", prefs(), "private", true, "pt-BR")
		check("a post that says nothing", said(), "private", true, "pt-BR")
		check("a post that says all", said("visibility", "public", "sensitive", "false", "language", "de"), "public", false, "de")
		st.want(200, "PATCH", "/v1/accounts/update_credentials", form("display_name", "Anna"))
		check("after another change", prefs(), "private", true, "pt-BR")
		st.want(200, "PATCH", "/v1/accounts/update_credentials", form("source[privacy]", "public", "source[sensitive]", "false", "source[language]", ""))
		check("changed back", prefs(), "public", false, nil)
	})
}

// Followers hear of a profile when it says something else than before, and of
// nothing that is the owner's alone.
func TestOnlyWhatChangesTheProfileIsTold(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		st.tell(st.bert, st.bert.Activity("Follow", "f", st.Owner.IRI))
		told := 0
		for _, c := range []struct {
			does  string
			pairs []string
			news  int
		}{
			{"private defaults", []string{"source[privacy]", "unlisted", "source[sensitive]", "true", "source[language]", "de"}, 0},
			{"nothing", nil, 0},
			{"a name", []string{"display_name", "Anna :cat:"}, 1},
			{"the same name", []string{"display_name", " Anna :cat: ", "source[language]", "fr"}, 0},
			{"a field", []string{"fields_attributes[0][name]", "a", "fields_attributes[0][value]", "b"}, 1},
			{"the same field", []string{"fields_attributes[0][name]", "a", "fields_attributes[0][value]", "b"}, 0},
			{"a box", []string{"locked", "true"}, 1},
		} {
			st.want(200, "PATCH", "/v1/accounts/update_credentials", form(c.pairs...))
			testkit.Settle(t, st.Server)
			if got := len(st.peer.Got("Update")) - told; got != c.news {
				t.Errorf("%s: a follower got %d Updates, want %d", c.does, got, c.news)
			}
			told = len(st.peer.Got("Update"))
		}
		st.want(200, "DELETE", "/v1/profile/avatar") // there is none
		st.Emoji(t, "cat")                           // changes what the same name looks like
		st.want(200, "PATCH", "/v1/accounts/update_credentials", form("display_name", "Anna :cat:"))
		testkit.Settle(t, st.Server)
		if got := len(st.peer.Got("Update")) - told; got != 1 {
			t.Errorf("the same name with a new emoji: a follower got %d Updates, want one", got)
		}
	})
}
