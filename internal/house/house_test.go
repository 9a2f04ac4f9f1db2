package house

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// storeys are the rooms: a room may import those that stand lower.
var storeys = map[string]int{
	"cmd/server": 6, "internal/app": 6,
	"internal/web": 5, "internal/mastodon": 5,
	"internal/inbox":  4,
	"internal/outbox": 3,
	"internal/remote": 2, "internal/webfinger": 2, "internal/nodeinfo": 2, "internal/queue": 2,
	"internal/store": 1, "internal/bus": 1, "internal/transport": 1, "internal/activitypub": 1, "internal/httpsig": 1,
	"internal/markup": 1, "internal/reply": 1, "internal/access": 1,
	"internal/social": 0, "internal/config": 0, "migrations": 0,
}

// arrows are the imports that stay on a storey.
var arrows = map[string]string{"cmd/server": "internal/app", "internal/remote": "internal/webfinger", "internal/transport": "internal/httpsig"}

// alone are rooms that import nothing of ours, besides all of storey 0.
var alone = []string{"internal/httpsig", "internal/bus"}

// readers are the rooms that may know the settings.
var readers = []string{"cmd/server", "internal/app", "internal/testkit"}

// doors are outside things, each with the room through which it enters.
var doors = map[string]string{
	"github.com/jackc/pgx": "internal/store", "modernc.org/sqlite": "internal/store", "database/sql": "internal/store",
	"github.com/pressly/goose": "internal/store", "github.com/redis/go-redis": "internal/bus",
	"github.com/aws/aws-sdk-go-v2": "internal/blob", "github.com/go-fed/httpsig": "internal/httpsig",
}

const module = "skerry/"

// fault says why a file of a room may not import a path; "" when it may.
func fault(room string, isTest bool, path string) string {
	for prefix, door := range doors {
		if (path == prefix || strings.HasPrefix(path, prefix+"/")) && room != door && room != "internal/testkit" {
			return fmt.Sprintf("%s enters through %s only", prefix, door)
		}
	}
	to, ours := strings.CutPrefix(path, module)
	if !ours {
		return ""
	}
	if strings.HasPrefix(to, "internal/testkit") {
		if isTest || strings.HasPrefix(room, "internal/testkit") {
			return ""
		}
		return "testkit is for tests"
	}
	if strings.HasPrefix(room, "internal/testkit") {
		return "" // it builds whole servers
	}
	from, known := storeys[room]
	floor, there := storeys[to]
	switch {
	case !known || !there:
		return "it is not on the map: see docs/architecture.md"
	case to == "internal/config" && !slices.Contains(readers, room):
		return "only cmd and app know the settings"
	case isTest && room == to:
		return ""
	case arrows[room] == to:
		return ""
	case from == 0 || slices.Contains(alone, room):
		return "this room imports nothing of ours"
	case floor >= from:
		return fmt.Sprintf("it stands on storey %d, this room on %d", floor, from)
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
		if err != nil || d.IsDir() && (d.Name() == ".git" || d.Name() == "data") {
			return skip(err)
		}
		if d.IsDir() || filepath.Ext(path) != ".go" {
			return nil
		}
		files++
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(top, path)
		if err != nil {
			return err
		}
		room := filepath.ToSlash(filepath.Dir(name))
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
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 50 {
		t.Errorf("only %d files were read", files)
	}
}

// skip leaves a folder out unless it could not be read.
func skip(err error) error {
	if err != nil {
		return err
	}
	return fs.SkipDir
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
		{"internal/util", false, "skerry/internal/social", true},
		{"internal/app", false, "skerry/internal/util", true},
	} {
		if why := fault(c.room, c.isTest, c.path); (why != "") != c.bad {
			t.Errorf("%s importing %s: %q, want a fault: %v", c.room, c.path, why, c.bad)
		}
	}
}

// The map that people read names every room there is, and the test's knows it.
func TestEveryRoomIsOnTheMap(t *testing.T) {
	t.Parallel()
	top := root(t)
	text, err := os.ReadFile(filepath.Join(top, "docs", "architecture.md"))
	if err != nil {
		t.Fatal(err)
	}
	rooms, err := os.ReadDir(filepath.Join(top, "internal"))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rooms {
		if !strings.Contains(string(text), r.Name()) {
			t.Errorf("docs/architecture.md does not name %s", r.Name())
		}
		if _, known := storeys["internal/"+r.Name()]; !known && r.Name() != "testkit" && r.Name() != "house" {
			t.Errorf("%s stands on no storey", r.Name())
		}
	}
}
