package app_test

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/app"
	"skerry/internal/config"
	"skerry/internal/social"
	"skerry/internal/testkit"
)

// object reads a JSON object.
func object(t testing.TB, body string) map[string]any {
	t.Helper()
	var doc map[string]any
	if err := json.Unmarshal([]byte(body), &doc); err != nil {
		t.Fatalf("got %q: %v", body, err)
	}
	return doc
}

// GoToSocial follows the last link whose relation begins with schema/2, and takes
// a document of 2.0 only.
func TestNodeInfoDiscoveryEndsWithTheOldVersion(t *testing.T) {
	onHouse(t, func(t *testing.T, s *testkit.Server, _ social.Post) {
		got := look(t, asking(t, "GET", s.Origin+"/.well-known/nodeinfo"))
		if diff := cmp.Diff(outline{"OK", "application/json; charset=utf-8", "public, max-age=259200", ""}, got.outline()); diff != "" {
			t.Errorf("discovery (-want +got):\n%s", diff)
		}
		const schema = "http://nodeinfo.diaspora.software/ns/schema/"
		link := func(rel, path string) any { return map[string]any{"rel": rel, "href": s.Origin + path} }
		want := map[string]any{"links": []any{
			link(schema+"2.1", "/nodeinfo/2.1"), link("https://www.w3.org/ns/activitystreams#Application", "/actor"), link(schema+"2.0", "/nodeinfo/2.0"),
		}}
		if diff := cmp.Diff(want, object(t, got.body)); diff != "" {
			t.Errorf("links (-want +got):\n%s", diff)
		}
	})
}

func TestNodeInfoIsTrueAndKeepsToTheSchema(t *testing.T) {
	onHouse(t, func(t *testing.T, s *testkit.Server, p social.Post) {
		for _, d := range []social.Draft{{Text: "two"}, {Text: "an answer", InReplyTo: p.ID}} {
			if _, err := s.Publisher.Post(t.Context(), d, nil); err != nil {
				t.Fatal(err)
			}
		}
		for _, version := range []string{"2.0", "2.1"} {
			got := look(t, asking(t, "GET", s.Origin+"/nodeinfo/"+version))
			if diff := cmp.Diff(outline{"OK", "application/json; charset=utf-8", "public, max-age=1800", ""}, got.outline()); diff != "" {
				t.Errorf("%s (-want +got):\n%s", version, diff)
			}
			doc := object(t, got.body)
			want := map[string]any{
				"version": version, "software": map[string]any{"name": "skerry", "version": "test"}, "protocols": []any{"activitypub"},
				"services": map[string]any{"inbound": []any{}, "outbound": []any{}}, "openRegistrations": false,
				"usage": map[string]any{
					"users": map[string]any{"total": 1., "activeMonth": 1., "activeHalfyear": 1.}, "localPosts": 2., "localComments": 1.,
				},
				"metadata": map[string]any{"nodeName": "anna", "nodeDescription": "", "upstream": map[string]any{"name": "mastodon"}},
			}
			if diff := cmp.Diff(want, doc); diff != "" {
				t.Errorf("%s (-want +got):\n%s", version, diff)
			}
			root := os.Getenv("SKERRY_SHARED")
			if root == "" {
				continue
			}
			raw, err := os.ReadFile(filepath.Join(root, "vectors", "nodeinfo", version, "schema.json"))
			if err != nil {
				t.Fatal(err)
			}
			schema := object(t, string(raw))
			if faults := faultsIn(schema, doc); len(faults) > 0 {
				t.Errorf("%s breaks the schema: %v", version, faults)
			}
			doc["software"].(map[string]any)["name"], doc["extra"] = "A Name", 1.
			delete(doc, "protocols")
			if faults := faultsIn(schema, doc); len(faults) != 3 {
				t.Errorf("%s with three faults has %v", version, faults)
			}
		}
	})
}

// faultsIn checks what can go wrong in what we write: names, values and members.
func faultsIn(schema map[string]any, value any) (faults []string) {
	members, _ := schema["properties"].(map[string]any)
	object, isObject := value.(map[string]any)
	for name, member := range object {
		if rule, ok := members[name].(map[string]any); ok {
			faults = append(faults, faultsIn(rule, member)...)
		} else if schema["additionalProperties"] == false {
			faults = append(faults, name+" is not allowed")
		}
	}
	needed, _ := schema["required"].([]any)
	for _, name := range needed {
		if _, ok := object[name.(string)]; !ok {
			faults = append(faults, fmt.Sprint(name, " is missing"))
		}
	}
	if items, ok := schema["items"].(map[string]any); ok {
		list, _ := value.([]any)
		for _, item := range list {
			faults = append(faults, faultsIn(items, item)...)
		}
	}
	allowed, limited := schema["enum"].([]any)
	if limited && !slices.ContainsFunc(allowed, func(v any) bool { return reflect.DeepEqual(v, value) }) {
		faults = append(faults, fmt.Sprintf("%v is none of %v", value, allowed))
	}
	if pattern, ok := schema["pattern"].(string); ok && !regexp.MustCompile(pattern).MatchString(fmt.Sprint(value)) {
		faults = append(faults, fmt.Sprintf("%v does not match %s", value, pattern))
	}
	kinds := map[string]reflect.Kind{"object": reflect.Map, "array": reflect.Slice, "string": reflect.String, "boolean": reflect.Bool, "integer": reflect.Float64}
	if kind, ok := schema["type"].(string); ok && (value == nil || reflect.TypeOf(value).Kind() != kinds[kind]) {
		faults = append(faults, fmt.Sprintf("%v is no %s", value, kind))
	}
	if isObject && schema["type"] != "object" {
		faults = append(faults, fmt.Sprintf("%v should be no object", value))
	}
	return faults
}

// TestNodeInfoForgetsWhoIsSilent moves the clock on from the only post.
func TestNodeInfoForgetsWhoIsSilent(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		now := time.Now()
		a, err := app.New(t.Context(), config.Config{Domain: "a.example", AccountDomain: "a.example", DataDir: t.TempDir(), DatabaseURL: dsn},
			app.Options{Version: "test", Log: testkit.Log(t), Now: func() time.Time { return now }})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(a.Close)
		users := func() string {
			rec := httptest.NewRecorder()
			a.Handler().ServeHTTP(rec, httptest.NewRequest("GET", "/nodeinfo/2.1", nil))
			return fmt.Sprint(object(t, rec.Body.String())["usage"].(map[string]any)["users"])
		}
		want := func(when, want string) {
			if got := users(); got != want {
				t.Errorf("%s: got %s, want %s", when, got, want)
			}
		}
		want("before there is an owner", "map[activeHalfyear:0 activeMonth:0 total:0]")
		if _, err := a.CreateOwner(t.Context(), "anna", "correct horse battery"); err != nil {
			t.Fatal(err)
		}
		want("before the first post", "map[activeHalfyear:0 activeMonth:0 total:1]")
		if _, err := a.Publisher.Post(t.Context(), social.Draft{Text: "Hello"}, nil); err != nil {
			t.Fatal(err)
		}
		const day = 24 * time.Hour
		for _, c := range []struct {
			later time.Duration
			want  string
		}{
			{29 * day, "map[activeHalfyear:1 activeMonth:1 total:1]"},
			{2 * day, "map[activeHalfyear:1 activeMonth:0 total:1]"},
			{148 * day, "map[activeHalfyear:1 activeMonth:0 total:1]"},
			{2 * day, "map[activeHalfyear:0 activeMonth:0 total:1]"},
		} {
			now = now.Add(c.later)
			want(now.String(), c.want)
		}
	})
}

func TestPeersAreTheHostsWeHaveMet(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		other := testkit.NewPeer(t)
		_, err := st.s.Finder.Actor(st.ctx, other.Person("carl").IRI)
		st.must(err)
		r := asking(t, "GET", st.s.Origin+"/api/v1/instance/peers")
		r.Header.Set("Origin", "https://app.example")
		got := look(t, r)
		want := []string{strings.TrimPrefix(st.peer.Origin, "http://"), strings.TrimPrefix(other.Origin, "http://")}
		slices.Sort(want)
		var hosts []string
		if err := json.Unmarshal([]byte(got.body), &hosts); err != nil {
			t.Fatalf("got %q: %v", got.body, err)
		}
		if diff := cmp.Diff(want, hosts); diff != "" || got.header.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("peers, to scripts of %q (-want +got):\n%s", got.header.Get("Access-Control-Allow-Origin"), diff)
		}
	})
}

// A strong tag is of the bytes that are sent. [RFC 9110 8.8.3.3]
func TestCompressedAnswerHasAnotherTag(t *testing.T) {
	onHouse(t, func(t *testing.T, s *testkit.Server, p social.Post) {
		for _, url := range []string{s.Origin + "/nodeinfo/2.0", s.Origin + "/.well-known/nodeinfo", s.Origin + "/.well-known/host-meta.json", s.Origin + "/api/v1/instance/peers", p.IRI} {
			tags := map[string]string{}
			for _, encoding := range []string{"identity", "gzip"} {
				r := asking(t, "GET", url, server)
				r.Header.Set("Accept-Encoding", encoding)
				got := look(t, r)
				tag, sent := got.header.Get("ETag"), got.header.Get("Content-Encoding")
				if had, ok := tags[tag]; ok && had != sent && !strings.HasPrefix(tag, "W/") {
					t.Errorf("%s: the tag %s is of the bytes in %q and in %q", url, tag, had, sent)
				}
				tags[tag] = sent
			}
		}
	})
}
