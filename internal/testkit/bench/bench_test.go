package main

import (
	"os"
	"strings"
	"testing"
	"time"

	"skerry/internal/testkit"
)

// TestMain makes the test binary a bare handler, when it is started as one.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "bare" {
		main()
		return
	}
	os.Exit(m.Run())
}

// TestEveryLineIsMeasuredOnBothEngines runs the whole bench on a small scale.
func TestEveryLineIsMeasuredOnBothEngines(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	small := scale{starts: 1, rate: 20 * time.Millisecond, posts: 2, friends: 2, notes: 10, unknown: 5, hosts: 10, hanging: 2, fanouts: 1, lines: 100}
	if err := run(t.Context(), &out, small, everything); err != nil {
		t.Fatal(err)
	}
	filled(t, out.String(), 20)
}

// TestForgettingIsMeasuredOnBothEngines forgets a short past.
func TestForgettingIsMeasuredOnBothEngines(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	small := scale{starts: 1, rate: 20 * time.Millisecond, friends: 2, window: 4, pruned: time.Second, past: testkit.Past{
		Posts: 400, Old: 300, Authors: 10, Followed: 1, Media: 40, BookmarkOne: 50,
	}}
	if err := run(t.Context(), &out, small, forgetting); err != nil {
		t.Fatal(err)
	}
	filled(t, out.String(), 15)
	for _, want := range []string{"270 and 30", "0 and 0"} {
		if strings.Count(out.String(), want) != 2 {
			t.Errorf("%q does not stand there for both engines:\n%s", want, out.String())
		}
	}
}

// TestFloodIsMeasuredOnBothEngines lets a relay name a few things.
func TestFloodIsMeasuredOnBothEngines(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	small := scale{starts: 1, rate: 20 * time.Millisecond, friends: 2, origins: 5, named: 50, lasts: time.Second}
	if err := run(t.Context(), &out, small, flooding); err != nil {
		t.Fatal(err)
	}
	filled(t, out.String(), 8)
}

// filled fails unless the table has so many lines, and no empty cell.
func filled(t *testing.T, table string, least int) {
	t.Helper()
	lines := 0
	for line := range strings.Lines(table) {
		if !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| |") {
			continue
		}
		lines++
		cells := strings.Split(line, " | ")
		if len(cells) != 5 || cells[1] == "" || cells[3] == "" {
			t.Errorf("the line %q has an empty cell", line)
		}
	}
	if lines < least {
		t.Errorf("%d lines were measured, want all:\n%s", lines, table)
	}
}
