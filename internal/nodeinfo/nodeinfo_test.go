package nodeinfo

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/activitypub"
)

func house(u Usage, err error) http.Handler {
	return Handler(Options{
		URLs:    activitypub.URLs{Origin: "https://a.example", Domain: "a.example", AccountDomain: "a.example"},
		Version: "0.1.0+dirty",
		Usage:   func(context.Context) (Usage, error) { return u, err },
		Node:    func(context.Context) (string, string) { return "Alice <3", "A small \"rock\"" },
		Log:     slog.New(slog.DiscardHandler),
	})
}

var used = Usage{Users: 1, ActiveMonth: 1, ActiveHalfyear: 1, LocalPosts: 12, LocalComments: 34}

func answer(t *testing.T, h http.Handler, method, target string) *httptest.ResponseRecorder {
	t.Helper()
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, httptest.NewRequest(method, target, nil))
	return rec
}

func TestDiscoveryNamesTheNewestFirstAndTheOldestLast(t *testing.T) {
	t.Parallel()
	rec := answer(t, house(used, nil), "GET", "/.well-known/nodeinfo")
	var got discovery
	if err := json.Unmarshal(rec.Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	want := discovery{Links: []link{
		{Rel: "http://nodeinfo.diaspora.software/ns/schema/2.1", Href: "https://a.example/nodeinfo/2.1"},
		{Rel: "https://www.w3.org/ns/activitystreams#Application", Href: "https://a.example/actor"},
		{Rel: "http://nodeinfo.diaspora.software/ns/schema/2.0", Href: "https://a.example/nodeinfo/2.0"},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("links (-want +got):\n%s", diff)
	}
}

func TestDocumentTellsTheTruth(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"2.0", "2.1"} {
		var got any
		if err := json.Unmarshal(answer(t, house(used, nil), "GET", "/nodeinfo/"+version).Body.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		want := map[string]any{
			"version":           version,
			"software":          map[string]any{"name": "skerry", "version": "0.1.0+dirty"},
			"protocols":         []any{"activitypub"},
			"services":          map[string]any{"inbound": []any{}, "outbound": []any{}},
			"openRegistrations": false,
			"usage": map[string]any{
				"users":      map[string]any{"total": 1.0, "activeMonth": 1.0, "activeHalfyear": 1.0},
				"localPosts": 12.0, "localComments": 34.0,
			},
			"metadata": map[string]any{
				"nodeName": "Alice <3", "nodeDescription": `A small "rock"`, "upstream": map[string]any{"name": "mastodon"},
			},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", version, diff)
		}
	}
}

func TestAnswersAreBareJSONOpenToAllAndKept(t *testing.T) {
	t.Parallel()
	for target, cache := range map[string]string{
		"/.well-known/nodeinfo": "public, max-age=259200",
		"/nodeinfo/2.0":         "public, max-age=1800",
		"/nodeinfo/2.1":         "public, max-age=1800",
	} {
		get, head := answer(t, house(used, nil), "GET", target), answer(t, house(used, nil), "HEAD", target)
		for name, want := range map[string]string{
			"Content-Type": "application/json; charset=utf-8", "Access-Control-Allow-Origin": "*", "Cache-Control": cache,
		} {
			if got := get.Header().Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", target, name, got, want)
			}
		}
		if diff := cmp.Diff(get.Header(), head.Header()); diff != "" || head.Body.Len() > 0 {
			t.Errorf("HEAD %s has %d bytes; headers (-get +head):\n%s", target, head.Body.Len(), diff)
		}
		if post := answer(t, house(used, nil), "POST", target); post.Code != 405 {
			t.Errorf("POST %s: got %d, want 405", target, post.Code)
		}
	}
}

func TestOtherVersionsAreNotThere(t *testing.T) {
	t.Parallel()
	for _, target := range []string{"/nodeinfo/1.0", "/nodeinfo/2.2", "/nodeinfo/", "/nodeinfo/2.0.json", "/nodeinfo/2.0/x"} {
		if rec := answer(t, house(used, nil), "GET", target); rec.Code != 404 {
			t.Errorf("%s: got %d, want 404", target, rec.Code)
		}
	}
}

func TestNumbersThatCannotBeCountedAreNotInvented(t *testing.T) {
	t.Parallel()
	rec := answer(t, house(Usage{}, errors.New("the disk is gone")), "GET", "/nodeinfo/2.0")
	if rec.Code != 500 || strings.Contains(rec.Body.String(), "disk") || rec.Header().Get("Cache-Control") != "private, no-store" {
		t.Errorf("got %d %s with %v, want 500 that nobody keeps and no detail", rec.Code, rec.Body, rec.Header())
	}
}
