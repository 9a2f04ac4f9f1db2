package mastodon_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"
	"github.com/google/go-cmp/cmp"
)

// endpoint is a line of the API: what it is asked with and what it needs.
type endpoint struct {
	method, path string // below /api
	scope        string // "": open to all
	parameters   string // names of those that are more than a yes or no
}

const paging = "limit max_id min_id since_id"

// endpoints are all that are mounted.
var endpoints = []endpoint{
	{"GET", "/v1/instance", "", ""},
	{"GET", "/v2/instance", "", ""},
	{"GET", "/v1/instance/peers", "", ""},
	{"GET", "/v1/custom_emojis", "", ""},
	{"GET", "/v1/timelines/public", "read:statuses", paging},
	{"GET", "/v1/timelines/tag/{hashtag}", "read:statuses", paging + " any[] all[] none[]"},
	{"GET", "/v1/tags/{hashtag}", "read:statuses", ""},
	{"POST", "/v1/tags/{hashtag}/follow", "write:follows", ""},
	{"POST", "/v1/tags/{hashtag}/unfollow", "write:follows", ""},
	{"GET", "/v1/followed_tags", "read:follows", paging},
	{"GET", "/v1/trends/tags", "read:statuses", "limit offset"},
	{"GET", "/v1/accounts/verify_credentials", "read:accounts", ""},
	{"PATCH", "/v1/accounts/update_credentials", "write:accounts", "display_name note fields_attributes[0][name] fields_attributes[][value] source[language]"},
	{"GET", "/v1/accounts/lookup", "read:accounts", "acct"},
	{"GET", "/v1/accounts/relationships", "read:follows", "id id[]"},
	{"GET", "/v1/accounts/{id}", "read:accounts", ""},
	{"GET", "/v1/accounts/{id}/statuses", "read:statuses", paging + " pinned tagged"},
	{"GET", "/v1/accounts/{id}/followers", "read:accounts", paging},
	{"GET", "/v1/accounts/{id}/following", "read:accounts", paging},
	{"POST", "/v1/accounts/{id}/follow", "write:follows", "languages[]"},
	{"POST", "/v1/accounts/{id}/unfollow", "write:follows", ""},
	{"POST", "/v1/accounts/{id}/remove_from_followers", "write:follows", ""},
	{"POST", "/v1/accounts/{id}/block", "write:blocks", ""},
	{"POST", "/v1/accounts/{id}/unblock", "write:blocks", ""},
	{"POST", "/v1/accounts/{id}/mute", "write:mutes", "duration"},
	{"POST", "/v1/accounts/{id}/unmute", "write:mutes", ""},
	{"GET", "/v1/mutes", "read:mutes", paging},
	{"GET", "/v1/blocks", "read:blocks", paging},
	{"GET", "/v1/domain_blocks", "read:blocks", paging},
	{"POST", "/v1/domain_blocks", "write:blocks", "domain"},
	{"DELETE", "/v1/domain_blocks", "write:blocks", "domain"},
	{"POST", "/v1/reports", "write:reports", "account_id status_ids[] comment category"},
	{"GET", "/v1/follow_requests", "read:follows", paging},
	{"POST", "/v1/follow_requests/{id}/authorize", "write:follows", ""},
	{"POST", "/v1/follow_requests/{id}/reject", "write:follows", ""},
	{"DELETE", "/v1/profile/avatar", "write:accounts", ""},
	{"DELETE", "/v1/profile/header", "write:accounts", ""},
	{"POST", "/v1/media", "write:media", "description focus"},
	{"POST", "/v2/media", "write:media", "description focus"},
	{"GET", "/v1/media/{id}", "write:media", ""},
	{"PUT", "/v1/media/{id}", "write:media", "description focus"},
	{"DELETE", "/v1/media/{id}", "write:media", ""},
	{"POST", "/v1/statuses", "write:statuses", "status spoiler_text visibility language in_reply_to_id"},
	{"GET", "/v1/statuses/{id}", "read:statuses", ""},
	{"PUT", "/v1/statuses/{id}", "write:statuses", "status spoiler_text language"},
	{"DELETE", "/v1/statuses/{id}", "write:statuses", "delete_media"},
	{"GET", "/v1/statuses/{id}/context", "read:statuses", ""},
	{"GET", "/v1/statuses/{id}/history", "read:statuses", ""},
	{"GET", "/v1/statuses/{id}/source", "read:statuses", ""},
	{"POST", "/v1/statuses/{id}/favourite", "write:favourites", ""},
	{"POST", "/v1/statuses/{id}/unfavourite", "write:favourites", ""},
	{"POST", "/v1/statuses/{id}/reblog", "write:statuses", "visibility"},
	{"POST", "/v1/statuses/{id}/unreblog", "write:statuses", ""},
	{"POST", "/v1/statuses/{id}/bookmark", "write:bookmarks", ""},
	{"POST", "/v1/statuses/{id}/unbookmark", "write:bookmarks", ""},
	{"POST", "/v1/statuses/{id}/pin", "write:accounts", ""},
	{"POST", "/v1/statuses/{id}/unpin", "write:accounts", ""},
	{"POST", "/v1/statuses/{id}/mute", "write:mutes", ""},
	{"POST", "/v1/statuses/{id}/unmute", "write:mutes", ""},
	{"GET", "/v1/timelines/home", "read:statuses", paging},
	{"GET", "/v1/favourites", "read:favourites", paging},
	{"GET", "/v1/bookmarks", "read:bookmarks", paging},
	{"GET", "/v1/notifications", "read:notifications", paging + " types types[] exclude_types[] account_id"},
	{"GET", "/v1/notifications/unread_count", "read:notifications", "limit types types[] exclude_types[] account_id"},
	{"GET", "/v1/markers", "read:statuses", "timeline[]"},
	{"POST", "/v1/markers", "write:statuses", "home[last_read_id] notifications[last_read_id]"},
	{"GET", "/v1/conversations", "read:statuses", paging},
	{"POST", "/v1/conversations/{id}/read", "write:conversations", ""},
	{"DELETE", "/v1/conversations/{id}", "write:conversations", ""},
	{"GET", "/v1/preferences", "read:accounts", ""},
	{"GET", "/v1/polls/{id}", "read:statuses", ""},
	{"POST", "/v1/polls/{id}/votes", "write:statuses", "choices"},
	{"GET", "/v2/search", "read:search", "q type resolve limit offset"},
}

// of gives the path of an endpoint for one thing.
func (e endpoint) of(id string) string {
	return strings.NewReplacer("{id}", id, "{hashtag}", id).Replace(e.path)
}

func (e endpoint) String() string { return e.method + " " + e.path }

func TestEveryMountedEndpointIsInTheTable(t *testing.T) {
	t.Parallel()
	st := newStage(t, "")
	want, got := map[string]bool{}, map[string]bool{}
	for _, e := range endpoints {
		want[e.String()] = true
	}
	err := chi.Walk(st.Handler().(chi.Routes), func(method, route string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		if path, ok := strings.CutPrefix(route, "/api"); ok {
			got[method+" "+path] = true
		}
		return nil
	})
	st.must(err)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("endpoints (-table +mounted):\n%s", diff)
	}
}

// Apps fall back to an older endpoint on a 404 in JSON and on nothing else. One
// takes only a 404 that says "not found" for "no push subscription yet".
func TestWhatIsNotBuiltIsNotFoundInJSON(t *testing.T) {
	t.Parallel()
	st := newStage(t, "")
	for name, c := range map[string]struct{ method, path string }{
		"nothing":           {"GET", "/v1/nonexistent"},
		"the root":          {"GET", "/"},
		"login of apps":     {"POST", "/v1/apps"},
		"push":              {"GET", "/v1/push/subscription"},
		"grouped":           {"GET", "/v2/notifications"},
		"newer upload":      {"PUT", "/v2/media/1"},
		"streaming":         {"GET", "/v1/streaming"},
		"another method":    {"DELETE", "/v1/timelines/home"},
		"below a status":    {"POST", "/v1/statuses/1/translate"},
		"below an instance": {"GET", "/v1/instance/rules"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			st := st.in(t)
			for who, change := range map[string]change{"the owner": token(st.Token), "anybody": token("")} {
				if said := st.refused(404, c.method, c.path, change); !strings.Contains(strings.ToLower(said), "not found") {
					t.Errorf("%s hears %q, want a sentence with not found", who, said)
				}
			}
		})
	}
}

// Some apps write a slash at the end; a redirect would lose the body of a POST.
func TestSlashAtTheEndMeansNothing(t *testing.T) {
	t.Parallel()
	st := newStage(t, "")
	for _, path := range []string{"/v1/instance/", "/v2/instance//", "/v1/accounts/verify_credentials/", "/v1/timelines/home/?limit=1", "/v2/search/?q=a"} {
		st.want(200, "GET", path)
	}
	if got := st.post("/v1/statuses/", "status", "with a slash"); text(got, "content") != "<p>with a slash</p>" {
		t.Errorf("got %v, want the status", got)
	}
}

func TestAppsOfEveryOriginMayAsk(t *testing.T) {
	t.Parallel()
	st := newStage(t, "")
	origin := header("Origin", "https://app.example")
	preflight := st.ask("OPTIONS", "/v1/statuses", token(""), origin, header("Access-Control-Request-Method", "POST"),
		header("Access-Control-Request-Headers", "authorization,content-type,idempotency-key"))
	if preflight.status != 200 && preflight.status != 204 {
		t.Errorf("preflight: got %d, want 200 or 204", preflight.status)
	}
	wants := map[string][]string{
		"Access-Control-Allow-Origin":  {"*"},
		"Access-Control-Allow-Methods": {"POST"},
		"Access-Control-Allow-Headers": {"authorization", "content-type", "idempotency-key"},
	}
	for name, all := range wants {
		for _, want := range all {
			if got := preflight.header.Get(name); !strings.Contains(strings.ToLower(got), strings.ToLower(want)) {
				t.Errorf("preflight: %s is %q, want %s in it", name, got, want)
			}
		}
	}
	for status, a := range map[int]answer{
		200: st.ask("GET", "/v1/timelines/home", origin), 401: st.ask("GET", "/v1/timelines/home", origin, token("wrong")), 404: st.ask("GET", "/v1/x", origin),
	} {
		if a.status != status || a.header.Get("Access-Control-Allow-Origin") != "*" || !strings.Contains(a.header.Get("Access-Control-Expose-Headers"), "Link") {
			t.Errorf("got %d with %v, want %d, open to all, with Link exposed", a.status, a.header, status)
		}
	}
}
