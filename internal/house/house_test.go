package house

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// storeys are the rooms: a room may import those that stand lower.
var storeys = map[string]int{
	"cmd/server": 6, "internal/app": 6,
	"internal/web": 5, "internal/mastodon": 5,
	"internal/inbox": 4, "internal/relay": 4, "internal/retention": 4, "internal/demo": 4,
	"internal/outbox": 3,
	"internal/remote": 2, "internal/webfinger": 2, "internal/nodeinfo": 2, "internal/queue": 2, "internal/media": 2,
	"internal/store": 1, "internal/bus": 1, "internal/blob": 1, "internal/transport": 1, "internal/activitypub": 1, "internal/httpsig": 1, "internal/proof": 1,
	"internal/markup": 1, "internal/reply": 1, "internal/access": 1, "internal/media/prepare": 1,
	"internal/social": 0, "internal/config": 0, "migrations": 0,
}

// arrows are the imports that stay on a storey.
var arrows = map[string]string{"cmd/server": "internal/app", "internal/remote": "internal/webfinger", "internal/transport": "internal/httpsig"}

// alone are rooms that import nothing of ours, besides all of storey 0.
var alone = []string{"internal/httpsig", "internal/bus"}

// readers are the rooms that may know the settings.
var readers = []string{"cmd/server", "internal/app"}

// tools are rooms that stand on no storey, because nobody who runs the server
// needs them. What testkit imports of ours is free: it builds whole servers.
var tools = []string{"internal/testkit", "internal/testkit/check", "internal/testkit/service", "internal/testkit/crash", "internal/testkit/bench", "internal/house", "deploy", "e2e"}

// doors are outside things, each with the room through which it enters.
var doors = map[string]string{
	"github.com/jackc/pgx": "internal/store", "modernc.org/sqlite": "internal/store", "database/sql": "internal/store",
	"github.com/pressly/goose": "internal/store", "github.com/redis/go-redis": "internal/bus",
	"github.com/aws/aws-sdk-go-v2": "internal/blob", "github.com/aws/smithy-go": "internal/blob", "github.com/go-fed/httpsig": "internal/httpsig",
	"github.com/abadojack/whatlanggo": "internal/markup", "github.com/piprate/json-gold": "internal/proof", "github.com/gowebpki/jcs": "internal/proof",
}

// makesSchemas is the one room besides store that speaks to Postgres: it gives
// every test a schema of its own before there is a store.
const makesSchemas = "internal/testkit"

const module = "skerry/"

// fault says why a file of a room may not import a path; "" when it may.
func fault(room string, isTest bool, path string) string {
	to, ours := strings.CutPrefix(path, module)
	if !ours {
		return doorFault(room, path)
	}
	from, known := storeys[room]
	floor, there := storeys[to]
	switch {
	case to == "internal/testkit" || strings.HasPrefix(to, "internal/testkit/"):
		if isTest || strings.HasPrefix(room+"/", "internal/testkit/") {
			return ""
		}
		return "testkit is for tests"
	case isTest && room == to, room == "internal/testkit" && there, arrows[room] == to:
		return ""
	case !known || !there:
		return "it is not on the map: see docs/architecture.md"
	case to == "internal/config" && !slices.Contains(readers, room):
		return "only cmd and app know the settings"
	case from == 0 || slices.Contains(alone, room):
		return "this room imports nothing of ours"
	case floor >= from:
		return fmt.Sprintf("it stands on storey %d, this room on %d", floor, from)
	}
	return ""
}

// doorFault says why a room may not import a path that is not ours.
func doorFault(room, path string) string {
	for prefix, door := range doors {
		if path != prefix && !strings.HasPrefix(path, prefix+"/") || room == door {
			continue
		}
		if prefix == "github.com/jackc/pgx" && room == makesSchemas {
			continue
		}
		return fmt.Sprintf("%s enters through %s only", prefix, door)
	}
	return ""
}

func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestImportsRunDownTheStairs(t *testing.T) {
	t.Parallel()
	top := root(t)
	files := 0
	err := filepath.WalkDir(top, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(top, path)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		if d.IsDir() && slices.Contains(notOurs, name) {
			return fs.SkipDir
		}
		if d.IsDir() || filepath.Ext(name) != ".go" {
			return nil
		}
		files++
		return imports(t, path, name)
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 50 {
		t.Errorf("only %d files were read", files)
	}
}

// notOurs are folders that hold no source of the project.
var notOurs = []string{".git", "bin", "data", "e2e/node_modules"}

// imports compares the import lines of one file with the map.
func imports(t *testing.T, path, name string) error {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
	if err != nil {
		return err
	}
	room := filepath.ToSlash(filepath.Dir(name))
	if _, known := storeys[room]; !known && !slices.Contains(tools, room) {
		t.Errorf("%s is in %s, which is not on the map: see docs/architecture.md", name, room)
	}
	for _, i := range file.Imports {
		imported, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			return err
		}
		if why := fault(room, strings.HasSuffix(name, "_test.go"), imported); why != "" {
			t.Errorf("%s imports %s: %s", name, imported, why)
		}
	}
	return nil
}

func TestWhatLeavesTheMapIsFound(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		room   string
		isTest bool
		path   string
		bad    bool
	}{
		{"internal/web", false, "skerry/internal/outbox", false},
		{"internal/outbox", false, "skerry/internal/web", true},
		{"internal/web", false, "skerry/internal/mastodon", true},
		{"internal/store", false, "skerry/internal/social", false},
		{"internal/store", false, "skerry/internal/config", true},
		{"internal/store", false, "skerry/internal/markup", true},
		{"internal/social", false, "skerry/migrations", true},
		{"internal/httpsig", false, "skerry/internal/social", true},
		{"internal/transport", false, "skerry/internal/httpsig", false},
		{"internal/httpsig", false, "skerry/internal/transport", true},
		{"internal/remote", false, "skerry/internal/webfinger", false},
		{"internal/remote", false, "skerry/internal/testkit", true},
		{"internal/remote", true, "skerry/internal/testkit", false},
		{"internal/remote", true, "skerry/internal/inbox", true},
		{"internal/store", false, "github.com/jackc/pgx/v5/pgxpool", false},
		{"internal/outbox", false, "github.com/jackc/pgx/v5", true},
		{"internal/remote", false, "github.com/go-fed/httpsig", true},
		{"internal/web", false, "database/sql", true},
		{"internal/web", false, "net/http", false},
		{"internal/config", true, "skerry/internal/config", false},
		{"internal/web", true, "skerry/internal/config", true},
		{"internal/app", false, "skerry/internal/config", false},
		{"internal/app", false, "skerry/cmd/server", true},
		{"cmd/server", false, "skerry/internal/app", false},
		{"internal/inbox", false, "skerry/internal/outbox", false},
		{"internal/outbox", false, "skerry/internal/inbox", true},
		{"internal/webfinger", false, "skerry/internal/remote", true},
		{"internal/bus", false, "skerry/internal/social", true},
		{"internal/bus", true, "skerry/internal/bus", false},
		{"internal/access", false, "skerry/internal/social", false},
		{"internal/store", false, "github.com/pressly/goose/v3", false},
		{"internal/store", false, "github.com/redis/go-redis/v9", true},
		{"internal/store", false, "github.com/jackc/pgxlike", false},
		{"internal/web", true, "modernc.org/sqlite", true},
		{"internal/testkit", false, "github.com/jackc/pgx/v5", false},
		{"internal/testkit", false, "github.com/go-fed/httpsig", true},
		{"internal/testkit", false, "skerry/internal/app", false},
		{"internal/testkit/check", false, "skerry/internal/store", true},
		{"internal/testkit/check", false, "skerry/internal/testkit/service", false},
		{"internal/testkit", false, "skerry/internal/testkit/service", false},
		{"internal/app", false, "skerry/internal/testkit/service", true},
		{"internal/house", false, "skerry/internal/app", true},
		{"internal/util", false, "skerry/internal/social", true},
		{"internal/app", false, "skerry/internal/util", true},
	} {
		if why := fault(c.room, c.isTest, c.path); (why != "") != c.bad {
			t.Errorf("%s importing %s: %q, want a fault: %v", c.room, c.path, why, c.bad)
		}
	}
}

// mapLine is a line of the map in docs/architecture.md: a storey, when it is the
// first of it, and a room.
var mapLine = regexp.MustCompile(`^    (\d| )  ([a-z]+(?:/[a-z]+)?)/? +\S`)

// written reads the map that people read.
func written(t *testing.T, text string) map[string]int {
	t.Helper()
	rooms, storey := map[string]int{}, -1
	for line := range strings.Lines(text) {
		m := mapLine.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		if m[1] != " " {
			storey = int(m[1][0] - '0')
		}
		room := m[2]
		if room != "cmd/server" && room != "migrations" {
			room = "internal/" + room
		}
		rooms[room] = storey
	}
	return rooms
}

func TestMapThatPeopleReadIsTheOneThatIsTested(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(root(t), "docs", "architecture.md"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(storeys, written(t, string(text))); diff != "" {
		t.Errorf("docs/architecture.md has other storeys (-tested +written):\n%s", diff)
	}
}

func TestEveryRoomIsOnTheMap(t *testing.T) {
	t.Parallel()
	top := root(t)
	text, err := os.ReadFile(filepath.Join(top, "docs", "architecture.md"))
	if err != nil {
		t.Fatal(err)
	}
	onMap := written(t, string(text))
	rooms, err := os.ReadDir(filepath.Join(top, "internal"))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rooms {
		room := "internal/" + r.Name()
		_, named := onMap[room]
		for name := range onMap {
			named = named || strings.HasPrefix(name, room+"/") // a room that has an annex
		}
		if !named && !strings.Contains(string(text), "\n    "+room+" ") {
			t.Errorf("docs/architecture.md does not name %s", room)
		}
	}
}
