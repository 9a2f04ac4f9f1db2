package e2e

import (
	"encoding/json"
	"flag"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"skerry/internal/testkit"
)

var (
	long  = flag.Bool("long", false, "look at more pages of each kind, each in every look")
	shots = flag.String("shots", "", "keep pictures of every page in this folder")
)

// look is how a page is looked at.
type look struct {
	Scheme string `json:"scheme"`
	Width  int    `json:"width"`
}

var looks = []look{{"light", 360}, {"dark", 1280}, {"dark", 360}, {"light", 1280}}

// elsewhere are routes that answer programs, or that no link leads to.
var elsewhere = []string{
	"/.well-known/", "/api/", "/oauth/", "/nodeinfo/", "/users/", "/actor", "/emoji/", "/media/", "/static/",
	"/healthz", "/readyz", "/live", "/posts/{id}/news", "/people/{id}/news", "/compose/", "/authorize_interaction", "/oembed", "/admin/blocks.csv", "/robots.txt", "/@{name}.rss", "/@{name}.atom", "/tags/{tag}.rss", "/tags/{tag}.atom",
}

// pageRoutes are the routes of a server that show pages.
func pageRoutes(t *testing.T, s *testkit.Server) (all []string) {
	t.Helper()
	routes, ok := s.Handler().(chi.Routes)
	if !ok {
		t.Fatal("the server does not say what it answers")
	}
	err := chi.Walk(routes, func(method, route string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		foreign := slices.ContainsFunc(elsewhere, func(e string) bool { return strings.HasPrefix(route, e) })
		if method == http.MethodGet && !foreign {
			all = append(all, route)
		}
		return nil
	})
	if err != nil || len(all) == 0 {
		t.Fatalf("it answers %v (%v), want pages", all, err)
	}
	return all
}

// mistake is a form that is sent as it should not be.
type mistake struct {
	At     string            `json:"at"`
	Open   string            `json:"open"` // what is folded
	Fill   map[string]string `json:"fill"` // by name, and which one of that name
	Press  string            `json:"press"`
	Status int               `json:"status"` // 0 for 422
}

func TestEveryPageIsFitForEverybody(t *testing.T) {
	t.Parallel()
	marit, noor := testkit.Demo(t)
	testkit.Fill(t, marit, noor)
	fresh := newcomer(t, "anna", "Anna Berg")
	patterns := pageRoutes(t, marit)
	type walk map[string]any
	missing := walk{"path": "/there/is/nothing", "status": http.StatusNotFound}
	task := map[string]any{
		"patterns": patterns, "unbuilt": []string{}, "looks": looks, "all": *long || *shots != "", "each": 1, "shots": "",
		"walks": []walk{
			{"who": "newcomer", "origin": fresh["origin"], "starts": []any{"/", strings.TrimPrefix(fresh["link"].(string), fresh["origin"].(string))}},
			{"who": "visitor", "origin": noor.Origin, "starts": []any{"/", missing}, "follow": true},
			{"who": "owner", "origin": marit.Origin, "name": "marit", "password": password, "follow": true,
				"starts": []any{"/", "/welcome/profile", "/welcome", "/settings"}, // a first start has led to these
				"mistakes": []mistake{
					{At: "/compose", Press: "Post"},
					{At: "/compose", Open: "Poll", Fill: map[string]string{"text": "Which?", "answer": "the same, twice", "answer:2": "the same, twice"}, Press: "Post"},
					{At: "/hashtags", Fill: map[string]string{"name": "two words"}, Press: "Follow"},
					{At: "/search", Fill: map[string]string{"q": "@nobody@127.0.0.1:1"}, Press: "Search", Status: http.StatusNotFound},
					{At: "/settings/profile", Fill: map[string]string{"name": strings.Repeat("long ", 60)}, Press: "Save"},
					{At: "/settings/password", Fill: map[string]string{"current": "wrong", "password": "a few words make it", "repeat": "others do not"}, Press: "Change it"},
					{At: "/settings/tokens", Press: "Make a token"},
					{At: "/admin/relays", Fill: map[string]string{"url": "ftp://relay"}, Press: "Look"},
					{At: "/admin/blocks/lists", Fill: map[string]string{"url": "https://127.0.0.1:1/list.csv"}, Press: "Look"},
					{At: "/admin/storage/purge", Fill: map[string]string{"what": "@nobody@there.example"}, Press: "Count it"},
					{At: "/admin/emoji", Fill: map[string]string{"shortcode": "not one"}, Press: "Add"},
				}},
		},
	}
	if *long || *shots != "" {
		task["each"] = 4
	}
	if *shots != "" {
		dir, err := filepath.Abs(*shots)
		if err != nil {
			t.Fatal(err)
		}
		task["shots"] = dir
	}
	said := string(play(t, "pages.mjs", task))
	_, list, _ := strings.Cut(said, "SEEN ")
	var seen []string
	if err := json.NewDecoder(strings.NewReader(list)).Decode(&seen); err != nil {
		t.Fatalf("it does not say what it has seen: %v", err)
	}
	for _, p := range patterns {
		if !slices.Contains(seen, p) {
			t.Errorf("no link leads to the page %s", p)
		}
	}
}
